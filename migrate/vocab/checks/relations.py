"""Relations between several fields of one row."""

import polars as pl

from migrate.vocab.daykey import day_order
from migrate.vocab.registry import DateField, Field, When, filter_of, refuse, relation


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
    holds = value.is_not_null() if filled else value.is_null() if empty else value.is_in(list(in_ or ()))
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
