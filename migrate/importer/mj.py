"""The list of MJ letters (MJ文字情報一覧表, Excel): name of a glyph → the Unicode text that stands for it.

The list is published by 文字情報技術促進協議会 and stays with whoever has it; nothing of it is kept here. Its columns
are found by their heads; their names and forms are of grade S (copies of the list, not the list itself, were read).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from migrate.errors import InputRefused, Problem
from migrate.io.workbook import Sheet, plain, read_workbook

NAME = re.compile(r"MJ[0-9]{6}")
_UCS = re.compile(r"(?:U\+)?([0-9A-F]{4,6})")
_IVS = re.compile(r"(?:U\+)?([0-9A-F]{4,6})[_ ](?:U\+)?(E01[0-9A-F]{2})")
HEAD_ROWS = 10


def mj_texts(file: Path) -> dict[str, str]:
    """Text by name: the sequence with its variation selector where the list has one, else the character. Names that
    have neither are left out. InputRefused for a file that is no such list."""
    for sheet in read_workbook(file):
        for row in range(min(HEAD_ROWS, len(sheet.rows))):
            heads = [plain(cell) for cell in sheet.rows[row]]
            names = [at for at, head in enumerate(heads) if head == plain("MJ文字図形名")]
            ucs = [at for at, head in enumerate(heads) if head == plain("実装したUCS")]
            ivs = [at for at, head in enumerate(heads) if head.startswith(plain("実装したMoji_Joho")) and "ivs" in head]
            if names and ucs and ivs:
                return dict(_texts(sheet, row + 1, names[0], ucs[0], ivs[0]))
    raise InputRefused(Problem("I-MJ-LIST", file=str(file)))


def _texts(sheet: Sheet, first: int, name: int, ucs: int, ivs: int) -> Iterator[tuple[str, str]]:
    for row in range(first, len(sheet.rows)):
        called = sheet.cell(row, name)
        sequence, single = _IVS.match(sheet.cell(row, ivs).upper()), _UCS.match(sheet.cell(row, ucs).upper())
        points = sequence.groups() if sequence else single.groups() if single else ()
        if NAME.fullmatch(called) and points:
            yield called, "".join(chr(int(point, 16)) for point in points)
