"""Both sides counted: people and households, amounts, and whatever else the system says must agree."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Block, Cell, Note, Section, Table, columns
from migrate.report.texts import text

SIDES = (">source-side", ">target-side", ">explained", ">difference", "?balanced")
BY_ITEM = ("filled", "code")
"""Totals of one item: those of cells stand with the items, and all of them in run.json; here only if they differ."""
ALL = ("control", "by", *SIDES)


def totals(evidence: Evidence) -> Iterator[Section]:
    """People and households, amounts, everything else; those that do not agree stand first."""
    subjects = {control.name: control.about for control in evidence.layout.system.controls}
    controls = evidence.report["controls"]
    people = [row for row in controls if subjects.get(row["declared"]) in ("people", "households")]
    amounts = [row for row in controls if row["kind"] == "sum" or subjects.get(row["declared"]) == "amounts"]
    shown = {id(row) for row in (*people, *amounts)}
    others = [row for row in controls if id(row) not in shown and row["kind"] not in BY_ITEM]
    apart = [row for row in controls if not row["balanced"]]
    blocks: list[Block] = [
        Note("totals", {"total": f"{len(controls):,}", "balanced": f"{len(controls) - len(apart):,}"})
    ]
    if apart:
        blocks.append(Table("apart", columns("table", *ALL), [_named(evidence, row) for row in apart], sheet=False))
    if evidence.least:
        blocks.append(Note("suppressed", {"least": evidence.least}))
    blocks.append(Table("people", columns(*ALL), [_people(evidence, row) for row in _ordered(people)]))
    blocks.append(Table("amounts", columns(*ALL), [_amount(evidence, row) for row in _ordered(amounts)]))
    rest = [_named(evidence, row) for row in _ordered(others)]
    blocks.append(Table("controls", columns("table", *ALL), rest, shown=40))
    yield Section("totals", tuple(blocks))


def _ordered(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: row["balanced"])


def _by(evidence: Evidence, row: Mapping[str, Any]) -> str:
    """The group that a total is about, in names: 住民種別 1 日本人住民、性別 2 女."""
    told = []
    for name, value in row["group"].items():
        item = evidence.item(row["table"], name)
        if row["kind"] in ("sum", "filled"):
            told.append(item)
            continue
        parts = [evidence.value(row["table"], name, part) for part in value.split("+")] if value else [None]
        told.append(f"{item} {'＋'.join(part or text('report-empty', evidence.lang) for part in parts)}")
    return "、".join(told)


def _label(evidence: Evidence, row: Mapping[str, Any]) -> tuple[str, str]:
    if row["kind"] == "sheet" or row["declared"]:
        return row["declared"] or row["name"], _by(evidence, row)
    return text(f"control-{row['kind']}", evidence.lang), _by(evidence, row)


def _difference(row: Mapping[str, Any]) -> int:
    return int(row["source"] - row["target"] - row["explained"])


def _named(evidence: Evidence, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    counts = (row["source"], row["target"], row["explained"], _difference(row))
    return (evidence.table(row["table"]), *_label(evidence, row), *counts, row["balanced"])


def _people(evidence: Evidence, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    counts = (row["source"], row["target"], row["explained"], _difference(row))
    return (*_label(evidence, row), *(evidence.people(count) for count in counts), row["balanced"])


def _amount(evidence: Evidence, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    """In the unit of the item: its last decimal is what run.json counts in."""
    decimals = row["decimals"]
    counts = (row["source"], row["target"], row["explained"], _difference(row))
    told: tuple[Cell, ...] = tuple(f"{Decimal(n).scaleb(-decimals):,f}" for n in counts) if decimals else counts
    return (*_label(evidence, row), *told, row["balanced"])
