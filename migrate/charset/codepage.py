"""An encoding as look-up tables: one byte → character, two bytes → character, and which bytes lead a pair."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

BAD = 0xFFFF
"""Table entry of a byte or pair that the encoding does not define."""

Table = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Codepage:
    """``single[byte]`` and ``double[lead << 8 | trail]`` are BMP code points or BAD; pads fill fields on the right."""

    name: str
    single: Table
    double: Table
    lead: npt.NDArray[np.bool_]
    pad_single: int
    pad_double: int

    @property
    def pairs_tell(self) -> bool:
        """A pair that is defined cannot be two single bytes: its first byte is no single character."""
        return bool((self.single[self.lead] == BAD).all())

    def with_gaiji(self, table: Mapping[int, int]) -> "Codepage":
        """The same encoding with a site's resolved two-byte codes (code → BMP code point)."""
        if not table:
            return self
        double = self.double.copy()
        double[list(table)] = list(table.values())
        return replace(self, double=double)


def _cp932() -> Codepage:
    """Windows-31J. 0x80, 0xA0 and 0xFD–0xFF, which Python lets pass, are not defined here; F040–F9FC is gaiji
    (U+E000–)."""
    single = np.full(256, BAD, dtype=np.uint16)
    single[:0x80] = np.arange(0x80)
    single[0xA1:0xE0] = np.arange(0xFF61, 0xFFA0)
    lead = np.zeros(256, dtype=np.bool_)
    lead[0x81:0xA0] = True
    lead[0xE0:0xFD] = True
    double = np.full(65536, BAD, dtype=np.uint16)
    for high in map(int, np.flatnonzero(lead)):
        for low in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            with suppress(UnicodeDecodeError):
                double[high << 8 | low] = ord(bytes((high, low)).decode("cp932"))
    return Codepage("cp932", single, double, lead, 0x20, 0x8140)


_MAKERS: dict[str, Callable[[], Codepage]] = {"cp932": _cp932}
ENCODINGS = tuple(_MAKERS)
"""The encodings that can be read."""


@cache
def codepage(name: str) -> Codepage:
    """The tables of an encoding; KeyError if it is not known."""
    return _MAKERS[name]()


USER_DEFINED = {
    high << 8 | low: 0xE000 + row * 188 + cell
    for row, high in enumerate(range(0xF0, 0xFA))
    for cell, low in enumerate((*range(0x40, 0x7F), *range(0x80, 0xFD)))
}
"""Private-use code point by two-byte code of the user-defined area, as Windows and Python decode it."""
