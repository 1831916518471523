"""The national list of municipalities: codes and names of 市区町村, and of the wards of designated cities."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from migrate.errors import Problem
from migrate.spec.csvtext import Row

MunicipalityRow: TypeAlias = Mapping[str, str]
"""Cells by column (``csvtext.MUNICIPALITIES``)."""

PATH = "layouts/municipalities.csv"
WORDS = frozenset({"address_part", "address_splits", "known_municipality", "municipality_of_code", "postal_of_place"})
"""Words that go by the list: without one of them it is not read."""
_WEIGHTS = (6, 5, 4, 3, 2)


def check_digit(five: str) -> str:
    """The sixth digit of a 全国地方公共団体コード: the last digit of 11 less the remainder of the weighted sum."""
    rest = sum(int(digit) * weight for digit, weight in zip(five, _WEIGHTS, strict=True)) % 11
    return str((11 - rest) % 10)


def municipality_table(file: str, rows: Iterable[Row]) -> tuple[tuple[MunicipalityRow, ...], list[Problem]]:
    """The lines, and what is wrong with them: codes that are none, and names that stand twice in a prefecture."""
    table: list[MunicipalityRow] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        cells = row.cells
        table.append(cells)
        code, name = cells["dantai_code"], (cells["todofuken"], cells["gun"] + cells["shikuchoson"])
        if not re.fullmatch("[0-9]{6}", code):
            facts = {"column": "dantai_code", "value": code, "digits": "6"}
            problems.append(Problem("D-PLACE-CODE", facts, file, row.line, 1))
        elif code[5] != (right := check_digit(code[:5])):
            problems.append(Problem("D-PLACE-DIGIT", {"value": code, "right": right}, file, row.line, 1))
        first = seen.setdefault(name, row.line)
        if first != row.line:
            facts = {"key": " | ".join(name), "first": str(first)}
            problems.append(Problem("D-CSV-DUPLICATE", facts, file, row.line, 1))
    return tuple(table), problems
