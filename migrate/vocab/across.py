"""Checks that need other rows or other tables: rows are gathered by a group key, then judged group by group."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from migrate.vocab.registry import When

MARKS = ("_table", "_file", "_record", "_offset")
"""Where a row came from; every judged frame carries them."""
LATEST = "_latest"
"""What a side may carry beside items: whether the row holds the present state of its unit (Boolean)."""


def groups_of(rows: pl.DataFrame) -> list[str]:
    """The columns of the group: ``g0``, ``g1`` …"""
    return [name for name in rows.columns if name.startswith("g")]


@dataclass(frozen=True, slots=True)
class Side:
    """Rows of one table that take part: ``group`` are its key items, ``carry`` further items, ``where`` a filter.

    ``table`` may name a reference, but of the first side: then its rows are the groups of the first side that stand in
    it, once for each of its parts (``_table``, the name of the system). It may go by the first of their items only.
    """

    table: str
    group: tuple[str, ...]
    carry: tuple[str, ...] = ()
    where: When | None = None
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Across:
    """A check over groups.

    ``judge`` gets all rows of whole groups, sorted by place, as columns ``_side`` (index into ``sides``), ``g0``,
    ``g1`` … (the group, text), ``c0``, ``c1`` … (carried items, dates as daykeys) and the MARKS. It returns the failing
    rows, sorted by place: the MARKS, and ``severity`` (null = the declared one).

    ``suspects``, where there is one, gets the same columns, side by side, each in the order of its table's key, groups
    in one piece, and names the groups (``g0``) that judging may fail: it is cheap, may name too many and must not miss
    one.

    ``several``: a row alone in its group cannot fail, and ``judge`` need not see it.

    ``whole``: the groups hang together, and ``judge`` gets all rows of the run at once, in memory: for few columns.

    ``idle``: nothing that this source delivers can fail, and nobody need ask.
    """

    sides: tuple[Side, ...]
    judge: Callable[[pl.DataFrame], pl.DataFrame]
    suspects: Callable[[pl.DataFrame], pl.Series] | None = None
    several: bool = False
    whole: bool = False
    idle: bool = False
