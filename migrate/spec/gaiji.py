"""A site's own characters: which Unicode text stands for which character code."""

import re
import unicodedata
from collections.abc import Iterable

from migrate.errors import Problem
from migrate.spec.csvtext import Row

CODE = re.compile(r"[0-9A-F]{4}")
SELECTORS = (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)
GETA = "〓"


def gaiji_table(file: str, rows: Iterable[Row]) -> tuple[dict[str, str], list[Problem]]:
    """Texts by character code, and what is wrong with the rows."""
    table: dict[str, str] = {}
    problems: list[Problem] = []
    for row in rows:
        code, text = row.cells["code"], row.cells["text"]
        table[code] = text
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
