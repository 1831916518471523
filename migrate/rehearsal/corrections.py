"""Corrections of values that staff decided on between two extractions: ``corrections.parquet`` of a project.

A correction is found again by the key of its row, not by a record number, and it holds only as long as the old system
still says what it said when the correction was made. The file holds personal data.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from migrate.errors import InputRefused, Problem, UsageError
from migrate.io.chain import replace_file
from migrate.io.publish import canonical
from migrate.io.tables import parquet_bytes
from migrate.plan.mapping import KEY_SEPARATOR
from migrate.spec.layout import Layout
from migrate.spec.table import StandardTable

FILE = "corrections.parquet"

_COLUMNS: dict[str, pl.DataType] = {
    **dict.fromkeys(("layout", "source", "table"), pl.String()),
    "key": pl.List(pl.String),
    **dict.fromkeys(("item", "seen", "value", "person", "note", "at"), pl.String()),
    "at_clock": pl.Boolean(),
    **dict.fromkeys(("rule", "run"), pl.String()),
}
SCHEMA = pl.Schema(_COLUMNS)
"""One row per cell of a standard table. ``key`` are the values of the table's primary key as they are mapped, ``seen``
is what the old system held, ``value`` what takes its place (null: nothing; a date is YYYY-MM-DD, one that is not wholly
known its 不詳表記), ``rule`` and ``run`` the finding that led to it."""
CELL = ("layout", "source", "table", "key", "item")


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections of one source; ``rows`` has SCHEMA and a ``number`` from 1, in the order of their cells."""

    rows: pl.DataFrame

    @property
    def sha256(self) -> str:
        """Of what they say, whatever file they come from: a part of the run id."""
        return hashlib.sha256(canonical(self.rows.drop("number").to_dicts())).hexdigest()

    def of_table(self, table: str) -> pl.DataFrame:
        """Those of one table: ``number``, ``key`` as one text, ``item``, ``seen``, ``value``."""
        key = pl.col("key").list.join(KEY_SEPARATOR)
        return self.rows.filter(pl.col("table") == table).select("number", "item", "seen", "value", key=key)


def corrections_of(project: Path, layout: Layout) -> Corrections | None:
    """Those of a project for one source, None where there are none.

    InputRefused where the file is damaged, UsageError where one of them is of an item that is not corrected here.
    """
    assert layout.source is not None
    of_source = pl.col("layout").eq(layout.system.system) & pl.col("source").eq(layout.source.source.source)
    rows = read_corrections(project).filter(of_source)
    problems = []
    for table, item in rows.select("table", "item").unique().sort("table", "item").rows():
        if table in layout.tables and (code := refusal(layout.tables[table], item)):
            problems.append(Problem(code, {"item": layout.tables[table].field(item).ja}, FILE))
    if problems:
        raise UsageError(*problems)
    return Corrections(rows.with_row_index("number", offset=1)) if rows.height else None


def refusal(table: StandardTable, item: str) -> str | None:
    """The code that says why an item is not corrected between two extractions; None where it may be, or is none."""
    field = table.by_name().get(item)
    if field is None:
        return None
    if field.secret or not table.secrets.isdisjoint(table.key):
        return "U-FIX-SECRET"
    if field.kosho or any(date.kosho and date.unknown and item in date.unknown.items() for date in table.fields):
        return "U-FIX-KOSHO"
    return "U-FIX-KEY" if item in table.key or item in table.derived else None


def read_corrections(project: Path) -> pl.DataFrame:
    """All of a project, no row where there is no file; InputRefused where it is none of ours."""
    path = project / FILE
    if not path.exists():
        return SCHEMA.to_frame()
    try:
        rows = pl.read_parquet(path)
    except pl.exceptions.PolarsError:
        raise InputRefused(Problem("I-CORRECTIONS", {}, FILE)) from None
    if rows.schema != SCHEMA:
        raise InputRefused(Problem("I-CORRECTIONS", {}, FILE))
    return rows


def enter_corrections(project: Path, given: pl.DataFrame) -> dict[str, Any]:
    """Take rows of SCHEMA over into the project, those of the same cell in place of the earlier ones; counts of
    ``new``, ``changed``, ``same`` and the ``whole``."""
    there = read_corrections(project)
    says = [name for name in SCHEMA if name not in ("at", "at_clock", "run", "rule")]
    same = given.join(there.select(says), on=says, how="semi", nulls_equal=True)
    other = given.join(same.select(CELL), on=CELL, how="anti")
    changed = other.join(there.select(CELL), on=CELL, how="semi")
    kept = there.join(other.select(CELL), on=CELL, how="anti")
    merged = pl.concat([kept, other]).sort(CELL)
    if other.height:
        replace_file(project / FILE, parquet_bytes(merged))
    new = other.height - changed.height
    return {"new": new, "changed": changed.height, "same": same.height, "whole": merged.height}


def withdraw_corrections(project: Path, used: pl.DataFrame) -> dict[str, int]:
    """Take corrections (rows of SCHEMA) out of the project where they still stand as they did; counts of
    ``withdrawn``, of those ``gone`` (withdrawn before, or corrected anew since) and the ``whole`` that is left."""
    there, says = read_corrections(project), SCHEMA.names()
    asked = used.select(says).unique()
    kept = there.join(asked, on=says, how="anti", nulls_equal=True, maintain_order="left")
    withdrawn = there.height - kept.height
    if withdrawn:
        replace_file(project / FILE, parquet_bytes(kept))
    return {"withdrawn": withdrawn, "gone": asked.height - withdrawn, "whole": kept.height}
