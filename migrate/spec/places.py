"""The table of places of a source: which 都道府県, 市区郡町村 and 町字 there are, and their codes."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from migrate.errors import Problem
from migrate.spec.csvtext import Row

PlaceRow: TypeAlias = Mapping[str, str]
"""Cells by column (``csvtext.PLACES``)."""

DIGITS = {"dantai_code": 6, "machiaza_id": 7, "yubin": 7}
NO_TOWN = ("", "0000000")
"""町字ID of a line without 町字: a municipality as such, or its addresses that have none."""


def place_table(file: str, rows: Iterable[Row]) -> tuple[tuple[PlaceRow, ...], list[Problem]]:
    """The lines, and what is wrong with them: codes of other lengths, a 町字 without its ID or an ID without 町字."""
    table: list[PlaceRow] = []
    problems: list[Problem] = []
    for row in rows:
        table.append(row.cells)
        for column, digits in DIGITS.items():
            cell = row.cells[column]
            if cell and not re.fullmatch(rf"[0-9]{{{digits}}}", cell):
                facts = {"column": column, "value": cell, "digits": str(digits)}
                problems.append(Problem("D-PLACE-CODE", facts, file, row.line, 1))
        if bool(row.cells["choaza"]) == (row.cells["machiaza_id"] in NO_TOWN):
            problems.append(Problem("D-PLACE-TOWN", {"value": row.cells["machiaza_id"]}, file, row.line, 1))
    return tuple(table), problems
