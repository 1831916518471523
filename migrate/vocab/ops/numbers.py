"""Numbers as people and hosts write them → text of the standard: ``-1234``, ``0``, ``12.50``. Exact at any length."""

from typing import Literal

import polars as pl

from migrate.vocab.ops.space import SPACES
from migrate.vocab.ops.width import DIGITS_TO_FULL
from migrate.vocab.registry import never, op, refuse, traits

_ASCII = {full: half for half, full in DIGITS_TO_FULL.items()}
_ASCII |= {"，": ",", "．": ".", "＋": "+", "－": "-", "\u2212": "-", "（": "(", "）": ")"}
MINUS = ("-", "△", "▲", "()")
"""What may be declared to mean minus; ``()`` = the number stands in brackets."""
_YEN = r"[\\¥\u{ffe5}]"
_BESIDE = dict.fromkeys(",\\¥\uffe5+-△▲()円", "")
_LAST = {
    "overpunch": {letter: i for letters in ("{ABCDEFGHI", "}JKLMNOPQR") for i, letter in enumerate(letters)},
    "zone7": {letter: i for i, letter in enumerate("pqrstuvwxy")},
}
_NEGATIVE = {"overpunch": r"[}J-R]\z", "zone7": r"[p-y]\z"}


@op
@traits(quiet=never(r"[^0-9\n]|\n0", around="\n"))
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
    mark = "[+" + "".join(sign for sign in minus if sign != "()").replace("-", r"\-") + "]"
    number = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
    forms = [rf"(?:{mark}?{_YEN}?|{_YEN}{mark}){number}{'-?' if trailing == 'mark' else ''}円?"]
    forms += [rf"{_YEN}?{number}-円?"] if trailing == "minus" else []
    forms += [rf"\({_YEN}?{number}円?\)"] if "()" in minus else []
    negative = rf"\A{_YEN}?[(\-△▲]" + ("|-円?\\z" if trailing == "minus" else "")
    text = column.str.replace_many(_ASCII).str.strip_chars(SPACES)
    right = pl.field("t").str.contains(rf"\A(?:{'|'.join(forms)})\z")
    size = pl.field("t").str.replace_many(_BESIDE)
    return _signed_where(right, size, pl.field("t").str.contains(negative), column, text)


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
    letters = _LAST[sign]
    right = pl.field("t").str.contains(rf"\A[0-9]*[0-9{''.join(letters)}]\z")
    digits = pl.field("t").str.replace_many({letter: str(i) for letter, i in letters.items()})
    if decimals:
        filled = digits.str.pad_start(decimals + 1, "0")
        digits = filled.str.head(-decimals) + pl.lit(".") + filled.str.tail(decimals)
    return _signed_where(right, digits, pl.field("t").str.contains(_NEGATIVE[sign]), column, column)


def _signed_where(right: pl.Expr, size: pl.Expr, negative: pl.Expr, column: pl.Expr, text: pl.Expr) -> pl.Expr:
    """The number where there is one, else the value as it stands; no leading zeros, and nothing is less than zero that
    is zero. Fields of a struct (``t`` is the text), so that each is made once."""
    made = pl.struct(v=column, t=text).struct.with_fields(right=right, size=size, negative=negative)
    made = made.struct.with_fields(rest=pl.field("size").str.strip_chars_start("0"))
    rest = pl.field("rest")
    bare = pl.when((rest == "") | rest.str.starts_with(".")).then(pl.lit("0") + rest).otherwise(rest)
    minus = pl.field("negative") & rest.str.contains("[1-9]")
    number = pl.when(minus).then(pl.lit("-") + bare).otherwise(bare)
    told = pl.when(pl.field("right").fill_null(False)).then(number).otherwise(pl.field("v"))
    return pl.when(column.is_null()).then(column).otherwise(made.struct.with_fields(told=told).struct.field("told"))
