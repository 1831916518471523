"""Validate: every row check of a table in one pass of boolean expressions; what fails becomes findings and withheld
values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.evidence import NOTHING, Evidence
from migrate.plan.hits import Causes, Hit, Rows, rows_where
from migrate.plan.row_check import RowCheck
from migrate.plan.rules import RuleBook
from migrate.plan.tables import TablePlan
from migrate.vocab.quiet import Asked
from migrate.vocab.registry import never

Told: TypeAlias = tuple[str, Mapping[int, RowCheck]]
"""A clue, and the checks that find nothing without it, by position."""
FOUND = pl.Schema({"rule": pl.Int32, "cause": pl.Int32, "row": pl.UInt32})


@dataclass(frozen=True, slots=True)
class Validated:
    """Rows with bad values left out; ``found`` has one row per finding: rule, the rule that caused it (-1 = none), row.

    ``withheld`` has one row per value left out: rule, field, row and what stood there (null if it could not be read,
    or is secret).
    """

    frame: pl.DataFrame
    found: pl.DataFrame
    withheld: pl.DataFrame
    causes: Causes


WITHHELD = pl.Schema({"rule": pl.Int32, "field": pl.String, "row": pl.UInt32, "value": pl.String})


@dataclass(frozen=True, slots=True)
class Foregone:
    """What a table's checks say of the rows of a look-up, where they ask for nothing but what it gave: judged once, not
    in every row that found it.

    ``at`` is the column with the row of the look-up, ``items`` what came from there. ``fails`` is by position among the
    table's checks: one Boolean for each of the ``rows`` of the look-up, and one for who found none; None = nowhere.
    """

    at: str
    items: frozenset[str]
    rows: int
    fails: Mapping[int, pl.Series | None]

    def hits(self, frame: pl.DataFrame, checks: Sequence[RowCheck], *, latest: bool) -> Iterator[tuple[int, Hit]]:
        """The findings in rows whose ``items`` are as the look-up gave them, by position of the check."""
        failing = {number: fails for number, fails in self.fails.items() if fails is not None}
        if not failing:
            return
        at = frame[self.at].fill_null(self.rows)
        some = rows_where(reduce(or_, failing.values()).gather(at))
        for number, fails in failing.items():
            check = checks[number]
            if some.size and (latest or not check.latest):
                rows = some[rows_where(fails.gather(at.gather(some)))]
                if rows.size:
                    yield number, Hit(check.rule, rows, check.fields, check.withhold)


def foregone(at: str, given: pl.DataFrame, checks: Sequence[RowCheck]) -> Foregone:
    """Judge the rows of a look-up; ``given`` are its columns under the names of the items that they become."""
    items = frozenset(given.columns)
    asked = {number: check for number, check in enumerate(checks) if check.reads and check.reads <= items}
    rows = pl.concat([given, given.clear(1)])
    failed = rows.lazy().select(check.fails.alias(str(number)) for number, check in asked.items()).collect()
    return Foregone(at, items, given.height, {n: failed[str(n)] if failed[str(n)].any() else None for n in asked})


def check_rows(
    frame: pl.DataFrame,
    table: TablePlan,
    known: Mapping[str, Evidence],
    *,
    latest: bool,
    proven: frozenset[str],
    judged: Sequence[Foregone] = (),
    asked: Asked | None = None,
) -> list[Hit]:
    """What the table's own checks find in mapped and cleansed rows, in the order of the checks; ``proven`` items hold
    nothing but standard codes, those of ``judged`` what a look-up gave."""
    nulls = frame.null_count().row(0, named=True)
    empty = {name for name, number in nulls.items() if number == frame.height} | (table.items - set(nulls))
    done = {number for part in judged for number in part.fails}
    checks = {
        number: check
        for number, check in enumerate(table.checks)
        if number not in done and _applies(check, empty, known, proven) and (latest or not check.latest)
    }
    hits = dict(hit for part in judged for hit in part.hits(frame, table.checks, latest=latest))
    hits |= _checked(frame, table, checks, asked or Asked())
    return [hits[number] for number in sorted(hits)]


def _checked(frame: pl.DataFrame, table: TablePlan, checks: Mapping[int, RowCheck], asked: Asked) -> dict[int, Hit]:
    """What these checks find, by their position."""
    absent = {name for check in checks.values() for name in check.reads} - set(frame.columns)
    dates = set(table.dates)
    whole = frame.with_columns(
        pl.lit(None, pl.Int32 if name in dates else pl.String).alias(name) for name in sorted(absent)
    )
    told = _told_by_clues(checks)
    tests = {(table.name, number): check.quiet for number, check in checks.items() if check.clue is None}
    quiet = asked.quiet(whole, tests | {(table.name, name): _nowhere(name, clue) for name, (clue, _) in told.items()})
    busy = {number: checks[number] for _, number in tests if (table.name, number) not in quiet}
    found = _failing(whole, busy) | _failing_with_a_clue(
        whole, {name: of for name, of in told.items() if (table.name, name) not in quiet}
    )
    return {
        number: Hit(checks[number].rule, rows, checks[number].fields, checks[number].withhold)
        for number, rows in found.items()
    }


def _failing(frame: pl.DataFrame, checks: Mapping[int, RowCheck]) -> dict[int, Rows]:
    """The rows that fail, by the position of the check; those that fail nowhere are not there."""
    if not checks:
        return {}
    failed = frame.select(check.fails.alias(str(number)) for number, check in checks.items())
    some = failed.select(pl.all().any()).row(0)
    return {number: rows_where(failed[str(number)]) for number, found in zip(checks, some, strict=True) if found}


def _told_by_clues(checks: Mapping[int, RowCheck]) -> dict[str, Told]:
    """By column: what tells all those checks of it that have a clue."""
    by_column: dict[str, dict[int, RowCheck]] = {}
    for number, check in checks.items():
        if check.clue is not None:
            by_column.setdefault(check.fields[0], {})[number] = check
    return {
        name: ("|".join(dict.fromkeys(str(check.clue) for check in some.values())), some)
        for name, some in by_column.items()
    }


@cache
def _nowhere(name: str, clue: str) -> pl.Expr:
    """One Boolean for a batch: no value of a column has the clue."""
    return never(clue)(pl.col(name))


def _failing_with_a_clue(frame: pl.DataFrame, told: Mapping[str, Told]) -> dict[int, Rows]:
    """As ``_failing``: every column is searched once, and the checks look at the rows that have the clue."""
    having = frame.select(pl.col(name).str.contains(clue) for name, (clue, _) in told.items())
    found: dict[int, Rows] = {}
    for name, (_, checks) in told.items():
        rows = rows_where(having[name].fill_null(False))
        if rows.size:
            reads = sorted(set().union(*(check.reads for check in checks.values())))
            some = frame.select(pl.col(reads).gather(rows))
            found |= {number: rows[at] for number, at in _failing(some, checks).items()}
    return found


def _applies(check: RowCheck, empty: set[str], known: Mapping[str, Evidence], proven: frozenset[str]) -> bool:
    """Whether a check can fail at all, from what is known before any value is looked at."""
    name = check.fields[0]
    if check.codes and name in proven:
        return False
    return not (check.skips_empty and name in empty) and not check.idle(known.get(name, NOTHING))


def confirm(frame: pl.DataFrame, table: TablePlan, hits: Sequence[Hit]) -> tuple[str, str] | None:
    """Hold the columns that showed failures against the table's pandera schema: (item, check) that still fails, or
    None.

    What the fused expressions found wrong has been left out by now, so anything that the contract still refuses
    means that the two disagree, and the tool is at fault.
    """
    names = {check.fields[0] for check in table.checks if check.derived}
    shown = {hit.fields[0] for hit in hits if hit.withhold}.intersection(names, frame.columns)
    if not shown:
        return None
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrors

    with config_context(validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        for name in sorted(shown):
            try:
                table.contract()[name].validate(frame.select(name), lazy=True)
            except SchemaErrors as errors:
                return name, str(errors.failure_cases.row(0, named=True)["check"])
    return None


def settle(frame: pl.DataFrame, hits: Sequence[Hit], book: RuleBook) -> Validated:
    """Hits in the order they were made → findings with their causes, and the rows without the withheld values."""
    causes = Causes(book, frame.height)
    caused = [causes.take(hit) for hit in hits]
    withheld = [WITHHELD.to_frame()]
    emptied: dict[str, list[Rows]] = {}
    there = set(frame.columns)
    for hit in hits:
        name = hit.fields[0] if hit.fields else ""
        if hit.withhold and name:
            values = frame[name].gather(hit.rows) if name in there else None
            withheld.append(_withheld(hit, name, values, secret=book[hit.rule].secret))
            emptied.setdefault(name, []).append(hit.rows)
    left = [
        frame[name].scatter(np.unique(np.concatenate(parts)), None) for name, parts in emptied.items() if name in there
    ]
    return Validated(frame.with_columns(left), _found(hits, caused), pl.concat(withheld), causes)


def _found(hits: Sequence[Hit], caused: Sequence[npt.NDArray[np.int32]]) -> pl.DataFrame:
    """One row per finding."""
    if not hits:
        return FOUND.to_frame()
    return pl.DataFrame(
        {
            "rule": np.repeat(np.array([hit.rule for hit in hits], np.int32), [hit.rows.size for hit in hits]),
            "cause": np.concatenate(caused),
            "row": np.concatenate([hit.rows for hit in hits]).astype(np.uint32),
        },
        schema=FOUND,
    )


def _withheld(hit: Hit, name: str, values: pl.Series | None, *, secret: bool) -> pl.DataFrame:
    text = None if secret or values is None or values.dtype != pl.String else values
    return pl.DataFrame(
        {
            "rule": np.full(hit.rows.size, hit.rule, np.int32),
            "field": [name] * hit.rows.size,
            "row": hit.rows.astype(np.uint32),
            "value": text if text is not None else [None] * hit.rows.size,
        },
        schema=WITHHELD,
    )
