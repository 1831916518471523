"""Which letters a receiving system holds, where that is not all of Unicode."""

from functools import cache
from itertools import chain
from typing import Literal, TypeAlias

Repertoire: TypeAlias = Literal["unicode", "jisx0213", "jisx0208", "cp932"]
Limited: TypeAlias = Literal["jisx0213", "jisx0208", "cp932"]

_CODECS = {"jisx0213": "shift_jis_2004", "jisx0208": "shift_jis", "cp932": "cp932"}
"""By repertoire: the codec that has these letters and no others. That of EUC would let JIS X 0212 pass as well."""
_WINDOWS = "～－∥￠￡￢"
"""Signs of JIS X 0208 that Windows decodes otherwise than the codecs of JIS do; both forms mean the same sign."""
SELECTORS = "".join(map(chr, chain(range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))))
"""Variation selectors: VS1–16 (standardized variants), VS17–256 (IVS). No limited repertoire has them."""
SELECTOR_CLASS = r"\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""The same in a class of a regular expression, as ``re`` and Polars both read it."""


@cache
def letters(name: Limited) -> frozenset[str]:
    """Every character of a repertoire, ASCII and half-width kana among them, control characters not."""
    codec = _CODECS[name]
    points = (point for point in chain(range(0x20, 0xD800), range(0xF900, 0x30000)) if not 0x7F <= point < 0xA0)
    return frozenset(letter for letter in map(chr, points) if _has(codec, letter)) | frozenset(_WINDOWS)


def _has(codec: str, letter: str) -> bool:
    try:
        letter.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def holds(name: Limited, text: str) -> bool:
    """Every character of ``text`` is there."""
    return letters(name).issuperset(text)


@cache
def outside(name: Limited) -> str:
    """A pattern (Rust syntax) of one letter that is not there: a character with its variation selectors, or one by
    itself."""
    return rf"[^{SELECTOR_CLASS}][{SELECTOR_CLASS}]+|[^{_ranges(sorted(map(ord, letters(name))))}]"


def _ranges(points: list[int]) -> str:
    """Code points as they stand in a class."""
    ranges: list[list[int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(rf"\u{{{first:x}}}-\u{{{last:x}}}" for first, last in ranges)
