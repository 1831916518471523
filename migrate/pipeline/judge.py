"""The second half's checks: whole groups of rows are judged bucket by bucket."""

from collections.abc import Container
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from migrate.io.spool import Spool
from migrate.pipeline.run_state import State
from migrate.pipeline.store import FOUND
from migrate.plan.across import AcrossPlan
from migrate.vocab.across import MARKS, groups_of

JUDGES = 2
"""Buckets that are judged beside each other."""
NO_FINDINGS = FOUND.to_frame()


def judge_groups(state: State) -> None:
    """Checks whose groups cross units (households, shared numbers), over their own buckets."""
    buckets = [
        (check, state.sides[check.number], bucket)
        for check in state.plan.across
        if check.number in state.sides
        for bucket in range(state.sides[check.number].buckets)
    ]
    with ThreadPoolExecutor(JUDGES) as pool:
        for found in pool.map(lambda piece: _judge_bucket(state, *piece), buckets):
            state.found.add(found)


def _judge_bucket(state: State, check: AcrossPlan, spool: Spool, bucket: int) -> pl.DataFrame:
    rows = spool.read(bucket)
    if rows is None:
        return NO_FINDINGS
    found = judge(state, check, rows.with_columns(_without_values(state, check, rows.columns)))
    spool.drop(bucket)
    return found


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


def judge(state: State, check: AcrossPlan, rows: pl.DataFrame) -> pl.DataFrame:
    """Judge whole groups within the check's scope; the findings that failing rows become."""
    if check.across.several:
        rows = with_others(rows)
    if check.scope != "all" and rows.height:
        rows = rows.filter(pl.Series(state.scopes.holds(check.scope, rows["_unit"])))
    if rows.is_empty():
        return NO_FINDINGS
    rows = rows.sort("_file", "_record", maintain_order=True)
    failing = check.across.judge(_with_references(state, check, rows.drop("_unit", "_taint")))
    if failing.is_empty():
        return NO_FINDINGS
    tainted = pl.col("_taint").any().over(groups_of(rows)) if rows["_taint"].any() else pl.col("_taint")
    places = rows.select(*MARKS, unit="_unit", tainted=tainted).unique([*MARKS])
    rule = pl.col("severity").fill_null(check.declared).replace_strict(check.rules, return_dtype=pl.Int32)
    return (
        failing.join(places, on=MARKS, how="left", maintain_order="left")
        .with_columns(rule=rule)
        .select(
            "rule",
            file="_file",
            record="_record",
            offset="_offset",
            unit="unit",
            cause=pl.when(pl.col("tainted").fill_null(False)).then("rule").otherwise(pl.lit(-1, pl.Int32)),
        )
    )


def with_others(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that are not alone in their group."""
    groups = groups_of(rows)
    return rows.filter((pl.struct(groups) if len(groups) > 1 else pl.col(groups)).is_duplicated())
