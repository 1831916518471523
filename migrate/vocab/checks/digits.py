"""Digits and check digits."""

import polars as pl

from migrate.vocab.registry import check

_WEIGHTS = (0, 2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)
"""By place from the right, the check digit (place 0) included."""


def _check_digit(column: pl.Expr, length: int) -> pl.Expr:
    """Whether ``length`` digits end in their check digit: 0 if r ≤ 1, else 11 - r, r = weighted sum mod 11.

    A digit is n // 10^k - 10 * (n // 10^(k+1)), and -10 = 1 mod 11: one division a place, by the sum of two weights.
    """
    number = pl.when(column.str.contains(rf"\A[0-9]{{{length}}}\z")).then(column).cast(pl.Int64)
    n = pl.field("n")  # a field of a struct, so that the cast is done once, not once a place
    places = [n // 10**k * ((_WEIGHTS[k] + _WEIGHTS[k - 1]) % 11) for k in range(1, length)]
    right = n % 10 == (11 - pl.sum_horizontal(places) % 11) % 11 % 10
    holds = pl.struct(n=number).struct.with_fields(right=right).struct.field("right")
    return pl.when(column.is_not_null()).then(holds.fill_null(False))


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
def digits_text(column: pl.Expr) -> pl.Expr:
    """Is of type 9: digits 0–9 only, no sign, no point.

    Why: 文字種 check of the standard (E0002).
    Example: ``digits_text`` fails on ``"12-3"`` and on ``"１２"``.
    """
    return ~column.str.contains("[^0-9]")
