"""Two states of one table side by side, key by key: what only one of them has, and rows that differ.

Both are cut into ranges of the first key, so that memory holds one range of each. The ranges are those of the first
table, which is in key order; the other may be in any order.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from migrate.io.rows import TableRows
from migrate.io.spool import Spool
from migrate.rehearsal.reading import first_items, read_rows

RANGE_BYTES = 40 * 1024 * 1024
"""Bytes of the first table that a range stands for."""
READ_BYTES = 4 * 1024 * 1024
"""Bytes read at a time; finding where records end takes a few times as much memory."""
TWIN = "\0twin"
"""The how-manieth row of its key a row is, where keys stand twice."""
OTHER = "\0other"


@dataclass(frozen=True, slots=True)
class Pair:
    """One range of keys, every frame in key order: rows only in the first, only in the second, and rows that differ as
    they stand in the first (``before``) and in the second (``after``), line by line; how many rows are the same."""

    first: pl.DataFrame
    second: pl.DataFrame
    before: pl.DataFrame
    after: pl.DataFrame
    same: int


@dataclass(frozen=True, slots=True)
class Keys:
    """The primary key of a table; ``numbers`` are those of its items that are ordered by value."""

    names: tuple[str, ...]
    numbers: frozenset[str]

    def order(self) -> list[pl.Expr]:
        """What rows are ordered by: numbers by value, text by its bytes."""
        return [self.of(name) for name in self.names]

    def of(self, name: str) -> pl.Expr:
        """One item as it is ordered."""
        return pl.col(name).cast(pl.Int64, strict=False) if name in self.numbers else pl.col(name)


def pairs(
    first: TableRows | None,
    second: TableRows | None,
    keys: Keys,
    staging: Callable[[], Path],
    *,
    range_bytes: int = RANGE_BYTES,
) -> Iterator[Pair]:
    """Every range in key order; ``staging`` gives a folder when more than one is needed.

    A table that is not there has no rows; an item that one side lacks is empty there.
    """
    there = [table for table in (first, second) if table is not None]
    columns = list(dict.fromkeys(name for table in there for name in table.columns))
    bounds = _bounds(there[0], keys, range_bytes) if there else pl.Series(dtype=pl.String)
    sides = [
        _ranges(table, f"{number}", bounds, keys, columns, staging, range_bytes)
        for number, table in enumerate((first, second))
    ]
    for number in range(len(bounds) + 1):
        yield _pair(sides[0](number), sides[1](number), keys, columns)


def _bounds(table: TableRows, keys: Keys, range_bytes: int) -> pl.Series:
    """The first keys that ranges begin with, but of the first range."""
    name = keys.names[0]
    if table.path.stat().st_size <= range_bytes:
        return pl.Series(dtype=pl.String)
    block = min(range_bytes, READ_BYTES)
    step = range_bytes // block
    found = first_items(table, name, batch_bytes=block)[step::step]
    series = pl.DataFrame({name: found}, schema={name: pl.String}).select(keys.of(name)).to_series()
    return series.drop_nulls().unique().sort()


def _ranges(
    table: TableRows | None,
    name: str,
    bounds: pl.Series,
    keys: Keys,
    columns: Sequence[str],
    staging: Callable[[], Path],
    range_bytes: int,
) -> Callable[[int], pl.DataFrame]:
    """The rows of each range on demand; more than one range is put on disk first."""
    nothing = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    if table is None:
        return lambda number: nothing
    frames = read_rows(table, batch_bytes=min(range_bytes, READ_BYTES))
    if not len(bounds):
        return lambda number: _complete(pl.concat([*frames] or [nothing]), columns)
    spool = Spool(staging(), name, len(bounds) + 1)
    for frame in frames:
        first = frame.select(keys.of(keys.names[0])).to_series()
        spool.append(frame, bounds.search_sorted(first, side="right").fill_null(0).to_numpy().astype(np.int64))

    def read(number: int) -> pl.DataFrame:
        rows = spool.read(number)
        spool.drop(number)
        return nothing if rows is None else _complete(rows, columns)

    return read


def _complete(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """All columns, also those without any value."""
    return rows.select(pl.col(c) if c in rows.columns else pl.lit(None, pl.String).alias(c) for c in columns)


def _pair(first: pl.DataFrame, second: pl.DataFrame, keys: Keys, columns: Sequence[str]) -> Pair:
    on = [*keys.names, TWIN]
    a, b = _numbered(first, keys), _numbered(second, keys)
    items = [name for name in columns if name not in keys.names]
    both = a.join(b.rename({name: name + OTHER for name in items}), on=on, how="inner", nulls_equal=True)
    differ = (
        both.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name + OTHER)) for name in items))
        if items
        else both.clear()
    )
    differ = differ.sort(*keys.order(), TWIN)
    return Pair(
        a.join(b, on=on, how="anti", nulls_equal=True).sort(*keys.order(), TWIN).select(columns),
        b.join(a, on=on, how="anti", nulls_equal=True).sort(*keys.order(), TWIN).select(columns),
        differ.select(columns),
        differ.select(*keys.names, *(pl.col(name + OTHER).alias(name) for name in items)).select(columns),
        both.height - differ.height,
    )


def _numbered(rows: pl.DataFrame, keys: Keys) -> pl.DataFrame:
    """Rows of one key get numbers, in the order of their cells: a key that stands twice is two rows, not four pairs."""
    if not rows.select(pl.struct(keys.names).is_duplicated().any()).item():
        return rows.with_columns(pl.lit(0, pl.UInt32).alias(TWIN))
    ordered = rows.sort(rows.columns, nulls_last=False)
    return ordered.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over(keys.names).alias(TWIN))
