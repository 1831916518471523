"""A site's own characters: which Unicode text stands for which character code."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from migrate.errors import Problem
from migrate.repertoire import SELECTORS
from migrate.spec.csvtext import Row
from migrate.spec.source import Encoding


@dataclass(frozen=True, slots=True)
class Codes:
    """The two-byte codes of a family of encodings: all of them, those of a site's own area, and how many further ones
    can be told from each other while they are read."""

    code: re.Pattern[str]
    own: re.Pattern[str]
    most_others: int


_HOST = re.compile("(?:4[1-9A-F]|[5-9A-E][0-9A-F]|F[0-9A-E]){2}")
_WINDOWS = Codes(
    re.compile("(?:8[1-9A-F]|9[0-9A-F]|E[0-9A-F]|F[0-9A-C])(?:[4-6][0-9A-F]|7[0-9A-E]|[89A-E][0-9A-F]|F[0-9A-C])"),
    re.compile("F[0-9].."),
    3900,
)
_FAR = r"U\+(?:E7(?:5[89A-F]|[6-9A-F][0-9A-F])|E[89A-F][0-9A-F]{2}|F[0-8][0-9A-F]{2}|(?:F|10)[0-9A-F]{4})"
_UNICODE = Codes(re.compile(f"{_WINDOWS.code.pattern}|{_FAR}"), re.compile(f"F[0-9]..|{_FAR}"), _WINDOWS.most_others)
_IBM = Codes(_HOST, re.compile("(?:6[9A-F]|7.).."), 2000)
_IBM_2004 = Codes(_HOST, re.compile("(?:6[9A-F]|7.|8[0-8])..|89(?:[4-9A].|B[0-9A-D])"), 170)
CODES: Mapping[Encoding, Codes] = {
    "cp932": _WINDOWS,
    "utf-8": _UNICODE,
    "ibm930": _IBM,
    "ibm939": _IBM,
    "ibm1390": _IBM_2004,
    "ibm1399": _IBM_2004,
    "jef": Codes(_HOST, re.compile("(?:[89].|A0)(?!A0|FF)[A-F]."), 3200),
    "keis83": Codes(_HOST, re.compile("(?:8[1-9A-F]|9.|A0)(?!A0|FF)[A-F]."), 3300),
}
"""By encoding; a site's own characters of UTF-8 are named by the codes that cp932 has for them, U+E758 and those behind
it by their code points."""
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


def gaiji_table(
    file: str, rows: Iterable[Row], encodings: Iterable[Encoding] = ()
) -> tuple[dict[str, Glyph], list[Problem]]:
    """Characters by code, and what is wrong with the rows; codes are those of any of the encodings (none given: of any
    that is known)."""
    patterns = {CODES[one].code for one in encodings or CODES}
    table: dict[str, Glyph] = {}
    problems: list[Problem] = []
    for row in rows:
        code, text = row.cells["code"], row.cells["text"]
        table[code] = Glyph(text, row.cells["basis"], row.line)
        if not any(pattern.fullmatch(code) for pattern in patterns):
            problems.append(Problem("D-GAIJI-CODE", {"code": code}, file, row.line, 1))
        elif not _is_one_character(text):
            problems.append(Problem("D-GAIJI-TEXT", {"code": code, "text": text}, file, row.line, 1))
    return table, problems


def is_code(text: str | None) -> bool:
    """A code of a character in one of the encodings, that ``gaiji.csv`` may give a text: no byte, no half a pair."""
    return text is not None and any(codes.code.fullmatch(text) for codes in CODES.values())


def private_area(text: str) -> str:
    """The private plane that a text has its character of: ``plane15``, ``plane16``, or nothing."""
    plane = ord(text[0]) >> 16
    inside = plane in (15, 16) and ord(text[0]) & 0xFFFF <= 0xFFFD
    return f"plane{plane}" if inside else ""


def _is_one_character(text: str) -> bool:
    """One character that can be seen, with a variation selector or not, or one of the private planes 15 and 16; never
    the sign for a lost one."""
    if len(text) == 2 and text[1] in SELECTORS:
        text = text[0]
    if len(text) != 1 or text in LOST + NOTHING_TO_SEE:
        return False
    if private_area(text):
        return True
    return unicodedata.category(text) not in ("Co", "Cn", "Cs", "Cc", "Cf", "Mn", "Zs", "Zl", "Zp")
