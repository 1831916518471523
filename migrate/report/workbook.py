"""Excel: the only place that writes it, and the sheets of what is known of a delivery before its migration."""

import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from migrate.errors import Lang
from migrate.report.inventory import doubt_of, kind_of, length_of
from migrate.report.texts import text

Document: TypeAlias = Mapping[str, Any]
Row: TypeAlias = Sequence[str | int | float | None]

WIDEST = 60
EXACT = 10**15
"""Excel keeps 15 digits of a number; longer ones are written as text."""
LONGEST = 32_767
"""Characters that a cell holds."""
HEADER = 250
A4 = 9
CREATED = datetime.datetime(2000, 1, 1)
"""A workbook tells when it was made; the same rows must give the same bytes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook: ``rows`` below ``heads``. ``counts`` are the columns of numbers with commas; ``note``
    stands at the top of each printed page."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Row]
    counts: frozenset[int] = frozenset()
    note: str = ""


OPEN_WIDTH = 20
FREE = {"num_format": "@", "locked": False, "bg_color": "#FFF9E5", "border": 1}


def write_workbook(path: Path, sheets: Iterable[tuple[str, Sequence[str], Iterable[Row]]]) -> None:
    """One sheet for each (name, heads, rows), as :func:`workbook` does. OSError with the name of a file that cannot be
    written."""
    path.write_bytes(workbook(Sheet(*sheet) for sheet in sheets))


def workbook(sheets: Iterable[Sheet], *, title: str = "", room: Path | None = None) -> bytes:
    """Heads in bold, frozen and repeated on each page, a filter, columns as wide as their texts, A4 across.

    Every text is written as text, never as a formula, and equal rows give equal bytes. Rows wait in ``room``, a folder,
    where one is given; else in memory.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    keep = {"in_memory": True} if room is None else {"constant_memory": True, "tmpdir": str(room)}
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, options | keep) as book:
        book.set_properties({"title": title, "created": CREATED})
        formats = {
            "head": book.add_format(
                {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"}
            ),
            "count": book.add_format({"num_format": "#,##0"}),
        }
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, formats)
    return made.getvalue()


def _write_sheet(page: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    widths = [_columns(head) for head in sheet.heads]
    for column, head in enumerate(sheet.heads):
        page.write_string(0, column, head, formats["head"])
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str) or abs(cell) >= EXACT:
                page.write_string(last, column, str(cell)[:LONGEST])
            else:
                page.write_number(last, column, cell, formats["count"] if column in sheet.counts else None)
            widths[column] = max(widths[column], _columns(cell))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(WIDEST, width + 2))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(sheet.heads) - 1)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.print_area(0, 0, last, len(sheet.heads) - 1)
    page.set_header(f"&L&A  {sheet.note}".replace("\n", " ")[:HEADER])
    page.set_footer("&C&P / &N")


@lru_cache(maxsize=10_000, typed=True)
def _columns(cell: object) -> int:
    """How wide a cell is, in letters of half width: a kanji has three bytes of UTF-8, and the room of two letters."""
    told = str(cell)[: WIDEST + 1]
    return (len(told) + len(told.encode(errors="replace"))) // 2


def inventory_sheets(document: Document, lang: Lang) -> Iterable[tuple[str, Sequence[str], Iterable[Row]]]:
    """現行システムデータ一覧: テーブル名称, データ項目名称, データ型, 桁数, データ量, and what was counted."""
    files = ("file", "encoding", "kind", "records", "length", "bytes", "claimed", "doubts")
    items = ("table-name", "item-name", "data-type", "digits", "amount", "start", "filled", "distinct", "patterns")
    yield text("sheet-inventory", lang), _heads(items, lang), _items(document)
    yield text("sheet-files", lang), _heads(files, lang), _files(document, lang)


def _heads(names: Iterable[str], lang: Lang) -> list[str]:
    return [text(f"head-{name}", lang) for name in names]


def _items(document: Document) -> Iterable[Row]:
    for file in document["files"]:
        for field in file["fields"]:
            name = f"{field['name']} {field['ja']}" if "ja" in field else field["name"]
            patterns = " ".join(one["pattern"] for one in field["patterns"][:3])
            form = field.get("dates", {}).get("form")
            type_ = field.get("type") or (
                "DATE" if form else "X" if field["bytes"]["max"] == field["chars"]["max"] else "N"
            )
            digits = field.get("width") or length_of(field)
            place, filled = field.get("at", field.get("position", 0)), round(1 - field["empty_share"], 6)
            yield file["file"], name, type_, digits, field["rows"], place, filled, field["distinct"], form or patterns


def _files(document: Document, lang: Lang) -> Iterable[Row]:
    for file in document["files"]:
        shape = file["shape"]
        yield (
            file["file"],
            file["encoding"]["name"],
            kind_of(shape, lang),
            shape["records"],
            shape.get("length", 0),
            file["bytes"],
            ", ".join(file["claimed_by"]),
            "; ".join(doubt_of(doubt, lang) for doubt in file["doubts"]),
        )


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One sheet to be filled in. ``open`` columns may be written in, as text; ``hidden`` ones are for programs;
    ``lists`` names the list that a cell offers, by (row, column), both from 0 below the heads."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Row]
    open: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    lists: Mapping[tuple[int, int], str] | None = None
    shown: bool = True


def form_workbook(sheets: Iterable[FormSheet], lists: Mapping[str, Sequence[str]], *, list_sheet: str) -> bytes:
    """A workbook of forms: only open cells can be written in. ``lists`` are what cells offer, by name; they stand on a
    sheet of their own.

    Made in memory, so that no other file holds a copy; equal sheets give equal bytes.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"created": CREATED})
        for sheet in sheets:
            _write_form(book, sheet)
        if lists:
            offered = book.add_worksheet(list_sheet)
            for column, (name, values) in enumerate(sorted(lists.items())):
                offered.write_column(0, column, [name, *values])
                letter = xlsxwriter.utility.xl_col_to_name(column)
                book.define_name(f"list_{name}", f"='{list_sheet}'!${letter}$2:${letter}${len(values) + 1}")
            offered.protect()
    return made.getvalue()


def _write_form(book: Any, form: FormSheet) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    plain, free = book.add_format({"num_format": "@"}), book.add_format(FREE)
    sheet = book.add_worksheet(form.name)
    sheet.write_row(0, 0, form.heads, bold)
    widths = [_columns(head) for head in form.heads]
    for number, row in enumerate(form.rows, start=1):
        for column, cell in enumerate(row):
            style = free if column in form.open else plain
            if cell == "":
                sheet.write_blank(number, column, None, style)
            else:
                sheet.write(number, column, cell, style)
        widths = [max(width, _columns(cell)) for width, cell in zip(widths, row, strict=True)]
    for (number, column), name in (form.lists or {}).items():
        sheet.data_validation(number + 1, column, number + 1, column, {"validate": "list", "source": f"=list_{name}"})
    for column, width in enumerate(widths):
        least = OPEN_WIDTH if column in form.open else 0
        sheet.set_column(column, column, max(least, min(WIDEST, width + 2)), None, {"hidden": column in form.hidden})
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(form.rows)), len(form.heads) - 1)
    sheet.protect("", {"autofilter": True, "format_columns": True})
    if not form.shown:
        sheet.hide()
