"""Findings of a run as lines for the staff: whose record, where in the old system, what stands there, who mends it.

A value that may be delivered corrected is *open*; 公証事項 are mended in the old system by 職権修正; what else can only
be mended there (secret items, keys, records that are none) is listed with the reason.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import polars as pl

from migrate.fixes.reread import Inputs, Reread
from migrate.rehearsal.corrections import refusal
from migrate.rehearsal.sealed import SealedRun
from migrate.spec.layout import Layout
from migrate.spec.table import StandardField, StandardTable

Place: TypeAlias = Literal["open", "kosho", "secret", "key", "keyless", "record", "unfilled", "protected"]
"""Where a finding is mended: in the sheet, by 職権修正, or in the old system for it is a secret item, a key, in a row
whose key is not whole, no row of a table, an item that the old system does not fill, or of a protected person."""
REFUSED: Mapping[str, Place] = {"U-FIX-SECRET": "secret", "U-FIX-KOSHO": "kosho", "U-FIX-KEY": "key"}
GRAVE = ("error", "alert")
MUNICIPALITY = "団体"
"""The owner whose staff may see who is protected (支援措置); the others are vendors."""


@dataclass(frozen=True, slots=True)
class Line:
    """One finding at one row. ``unit`` is the 宛名番号 or what the system has for it, ``key`` the whole primary key
    as it is mapped, ``seen`` what the old system holds (never that of a secret item)."""

    place: Place
    owner: str
    severity: str
    rule: str
    file: str
    record: int | None
    table: str | None
    item: str | None
    unit: str | None = None
    key: tuple[str, ...] = ()
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """The lines of a run in the order of their places; ``left_out`` findings are info, ``uncounted`` are more than
    ``findings.parquet`` has rows for."""

    lines: tuple[Line, ...]
    left_out: int
    uncounted: int


def export(
    run: SealedRun,
    layout: Layout,
    inputs: Path,
    owners: Collection[str],
    spared: frozenset[str] | None = frozenset(),
    *,
    whole: bool = False,
) -> Exported:
    """Every error and alert (``whole``: every finding) of these owners, one line for each row it stands at.

    Where none of the owners is the municipality, the sheet is for a vendor: a line about one of the ``spared`` units
    (None: nobody can tell who they are) or a row of a protected table says the record, and neither whose it is nor
    what stands there. Values are read from the files of the run, which must be there unchanged (UsageError).
    """
    read = Inputs.open(run, layout, inputs)
    owned = run.frame("findings").filter(pl.col("owner").is_in(list(owners)))
    found = (owned if whole else owned.filter(pl.col("severity").is_in(GRAVE))).with_row_index("number")
    at_rows = list(_at_rows(found, read, layout))
    if MUNICIPALITY not in owners:
        at_rows = [(number, _outside(line, layout, spared)) for number, line in at_rows]
    placed = {number for number, _ in at_rows}
    rest = [_bare(row, layout) for row in found.to_dicts() if row["number"] not in placed]
    lines = [*(line for _, line in at_rows), *rest]
    ordered = sorted(lines, key=lambda line: (line.file, line.record or 0, line.table or "", line.item or ""))
    stated = sum(
        entry["count"]
        for entry in run.report["findings"]
        if entry["owner"] in owners and (whole or entry["severity"] in GRAVE)
    )
    return Exported(tuple(ordered), owned.height - found.height, max(0, stated - found.height))


def _at_rows(found: pl.DataFrame, read: Inputs, layout: Layout) -> Iterator[tuple[int, Line]]:
    """(number of the finding, line) for findings that stand at rows of a table; a repeated field has several."""
    at = found.filter(pl.col("record").is_not_null() & pl.col("table").is_not_null())
    records = {str(file): part["record"].unique().to_numpy() for (file,), part in at.group_by("source_file")}
    for part in read.rows(records):
        keys = read.plan.tables[part.mapping.to].key_texts
        rows = part.frame.select(record="_record", unit=read.plan.unit, key=pl.concat_list(keys)).with_row_index("row")
        of_part = at.filter(pl.col("source_file").eq(part.file) & pl.col("table").eq(part.mapping.to))
        for row in of_part.join(rows, on="record", how="inner").sort("number", "row").to_dicts():
            yield row["number"], _line(row, part, layout.tables[part.mapping.to])


def _outside(line: Line, layout: Layout, spared: frozenset[str] | None) -> Line:
    """The line as those may see it who may not know who is protected; one that does not say whose it is says too
    little to tell."""
    if spared is not None and line.unit not in {None, *spared} and line.table not in layout.system.protected:
        return line
    return replace(line, place="protected", unit=None, key=(), seen=None)


def _line(row: dict[str, Any], part: Reread, table: StandardTable) -> Line:
    item = table.by_name().get(str(row["field"]))
    place = _place(item, table, part)
    if place == "open" and None in row["key"]:
        place = "keyless"
    shown = place not in ("secret", "unfilled") and item is not None and item.name in part.frame.columns
    seen = part.seen(row["row"], item.name) if shown and item is not None else None
    whole = not table.secrets & set(table.key)
    return Line(
        place,
        **_said(row),
        unit=row["unit"] if whole else None,
        key=tuple(value or "" for value in row["key"]) if whole else (),
        seen=seen,
    )


def _place(item: StandardField | None, table: StandardTable, part: Reread) -> Place:
    if item is None:
        return "record"
    if code := refusal(table, item.name):
        return REFUSED[code]
    return "open" if item.name in part.frame.columns else "unfilled"


def _bare(row: dict[str, Any], layout: Layout) -> Line:
    """A finding about a file, or a record that is no row of a table."""
    table = layout.tables.get(str(row["table"]))
    item = table.by_name().get(str(row["field"])) if table else None
    code = refusal(table, item.name) if table and item else None
    return Line(REFUSED[code] if code else "record", **_said(row))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    names = {name: row[name] for name in ("owner", "severity", "rule", "record", "table")}
    return {**names, "file": row["source_file"] or "", "item": row["field"]}
