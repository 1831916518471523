"""The words definition files may use: ops change a column, checks judge rows, controls add up what both sides share."""

from migrate.vocab import checks, controls, ops
from migrate.vocab.registry import WORDS

__all__ = ["WORDS", "checks", "controls", "ops"]
