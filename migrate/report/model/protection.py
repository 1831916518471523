"""People under protection, key by key: what became of each row of the tables that the system marks as protected."""

from collections.abc import Iterator

import polars as pl

from migrate.io.protected import PLACE, protected_units, records_of, units_with
from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Block, Note, Row, Section, Table, columns

SHOWN = 500
SIDES = ("source", "target", "explained")
KEYS = ("table", "unit", "key", "fate=report-fate", "file", ">record", ">errors", ">alerts")


def protection(evidence: Evidence) -> Iterator[Section]:
    """The totals of these tables, then one row per key, but where small numbers are not told: whoever counts the keys
    has the number. Keys are references, no name stands here."""
    tables = evidence.layout.system.protected
    if not tables:
        return
    blocks: list[Block] = [Note("protection-hidden" if evidence.least else "protection", {"least": evidence.least})]
    controls = [row for row in evidence.report["controls"] if row["table"] in tables and row["kind"] == "declared"]
    counts = [
        (evidence.table(row["table"]), row["name"], *evidence.together(*(row[side] for side in SIDES)), row["balanced"])
        for row in controls
    ]
    heads = ("table", "control", ">source-side", ">target-side", ">explained", "?balanced")
    blocks.append(Table("protected-totals", columns(*heads), counts, sheet=False))
    if missing := [name for name, keys in evidence.protected.items() if keys is None]:
        blocks.append(Note("protection-unknown", {"tables": "、".join(map(evidence.table, missing))}, loud=True))
    if not evidence.least:
        rows = [row for name in tables for row in (*_taken(evidence, name), *_delivered(evidence, name))]
        blocks.append(Table("protected", columns(*KEYS), rows, shown=SHOWN))
    yield Section("protection", tuple(blocks))


def spared_units(evidence: Evidence) -> frozenset[str] | None:
    """Everybody who has a row in a protected table, or whom another system protects; None where that cannot be told,
    or nothing says it."""
    if not evidence.protected and not evidence.layout.system.protected_by:
        return None
    run = (evidence.folder, evidence.report, evidence.layout)
    own, others = protected_units(*run, evidence.protected), units_with(*run, evidence.elsewhere)
    return None if own is None or others is None else own | others


def _taken(evidence: Evidence, name: str) -> Iterator[Row]:
    """Records that are in quarantine of the files that the table is made of, each with every unit it belongs to."""
    records = records_of(evidence.folder, evidence.report, evidence.layout, name)
    counts = _counts(evidence.found.filter(pl.col("source_file").is_in(records["source_file"].unique().to_list())))
    for file, record, unit in records.filter("taken").select(*PLACE, "unit").rows():
        yield evidence.table(name), unit, None, "quarantined", file, record, *counts.get(unit, (0, 0))


def _delivered(evidence: Evidence, name: str) -> Iterator[Row]:
    keys = evidence.protected[name]
    if keys is None:
        return
    counts = _counts(evidence.found.filter(pl.col("table") == name))
    heads = [evidence.item(name, key) for key in keys.columns[1:]]
    fate = "unaccepted" if evidence.report["verdict"] == "fail" else "delivered"
    for unit, *rest in keys.rows():
        key = "、".join(f"{head} {value or ''}" for head, value in zip(heads, rest, strict=True))
        yield evidence.table(name), unit, key, fate, None, None, *counts.get(unit, (0, 0))


def _counts(found: pl.DataFrame) -> dict[str | None, tuple[int, int]]:
    """Errors and alerts by unit; of a record of several units, for each of them."""
    counted = (
        found.explode("units")
        .group_by(unit="units")
        .agg(errors=(pl.col("severity") == "error").sum(), alerts=(pl.col("severity") == "alert").sum())
    )
    return {unit: (errors, alerts) for unit, errors, alerts in counted.rows()}
