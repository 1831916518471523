"""Signed numbers of host records → text of the standard: zoned with the sign in the last byte, and packed decimal.

Each function takes ``cells`` of shape (records, bytes) and returns a :class:`Text`: ``-1234``, ``0``, ``12.50``. A
blank cell is null; a cell that holds no number is null and in ``bad``. Whole numbers of up to 18 digits, exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.charset.decode import Cells, Mask, Text
from migrate.evidence import Evidence

Numbers = npt.NDArray[np.int64]
MAX_DIGITS = 18
_NONE = 0xFF
_PLUS, _MINUS = (0xA0, 0xC0, 0xE0, 0xF0), (0xB0, 0xD0)


@dataclass(frozen=True, slots=True)
class Signs:
    """A convention of the sign in the last byte: by it the digit (``_NONE`` = none) and whether the number is negative;
    ``zero`` is the byte of the other zeros, ``space`` that of a blank field."""

    digit: npt.NDArray[np.uint8]
    minus: Mask
    zero: int = 0x30
    space: int = 0x20


def _signs(letters: Mapping[bool, Iterable[Iterable[int]]], *, zero: int = 0x30, space: int = 0x20) -> Signs:
    """By negative or not: the bytes of the last digits 0–9."""
    digit, minus = np.full(256, _NONE, dtype=np.uint8), np.zeros(256, dtype=np.bool_)
    digit[zero : zero + 10] = np.arange(10)
    for below, rows in letters.items():
        for row in rows:
            for value, byte in enumerate(row):
                digit[byte], minus[byte] = value, below
    return Signs(digit, minus, zero, space)


SIGNS = {
    "overpunch": _signs({False: [b"{ABCDEFGHI"], True: [b"}JKLMNOPQR"]}),
    "zone7": _signs({True: [b"pqrstuvwxy"]}),
    "ebcdic": _signs(
        {below: [range(zone, zone + 10) for zone in zones] for below, zones in ((False, _PLUS), (True, _MINUS))},
        zero=0xF0,
        space=0x40,
    ),
}
"""``{ABC…`` / ``}JKL…`` as printed by hosts; zone 7 (``pqr…`` = negative); EBCDIC, whose last zone is the sign
(A C E F plus, B D minus)."""


def decode_zoned(cells: Cells, *, sign: str, decimals: int) -> Text:
    """A signed zoned field; digits without a sign are positive."""
    signs = SIGNS[sign]
    blank = (cells == signs.space).all(axis=1)
    body = cells[:, :-1] - np.uint8(signs.zero)
    last = signs.digit[cells[:, -1]]
    right = (body <= 9).all(axis=1) & (last != _NONE)
    numbers = np.zeros(cells.shape[0], dtype=np.int64)
    for column in body.T:
        numbers = numbers * 10 + column
    numbers = numbers * 10 + last
    return _text(np.where(signs.minus[cells[:, -1]], -numbers, numbers), right, blank, decimals)


def decode_packed(cells: Cells, *, decimals: int) -> Text:
    """A packed field (COMP-3): two digits a byte, the sign in the last half byte (C A E F plus, D B minus)."""
    blank = ((cells == 0x20) | (cells == 0x40)).all(axis=1) | (cells == 0).all(axis=1)
    halves = np.empty((cells.shape[0], cells.shape[1] * 2), dtype=np.uint8)
    halves[:, 0::2], halves[:, 1::2] = cells >> 4, cells & 0x0F
    digits, sign = halves[:, :-1], halves[:, -1]
    right = (digits <= 9).all(axis=1) & (sign >= 0x0A)
    numbers = np.zeros(cells.shape[0], dtype=np.int64)
    for column in digits.T:
        numbers = numbers * 10 + column
    return _text(np.where((sign == 0x0D) | (sign == 0x0B), -numbers, numbers), right, blank, decimals)


def _text(numbers: Numbers, right: Mask, blank: Mask, decimals: int) -> Text:
    whole = pl.Series("n", numbers)
    if decimals:
        scale = 10**decimals
        sign = pl.when(pl.col("n") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
        size = pl.col("n").abs()
        part = (size % scale).cast(pl.String).str.zfill(decimals)
        text = pl.concat_str([sign, (size // scale).cast(pl.String), pl.lit("."), part])
    else:
        text = pl.col("n").cast(pl.String)
    values = whole.to_frame().select(pl.when(pl.lit(pl.Series(right & ~blank))).then(text)).to_series()
    known = Evidence(ascii=True, trimmed=True, single_spaced=True, min_chars=1, max_chars=MAX_DIGITS + 3)
    return Text(values, bad=np.flatnonzero(~right & ~blank), known=known)
