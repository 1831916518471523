"""Which kinds of letters the values of a text column have: whole columns at a time, from the bytes of their UTF-8."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint16]

DIGIT, UPPER, LOWER, SPACE, SYMBOL, HALF_KANA, KANA, KANJI, WIDE, OTHER, GAIJI, BAD = (1 << bit for bit in range(12))
NAMES = {
    DIGIT: "9",
    UPPER: "A",
    LOWER: "a",
    SYMBOL: "-",
    HALF_KANA: "ｶﾅ",
    KANA: "かなカナ",
    KANJI: "漢字",
    WIDE: "全角英数記号",
    OTHER: "その他",
    GAIJI: "外字",
    BAD: "不正",
}
"""Spaces belong to any value and name nothing."""
ASCII = DIGIT | UPPER | LOWER | SPACE | SYMBOL

_CONTINUES, _TWO, _THREE, _FOUR = 0x80, 0xC0, 0xE0, 0xF0


@dataclass(frozen=True, slots=True)
class Letters:
    """Per value: ``mask`` of the kinds of its letters, ``chars``, and ``bytes`` in an encoding of one or two bytes."""

    mask: Masks
    chars: Ints
    bytes: Ints


def letters_of(values: pl.Series) -> Letters:
    """The letters of each value of a String series without nulls or empty texts."""
    if not values.len():
        nothing = np.empty(0, dtype=np.int64)
        return Letters(nothing.astype(np.uint16), nothing, nothing)
    array = values.rechunk().to_arrow()
    _, offsets_buffer, data_buffer = array.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    data = np.frombuffer(data_buffer, dtype=np.uint8)[offsets[0] : offsets[-1]]
    starts = offsets[:-1] - offsets[0]
    kinds = _kinds(data)
    width = np.where(kinds == 0, 0, np.where((kinds & (ASCII | HALF_KANA)) != 0, 1, 2)).astype(np.int64)
    wide_space = (kinds == SPACE) & (data != 0x20)
    width[wide_space] = 2
    chars = np.add.reduceat((kinds != 0).astype(np.int64), starts)
    return Letters(np.bitwise_or.reduceat(kinds, starts), chars, np.add.reduceat(width, starts))


def _kinds(data: npt.NDArray[np.uint8]) -> Masks:
    """Per byte the kind of the character that begins there; 0 inside one."""
    kinds = _FIRST[data]
    leads = np.flatnonzero((data >= _THREE) & (data < _FOUR))
    if leads.size:
        first, second, third = (data[leads + step].astype(np.uint16) for step in range(3))
        kinds[leads] = _PLANE[(first & 0xF) << 12 | (second & 0x3F) << 6 | (third & 0x3F)]
    return kinds


def _first() -> Masks:
    table = np.full(256, BAD, dtype=np.uint16)
    table[0x21:0x7F] = SYMBOL
    for kind, first, last in ((DIGIT, "0", "9"), (UPPER, "A", "Z"), (LOWER, "a", "z"), (SPACE, " ", " ")):
        table[ord(first) : ord(last) + 1] = kind
    table[_CONTINUES:_TWO] = 0
    table[_TWO:_THREE] = OTHER
    table[_FOUR:] = KANJI
    return table


def _plane() -> Masks:
    table = np.full(0x10000, OTHER, dtype=np.uint16)
    for kind, first, last in (
        (WIDE, 0x2000, 0x2E7F),
        (KANJI, 0x2E80, 0x2FDF),
        (WIDE, 0x3000, 0x303F),
        (SPACE, 0x3000, 0x3000),
        (KANJI, 0x3005, 0x3007),
        (KANA, 0x3041, 0x30FF),
        (KANA, 0x31F0, 0x31FF),
        (WIDE, 0x3200, 0x33FF),
        (KANJI, 0x3400, 0x9FFF),
        (GAIJI, 0xE000, 0xF8FF),
        (KANJI, 0xF900, 0xFAFF),
        (WIDE, 0xFF01, 0xFFEF),
        (HALF_KANA, 0xFF61, 0xFF9F),
        (BAD, 0xFFFD, 0xFFFF),
    ):
        table[first : last + 1] = kind
    return table


_FIRST, _PLANE = _first(), _plane()


def name_of(mask: int) -> str:
    """``9``, ``9A-``, ``漢字+かなカナ`` …: ASCII kinds in one word, the others joined to it."""
    narrow = "".join(NAMES[kind] for kind in (DIGIT, UPPER, LOWER, SYMBOL) if mask & kind)
    others = [NAMES[kind] for kind in (HALF_KANA, KANA, KANJI, WIDE, OTHER, GAIJI, BAD) if mask & kind]
    return "+".join(filter(None, (narrow, *others)))
