"""An encoding as look-up tables: one byte → character, two bytes → character, and which bytes lead a pair or which
shifts stand around pairs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib.resources import files
from unicodedata import category

import numpy as np
import numpy.typing as npt

BAD = 0xFFFF
"""Table entry of a byte or pair that the encoding does not define."""
PRIVATE, AFTER_PRIVATE = 0xE000, 0xF900
SPACE, WIDE_SPACE = 0x20, 0x3000

Single = npt.NDArray[np.uint16]
Double = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Shifts:
    """Byte sequences of one or two bytes that turn to pairs, and back to single bytes.

    ``again``: one that turns to pairs may stand among pairs, too: it only says how large they are printed.
    """

    to_double: tuple[bytes, ...]
    to_single: bytes
    again: bool = False


@dataclass(frozen=True, slots=True)
class Codepage:
    """``single[byte]`` and ``double[lead << 8 | trail]`` are code points or BAD; pads fill fields on the right.

    Pairs begin with a ``lead`` byte, or stand between ``shifts``. ``own`` has the private-use code points of the codes
    that each site fills itself, ``several`` codes of more than one code point. Of an encoding of hosts ``ascii`` is the
    ASCII byte of each byte (DEL where there is none), and ``marks`` are its spaces and signs that are no letters.
    ``swapped[trail << 8 | lead]`` is ``double``, for pairs as most machines read them; ``blanks`` are the codes in it
    of spaces, that of two single ones among them.
    """

    name: str
    single: Single
    double: Double
    lead: npt.NDArray[np.bool_]
    pad_single: int
    pad_double: int
    own: Mapping[int, int] = field(default_factory=dict)
    several: Mapping[int, str] = field(default_factory=dict)
    shifts: Shifts | None = None
    ascii: Bytes | None = None
    marks: npt.NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, dtype=np.uint32))
    swapped: Double = field(init=False)
    blanks: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        swapped = self.double[np.arange(65536, dtype=np.uint16).byteswap()]
        spaces = {*np.flatnonzero(swapped == WIDE_SPACE).tolist(), self.pad_single << 8 | self.pad_single}
        object.__setattr__(self, "swapped", swapped)
        object.__setattr__(self, "blanks", tuple(sorted(spaces)))

    @property
    def pairs_tell(self) -> bool:
        """A pair that is defined cannot be two single bytes: its first byte is no single character."""
        return self.shifts is None and bool((self.single[self.lead] == BAD).all())

    def in_ascii(self, cells: Bytes) -> Bytes:
        """Cells whose digits, letters and blanks are those of ASCII; the same cells, where they are already."""
        return cells if self.ascii is None else self.ascii[cells]

    def with_gaiji(self, table: Mapping[int, int]) -> "Codepage":
        """The same encoding with a site's resolved two-byte codes (code → BMP code point)."""
        if not table:
            return self
        double = self.double.copy()
        double[list(table)] = list(table.values())
        return replace(self, double=double)


USER_DEFINED = {
    high << 8 | low: PRIVATE + row * 188 + cell
    for row, high in enumerate(range(0xF0, 0xFA))
    for cell, low in enumerate((*range(0x40, 0x7F), *range(0x80, 0xFD)))
}
"""Private-use code point by two-byte code of the user-defined area of cp932, as Windows and Python decode it."""


def _cp932() -> Codepage:
    """Windows-31J. 0x80, 0xA0 and 0xFD–0xFF, which Python lets pass, are not defined here; F040–F9FC is gaiji
    (U+E000–)."""
    single = np.full(256, BAD, dtype=np.uint16)
    single[:0x80] = np.arange(0x80)
    single[0xA1:0xE0] = np.arange(0xFF61, 0xFFA0)
    lead = np.zeros(256, dtype=np.bool_)
    lead[0x81:0xA0] = True
    lead[0xE0:0xFD] = True
    lows = (*range(0x40, 0x7F), *range(0x80, 0xFD))
    pairs = [bytes((high, low)) for high in np.flatnonzero(lead).tolist() for low in lows]
    letters = b"\n".join(pairs).decode("cp932", "replace").split("\n")
    double = np.full(65536, BAD, dtype=np.uint16)
    for pair, letter in zip(pairs, letters, strict=True):
        if len(letter) == 1 and letter != "\ufffd":
            double[pair[0] << 8 | pair[1]] = ord(letter)
    return Codepage("cp932", single, double, lead, 0x20, 0x8140, USER_DEFINED)


_IBM = Shifts((b"\x0e",), b"\x0f")
SHIFTS = {
    "ibm930": _IBM,
    "ibm939": _IBM,
    "ibm1390": _IBM,
    "ibm1399": _IBM,
    "jef": Shifts((b"\x28", b"\x38", b"\x30\xe2"), b"\x29", again=True),
    "keis83": Shifts((b"\x0a\x42",), b"\x0a\x41"),
}
"""By encoding of hosts: what turns to pairs and back. JEF has a sequence for each of three sizes of letters."""


def _host(name: str) -> Codepage:
    """EBCDIC and pairs between shifts, from the table that ``tools/make_tables.py`` made."""
    with (files("migrate.charset") / "tables" / f"{name}.npz").open("rb") as file, np.load(file) as table:
        single, double, own = table["single"], table["double"], table["own"].tolist()
        several = dict(zip(table["several"].tolist(), table["texts"].tolist(), strict=True))
    printable = (single >= 0x20) & (single < 0x7F)
    return Codepage(
        name,
        single,
        double,
        np.zeros(256, dtype=np.bool_),
        0x40,
        0x4040,
        {code: int(double[code]) for code in own},
        several,
        SHIFTS[name],
        np.where(printable, single, 0x7F).astype(np.uint8),
        np.array([point for point in np.unique(double).tolist() if _is_mark(point)], dtype=np.uint32),
    )


def _is_mark(point: int) -> bool:
    return point not in (0x20, 0x3000, BAD) and category(chr(point)) in ("Mn", "Mc", "Me", "Cf", "Zs")


_MAKERS: dict[str, Callable[[], Codepage]] = {"cp932": _cp932} | {name: partial(_host, name) for name in SHIFTS}
ENCODINGS = tuple(_MAKERS)
"""The encodings of fixed records."""


@cache
def codepage(name: str) -> Codepage:
    """The tables of an encoding; KeyError if it is not known."""
    return _MAKERS[name]()
