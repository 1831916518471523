"""Controls: ``both sides agree on …``. Totals that can be added up batch by batch, before and after the migration."""

from migrate.vocab.controls import words
from migrate.vocab.controls.control import Control, merge

__all__ = ["Control", "merge", "words"]
