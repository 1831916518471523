"""Digits and check digits."""

from collections.abc import Sequence
from typing import Literal

import polars as pl

from migrate.vocab.registry import check

_WEIGHTS = (0, *(2, 3, 4, 5, 6, 7) * 3)
"""By place from the right, the check digit (place 0) included."""


def _weighted(n: pl.Expr, weights: Sequence[int], modulus: int) -> pl.Expr:
    """The sum of digit × weight, modulo ``modulus``, over the places of a number from the right.

    A digit is n // 10^k - 10 * (n // 10^(k+1)): one division a place, by its weight less ten times the one before.
    """
    factors = [(weight - 10 * before) % modulus for weight, before in zip(weights, (0, *weights), strict=False)]
    return pl.sum_horizontal(n // 10**k * factor for k, factor in enumerate(factors) if factor) % modulus


def _number(column: pl.Expr, digits: str) -> pl.Expr:
    """``column`` as a number where it has ``digits`` (a count, as in a regular expression), else null.

    As the field ``n`` of a struct, so that the cast is done once, not once a place.
    """
    return pl.struct(n=pl.when(column.str.contains(rf"\A[0-9]{{{digits}}}\z")).then(column).cast(pl.Int64))


def _holds(column: pl.Expr, digits: str, right: pl.Expr) -> pl.Expr:
    """Whether ``right`` is true of the number ``pl.field("n")``; a text without those ``digits`` fails."""
    told = _number(column, digits).struct.with_fields(right=right).struct.field("right")
    return pl.when(column.is_not_null()).then(told.fill_null(False))


def _check_digit(column: pl.Expr, length: int) -> pl.Expr:
    """Whether ``length`` digits end in their check digit: 0 if r ≤ 1, else 11 - r, r = weighted sum mod 11."""
    n = pl.field("n")
    return _holds(column, str(length), n % 10 == (11 - _weighted(n, _WEIGHTS[:length], 11)) % 11 % 10)


@check
def mynumber_digit(column: pl.Expr) -> pl.Expr:
    """Is a 個人番号: 12 digits, the last of them the right check digit.

    Why: a wrong number belongs to nobody, or to somebody else.
    Example: ``mynumber_digit`` fails on ``"123456789012"``, the sample number of many forms.
    Source: 平成26年総務省令第85号 第5条 (weights 6,5,4,3,2,7,6,5,4,3,2).
    """
    return _check_digit(column, 12)


@check
def juminhyo_code_digit(column: pl.Expr) -> pl.Expr:
    """Is a 住民票コード: 11 digits, the last of them the right check digit.

    Why: a wrong digit is a typing error. An alert, not an error: the formula is known from a secondary source only.
    Example: ``juminhyo_code_digit`` fails on ``"12345678901"``.
    Source: as 個人番号, over ten digits (weights 5,4,3,2,7,6,5,4,3,2); grade S.
    """
    return _check_digit(column, 11)


@check
def atena_digit(column: pl.Expr, *, ten: Literal["0", "1", "never", "any"]) -> pl.Expr:
    """Is a 宛名番号 or 世帯番号: up to 18 digits, the last of them the right check digit (modulus 11, weights 2 to 7).

    The digit is 11 less the remainder, and 0 where the remainder is 0. Where it is 1 the digit would be ten, and the
    specification does not say what stands there: ``ten`` is that digit, or ``never`` (such a number is not given out),
    or ``any`` (not judged). Zeros in front change nothing.
    Why: a wrong digit is a typing error. An alert: numbers given out before the rule need not follow it, and nobody
    renumbers them.
    Example: ``{atena_digit: {ten: any}}`` fails on ``"000000900000012"`` and holds on ``"000000900000014"``.
    Source: 住民記録システム標準仕様書 第1.0版 1.1.13.
    """
    # with its own digit, of weight 1, a number comes to 0; where the digit would be ten, to one more than what it has
    total, digit = pl.field("total"), pl.field("n") % 10
    told = total == 0
    if ten == "any":
        told = pl.when(total != digit + 1).then(told)
    elif ten != "never":
        told |= (digit == int(ten)) & (total == digit + 1)
    told = pl.when(digit.is_null()).then(False).otherwise(told)
    numbers = _number(column, "2,18").struct.with_fields(total=_weighted(pl.field("n"), (1, *_WEIGHTS[1:18]), 11))
    return pl.when(column.is_not_null()).then(numbers.struct.with_fields(told=told).struct.field("told"))


@check
def hojin_digit(column: pl.Expr) -> pl.Expr:
    """Is a 法人番号: 13 digits, the first of them the right check digit.

    The digit is 9 less the remainder modulo 9 of the other twelve, weighted 1 and 2 by turns from the right.
    Why: a wrong number belongs to another corporation, or to none.
    Example: ``hojin_digit`` fails on ``"1234567890123"`` and holds on ``"5835678256246"``.
    Source: 平成26年財務省令第70号（法人番号の指定等に関する省令） 第2条; 国税庁「チェックデジットの計算」.
    """
    n = pl.field("n")
    return _holds(column, "13", n // 10**12 == 9 - _weighted(n % 10**12, (1, 2) * 6, 9))


@check
def digits_text(column: pl.Expr) -> pl.Expr:
    """Is of type 9: digits 0–9 only, no sign, no point.

    Why: 文字種 check of the standard (E0002).
    Example: ``digits_text`` fails on ``"12-3"`` and on ``"１２"``.
    """
    return ~column.str.contains("[^0-9]")
