"""Both sides counted: people and households, amounts, and whatever else the system says must agree."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Block, Cell, Column, Note, Section, Table, columns
from migrate.report.texts import text

MOST = 40
"""Groups of one control on the page; those that do not agree stand first."""
Sides: TypeAlias = Callable[[Evidence, Mapping[str, Any]], Iterator[Cell]]
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
    blocks += _subject(evidence, "people", people, _people)
    blocks += _subject(evidence, "amounts", amounts, _amount)
    rest = [_named(evidence, row) for row in _ordered(others)]
    blocks.append(Table("controls", columns("table", *ALL), rest, shown=40))
    yield Section("totals", tuple(blocks))


def _ordered(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: row["balanced"])


def _by(evidence: Evidence, row: Mapping[str, Any]) -> str:
    """The group that a total is about, in names: 住民種別 1 日本人住民、性別 2 女."""
    items = [evidence.item(row["table"], name) for name in row["group"]]
    if row["kind"] in ("sum", "filled"):
        return "、".join(items)
    return "、".join(f"{item} {value}" for item, value in zip(items, _values(evidence, row), strict=True))


def _values(evidence: Evidence, row: Mapping[str, Any]) -> Iterator[str]:
    """The values of a group by name; kinds of a group stand together."""
    for name, value in row["group"].items():
        parts = value.split("+") if value else [None]
        yield "＋".join(evidence.value(row["table"], name, part) for part in parts)


def _label(evidence: Evidence, row: Mapping[str, Any]) -> tuple[str, str]:
    if row["kind"] in ("declared", "sheet"):
        return (row["declared"] if row["group"] else row["name"]), _by(evidence, row)
    return text(f"control-{row['kind']}", evidence.lang), _by(evidence, row)


def _difference(row: Mapping[str, Any]) -> int:
    return int(row["source"] - row["target"] - row["explained"])


def _named(evidence: Evidence, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    counts: Iterable[Cell] = (row["source"], row["target"], row["explained"], _difference(row))
    if row["kind"] != "sum":
        counts = _people(evidence, row)
    return (evidence.table(row["table"]), *_label(evidence, row), *counts, row["balanced"])


def _subject(evidence: Evidence, name: str, found: list[Mapping[str, Any]], sides: Sides) -> Iterator[Table]:
    """All totals of a subject in one table; on the page, one for each control, by its items."""
    found = _ordered(found)
    whole = [(*_label(evidence, row), *sides(evidence, row), row["balanced"]) for row in found]
    yield Table(name, columns(*ALL), whole, page=not whole)
    by_control: dict[str, list[Mapping[str, Any]]] = {}
    for row in found:
        by_control.setdefault(row["declared"] or row["name"], []).append(row)
    for control, rows in by_control.items():
        items = [Column(item, head=evidence.item(rows[0]["table"], item)) for item in rows[0]["group"]]
        told = [(*_values(evidence, row), *sides(evidence, row), row["balanced"]) for row in rows]
        yield Table(name, (*items, *columns(*SIDES)), told, shown=MOST, sheet=False, title=control)


def _people(evidence: Evidence, row: Mapping[str, Any]) -> Iterator[Cell]:
    yield from evidence.together(row["source"], row["target"], row["explained"], _difference(row))


def _amount(evidence: Evidence, row: Mapping[str, Any]) -> Iterator[Cell]:
    """In the unit of the item: its last decimal is what run.json counts in."""
    decimals = row["decimals"]
    for count in (row["source"], row["target"], row["explained"], _difference(row)):
        yield f"{Decimal(count).scaleb(-decimals):,f}" if decimals else count
