"""A site's own characters: which Unicode text stands for which character code."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from migrate.errors import Problem
from migrate.spec.csvtext import Row

CODE = re.compile(r"[0-9A-F]{4}")
SELECTORS = (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)
GETA = "〓"


@dataclass(frozen=True, slots=True)
class Glyph:
    """What a character code stands for; ``basis`` says by what rule, where it is another character than it was."""

    text: str
    basis: str


def gaiji_table(file: str, rows: Iterable[Row]) -> tuple[dict[str, Glyph], list[Problem]]:
    """Characters by code, and what is wrong with the rows."""
    table: dict[str, Glyph] = {}
    problems: list[Problem] = []
    for row in rows:
        code, text = row.cells["code"], row.cells["text"]
        table[code] = Glyph(text, row.cells["basis"])
        if not CODE.fullmatch(code):
            problems.append(Problem("D-GAIJI-CODE", {"code": code}, file, row.line, 1))
        elif not _is_one_character(text):
            problems.append(Problem("D-GAIJI-TEXT", {"code": code, "text": text}, file, row.line, 1))
    return table, problems


def _is_one_character(text: str) -> bool:
    """One character of public Unicode, with a variation selector or not; never the sign for a lost one."""
    if len(text) == 2 and any(first <= ord(text[1]) <= last for first, last in SELECTORS):
        text = text[0]
    return len(text) == 1 and text != GETA and unicodedata.category(text) not in ("Co", "Cn", "Cs", "Cc", "Cf", "Mn")
