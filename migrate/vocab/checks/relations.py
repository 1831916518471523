"""Relations between several fields of one row."""

import polars as pl

from migrate.vocab.daykey import BASE_YEAR, day_order, is_whole, month_length, number_of
from migrate.vocab.listed import one_of
from migrate.vocab.registry import Count, DateField, Field, When, filter_of, refuse, relation


@relation
def implies(
    *, when: When, field: Field, in_: tuple[str, ...] | None = None, filled: bool = False, empty: bool = False
) -> pl.Expr:
    """Where every field of ``when`` holds one of its values, ``field`` is one of ``in``, or is filled, or is empty.

    Not applicable where the condition does not hold and, with ``in``, where ``field`` is null.
    Why: items that decide each other, such as 続柄 夫 and 性別 男.
    Example: ``{implies: {when: {tsuzukigara_1: ["11"]}, field: seibetsu, in: ["1"]}}`` fails on a 夫 with 性別 2.
    """
    if (in_ is not None) + filled + empty != 1:
        raise refuse(implies, "in/filled/empty", "exactly one")
    value = pl.col(field)
    holds = value.is_not_null() if filled else value.is_null() if empty else one_of(value, in_ or ())
    return pl.when(filter_of(when)).then(holds)


@relation
def any_filled(*, fields: tuple[Field, ...], when: When | None = None) -> pl.Expr:
    """At least one of the fields has a value, where ``when`` holds.

    Why: 届出日 stands in one of two fields, by kind of notification.
    Example: ``{any_filled: {fields: [todoke_ymd, todoke_shussei_ymd]}}`` fails where both are empty.
    """
    holds = pl.any_horizontal(pl.col(name).is_not_null() for name in fields)
    return holds if when is None else pl.when(filter_of(when)).then(holds)


@relation
def not_before(*, later: DateField, earlier: DateField) -> pl.Expr:
    """``later`` is on the day of ``earlier`` or after it; not applicable where a date is empty or a part unknown.

    Why: nobody leaves before he was born.
    Example: ``{not_before: {later: shojo_ymd, earlier: birth}}`` fails on a death the day before birth.
    """
    return day_order(pl.col(later)) >= day_order(pl.col(earlier))


@relation
def term_of_years(*, first: DateField, last: DateField, years: Count) -> pl.Expr:
    """``last`` is the last day of a term of ``years`` years that begins on ``first``: the day before the anniversary.

    A term that begins on 29 February ends on the last day of February, where that year has no 29th. Not applicable
    where a date is empty, a part unknown, or a day is in no calendar.
    Why: 支援措置 lasts a year from its first day; an end that was typed in may be a slip, and protection ends early.
    Example: ``{term_of_years: {first: kaishi_ymd, last: shuryo_ymd, years: "1"}}`` holds on 2020-04-01 to 2021-03-31
    and fails on 2020-04-01 to 2021-04-01.
    Source: 住民記録システム標準仕様書 3.4; 民法第143条.
    """
    (year, month, day), (to_year, to_month, to_day) = (_parts(pl.col(name)) for name in (first, last))
    exists = (day <= month_length(year, month)) & (to_day <= month_length(to_year, to_month))
    whole = is_whole(pl.col(first)) & is_whole(pl.col(last)) & exists
    closes = to_day == month_length(to_year, to_month)
    next_month = to_year * 12 + to_month + closes.cast(pl.Int32)
    next_day = pl.when(closes).then(1).otherwise(to_day + 1)
    no_such_day = day > month_length(year + years, month)
    month_due = (year + years) * 12 + month + no_such_day.cast(pl.Int32)
    day_due = pl.when(no_such_day).then(1).otherwise(day)
    return pl.when(whole).then((next_month == month_due) & (next_day == day_due))


def _parts(key: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    number = number_of(key)
    return number // 512 + BASE_YEAR, number // 32 % 16, number % 32


@relation
def same_text(*, a: Field, b: Field) -> pl.Expr:
    """Two fields hold the same text; not applicable where one of them is null.

    Why: an address text and its name in the address master.
    Example: ``{same_text: {a: machi, b: jusho.machi}}`` fails on 霞ヶ関 against 霞が関.
    """
    return pl.col(a) == pl.col(b)


@relation
def flag_with_text(*, flag: Field, text: Field) -> pl.Expr:
    """The flag is ``1`` where the text is filled, and only there: 不詳フラグ and 不詳表記 of one date.

    Not applicable where the flag is empty and so is the text.
    Why: a date marked as unknown without its 不詳表記 cannot be printed on a certificate; a notation without the flag
    is passed over. For fields of a source that holds both: what is delivered comes from one date and always agrees.
    Example: ``{flag_with_text: {flag: birth_fusho, text: birth_hyoki}}`` fails on flag ``1`` with no text.
    Source: データ要件・連携要件標準仕様書, item 生年月日_不詳表記 (必須 where 不詳).
    """
    marked, told = pl.col(flag).eq("1").fill_null(False), pl.col(text).is_not_null()
    return pl.when(pl.col(flag).is_not_null() | told).then(marked == told)
