"""Who is under protection, as a run folder tells it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from migrate.errors import DefinitionErrors, UsageError
from migrate.io.rows import TableRows
from migrate.io.sealed import read_frame
from migrate.io.tables import Form
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout

PLACE = ["source_file", "record"]
BATCH_BYTES = 8 * 1024 * 1024

People: TypeAlias = Mapping[str, frozenset[str] | None]
"""By system: whom it protects; None where that cannot be told."""


def delivered_rows(
    folder: Path, report: Mapping[str, Any], layout: Layout, table: str, columns: Sequence[str]
) -> pl.DataFrame | None:
    """Some columns of every row of a table, as text; None where it is not delivered."""
    entry = next((entry for entry in report["tables"] if entry["table"] == table), None)
    if entry is None or entry["file"] is None:
        return None
    rows = TableRows.open(folder / entry["file"], Form(layout.profile, layout.tables[table].fields))
    parts = [frame.select(columns) for frame in rows.read(batch_bytes=BATCH_BYTES)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


def records_of(folder: Path, report: Mapping[str, Any], layout: Layout, table: str) -> pl.DataFrame:
    """Records of the files that a table is made of, as far as something was found about them: one row per record taken
    out and unit of it, and per record and unit that a finding is about. ``taken`` tells the first; their ``unit`` is
    null where it is not known. In order of place; ``finding_cap`` leaves nothing out.
    """
    mappings = layout.source.mappings.values() if layout.source else ()
    kinds = {mapping.from_ for mapping in mappings if mapping.to == table}
    files = [entry["file"] for entry in report["inputs"] if entry.get("kind") in kinds]
    units, taken = (
        read_frame(folder, name).filter(pl.col("source_file").is_in(files)) for name in ("units", "quarantine")
    )
    held = taken.select(*PLACE, taken=True)
    joined = units.select(*PLACE, "unit").join(held, on=PLACE, how="full", coalesce=True)
    return joined.with_columns(pl.col("taken").fill_null(value=False)).sort(*PLACE, "unit")


def protected_units(
    folder: Path, report: Mapping[str, Any], layout: Layout, delivered: Mapping[str, pl.DataFrame | None]
) -> frozenset[str] | None:
    """Every unit that has a row in a protected table, delivered or taken out; None where that cannot be told: a table
    is not delivered, a file was refused, or a row, delivered or taken out, does not say whose it is.

    ``delivered`` has the rows of each protected table with at least their unit, None for a table that is not delivered.
    """
    if report["refused"]:
        return None
    found: set[str | None] = set()
    for table in layout.system.protected:
        rows = delivered[table]
        if rows is None:
            return None
        records = records_of(folder, report, layout, table)
        found.update(rows[layout.system.unit.key].to_list())
        found.update(records["unit"].to_list())
    return None if None in found else frozenset(unit for unit in found if unit is not None)


def people_of(folder: Path, report: Mapping[str, Any], library: Library) -> frozenset[str] | None:
    """Whom the system of a sealed run protects; None where that cannot be told, or its definitions do not say it."""
    try:
        layout = load_layout(library, report["layout"], report["source"], report["profile"])
    except (DefinitionErrors, UsageError):
        return None
    if not layout.system.protected or not layout.tables.keys() >= set(layout.system.protected):
        return None
    unit = [layout.system.unit.key]
    delivered = {name: delivered_rows(folder, report, layout, name, unit) for name in layout.system.protected}
    return protected_units(folder, report, layout, delivered)


def units_with(folder: Path, report: Mapping[str, Any], layout: Layout, people: People) -> frozenset[str] | None:
    """Every unit that is, or whose rows name, one of the people whom other systems protect; None where it cannot be
    told who they are. Of a row that was taken out nobody knows whom it names: its unit is one of them."""
    found: set[str] = set()
    for other in layout.system.protected_by:
        protected = people.get(other.system)
        if protected is None:
            return None
        found |= protected
        for table, items in other.named_in.items():
            rows = delivered_rows(folder, report, layout, table, [layout.system.unit.key, *items])
            if rows is None:
                return None
            named = pl.any_horizontal(pl.col(items).is_in(sorted(protected)))
            taken = records_of(folder, report, layout, table).filter("taken")
            for units in (rows.filter(named)[layout.system.unit.key], taken["unit"]):
                found.update(units.drop_nulls().to_list())
    return frozenset(found)
