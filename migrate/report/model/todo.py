"""A page for each owner: what they have to do before the next rehearsal."""

from collections.abc import Iterator
from typing import get_args

from migrate.findings import SEVERITIES
from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Note, Row, Section, Table, columns
from migrate.report.texts import text
from migrate.spec.table import Owner

TODO = ("light=severity", "what", "table", "item", ">count", "sentence", "done")
MAPPER, CITY = "新ベンダ", "団体"


def todo(evidence: Evidence) -> Iterator[Section]:
    """Rules by severity and count; for those who decide on codes and characters, these as well."""
    for owner in get_args(Owner):
        rows = list(_findings(evidence, owner))
        rows += _codes(evidence) if owner == MAPPER else _glyphs(evidence) if owner == CITY else ()
        name = "todo" if rows else "todo-nothing"
        table = (Table("todo", columns(*TODO), rows, sheet=False),) if rows else ()
        yield Section("todo", (Note(name), *table), {"owner": owner})


def _findings(evidence: Evidence, owner: str) -> Iterator[Row]:
    found = [row for row in evidence.report["findings"] if row["owner"] == owner and row["severity"] != "info"]
    for row in sorted(found, key=lambda row: (SEVERITIES.index(row["severity"]), -row["count"], row["rule"])):
        item = (evidence.table(row["table"]), evidence.item(row["table"], row["field"]))
        yield row["severity"], row["rule"], *item, row["count"], evidence.sentence(row["rule"]), None


def _codes(evidence: Evidence) -> Iterator[Row]:
    for one in evidence.report["code_maps"]:
        for code in one["undecided"]:
            told = text("todo-code", evidence.lang, code=code["from"], candidates="、".join(code["candidates"]))
            yield "alert", one["map"], None, None, code["count"], told, None


def _glyphs(evidence: Evidence) -> Iterator[Row]:
    for row in evidence.gaiji.to_dicts():
        if row["state"] == "unidentified" and row["code"]:
            item = (evidence.table(row["table"]), evidence.item(row["table"], row["field"]))
            told = text("todo-gaiji", evidence.lang, code=row["code"])
            yield "alert", row["code"], *item, row["characters"], told, None
