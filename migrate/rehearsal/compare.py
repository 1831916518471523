"""Two rehearsals compared: findings, tables, counts, controls and times. No value of a resident is in the result."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl

from migrate.errors import Problem, UsageError
from migrate.rehearsal.pairs import Keys, Pair, pairs
from migrate.rehearsal.recurring import recurring
from migrate.rehearsal.sealed import SealedRun, TableFile
from migrate.rehearsal.workroom import Workroom
from migrate.spec.layout import Layout

SCHEMA = "migrate.compare/1"
SAME = ("layout", "profile")
ONLY = ("only_first", "only_second")
ABOUT = ("run_id", "source", "as_of", "definitions", "tool", "verdict", "balanced")


def compare(first: SealedRun, second: SealedRun, layout: Layout, *, references: int) -> dict[str, Any]:
    """Everything that differs, as data; UsageError for runs of other layouts or profiles."""
    refuse_others(first, second)
    with Workroom(second.folder.parent) as room:
        tables = [_table(*both, room.folder) for both in sides(first, second, layout)]
    return {
        "schema": SCHEMA,
        "layout": first.report["layout"],
        "profile": first.report["profile"],
        "first": {key: first.report[key] for key in ABOUT},
        "second": {key: second.report[key] for key in ABOUT},
        "findings": recurring(first, second, references=references),
        "tables": tables,
        "inputs": _inputs(first, second),
        "controls": _controls(first, second),
        "seconds": _seconds(first, second),
    }


def refuse_others(first: SealedRun, second: SealedRun) -> None:
    """UsageError where two runs did not write the same tables in the same form."""
    for what in SAME:
        if first.report[what] != second.report[what]:
            facts = {"first": first.id, "second": second.id, "one": first.report[what], "other": second.report[what]}
            raise UsageError(Problem("U-COMPARE-LAYOUT" if what == "layout" else "U-COMPARE-PROFILE", facts))


def sides(first: SealedRun, second: SealedRun, layout: Layout) -> list[tuple[TableFile | None, TableFile | None]]:
    """The tables of both runs by name, in load order."""
    ours, theirs = ({table.name: table for table in run.tables(layout)} for run in (first, second))
    return [(ours.get(name), theirs.get(name)) for name in dict.fromkeys([*ours, *theirs])]


def keys_of(first: TableFile | None, second: TableFile | None) -> Keys:
    """The key of a table that stands on one side at least."""
    return either(first, second).keys


def either(first: TableFile | None, second: TableFile | None) -> TableFile:
    """The side that is delivered, else the one that is there."""
    there = [table for table in (first, second) if table is not None]
    return next((table for table in there if table.file), there[0])


def _table(first: TableFile | None, second: TableFile | None, staging: Callable[[], Path]) -> dict[str, Any]:
    """Rows by what became of them, and of those that differ how often each item does; nothing is counted where a side
    is not delivered."""
    entry: dict[str, Any] = {"table": either(first, second).name, "compared": False}
    if first is None or second is None or first.file is None or second.file is None:
        return entry
    if first.same_file(second) and first.written is not None:
        counts, items = tally((), ONLY)
        counts["same"] = first.written
    else:
        counts, items = tally(pairs(first.rows(), second.rows(), keys_of(first, second), staging), ONLY)
    return entry | counts | {"compared": True, "fields": items}


def tally(found: Iterable[Pair], only: tuple[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    """Rows by what became of them, ``only`` being the names for those of one side; and in how many rows each item
    differs."""
    counts = {"same": 0, only[0]: 0, only[1]: 0, "differing": 0}
    items: dict[str, int] = {}
    for pair in found:
        counts["same"] += pair.same
        counts[only[0]] += pair.first.height
        counts[only[1]] += pair.second.height
        counts["differing"] += pair.before.height
        for name, differing in _differing(pair.before, pair.after).items():
            items[name] = items.get(name, 0) + differing
    return counts, items


def _differing(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, int]:
    """In how many lines each item differs; items that never do are left out."""
    if not before.height:
        return {}
    counted = {name: int(before[name].ne_missing(after[name]).sum()) for name in before.columns}
    return {name: differing for name, differing in counted.items() if differing}


def _inputs(first: SealedRun, second: SealedRun) -> list[dict[str, Any]]:
    """Records by kind of file and what became of them, in both runs."""
    counted = ("records", "mapped", "referenced", "excluded", "quarantined")
    sums: dict[str, dict[str, dict[str, int]]] = {}
    for side, run in (("before", first), ("after", second)):
        for entry in run.report["inputs"]:
            kind = sums.setdefault(entry.get("kind", entry["file"]), {"before": {}, "after": {}})
            for name in counted:
                kind[side][name] = kind[side].get(name, 0) + entry.get(name, 0)
    return [{"kind": kind, **both} for kind, both in sums.items()]


def _controls(first: SealedRun, second: SealedRun) -> list[dict[str, Any]]:
    """Totals whose target differs, or that balance in one of the runs only."""
    told = ("source", "target", "explained", "balanced", "waived")
    ours, theirs = (
        {(c["table"], c["name"]): {name: c[name] for name in told} for c in run.report["controls"]}
        for run in (first, second)
    )
    names = dict.fromkeys([*ours, *theirs])
    return [
        {"table": table, "name": name, "before": ours.get((table, name)), "after": theirs.get((table, name))}
        for table, name in names
        if ours.get((table, name)) != theirs.get((table, name))
    ]


def _seconds(first: SealedRun, second: SealedRun) -> list[dict[str, Any]]:
    names = dict.fromkeys([*first.seconds, *second.seconds])
    return [{"stage": n, "before": first.seconds.get(n), "after": second.seconds.get(n)} for n in names]
