"""Lengths. A letter is what people count; what a receiving system counts is an argument."""

from typing import Literal, TypeAlias

import polars as pl

from migrate.vocab.hidden import SELECTORS
from migrate.vocab.registry import Count, check, traits

Unit: TypeAlias = Literal["letters", "graphemes", "code_points", "utf-8", "utf-16", "cp932"]
_SELECTORS = f"[{SELECTORS}]"


def _fits(column: pl.Expr, chars: int) -> pl.Expr:
    """At most ``chars`` letters. Looking for selectors is slow: only where there are more code points than that."""
    points = column.str.len_chars()
    longer = pl.when(points > chars).then(column)
    return (points <= chars) | (longer.str.len_chars() - longer.str.count_matches(_SELECTORS) <= chars)


@check
@traits(
    quiet=lambda column, *, chars: (column.str.len_chars().max() < chars).fill_null(True),
    idle=lambda known, *, chars: known.max_chars < chars,
)
def shorter_than(column: pl.Expr, *, chars: Count) -> pl.Expr:
    """Has fewer letters than ``chars``; a variation selector is no letter.

    Why: a name of exactly the width of the old field (80 bytes, 40 letters) was probably cut off.
    Example: ``{shorter_than: {chars: "40"}}`` fails on a name of 40 letters.
    """
    return _fits(column, chars - 1)


@check
@traits(
    quiet=lambda column, *, chars: (column.str.len_chars().max() <= chars).fill_null(True),
    idle=lambda known, *, chars: known.max_chars <= chars,
)
def max_chars(column: pl.Expr, *, chars: Count) -> pl.Expr:
    """Has at most ``chars`` letters; a variation selector is no letter. Derived from the digits of the standard.

    Why: the receiving system would cut it off. Digits of the standard are characters, never bytes.
    Example: ``{max_chars: {chars: "2"}}`` holds on two kanji, one of them with a selector (three code points).
    Source: データ要件・連携要件標準仕様書; how selectors count is not said there (model: one glyph is one).
    """
    return _fits(column, chars)


@check
@traits(idle=lambda known, *, chars: known.min_chars == chars == known.max_chars)
def exact_chars(column: pl.Expr, *, chars: Count) -> pl.Expr:
    """Has exactly ``chars`` code points. Derived from a fixed item of the standard.

    Why: a shorter code has lost its leading zeros.
    Example: ``{exact_chars: {chars: "5"}}`` fails on ``"1101"``.
    """
    return column.str.len_chars() == chars


def _size(column: pl.Expr, unit: Unit) -> pl.Expr:
    points = column.str.len_chars()
    if unit == "utf-8":
        return column.str.len_bytes()
    if unit == "utf-16":
        return 2 * (points + column.str.count_matches(r"[\u{10000}-\u{10ffff}]"))
    if unit == "graphemes":
        return points - column.str.count_matches(r"[\p{M}\u{200c}\u{200d}\u{ff9e}\u{ff9f}]")
    if unit == "letters":
        return points - column.str.count_matches(_SELECTORS)
    if unit == "cp932":
        single, none = r"[\x00-\x7f\u{ff61}-\u{ff9f}]", _SELECTORS
        return 2 * (points - column.str.count_matches(none)) - column.str.count_matches(single)
    return points


@check
def max_size(column: pl.Expr, *, size: Count, unit: Unit) -> pl.Expr:
    """Has at most ``size`` units of what the destination counts. Never cuts: what does not fit is found, not shortened.

    Why: a column of the new system may be counted in bytes or code units, while the standard counts characters.

    | ``unit`` | ``"葛\\U000e0100飾"`` | ``"ｶﾞ"`` | ``"𠮷"`` | counts |
    |---|---|---|---|---|
    | ``letters`` | 2 | 2 | 1 | code points without variation selectors, as ``max_chars`` |
    | ``graphemes`` | 2 | 1 | 1 | what looks like one letter: marks and half-width ``ﾞﾟ`` belong to the one before |
    | ``code_points`` | 3 | 2 | 1 | code points |
    | ``utf-8`` | 10 | 6 | 4 | bytes |
    | ``utf-16`` | 8 | 4 | 4 | bytes: two a code unit |
    | ``cp932`` | 4 | 2 | 2 | bytes: a character that cp932 lacks counts as a 外字 of two, a selector as none |

    Example: ``{max_size: {size: "40", unit: cp932}}`` fails on a name of 21 kanji; with size 39 also on one that fills
    40 bytes to the last, which was probably cut off.
    Source: Unicode UAX #29 for graphemes, without emoji sequences.
    """
    return _size(column, unit) <= size
