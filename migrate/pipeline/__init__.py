"""The stages in order: receive → look-ups → stream → judge → deliver → reconcile → seal."""

from migrate.pipeline.options import Options, Waiver
from migrate.pipeline.run import RunResult, run

__all__ = ["Options", "RunResult", "Waiver", "run"]
