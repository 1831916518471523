"""Fit & gap as tables and sheets: rendered from its document, by this module alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from rich.table import Table

from migrate.errors import Lang
from migrate.report.tables import grid, number, share
from migrate.report.texts import text

Document: TypeAlias = Mapping[str, Any]
Row: TypeAlias = Sequence[str | int | float]

ITEM_HEADS = (
    "table",
    "item-name",
    "ja",
    "type",
    "digits",
    "required",
    "grade",
    "status",
    "comes-from",
    "reason",
    "risks",
)
FIELD_HEADS = ("file", "name", "ja", "type", "width", "status", "goes", "reason")
SHOWN_CODES = 8


def fitgap_tables(document: Document, lang: Lang) -> Iterator[Table]:
    """Every standard item, every source field, and the counts of each."""
    for title, heads, rows in _parts(document, lang):
        sheet = grid(lang, *heads, title=title)
        for row in rows:
            sheet.add_row(*map(str, row))
        yield sheet
    yield _summary(document, lang)


def fitgap_sheets(document: Document, lang: Lang) -> Iterator[tuple[str, Sequence[str], Iterable[Row]]]:
    """The same as sheets of a workbook."""
    for title, heads, rows in _parts(document, lang):
        yield title, [text(f"head-{head}", lang) for head in heads], rows


def _parts(document: Document, lang: Lang) -> Iterator[tuple[str, tuple[str, ...], Iterable[Row]]]:
    filled = ("filled",) if document["files_read"] is not None else ()
    items = (_item(row, lang, bool(filled)) for row in document["items"])
    yield text("fitgap-items", lang), (*ITEM_HEADS, *filled), items
    longest = ("longest",) if filled else ()
    fields = (_field(row, lang, bool(filled)) for row in document["fields"])
    yield text("fitgap-fields", lang), (*FIELD_HEADS, *filled, *longest), fields


def _item(row: Document, lang: Lang, with_data: bool) -> Row:
    cells = (
        row["table"],
        row["item"],
        row["ja"],
        row["type"],
        row["digits"] or "",
        text("required-always", lang) if row["required"] else "",
        row["grade"],
        text(f"status-{row['status']}", lang),
        ", ".join(row["from"]),
        row.get("reason", ""),
        "; ".join(_risk(risk, lang) for risk in row["risks"]),
    )
    return (*cells, _share(row.get("fill"))) if with_data else cells


def _field(row: Document, lang: Lang, with_data: bool) -> Row:
    cells = (
        row["file"],
        row["field"],
        row["ja"],
        row["type"],
        row["width"] or "",
        text(f"status-{row['status']}", lang),
        ", ".join(row["items"]),
        row["reason"],
    )
    return (*cells, _share(row.get("fill")), row.get("longest", "")) if with_data else cells


def _share(fill: float | None) -> str:
    return "-" if fill is None else share(fill)


def _risk(risk: Document, lang: Lang) -> str:
    facts = {name: value for name, value in risk.items() if name not in ("risk", "codes")}
    if "fill" in facts:
        facts["fill"] = _share(facts["fill"])
    codes = risk.get("codes", [])
    told = " ".join(f"{one['value']}×{one['count']:,}" for one in codes[:SHOWN_CODES])
    return text(f"risk-{risk['risk']}", lang, **facts) + (f" [{told}]" if told else "")


def _summary(document: Document, lang: Lang) -> Table:
    table = grid(lang, "kind", "status", ">count", title=text("fitgap-summary", lang))
    for part in ("items", "fields"):
        for status, count in document["summary"][part].items():
            table.add_row(text(f"fitgap-{part}", lang), text(f"status-{status}", lang), number(count))
    for risk, count in document["summary"]["risks"].items():
        table.add_row(text("head-risks", lang), text(f"name-{risk}", lang), number(count))
    return table
