"""Digits and check digits; the rule they share is in ``check_digit``."""

from typing import Literal

import polars as pl

from migrate.vocab.checks.check_digit import (
    MOST_DIGITS,
    ends_right,
    mod9,
    mod10,
    mod11,
    mod11_last_digit,
    number,
    weighted,
)
from migrate.vocab.registry import Count, check, refuse, traits

_NO_DIGIT = "[^0-9]"
_LAW = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_LICENCE = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ATENA = (1, *(2, 3, 4, 5, 6, 7) * 3)[:18]
"""From the right, the check digit first."""


@check
def mynumber_digit(column: pl.Expr) -> pl.Expr:
    """Is a 個人番号: 12 digits, the last of them the right check digit.

    Why: a wrong number belongs to nobody, or to somebody else.
    Example: ``mynumber_digit`` fails on ``"123456789012"``, the sample number of many forms.
    Source: 平成26年総務省令第85号 第5条 (weights 6,5,4,3,2,7,6,5,4,3,2).
    """
    return ends_right(column, weights=(*_LAW, 0), modulus=11, right=mod11)


@check
def juminhyo_code_digit(column: pl.Expr) -> pl.Expr:
    """Is a 住民票コード: 11 digits, the last of them the right check digit.

    Why: a wrong digit is a typing error. An alert, not an error: the formula is known from a secondary source only.
    Example: ``juminhyo_code_digit`` fails on ``"12345678901"``.
    Source: as 個人番号, over ten digits (weights 5,4,3,2,7,6,5,4,3,2); grade S.
    """
    return ends_right(column, weights=(*_LAW[1:], 0), modulus=11, right=mod11)


@check
def dantai_code_digit(column: pl.Expr) -> pl.Expr:
    """Is a 全国地方公共団体コード: 6 digits, the last of them the right check digit.

    Why: a code of a place that does not exist, or five digits and something else. Codes of 北海道 to 栃木 begin with 0:
    one that lost its zero has five digits and fails. That the right digit stands there does not prove that the
    municipality exists.
    Example: ``dantai_code_digit`` holds on ``"131016"`` (千代田区) and fails on ``"131015"`` and on ``"11002"``.
    Source: 全国地方公共団体コード仕様 (weights 6,5,4,3,2; last digit of 11 - r); all 1,788 codes in force pass.
    """
    return ends_right(column, weights=(6, 5, 4, 3, 2, 0), modulus=11, right=mod11_last_digit)


@check
def modulus10_digit(column: pl.Expr, *, digits: Count) -> pl.Expr:
    """Is a number of the 保険者番号 family: ``digits`` digits, the last of them the right check digit (modulus 10).

    One rule for 保険者番号 (8: 法別 2, 都道府県 2, 番号 3, check digit; 国保 6), 公費負担者番号 (8), 公費受給者番号
    (7), 医療機関コード and 介護事業所番号 (10). A 国保 number filled up to 8 with zeros passes as 8 digits, too.
    Why: claims are returned over one wrong digit. For 被保険者番号 no rule is published: not for them.
    Example: ``{modulus10_digit: "8"}`` holds on ``"33120015"`` and fails on ``"06139999"``.
    Source: 厚生労働省 保険者番号等の設定要領 (weights 2,1,2,1 … from the right, digits of a product added); grade S.
    """
    if not 2 <= digits <= MOST_DIGITS:
        raise refuse(modulus10_digit, "digits", digits)
    weights = [2 if place % 2 else 1 for place in reversed(range(1, digits))]
    return ends_right(column, weights=(*weights, 0), modulus=10, right=mod10, fold=True)


@check
def menkyo_digit(column: pl.Expr) -> pl.Expr:
    """Is a 運転免許証の番号: 12 digits, the eleventh of them the right check digit.

    The twelfth counts how often the licence was issued again and is not part of the sum.
    Why: the number proves who somebody is at the counter. Two rests give the digit 1, so not every slip is found.
    Example: ``menkyo_digit`` holds on ``"309012345620"`` and fails on ``"309212345610"``.
    Source: secondary sources only (weights 5,4,3,2,7,6,5,4,3,2); grade S.
    """
    return ends_right(column, weights=(*_LICENCE, 0, 0), modulus=11, right=mod11_last_digit, at=1)


@check
def zairyu_card_form(column: pl.Expr) -> pl.Expr:
    """Is written as the number of a 在留カード or 特別永住者証明書: two capitals, eight digits, two capitals.

    Why: a number that was cut, or typed with an O for a 0. Only the form: no check digit is published.
    Example: ``zairyu_card_form`` holds on ``"AB12345678CD"`` and fails on ``"AB1234567CD"``.
    Source: 在留カード等番号 as printed on the cards (AA99999999AA).
    """
    return column.str.contains(r"\A[A-Z]{2}[0-9]{8}[A-Z]{2}\z")


@check
def kiso_nenkin_form(column: pl.Expr) -> pl.Expr:
    """Is written as a 基礎年金番号: ten digits, with or without the hyphen behind the fourth.

    Why: an old 年金番号 or 手帳記号 in the same field. Only the form: no check digit is published.
    Example: ``kiso_nenkin_form`` holds on ``"1234-567890"`` and fails on ``"12-34567890"``.
    Source: 基礎年金番号 as printed on the notices (9999-999999).
    """
    return column.str.contains(r"\A[0-9]{4}-?[0-9]{6}\z")


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
    sum_ = pl.sum_horizontal(weighted(pl.field("n"), _ATENA, 11)) % 11
    numbers = number(column, 2, 18).struct.with_fields(total=sum_)
    return pl.when(column.is_not_null()).then(numbers.struct.with_fields(told=told).struct.field("told"))


@check
def hojin_digit(column: pl.Expr) -> pl.Expr:
    """Is a 法人番号: 13 digits, the first of them the right check digit.

    The digit is 9 less the remainder modulo 9 of the other twelve, weighted 1 and 2 by turns from the right.
    Why: a wrong number belongs to another corporation, or to none.
    Example: ``hojin_digit`` fails on ``"1234567890123"`` and holds on ``"5835678256246"``.
    Source: 平成26年財務省令第70号（法人番号の指定等に関する省令） 第2条; 国税庁「チェックデジットの計算」.
    """
    return ends_right(column, weights=(0, *(2, 1) * 6), modulus=9, right=mod9, at=12)


@check
@traits(clue=_NO_DIGIT)
def digits_text(column: pl.Expr) -> pl.Expr:
    """Is of type 9: digits 0–9 only, no sign, no point.

    Why: 文字種 check of the standard (E0002).
    Example: ``digits_text`` fails on ``"12-3"`` and on ``"１２"``.
    """
    return ~column.str.contains(_NO_DIGIT)
