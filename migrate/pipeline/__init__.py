"""The stages in order: receive → look-ups → stream → judge → deliver → reconcile → seal."""

from migrate.pipeline.options import Options
from migrate.pipeline.run import RunResult, run

__all__ = ["Options", "RunResult", "run"]
