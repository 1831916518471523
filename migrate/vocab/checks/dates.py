"""Dates: against the 基準日 (one with an unknown part is not applicable), and by themselves."""

import polars as pl

from migrate.vocab import daykey
from migrate.vocab.daykey import day_order, is_whole, month_length, number_of
from migrate.vocab.fusho import NOTATIONS
from migrate.vocab.registry import AsOf, check, refuse, traits


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


@check
@traits(column="date")
def on_or_after(column: pl.Expr, *, day: str) -> pl.Expr:
    """Is on ``day`` (YYYY-MM-DD) or after it; a date with an unknown part is not applicable.

    Why: what a law began cannot be older than the law. On the day itself thousands of rows are right.
    Example: ``{on_or_after: {day: "2012-07-09"}}`` fails on a foreigner who became a resident on 2012-07-08.
    """
    first = daykey.of_digits(day.replace("-", "")) if len(day) == 10 else None
    if first is None:
        raise refuse(on_or_after, "day", day)
    return day_order(column) >= first // 8


@check
@traits(column="date")
def whole_date(column: pl.Expr) -> pl.Expr:
    """Has year, month and day, and is not only about right (頃, 推定, 春 …).

    Why: the standard lets only some dates be unknown, and 異動年月日 only of births, deaths and disappearances. An item
    that can never be unknown needs no check: without ``unknown`` in its definition it is an error (R-DATE-UNKNOWN).
    Example: ``whole_date`` with ``unless: {idojiyu: ["03", "23"]}`` fails on 昭和49年　月日不詳 of a 転居.
    Source: 住民記録システム標準仕様書 1.1.8 年月日.
    """
    return is_whole(column)


@check
@traits(column="date")
def calendar_day(column: pl.Expr) -> pl.Expr:
    """Is a day of the Gregorian calendar; a date with an unknown part is not applicable.

    Why: as ``whole_date``, where an item may hold a day that does not exist for some rows and not for others.
    Example: ``calendar_day`` fails on 1974-02-29.
    Source: 住民記録システム標準仕様書 1.1.8 年月日 (暦上日).
    """
    number = number_of(column)
    year, month = number // 512 + daykey.BASE_YEAR, number // 32 % 16
    return pl.when(is_whole(column)).then(number % 32 <= month_length(year, month))


@check
@traits(column="date")
def in_own_era(column: pl.Expr) -> pl.Expr:
    """Is a day of the era it was written in; western dates and dates with an unknown part are not applicable.

    明治45年7月30日 and 大正15年12月25日 hold: both days belong to two eras. Reading finds the same (R-DATE-ERA, an
    alert); the check makes more of it for one item, or for some rows.
    Why: 昭和65年 is a year that never came: a program went on counting, or somebody wrote the wrong era.
    Example: ``in_own_era`` fails on 昭和64年1月8日.
    Source: 住民記録システム標準仕様書 1.1.8 年月日.
    """
    number, era = number_of(column), column % 8
    spans = zip(daykey.WRITTEN_FIRST[1:].tolist(), daykey.ERA_LAST[1:].tolist(), strict=True)
    inside = [(era == i) & number.is_between(first, last) for i, (first, last) in enumerate(spans, start=1)]
    return pl.when(is_whole(column) & (era > 0)).then(pl.any_horizontal(inside))


@check
def fusho_notation(column: pl.Expr) -> pl.Expr:
    """Is one of the fourteen notations of a date that is not wholly known; full-width or ASCII digits.

    令和3年頃, also with month, or month and day · 推定令和3年5月10日 · 推定令和3年5月 · 令和3年春 · 令和3年5月上旬 ·
    令和3年5月中旬頃 · 年月日不詳 · 令和3年　月日不詳 · 令和3年5月　日不詳 · 令和3年5月10日から6月2日頃までの間 ·
    令和3年5月推定10日から15日までの間 · 令和3年5月10日頃から15日頃までの間.
    Why: another wording has to be brought into one of them by a person. For a field of a source that holds 不詳表記;
    what is delivered is always one of them.
    Example: ``fusho_notation`` holds on ``"昭和４９年頃"`` and fails on ``"昭和４９年ごろ"``.
    Source: 住民記録システム標準仕様書 1.1.8 年月日.
    """
    return column.str.contains(rf"\A(?:{'|'.join(NOTATIONS)})\z")
