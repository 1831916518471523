"""An Excel file as text: the only place that reads one."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from migrate.errors import EnvironmentTrouble, InputRefused, Problem


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet from its cell A1: text without space around it; every cell of a merged range says what the range says.

    Rows and columns count from 0; outside there is nothing.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]

    def cell(self, row: int, column: int) -> str:
        """What a cell says."""
        inside = 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row])
        return self.rows[row][column] if inside else ""


def place(row: int, column: int) -> str:
    """``B5``, as the program of the sheet counts."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def plain(text: str) -> str:
    """Without differences of width, space and case: how titles and marks are compared."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def read_workbook(file: Path) -> tuple[Sheet, ...]:
    """All sheets in order; EnvironmentTrouble without the reader of Excel files, InputRefused for what is none."""
    try:
        from python_calamine import CalamineError, load_workbook
    except ImportError:
        raise EnvironmentTrouble(Problem("E-EXCEL-MISSING")) from None
    try:
        with load_workbook(file) as book:
            return tuple(_sheet(name, book.get_sheet_by_name(name)) for name in book.sheet_names)
    except (CalamineError, ValueError):
        raise InputRefused(Problem("I-SHEET-FILE", file=str(file))) from None


def _sheet(name: str, sheet: object) -> Sheet:
    from python_calamine import CalamineSheet

    assert isinstance(sheet, CalamineSheet)
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top : bottom + 1]:
                for column in range(left, min(right + 1, len(row))):
                    row[column] = rows[top][left]
    return Sheet(name, tuple(map(tuple, rows)))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
