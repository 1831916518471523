"""Conditions of definition files as boolean expressions; never null."""

from collections.abc import Iterable

import polars as pl

from migrate.spec.words import Condition
from migrate.vocab.daykey import number_of
from migrate.vocab.listed import holds_one_of


def holds(condition: Condition, *, as_of: int, dates: frozenset[str] = frozenset()) -> pl.Expr:
    """True for a row when every clause holds. ``as_of`` and date columns are daykeys."""
    clauses = [holds_one_of(pl.col(name), values) for name, values in condition.when.items()]
    clauses += [~holds_one_of(pl.col(name), values) for name, values in condition.unless.items()]
    clauses += [pl.col(name).is_not_null() for name in condition.filled]
    clauses += [pl.col(name).is_null() for name in condition.empty]
    if condition.after_as_of:
        clauses.append((number_of(pl.col(condition.after_as_of)) > as_of // 8).fill_null(False))
    if condition.not_after_as_of:
        clauses.append((number_of(pl.col(condition.not_after_as_of)) <= as_of // 8).fill_null(False))
    return pl.all_horizontal(clauses) if clauses else pl.lit(True)


def any_holds(conditions: Iterable[Condition], *, as_of: int) -> pl.Expr:
    """True for a row when one of the conditions holds."""
    return pl.any_horizontal([holds(condition, as_of=as_of) for condition in conditions])
