"""The one rule behind check digits: digits times weights, the sum modulo a number, and what the rest asks for."""

from collections.abc import Callable, Sequence

import polars as pl

Rest = Callable[[pl.Expr], pl.Expr]
"""From the rest of the weighted sum to the check digit that is right (0–9; anything else fits no number)."""

MOST_DIGITS = 15
"""So many digits, times their weights, fit into an Int64."""


def ends_right(
    column: pl.Expr, *, weights: Sequence[int], modulus: int, right: Rest, at: int = 0, fold: bool = False
) -> pl.Expr:
    """Whether a number of ``len(weights)`` digits has the right check digit; False for any other text.

    ``weights`` stand from left to right as laws and manuals print them; 0 where a digit does not count, so at the check
    digit. ``at`` is the place of the check digit from the right. ``fold``: a product of two digits counts as their sum
    (weights 1 and 2, modulus 10). Whole columns of Int64, up to MOST_DIGITS digits.

    The digit at place k is q[k] - 10 * q[k+1] with q[k] = n // 10^k, so the sum of weight * digit is a sum of
    q[k] * (weight[k] - 10 * weight[k-1]): one division a place. Folded, 2 * digit is one more from 5 on, modulo 10.
    """
    places = [*reversed(weights), 0]
    digits = len(weights)
    n = pl.field("n")
    terms = weighted(n, places[:-1], modulus)
    if fold:
        terms += [n // (5 * 10**k) % 2 for k in range(digits) if places[k] == 2]
    holds = n // 10**at % 10 == right(pl.sum_horizontal(terms) % modulus)
    judged = number(column, digits).struct.with_fields(right=holds).struct.field("right")
    return pl.when(column.is_not_null()).then(judged.fill_null(False))


def number(column: pl.Expr, fewest: int, most: int | None = None) -> pl.Expr:
    """``column`` as a number where it is so many digits and nothing else, else null.

    As the field ``n`` of a struct, so that the cast is done once, not once a place. The cast takes digits with or
    without a sign and nothing else; a regular expression would take longer than both tests.
    """
    signed = column.str.starts_with("-") | column.str.starts_with("+")
    fits = column.str.len_bytes().is_between(fewest, most or fewest) & ~signed
    return pl.struct(n=pl.when(fits).then(column.cast(pl.Int64, strict=False)))


def weighted(n: pl.Expr, places: Sequence[int], modulus: int) -> list[pl.Expr]:
    """Terms that add up to the sum of digit times weight, modulo ``modulus``; ``places`` are weights from the right."""
    factors = [(weight - 10 * before) % modulus for weight, before in zip(places, (0, *places), strict=False)]
    return [n // 10**k * factor for k, factor in enumerate(factors) if factor]


def mod11(rest: pl.Expr) -> pl.Expr:
    """11 less the rest; 0 for the rests 0 and 1 (個人番号, 住民票コード)."""
    return (11 - rest) % 11 % 10


def mod11_last_digit(rest: pl.Expr) -> pl.Expr:
    """The last digit of 11 less the rest: 0 for the rest 1, and 1 for the rests 0 and 10 (団体コード, 運転免許証)."""
    return (11 - rest) % 10


def mod10(rest: pl.Expr) -> pl.Expr:
    """10 less the rest; 0 for the rest 0 (保険者番号)."""
    return (10 - rest) % 10


def mod9(rest: pl.Expr) -> pl.Expr:
    """9 less the rest (法人番号)."""
    return 9 - rest
