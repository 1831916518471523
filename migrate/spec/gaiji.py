"""A site's own characters: which Unicode text stands for which character code."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from migrate.errors import Problem
from migrate.spec.csvtext import Row

CODE = re.compile(r"(?:8[1-9A-F]|9[0-9A-F]|E[0-9A-F]|F[0-9A-C])(?:[4-6][0-9A-F]|7[0-9A-E]|[89A-E][0-9A-F]|F[0-9A-C])")
"""Two bytes that cp932 reads as one character."""
USER_DEFINED = re.compile(r"F[0-9].{2}")
"""Codes of the area that is a site's own."""
MOST_OTHERS = 3900
"""So many further codes can be told from each other while they are read."""
SELECTORS = (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)
LOST = "〓\ufffd"
"""Signs that something was there."""
NOTHING_TO_SEE = "\u115f\u1160\u2800\u3164\uffa0"


@dataclass(frozen=True, slots=True)
class Glyph:
    """What a character code stands for; ``basis`` says by what rule, where it is another character than it was;
    ``line`` is where it stands in its file."""

    text: str
    basis: str
    line: int


def gaiji_table(file: str, rows: Iterable[Row]) -> tuple[dict[str, Glyph], list[Problem]]:
    """Characters by code, and what is wrong with the rows."""
    table: dict[str, Glyph] = {}
    problems: list[Problem] = []
    for row in rows:
        code, text = row.cells["code"], row.cells["text"]
        table[code] = Glyph(text, row.cells["basis"], row.line)
        if not CODE.fullmatch(code):
            problems.append(Problem("D-GAIJI-CODE", {"code": code}, file, row.line, 1))
        elif not _is_one_character(text):
            problems.append(Problem("D-GAIJI-TEXT", {"code": code, "text": text}, file, row.line, 1))
    return table, problems


def private_area(text: str) -> str:
    """The private plane that a text has its character of: ``plane15``, ``plane16``, or nothing."""
    plane = ord(text[0]) >> 16
    inside = plane in (15, 16) and ord(text[0]) & 0xFFFF <= 0xFFFD
    return f"plane{plane}" if inside else ""


def _is_one_character(text: str) -> bool:
    """One character that can be seen, with a variation selector or not, or one of the private planes 15 and 16; never
    the sign for a lost one."""
    if len(text) == 2 and any(first <= ord(text[1]) <= last for first, last in SELECTORS):
        text = text[0]
    if len(text) != 1 or text in LOST + NOTHING_TO_SEE:
        return False
    if private_area(text):
        return True
    return unicodedata.category(text) not in ("Co", "Cn", "Cs", "Cc", "Cf", "Mn", "Zs", "Zl", "Zp")
