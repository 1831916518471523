"""Character codes that need a look: a site's own characters, and second codes of a character.

cp932 has two or three codes for 396 characters (NEC row 13, NEC-selected, IBM extension). Windows reads all and writes
one; so do we. Where another one stands in the data, it came through another converter, and is told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.charset.codepage import AFTER_PRIVATE, BAD, USER_DEFINED, Codepage, codepage
from migrate.charset.shifts import scan

Cells = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
_CODE = re.compile(rb"(?s)[\x81-\x9f\xe0-\xfc].|.")
PRIVATE = "[\ue000-\uf8ff]"
ANY_PRIVATE = r"[\u{e000}-\u{f8ff}\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}]"
"""Those of the planes 15 and 16, too: Unicode text has them, and whether they may pass, the profile says."""

SEEN = pl.Schema({"column": pl.String, "row": pl.UInt32, "kind": pl.String, "code": pl.String})
"""One row per such character in a cell: source column, row of the batch, ``gaiji``, ``twin`` or ``undefined``, and the
code in hexadecimal digits."""

AREAS = {"nec-row-13": (0x87,), "ibm-extended": (0xFA, 0xFB, 0xFC), "nec-selected-ibm": (0xED, 0xEE)}
"""First bytes of the codes that cp932 has beside JIS X 0208, by area; of two codes Windows writes that of the first."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What to do with the codes that need a look. A code is a character here: its private-use one, or a stand-in.

    ``texts`` has what is delivered for it, where that is known; ``codes`` the code in hexadecimal digits; ``twins`` are
    second codes; ``plain`` are codes of the encoding itself, of more than one code point, which nobody needs to see.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    twins: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()

    def settle(self, values: pl.Series, column: str) -> tuple[pl.Series, npt.NDArray[np.bool_], pl.DataFrame]:
        """Values with the known texts in them, which of them are left with a private-use character of the first plane,
        and every code seen (as SEEN, rows counted within ``values``)."""
        settled = values.str.replace_many(list(self.texts), list(self.texts.values())) if self.texts else values
        left = settled.str.contains(PRIVATE).fill_null(False).to_numpy()
        letters = values.str.extract_all(ANY_PRIVATE).alias("letter").to_frame().with_row_index("row")
        letters = letters.explode("letter", empty_as_null=False).drop_nulls()
        if self.plain:
            letters = letters.filter(~pl.col("letter").is_in(sorted(self.plain)))
        distinct = letters["letter"].unique().to_list()
        codes = {letter: self.codes.get(letter, f"U+{ord(letter):04X}") for letter in distinct}
        kinds = {letter: "twin" if letter in self.twins else "gaiji" for letter in distinct}
        seen = letters.select(
            column=pl.lit(column),
            row="row",
            kind=pl.col("letter").replace_strict(kinds, return_dtype=pl.String),
            code=pl.col("letter").replace_strict(codes, return_dtype=pl.String),
        )
        return settled, left, seen


def of_site(site: Mapping[str, str]) -> Glyphs:
    """A site's own characters in decoded text: private-use characters that stand for codes of the user-defined area.

    ``site`` maps codes in upper-case hexadecimal digits, or code points as ``U+E800``, to texts.
    """
    codes = {chr(int(code[2:], 16)): code for code in site if code.startswith("U+")}
    codes |= {chr(point): f"{code:04X}" for code, point in USER_DEFINED.items()}
    return Glyphs({letter: site[code] for letter, code in codes.items() if code in site}, codes)


def looked_at(name: str, site: Mapping[str, str]) -> tuple[Codepage, Glyphs]:
    """The encoding with stand-ins for all codes that need a look, and what they are: a site's own, and second ones."""
    page = codepage(name)
    given = {int(code, 16): text for code, text in site.items() if not code.startswith("U+")}
    second = [code for code in second_codes() if code not in given] if name == "cp932" else []
    plain = [code for code in page.several if code not in given]
    places = dict(page.own)
    special = [*second, *sorted(given.keys() - places.keys()), *plain]
    places |= dict(zip(special, range(max(page.own.values()) + 1, AFTER_PRIVATE), strict=False))
    texts = {code: chr(page.double[code]) for code in second} | {code: page.several[code] for code in plain} | given
    return page.with_gaiji({code: places[code] for code in special}), Glyphs(
        {chr(places[code]): text for code, text in texts.items()},
        {chr(point): f"{code:04X}" for code, point in places.items()},
        frozenset(chr(places[code]) for code in second),
        frozenset(chr(places[code]) for code in plain),
    )


def free_places(name: str) -> int:
    """So many codes outside the user's own area can be told from each other while they are read."""
    page = codepage(name)
    taken = len(second_codes()) if name == "cp932" else len(page.several)
    return AFTER_PRIVATE - (max(page.own.values()) + 1) - taken


@cache
def windows_codes() -> dict[str, int]:
    """The two-byte code that Windows writes for each character of cp932."""
    found: dict[str, int] = {}
    double = codepage("cp932").double
    for code in sorted(np.flatnonzero(double != BAD).tolist(), key=_rank):
        found.setdefault(chr(double[code]), code)
    return found


def _rank(code: int) -> tuple[int, int]:
    """JIS X 0208 before NEC row 13 before IBM extension before NEC-selected."""
    return next((rank for rank, leads in enumerate(AREAS.values(), start=1) if code >> 8 in leads), 0), code


@cache
def second_codes() -> tuple[int, ...]:
    """Codes that Windows reads and does not write."""
    double = codepage("cp932").double
    ours = windows_codes()
    return tuple(code for code in np.flatnonzero(double != BAD).tolist() if ours[chr(double[code])] != code)


@cache
def second_texts() -> Mapping[str, str]:
    """The character of every second code, by the code in hexadecimal digits."""
    double = codepage("cp932").double
    return {f"{code:04X}": chr(double[code]) for code in second_codes()}


def second_codes_in(raw: bytes) -> list[str]:
    """The second codes in a text in cp932, in the order in which they stand there."""
    known = second_texts()
    return [code for found in _CODE.findall(raw) if (code := found.hex().upper()) in known]


def undefined(cells: Cells, page: Codepage, column: str, *, type: str) -> pl.DataFrame:
    """The bytes that the encoding does not define in a field of type X, N or M, as SEEN; rows counted within
    ``cells``."""
    if type not in ("N", "M"):
        bad, pair = page.single[cells] == BAD, np.zeros(cells.shape, dtype=np.bool_)
    elif page.shifts is None:
        bad, pair = _unread(cells, page)
    elif type == "N":
        bad, pair = np.zeros(cells.shape, dtype=np.bool_), np.ones(cells.shape, dtype=np.bool_)
        bad[:, ::2] = page.double[np.ascontiguousarray(cells).view(">u2")] == BAD
    else:
        found = scan(np.ascontiguousarray(cells.T), page)
        bad, pair = ((found.codes == BAD) & found.kept).T, found.pair.T
        bad[:, -1:] &= cells[:, -1:] != page.pad_single
    rows, places = np.nonzero(bad)
    both = pair[rows, places] & (places + 1 < cells.shape[1])
    first = cells[rows, places].astype(np.uint16)
    second = cells[rows, np.minimum(places + 1, cells.shape[1] - 1)]
    codes = [f"{a:02X}{b:02X}" if p else f"{a:02X}" for a, b, p in zip(first, second, both, strict=True)]
    return pl.DataFrame(
        {"column": [column] * rows.size, "row": rows, "kind": ["undefined"] * rows.size, "code": codes}, schema=SEEN
    )


def _unread(cells: Cells, page: Codepage) -> tuple[Mask, Mask]:
    """Where a byte or pair begins that is not defined, and where a pair begins, of an encoding with lead bytes."""
    lead = np.zeros(cells.shape, dtype=np.bool_)
    trail = np.zeros(cells.shape[0], dtype=np.bool_)
    bad = np.zeros(cells.shape, dtype=np.bool_)
    for at in range(cells.shape[1]):
        byte = cells[:, at]
        lead[:, at] = page.lead[byte] & ~trail
        after = cells[:, at + 1] if at + 1 < cells.shape[1] else np.zeros_like(byte)
        read = np.where(lead[:, at], page.double[(byte.astype(np.uint16) << 8) | after], page.single[byte])
        bad[:, at] = (read == BAD) & ~trail
        trail = lead[:, at]
    return bad, lead
