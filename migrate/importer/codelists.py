"""The code lists of a workbook: コード一覧（個別） for the sheet itself, コード一覧（連携） by 業務名."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from migrate.importer.heads import CODE_NEEDS, CODE_TITLES, END, Head, find_head, tell_unread
from migrate.importer.items import OWN_CODES
from migrate.importer.remarks import Remarks
from migrate.io.workbook import Sheet, plain

Row: TypeAlias = tuple[str, str, str]
"""(value, meaning, 備考)."""


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list, its rows in order."""

    name: str
    rows: tuple[Row, ...]


CodeLists: TypeAlias = Mapping[tuple[str, str], CodeList]
"""By (業務名, コードID): no 業務名 for the lists of the sheet itself, an id without leading zeros."""


def read_code_lists(sheet: Sheet, remarks: Remarks) -> CodeLists | None:
    """The lists of one sheet; None if it is no code sheet."""
    head = find_head(sheet, CODE_TITLES, CODE_NEEDS)
    if head is None:
        return None
    tell_unread(sheet, head, CODE_TITLES, remarks)
    found: dict[tuple[str, str], tuple[str, list[Row]]] = {}
    for key, name, row in _rows(sheet, head, remarks):
        values = found.setdefault(key, (name, []))[1]
        if row[0] not in (value for value, _, _ in values):
            values.append(row)
    return {key: CodeList(name, tuple(rows)) for key, (name, rows) in found.items()}


def _rows(sheet: Sheet, head: Head, remarks: Remarks) -> Iterator[tuple[tuple[str, str], str, Row]]:
    own = "個別" in sheet.name
    system = "" if own else _system(sheet, head)
    key, name = ("", ""), ""
    for row in range(head.below, len(sheet.rows)):
        cells = {part: head.get(sheet, row, part) for part in CODE_TITLES.values()}
        if all(cell in ("", END) for cell in sheet.rows[row]):
            continue
        if not own and cells["system"]:
            system = plain(cells["system"])
        if cells["id"]:
            number = unicodedata.normalize("NFKC", cells["id"])
            if not number.isdecimal():
                remarks.at(sheet, row, head.at("id"), "I-SHEET-CODE-ID")
                key = ("", "")
                continue
            key, name = (system, str(int(number))), cells["name"]
        if key[1] == OWN_CODES:
            continue
        if not key[1] or not cells["value"] or not cells["meaning"]:
            remarks.at(sheet, row, head.at("value"), "I-SHEET-CODE-ROW")
            continue
        yield key, name or cells["name"], _row(sheet, row, head, remarks)


def _row(sheet: Sheet, row: int, head: Head, remarks: Remarks) -> Row:
    said = head.get(sheet, row, "value")
    value = unicodedata.normalize("NFKC", said)
    if value != said or any(c.isspace() for c in value):
        value = "".join(value.split())
        remarks.at(sheet, row, head.at("value"), "I-SHEET-CODE-VALUE", value=value)
    return value, _line(head.get(sheet, row, "meaning")), _line(head.get(sheet, row, "remarks"))


def _line(text: str) -> str:
    """On one line, as a cell of a CSV that people edit must be."""
    return " ".join(text.split("\n")).strip()


def _system(sheet: Sheet, head: Head) -> str:
    """業務名 as a label above the titles: what stands below it, or beside it."""
    for row in range(head.top):
        for column, cell in enumerate(sheet.rows[row]):
            if plain(cell) == "業務名":
                return plain(sheet.cell(row + 1, column) or sheet.cell(row, column + 1))
    return ""
