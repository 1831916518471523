"""The prolonged sound mark ー and the hyphen －: what people typed for either, told apart by what stands beside it."""

import polars as pl

from migrate.vocab.few import few
from migrate.vocab.hidden import spelled
from migrate.vocab.registry import never, op, traits

DASHES = "\u002d\uff0d\ufe63\u2212\u2010\u2043\u2011\u2012\u2013\u2014\ufe58\u2015\u23af\u23e4\u30fc\uff70\u2500\u2501"
"""Eighteen signs that look alike (the set of normalize-japanese-addresses and ABR geocoder)."""
_HIRAGANA = r"\u3041-\u3062\u3064-\u3092\u3094-\u3096"
KANA = _HIRAGANA + r"\u3099-\u309c\u30a1-\u30c2\u30c4-\u30f2\u30f4-\u30fa"
"""Full-width kana that can be drawn out: all but ん and っ."""
_HALF, _MARKS = r"\u{ff66}-\u{ff6e}\u{ff71}-\u{ff9c}", r"\u{ff9e}\u{ff9f}"
KANA_HALF = _HALF + _MARKS
"""Half-width kana that can be drawn out, and the marks behind them; a mark by itself is none."""
NUMERALS = "〇一二三四五六七八九十百千"
_WIDE = rf"\u{{ff10}}-\u{{ff19}}{NUMERALS}"
_BEFORE_WIDE, _BEFORE_NARROW = rf"{_WIDE}\u{{ff21}}-\u{{ff3a}}\u{{ff41}}-\u{{ff5a}}", "0-9A-Za-z"
_KANJI = rf"[\p{{Han}}--[{NUMERALS}]]"
_GUARD = "\ufdd0"
"""A code point that is no character: stands for a moment between a kana and a sign that is not to be touched."""


def signs(but: str = "") -> str:
    """The look-alikes as a class, without one of them."""
    return f"[{spelled(sign for sign in DASHES if sign != but)}]"


_CHANGES = (
    (f"([{KANA}]){signs(but='ー')}", "${1}ー"),
    (f"([{_HALF}][{_MARKS}]?){signs(but='ｰ')}", "${1}ｰ"),
    (f"([{_BEFORE_WIDE}]){signs(but='－')}", "${1}－"),
    (f"([{_BEFORE_NARROW}]){signs(but='-')}", "${1}-"),
    (f"({_KANJI}){signs(but='－')}([{_WIDE}])", "${1}－${2}"),
    (f"({_KANJI}){signs(but='-')}([0-9])", "${1}-${2}"),
)
_MAY_CHANGE = "|".join(pattern for pattern, _ in _CHANGES)
_PROTECT = f"([{KANA}{KANA_HALF}])({signs()}[{_BEFORE_NARROW}{_BEFORE_WIDE}])", f"${{1}}{_GUARD}${{2}}"
_LEFT_ALONE = f"{signs()}{{2}}|{_GUARD}"


@op
@traits(quiet=never(_MAY_CHANGE, around="\n"))
def dashes_by_neighbours(column: pl.Expr) -> pl.Expr:
    """Make ``ー`` or a hyphen of 18 look-alike signs, by the character before it; leave what that does not decide.

    Why: hosts and people write ``－ ‐ − ― - ー ｰ`` for each other. Tools that make one sign of all of them destroy
    either ``センター`` or ``１－２－３``.
    Loses: which of the signs was typed.

    | before it | behind it | becomes |
    |---|---|---|
    | a kana but ``ン`` and ``ッ`` | no digit, no Latin letter | ``ー``; after half-width kana ``ｰ`` |
    | a kana | a digit or Latin letter | stays: ``センター１`` and ``コーポ－１`` are both right |
    | a digit, a kanji numeral, a Latin letter | anything | ``－``; after ASCII ``-`` |
    | another kanji | a digit or kanji numeral | ``－``; before ASCII ``-`` |
    | anything else, or the end of the value | anything | stays |

    A value in which two such signs stand side by side is left as it is. ``dashes_clear`` finds what was left.
    Example: ``dashes_by_neighbours`` makes ``"センタ－１階１ー２"`` → ``"センタ－１階１－２"`` and ``"カ－ド"`` →
    ``"カード"``.
    Source: the signs from normalize-japanese-addresses and ABR geocoder; the table is ours (grade model).
    """
    return few(column, where=_may_change, change=_settled)


def _may_change(values: pl.Series) -> pl.Series:
    return values.str.contains(_MAY_CHANGE)


def _settled(values: pl.Series) -> pl.Series:
    some = values.str.replace_all(*_PROTECT)
    for pattern, text in _CHANGES:
        some = some.str.replace_all(pattern, text)
    return some.str.replace_all(_GUARD, "", literal=True).zip_with(~values.str.contains(_LEFT_ALONE), values)
