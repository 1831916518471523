"""Who goes into quarantine: findings whose effect that is, by the key bucket of their unit."""

import polars as pl

from migrate.pipeline.run_state import State
from migrate.pipeline.store import FOUND


class Doomed:
    """What was found before the first bucket; what is found in a bucket is about units of that bucket alone."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._rules = [number for number, rule in enumerate(state.plan.book) if rule.effect == "quarantine"]
        found = self._doing(state.found.all())
        bucket = pl.Series("bucket", state.bucket_of(found["unit"]))
        self._by_bucket = found.with_columns(bucket).partition_by("bucket", as_dict=True, include_key=False)

    def of(self, bucket: int, found: pl.DataFrame) -> pl.DataFrame | None:
        """Findings (FOUND) that put rows of a bucket into quarantine, with those of its own checks (``found``); None if
        there are none."""
        before = self._by_bucket.get((bucket,), FOUND.to_frame())
        doomed = pl.concat([before, self._doing(found)])
        return doomed if doomed.height else None

    def _doing(self, found: pl.DataFrame) -> pl.DataFrame:
        doing = found.filter(pl.col("rule").is_in(self._rules))
        for scope in sorted({self._state.plan.book[number].scope for number in self._rules} - {"all"}):
            rules = [number for number in self._rules if self._state.plan.book[number].scope == scope]
            held = pl.lit(pl.Series(self._state.scopes.holds(scope, doing["unit"])))
            doing = doing.filter(~pl.col("rule").is_in(rules) | held)
        return doing
