"""The second half's checks: whole groups of rows are judged bucket by bucket."""

from collections.abc import Container

import numpy as np
import polars as pl

from migrate.pipeline.run_state import State
from migrate.plan.across import AcrossPlan
from migrate.vocab.across import MARKS


def judge_groups(state: State) -> None:
    """Checks whose groups cross units (households, shared numbers), over their own buckets."""
    for check in state.plan.across:
        spool = state.sides.get(check.number)
        if spool is None:
            continue
        for bucket in range(spool.buckets):
            rows = spool.read(bucket)
            if rows is not None:
                judge(state, check, rows.with_columns(_without_values(state, check, rows.columns)))
                spool.drop(bucket)


def _without_values(state: State, check: AcrossPlan, there: Container[str]) -> list[pl.Expr]:
    """Columns that a spool left out, because no row of the bucket has a value in them."""
    kinds: dict[str, pl.DataType | type[pl.DataType]] = {"_unit": pl.String}
    for number, side in enumerate(check.across.sides):
        of_items = state.plan.judged[side.table] if number not in check.references else {}
        kinds |= {f"c{i}": of_items[name] for i, name in enumerate(side.carry)}
    return [pl.lit(None, kind).alias(name) for name, kind in kinds.items() if name not in there]


def _with_references(state: State, check: AcrossPlan, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, and behind them those of the references."""
    groups = [f"g{i}" for i in range(len(check.across.sides[0].group))]
    asked = rows.filter(pl.col("_side") == 0).drop_nulls(groups).unique(groups, maintain_order=True)
    parts = [
        asked.filter(held).with_columns(_side=pl.lit(side, pl.UInt8), _table=pl.lit(system))
        for side, name in check.references.items()
        for system, held in state.references[name].holding(asked.select(groups[: len(check.across.sides[side].group)]))
    ]
    return pl.concat([rows, *parts])


def judge(state: State, check: AcrossPlan, rows: pl.DataFrame) -> None:
    """Judge whole groups within the check's scope; failing rows become findings."""
    if check.scope != "all":
        rows = rows.filter(pl.Series(state.scopes.holds(check.scope, rows["_unit"])))
    if rows.is_empty():
        return
    rows = rows.sort("_file", "_record", maintain_order=True)
    failing = check.across.judge(_with_references(state, check, rows.drop("_unit", "_taint")))
    if failing.is_empty():
        return
    groups = [name for name in rows.columns if name.startswith("g")]
    tainted = rows.select(*MARKS, "_side", unit="_unit", tainted=pl.col("_taint").any().over(groups))
    placed = failing.join(tainted.unique([*MARKS]), on=MARKS, how="left", maintain_order="left")
    severity = pl.col("severity").fill_null(check.declared)
    numbers = pl.DataFrame(
        {"severity": list(check.rules), "rule": list(check.rules.values())}, schema_overrides={"rule": pl.Int32}
    )
    found = placed.with_columns(severity=severity).join(numbers, on="severity", how="left", maintain_order="left")
    own = found["rule"].to_numpy()
    cause = np.where(found["tainted"].fill_null(False).to_numpy(), own, -1)
    state.found.add(
        found.select("rule", file="_file", record="_record", offset="_offset", unit="unit").with_columns(
            cause=pl.Series(cause.astype(np.int32))
        )
    )
