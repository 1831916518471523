"""Key buckets of the delivering half: read back in key order, and checked as the rows of whole units.

Nothing of the run changes here but the spools, which are read and go; so this goes on in threads of its own while the
bucket before is booked.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import TypeAlias

import polars as pl

from migrate.pipeline.judge import judge
from migrate.pipeline.run_state import State
from migrate.pipeline.staging import restored, side_rows
from migrate.plan.tables import TablePlan
from migrate.vocab import daykey

Frames: TypeAlias = Mapping[str, pl.DataFrame]
"""The rows of a bucket by table, in key order."""
Checked: TypeAlias = tuple[Frames, list[pl.DataFrame]]
"""A bucket, and what its checks found (FOUND, without some columns)."""


def staged(state: State) -> Generator[Frames, None, None]:
    """The staged rows of every bucket."""
    for bucket in range(state.buckets):
        state.room.enter()
        with state.watch("publish: read"):
            frames = {name: _read(state, name, bucket) for name in state.tables}
        yield {name: frame for name, frame in frames.items() if frame is not None}
        del frames


def _read(state: State, name: str, bucket: int) -> pl.DataFrame | None:
    frame = state.tables[name].read(bucket)
    state.tables[name].drop(bucket)
    if frame is None:
        return None
    ordered = _in_key_order(frame, state.plan.tables[name])
    whole = restored(ordered, state.plan.deferred[name], state.lookups)
    return _with_judged(whole, state.plan.judged[name])


def _in_key_order(frame: pl.DataFrame, table: TablePlan) -> pl.DataFrame:
    """Rows by primary key; numbers by value, equal keys by place. A key that no row of the bucket has is not staged."""
    keys = [_value(k, table) for k in table.table.key if k in frame.columns]
    return frame.sort(*keys, "_file", "_record", nulls_last=False)


def _value(key: str, table: TablePlan) -> pl.Expr:
    """What a key is ordered by: a number, a day in whatever era it was written, or text."""
    kind = table.table.field(key).type
    if kind == "DATE":
        return daykey.number_of(pl.col(key))
    return pl.col(key).cast(pl.Int64, strict=False) if kind in ("9", "S9") else pl.col(key)


def _same_key(table: TablePlan) -> pl.Expr:
    """Whether a row has the key of the row before it; 2 and 02 are one number, 平成38年 and 令和8年 one year."""
    return pl.all_horizontal(_alike(key, _value(key, table)) for key in table.table.key).fill_null(False)


def _alike(key: str, value: pl.Expr) -> pl.Expr:
    same = value == value.shift(1)
    if value.meta.eq(pl.col(key)):
        return same
    return same.fill_null(False) | (pl.col(key) == pl.col(key).shift(1))  # what is no number is text


def _with_judged(frame: pl.DataFrame, judged: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """With the items that checks and totals read, also where no row of the bucket has a value."""
    return frame.with_columns(pl.lit(None, kind).alias(n) for n, kind in judged.items() if n not in frame.columns)


def checked(state: State, buckets: Iterable[Frames]) -> Generator[Checked, None, None]:
    """Every bucket, with what its checks found."""
    for frames in buckets:
        with state.watch("publish: checks"):
            found = [*_duplicates(state, frames), *_across(state, frames), *_present(state, frames)]
            found += _present_twice(state, frames)
        yield frames, found
        del frames, found


def _duplicates(state: State, frames: Frames) -> Iterator[pl.DataFrame]:
    """Every holder of a key that stands twice. Rows are in key order, so equal keys are neighbours."""
    for name, frame in frames.items():
        table = state.plan.tables[name]
        second = frame.select(same=_same_key(table)).to_series()
        if second.any():
            places = frame.select(file="_file", record="_record", offset="_offset", unit=state.plan.unit)
            double = places.filter(second | second.shift(-1, fill_value=False))
            yield double.with_columns(rule=pl.lit(table.duplicate), cause=pl.lit(-1))


def _across(state: State, frames: Frames) -> Iterator[pl.DataFrame]:
    """Checks over the rows of a unit."""
    for check in state.plan.across:
        if not check.local:
            continue
        rows = [
            side_rows(frames[side.table], check, number, state.plan.unit)
            for number, side in enumerate(check.across.sides)
            if side.table in frames
        ]
        if not rows:
            continue
        stacked = pl.concat(rows) if len(rows) > 1 else rows[0]
        if check.across.suspects is not None:
            named = check.across.suspects(stacked).unique()
            if not len(named):
                continue
            stacked = stacked.filter(pl.col("g0").is_in(named.implode()))
        yield judge(state, check, stacked.with_columns(_taint=pl.lit(False)))


def _units(ordered: pl.Series) -> int:
    """Runs of rows with one unit. Where rows are left out, as many runs are left only if none went whole."""
    units = ordered.drop_nulls()
    return int((units != units.shift(1)).sum()) + (len(units) > 0)


def _present(state: State, frames: Frames) -> Iterator[pl.DataFrame]:
    """Units that have a past and no present: their present record is lost, or its key cannot be read."""
    of = state.plan.layout.system.state
    if state.plan.no_present is None or of is None or of.table not in frames:
        return
    frame, unit = frames[of.table], state.plan.unit
    present = frame.filter("_latest").select(unit)
    if _units(present[unit]) == _units(frame[unit]):
        return
    lost = frame.filter(pl.col(unit).is_not_null()).join(present, on=unit, how="anti", maintain_order="left")
    last = lost.unique(unit, keep="last", maintain_order=True)
    found = last.select(file="_file", record="_record", offset="_offset", unit=unit)
    yield found.with_columns(rule=pl.lit(state.plan.no_present), cause=pl.lit(-1))


def _present_twice(state: State, frames: Frames) -> Iterator[pl.DataFrame]:
    """Units with several present rows of different keys: two persons have one number, or one was extracted twice."""
    of = state.plan.layout.system.state
    if state.plan.present_twice is None or of is None or of.table not in frames:
        return
    unit = state.plan.unit
    present = frames[of.table].filter("_latest")
    again = (pl.col(unit) == pl.col(unit).shift(1)).fill_null(False) & ~_same_key(state.plan.tables[of.table])
    second = present.select(again=again).to_series()
    if second.any():
        places = present.select(file="_file", record="_record", offset="_offset", unit=unit)
        twice = places.filter(second | second.shift(-1, fill_value=False))
        yield twice.with_columns(rule=pl.lit(state.plan.present_twice), cause=pl.lit(-1))
