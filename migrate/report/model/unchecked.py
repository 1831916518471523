"""What nobody checked, so that silence is not read as approval."""

from collections.abc import Iterator

import polars as pl

from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Note, Row, Section, Table, columns
from migrate.spec.uses import word_uses

UNCHECKED = ("what=report-unchecked", "place", "item", "note", ">count")


def unchecked(evidence: Evidence) -> Iterator[Section]:
    """Checks left out, waived totals, capped lists, and items of which only the form was looked at."""
    rows = [*_left_out(evidence), *_waived(evidence), *_capped(evidence), *_form_only(evidence)]
    yield Section("unchecked", (Note("unchecked"), Table("unchecked", columns(*UNCHECKED), rows, shown=500)))


def _left_out(evidence: Evidence) -> Iterator[Row]:
    names = {one.name: one.ja for one in evidence.layout.system.references}
    for one in evidence.report["unchecked"]:
        yield (
            "reference",
            one["rule"],
            names.get(one["reference"], one["reference"]),
            evidence.sentence(one["rule"]),
            None,
        )


def _waived(evidence: Evidence) -> Iterator[Row]:
    for waiver in evidence.report["waivers"]:
        yield "waiver", waiver["total"], waiver["person"], waiver["reason"], len(waiver["used"])


def _capped(evidence: Evidence) -> Iterator[Row]:
    """Rules of which findings.parquet does not hold every finding."""
    cap = evidence.report["finding_cap"]
    listed = evidence.found.group_by("rule", "source_file").agg(n=pl.len()).filter(pl.col("n") >= cap)
    for rule, file in listed.select("rule", "source_file").sort("rule", "source_file").rows():
        yield "cap", rule, file, evidence.sentence(rule), cap


def _form_only(evidence: Evidence) -> Iterator[Row]:
    """Items that no declared check is about, no code table and no calendar: letters and digits were all there was."""
    named = _checked(evidence)
    for name, table in evidence.layout.tables.items():
        for field in table.fields:
            if field.codes or field.type == "DATE" or field.name in table.derived or (name, field.name) in named:
                continue
            yield "form", evidence.table(name), evidence.item(name, field.name), field.name, None


def _checked(evidence: Evidence) -> set[tuple[str, str]]:
    """Tables and items that a declared check is about, or goes by."""
    layout = evidence.layout
    tables = {layout.paths.table(name): name for name in layout.tables}
    mappings = layout.source.mappings if layout.source else {}
    sources = {layout.paths.file(name): mapping for name, mapping in mappings.items()}
    found: set[tuple[str, str]] = set()
    for use in word_uses(layout):
        if use.role not in ("check", "across"):
            continue
        names = _names(use.word.args) | _names(use.word.positional) | {use.field or ""}
        if mapping := sources.get(use.file):
            found |= {(mapping.to, item) for item, field in mapping.fields.items() if names & set(field.origins())}
            continue
        about = [tables[use.file]] if use.file in tables else [name for name in layout.tables if name in names]
        found |= {(table, name) for table in about for name in names}
    return found


def _names(value: object) -> set[str]:
    """Every text in the arguments of a word: names of items among them."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {name for key, below in value.items() for name in (key, *_names(below))}
    return {name for below in value for name in _names(below)} if isinstance(value, list | tuple) else set()
