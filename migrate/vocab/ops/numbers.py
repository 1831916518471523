"""Numbers as people and hosts write them → text of the standard: ``-1234``, ``0``, ``12.50``. Exact at any length."""

from typing import Literal

import polars as pl

from migrate.vocab.ops.space import SPACES
from migrate.vocab.ops.width import DIGITS_TO_FULL
from migrate.vocab.registry import op, refuse

_ASCII = {full: half for half, full in DIGITS_TO_FULL.items()}
_ASCII |= {"，": ",", "．": ".", "＋": "+", "－": "-", "\u2212": "-", "（": "(", "）": ")"}
MINUS = ("-", "△", "▲", "()")
"""What may be declared to mean minus; ``()`` = the number stands in brackets."""
_YEN = r"[\\¥\u{ffe5}]"
_LAST = {
    "overpunch": {letter: i for letters in ("{ABCDEFGHI", "}JKLMNOPQR") for i, letter in enumerate(letters)},
    "zone7": {letter: i for i, letter in enumerate("pqrstuvwxy")},
}
_NEGATIVE = {"overpunch": "[}J-R]", "zone7": "[p-y]"}


@op
def plain_number(
    column: pl.Expr,
    *,
    minus: tuple[str, ...] = ("-",),
    trailing: Literal["refuse", "minus", "mark"] = "refuse",
) -> pl.Expr:
    """Write a number with digits only: no separators, no yen sign, no leading zeros, ``-`` before a negative one.

    ``minus`` lists what means minus: ``-``, ``△``, ``▲`` or ``()`` (brackets around). ``trailing`` says what a ``-``
    behind the number is: a minus (of hosts), or only the mark behind an amount (``¥1,234-``).
    Why: amounts of screens and spreadsheets. What △ and a hyphen behind mean differs by system, so it is declared.
    Loses: separators and signs of currency. What does not read as one number with the declared signs, or has its
    separators in the wrong place (``12,34``), stays as it is, for a check to see.
    Example: ``{plain_number: {minus: ["-", "△"], trailing: mark}}`` makes ``"△1,234"`` → ``"-1234"``, ``"¥1,234-"`` →
    ``"1234"`` and ``"１，２３４"`` → ``"1234"``.
    """
    for sign in minus:
        if sign not in MINUS:
            raise refuse(plain_number, "minus", sign)
    signs = "".join(sign for sign in minus if sign != "()").replace("-", r"\-")
    pattern = (
        rf"\A(?<open>\()?(?<before>[+{signs}])?{_YEN}?(?<after>[+{signs}])?"
        r"(?<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?<part>\.[0-9]+)?(?<behind>-)?円?(?<close>\))?\z"
    )
    groups = column.str.replace_many(_ASCII).str.strip_chars(SPACES).str.extract_groups(pattern)
    part = groups.struct.field
    has = {name: part(name).is_not_null() for name in ("open", "before", "after", "behind", "close")}
    plus = part("before").eq("+").fill_null(False) | part("after").eq("+").fill_null(False)
    one_sign = pl.sum_horizontal(has["open"], has["before"], has["after"], has["behind"] & (trailing == "minus")) <= 1
    right = part("whole").is_not_null() & one_sign & (has["open"] == has["close"])
    right &= ~has["open"] | ("()" in minus)
    right &= ~has["behind"] | (trailing != "refuse")
    negative = has["open"] | ((has["before"] | has["after"]) & ~plus) | (has["behind"] & (trailing == "minus"))
    size = part("whole").str.replace_all(",", "", literal=True) + part("part").fill_null("")
    return pl.when(~right).then(column).otherwise(_signed(size, negative))


@op
def signed_digits(column: pl.Expr, *, sign: Literal["overpunch", "zone7"], decimals: int = 0) -> pl.Expr:
    """Read digits whose last one carries the sign, and put the point before the last ``decimals``.

    ``overpunch``: ``{ABCDEFGHI`` = +0 … +9 and ``}JKLMNOPQR`` = -0 … -9, as hosts print them; ``zone7``: ``p`` … ``y``
    = -0 … -9, as Micro Focus and NetCOBOL write them. Digits without a sign are positive.
    Why: amounts of a host in delimited text. In a fixed record the field has type S9, and nothing is to be done.
    Loses: leading zeros, the difference of +0 and -0. What has no such form stays as it is, for a check to see.
    Example: ``{signed_digits: {sign: overpunch}}`` makes ``"00012L"`` → ``"-123"`` and ``"00012{"`` → ``"120"``.
    """
    if not 0 <= decimals <= 18:
        raise refuse(signed_digits, "decimals", decimals)
    last = "".join(_LAST[sign])
    groups = column.str.extract_groups(rf"\A(?<head>[0-9]*)(?<last>[0-9{last}])\z")
    digit = groups.struct.field("last")
    digits = groups.struct.field("head") + digit.replace({letter: str(i) for letter, i in _LAST[sign].items()})
    if decimals:
        filled = digits.str.pad_start(decimals + 1, "0")
        digits = filled.str.head(-decimals) + pl.lit(".") + filled.str.tail(decimals)
    negative = digit.str.contains(_NEGATIVE[sign])
    return pl.when(digit.is_null()).then(column).otherwise(_signed(digits, negative))


def _signed(size: pl.Expr, negative: pl.Expr) -> pl.Expr:
    """Without leading zeros; nothing is less than zero that is zero."""
    bare = size.str.replace(r"\A0+([0-9])", "$1")
    return pl.when(negative & bare.str.contains("[1-9]")).then(pl.lit("-") + bare).otherwise(bare)
