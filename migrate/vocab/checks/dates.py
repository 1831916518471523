"""Dates against the 基準日. A date with an unknown part is not applicable."""

import polars as pl

from migrate.vocab.daykey import day_order
from migrate.vocab.registry import AsOf, check, traits


@check
@traits(column="date")
def not_after_as_of(column: pl.Expr, *, as_of: AsOf) -> pl.Expr:
    """Is on the 基準日 or before.

    Why: nobody is born after the extract. Not for 転出: 転出予定者 have a date ahead.
    Example: ``not_after_as_of`` fails on 2025-04-02 when the 基準日 is 2025-04-01.
    """
    return day_order(column) <= as_of // 8


@check
@traits(column="date")
def not_passed(column: pl.Expr, *, as_of: AsOf) -> pl.Expr:
    """Is on the 基準日 or after.

    Why: 在留期間 or 支援措置 that ended while the person is still listed.
    Example: ``not_passed`` fails on 2024-03-31 when the 基準日 is 2025-04-01, and holds on the 基準日 itself.
    """
    return day_order(column) >= as_of // 8
