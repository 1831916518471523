"""Staging: checked rows to their key bucket, and the few columns of them that checks and totals over groups go by.

What a look-up gave is not staged: the row of the look-up is, and the columns are taken from it again at the end.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from migrate.io.inputs import InputFile
from migrate.pipeline.run_state import State
from migrate.plan.across import AcrossPlan
from migrate.plan.mapping import AT, MappingPlan, lookup_of
from migrate.stages.map import SLOT, Lookup
from migrate.stages.validate import Validated
from migrate.vocab import daykey
from migrate.vocab.registry import filter_of


def stage(state: State, file: InputFile, mapping: MappingPlan, checked: Validated, untouched: Iterable[str]) -> None:
    """Checked rows of one batch into the spools; ``untouched`` are items that cleansing left as they were."""
    plan = state.plan
    frame = checked.frame.drop("_row", SLOT, strict=False).with_columns(
        _file=pl.lit(state.file_number(file.name), pl.UInt16), _latest=pl.lit(mapping.latest)
    )
    withheld = set(checked.withheld["field"].to_list())
    left = [name for name in untouched if name not in withheld]
    state.tables[mapping.to].append(_deferred(state, mapping, frame, left), state.bucket_of(frame[plan.unit]))
    of = plan.layout.system.state
    if of and of.table == mapping.to and mapping.latest:
        state.scopes.take(frame)
    for check in plan.across:
        if check.number in state.sides:
            for number, side in enumerate(check.across.sides):
                if side.table == mapping.to and (mapping.latest or not side.latest):
                    _stage_side(state, check, number, frame, checked)
    for control in plan.controls:
        if control.name in state.groups and control.control.table == mapping.to and mapping.latest:
            group, kind = control.control.keys
            stage_group(state, control.name, "source", frame.select(g=group, k=kind))


def _deferred(state: State, mapping: MappingPlan, frame: pl.DataFrame, untouched: Iterable[str]) -> pl.DataFrame:
    """Without the columns that the look-up's row number stands for; without the row numbers that stand for none.

    A look-up is deferred whole or not at all: where one of its items was changed or withheld in this batch, or is in
    the key that rows are put in order by, all are staged.
    """
    left = set(untouched) - set(state.plan.tables[mapping.to].table.key)
    for column in (name for name in frame.columns if name.startswith(AT)):
        targets = [target for target, _ in state.plan.deferred[mapping.to].get(column, ())]
        frame = frame.drop(targets if targets and left.issuperset(targets) else column)
    return frame


def restored(
    frame: pl.DataFrame, deferred: Mapping[str, tuple[tuple[str, str], ...]], lookups: Mapping[str, Lookup]
) -> pl.DataFrame:
    """Staged rows with every column again."""
    for column, targets in deferred.items():
        there = set(frame.columns)
        if column not in there:
            continue
        at = frame[column]
        found = lookups[lookup_of(column)].frame.select(pl.col(source).gather(at).alias(t) for t, source in targets)
        frame = frame.drop(column).with_columns(
            pl.coalesce(t, pl.lit(found[t])) if t in there else found[t] for t, _ in targets
        )
    return frame


def stage_group(state: State, name: str, side: str, rows: pl.DataFrame) -> None:
    """Rows of a control by groups (households), by bucket of the group."""
    distinct = rows.drop_nulls("g").unique().with_columns(side=pl.lit(side))
    bucket = (distinct["g"].hash(seed=0) % state.groups[name].buckets).to_numpy().astype(np.int64)
    state.groups[name].append(distinct, bucket)


def _stage_side(state: State, check: AcrossPlan, number: int, frame: pl.DataFrame, checked: Validated) -> None:
    side = check.across.sides[number]
    tainted = checked.causes.tainted((*side.group, *side.carry))
    rows = side_rows(frame, check, number, state.plan.unit).with_columns(_taint=pl.Series(tainted))
    if side.where:
        rows = rows.filter(frame.select(filter_of(side.where)).to_series())
    groups = [f"g{i}" for i in range(len(side.group))]
    rows = rows.drop_nulls(groups)
    if rows.height:
        spool = state.sides[check.number]
        buckets = 1 if check.across.whole else spool.buckets
        bucket = rows.select(pl.struct(groups).hash(seed=0) % buckets).to_series()
        spool.append(rows, bucket.to_numpy().astype(np.int64))


def side_rows(frame: pl.DataFrame, check: AcrossPlan, number: int, unit: str) -> pl.DataFrame:
    """Rows as a judge wants them: ``_side``, ``g0`` …, ``c0`` …, the place, and the unit. A day is the same in whatever
    era it was written; beside a reference, which has it as it was delivered, it is written so."""
    side = check.across.sides[number]

    def item(name: str) -> pl.Expr:
        if name not in frame.columns:
            return pl.lit(None, pl.String)
        return pl.col(name) - pl.col(name) % 8 if frame.schema[name] == pl.Int32 else pl.col(name)

    def group(name: str) -> pl.Expr:
        dated = check.references and frame.schema.get(name) == pl.Int32
        return daykey.iso(pl.col(name)) if dated else item(name).cast(pl.String)

    return frame.select(
        pl.lit(number, pl.UInt8).alias("_side"),
        *(group(name).alias(f"g{i}") for i, name in enumerate(side.group)),
        *(item(name).alias(f"c{i}") for i, name in enumerate(side.carry)),
        pl.lit(side.table).alias("_table"),
        "_file",
        "_record",
        "_offset",
        pl.col(unit).alias("_unit"),
    )
