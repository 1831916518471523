"""Who is under protection, as a run folder tells it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from migrate.io.sealed import read_frame
from migrate.spec.layout import Layout

PLACE = ["source_file", "record"]


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
