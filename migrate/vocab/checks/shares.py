"""Shares of one ownership: fractions that add up to the whole, exactly."""

from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.vocab.across import MARKS, Across, Side
from migrate.vocab.registry import Field, Table, across

Whole: TypeAlias = npt.NDArray[np.int64]
ROOM = 2**62
"""What a sum of numerators over a common denominator may come to in 64 bits, with one bit to spare."""


@across
def shares_sum_to_one(*, table: Table, group: tuple[Field, ...], numerator: Field, denominator: Field) -> Across:
    """The fractions ``numerator`` / ``denominator`` of a group's rows add up to exactly one; its first row fails.

    No rounding: 1/3 + 1/3 + 1/3 is one, 0.333 + 0.333 + 0.334 cannot be written. A share that is empty while another of
    the group is filled, is no number, has the denominator 0 or is more than the whole fails the group; a group without
    any share takes no part. Where the common denominator of a group does not fit into 64 bits its few rows are added
    up with numbers of any length, so that the answer is exact then, too.
    Why: the tax of an asset owned in common is asked of its owners as a whole.
    Example: ``{shares_sum_to_one: {table: kyoyu, group: [kyoyushisanbango], numerator: bunshi, denominator: bunbo}}``
    holds on 1/2, 1/4, 1/4 and fails on 1/2, 1/3.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        groups = [f"g{i}" for i in range(len(group))]
        number = [pl.col(c).cast(pl.Int64, strict=False).fill_null(-1) for c in ("c0", "c1")]
        shares = (
            rows.drop_nulls(groups)
            .filter(pl.any_horizontal(pl.col("c0", "c1").is_not_null()).any().over(groups))
            .with_columns(n=number[0], d=number[1], at=pl.struct(groups).rank("dense") - 1)
            .sort("at", *MARKS)
        )
        first = np.flatnonzero(shares["at"].is_first_distinct().to_numpy())
        right = sums_to_one(shares["n"].to_numpy(), shares["d"].to_numpy(), first)
        wrong = shares[first[~right]]
        return wrong.select(*MARKS, severity=pl.lit(None, pl.String)).sort(MARKS)

    return Across((Side(table, group, carry=(numerator, denominator)),), judge)


def sums_to_one(n: Whole, d: Whole, first: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Whether each group of fractions ``n/d`` adds up to one; ``first`` are the positions where groups begin."""
    if not first.size:
        return np.empty(0, dtype=np.bool_)
    size = np.diff(np.append(first, n.size))
    of = np.repeat(np.arange(first.size), size)
    proper = np.logical_and.reduceat((d > 0) & (n >= 0) & (n <= d), first)
    n, d = np.where(proper[of], n, 1), np.where(proper[of], d, 1)
    most = np.gcd(n, d)
    n, d = n // most, d // most
    common, large = _common(d, first, size)
    part = common[of] // np.where(large[of], 1, d)
    total = np.add.reduceat(np.where(large[of], 0, n * np.where(large[of], 0, part)), first)
    right: npt.NDArray[np.bool_] = proper & (total == common)
    for i in np.flatnonzero(large & proper).tolist():
        rows = slice(int(first[i]), int(first[i] + size[i]))
        right[i] = sum(map(Fraction, n[rows].tolist(), d[rows].tolist())) == 1
    return right


def _common(d: Whole, first: npt.NDArray[np.intp], size: Whole) -> tuple[Whole, npt.NDArray[np.bool_]]:
    """The least common denominator of each group, and whether the sum over it may not fit; then it is not whole."""
    common = np.ones(first.size, dtype=np.int64)
    large = np.zeros(first.size, dtype=np.bool_)
    for member in range(int(size.max())):
        at = np.flatnonzero((size > member) & ~large)
        factor = d[first[at] + member] // np.gcd(common[at], d[first[at] + member])
        fits = factor <= ROOM // size[at] // common[at]
        large[at[~fits]] = True
        common[at[fits]] *= factor[fits]
    return common, large
