"""Codes of the old system: which were not in the map, which wait for a person, which became one, which nobody used."""

from collections.abc import Iterator, Mapping
from typing import Any

from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Note, Row, Section, Table, columns

CODES = ("code-map", "what=report-code", "legacy-code", "standard-code", "candidates", ">count")


def codes(evidence: Evidence) -> Iterator[Section]:
    """Each code map as a whole, then its codes that need a look."""
    maps = evidence.report["code_maps"]
    whole = [
        (one["map"], "、".join(_item(evidence, name) for name in one["items"]), one["asked"], one["unmapped"])
        for one in maps
    ]
    heads = columns("code-map", "items", ">asked", ">unmapped")
    rows = [row for one in maps for row in _codes(one)]
    tables = (Table("code-maps", heads, whole, sheet=False), Table("codes", columns(*CODES), rows))
    yield Section("codes", (Note("codes"), *tables))


def _item(evidence: Evidence, name: str) -> str:
    table, _, field = name.partition(".")
    return f"{evidence.table(table)} {evidence.item(table, field)}"


def _codes(one: Mapping[str, Any]) -> Iterator[Row]:
    name = one["map"]
    if one["unmapped"]:
        yield name, "unmapped", None, None, None, one["unmapped"]
    for code in one["undecided"]:
        yield name, "undecided", code["from"], None, "、".join(code["candidates"]), code["count"]
    for merged in one["merged"]:
        for code in merged["from"]:
            yield name, "merged", code["from"], merged["to"], None, code["count"]
    for code in one["unused"]:
        yield name, "unused", code, None, None, 0
