"""Signed numbers of host records → text of the standard: zoned with the sign in the last byte, and packed decimal.

Each function takes ``cells`` of shape (records, bytes) and returns a :class:`Text`: ``-1234``, ``0``, ``12.50``. A
blank cell is null; a cell that holds no number is null and in ``bad``. Whole numbers of up to 18 digits, exact.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.charset.decode import Cells, Mask, Text
from migrate.evidence import Evidence

Numbers = npt.NDArray[np.int64]
MAX_DIGITS = 18
_NONE = 0xFF


def _zones(signs: str) -> tuple[npt.NDArray[np.uint8], Mask]:
    """By the last byte: its digit (``_NONE`` = none) and whether the number is negative."""
    digit, minus = np.full(256, _NONE, dtype=np.uint8), np.zeros(256, dtype=np.bool_)
    digit[0x30:0x3A] = np.arange(10)
    positive, negative = {"overpunch": ("{ABCDEFGHI", "}JKLMNOPQR"), "zone7": ("", "pqrstuvwxy")}[signs]
    for text, below in ((positive, False), (negative, True)):
        for value, letter in enumerate(text):
            digit[ord(letter)], minus[ord(letter)] = value, below
    return digit, minus


SIGNS = {name: _zones(name) for name in ("overpunch", "zone7")}
"""Conventions of the sign in the last byte: ``{ABC…`` / ``}JKL…`` as printed by hosts, or zone 7 (``pqr…`` =
negative)."""


def decode_zoned(cells: Cells, *, sign: str, decimals: int) -> Text:
    """A signed zoned field; digits without a sign are positive."""
    digit, minus = SIGNS[sign]
    blank = (cells == 0x20).all(axis=1)
    body = cells[:, :-1] - np.uint8(0x30)
    last = digit[cells[:, -1]]
    right = (body <= 9).all(axis=1) & (last != _NONE)
    numbers = np.zeros(cells.shape[0], dtype=np.int64)
    for column in body.T:
        numbers = numbers * 10 + column
    numbers = numbers * 10 + last
    return _text(np.where(minus[cells[:, -1]], -numbers, numbers), right, blank, decimals)


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
    known = Evidence(ascii=True, trimmed=True, single_spaced=True, min_chars=1, max_chars=MAX_DIGITS + 2)
    return Text(values, bad=np.flatnonzero(~right & ~blank), known=known)
