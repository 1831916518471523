"""Excel sheets of what is known of a delivery and of its mapping: the only place that writes Excel."""

import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from migrate.errors import EnvironmentTrouble, Lang, Problem
from migrate.report.inventory import doubt_of, kind_of, length_of
from migrate.report.texts import text

Document: TypeAlias = Mapping[str, Any]
Row: TypeAlias = Sequence[str | int | float]

WIDEST = 60
OPEN_WIDTH = 20
FREE = {"num_format": "@", "locked": False, "bg_color": "#FFF9E5", "border": 1}
CREATED = datetime.datetime(2000, 1, 1)
"""Stands for the time a workbook was made: equal content is equal bytes."""


def write_workbook(path: Path, sheets: Iterable[tuple[str, Sequence[str], Iterable[Row]]]) -> None:
    """One sheet for each (name, heads, rows): heads in bold and frozen, a filter, columns as wide as their texts.

    Every text is written as text, never as a formula. EnvironmentTrouble without the writer of Excel files, OSError
    with the name of a file that cannot be written.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise EnvironmentTrouble(Problem("E-EXCEL-WRITER-MISSING")) from None
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
            for name, heads, rows in sheets:
                _write(book.add_worksheet(name), heads, rows, bold)
    except xlsxwriter.exceptions.FileCreateError as error:
        (refused,) = error.args
        raise OSError(refused.errno, refused.strerror, str(path)) from None


def _write(sheet: Any, heads: Sequence[str], rows: Iterable[Row], bold: Any) -> None:
    sheet.write_row(0, 0, heads, bold)
    widths = [_columns(head) for head in heads]
    last = 0
    for last, row in enumerate(rows, start=1):
        sheet.write_row(last, 0, row)
        widths = [max(width, _columns(cell)) for width, cell in zip(widths, row, strict=True)]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(WIDEST, width + 2))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(heads) - 1)


def _columns(cell: object) -> int:
    return sum(1 if letter.isascii() else 2 for letter in str(cell))


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

    Made in memory, so that no other file holds a copy; equal sheets give equal bytes. EnvironmentTrouble without the
    writer of Excel files.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise EnvironmentTrouble(Problem("E-EXCEL-WRITER-MISSING")) from None
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
