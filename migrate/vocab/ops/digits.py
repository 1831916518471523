"""Numbers that are text: postal codes, phone numbers, ids."""

import polars as pl

from migrate.vocab.ops.dashes import DASHES
from migrate.vocab.ops.space import SPACES
from migrate.vocab.ops.width import DIGITS_TO_FULL
from migrate.vocab.registry import Char, Count, never, op, traits

_DIGITS_ONLY = {full: half for half, full in DIGITS_TO_FULL.items()} | dict.fromkeys(DASHES + SPACES, "")


@op
@traits(quiet=never("[^0-9]"))
def digits_only(column: pl.Expr) -> pl.Expr:
    """Convert full-width digits to half width, and remove hyphens, their look-alikes and spaces.

    Why: postal codes and phone numbers are delivered as digits.
    Loses: where the hyphens stood. Anything else (letters, brackets, ``〒``) stays, for a check to see.
    Example: ``digits_only`` makes ``"０１２－３４５６"`` → ``"0123456"`` and leaves ``"123-45A7"`` as ``"12345A7"``.
    """
    return column.str.replace_many(_DIGITS_ONLY)


@op
def pad_left(column: pl.Expr, *, width: Count, with_: Char) -> pl.Expr:
    """Fill on the left with one character up to ``width`` characters; a longer value stays, empty text is filled.

    Why: codes and ids that lost their leading zeros.
    Loses: how long the value was.
    Example: ``{pad_left: {width: "5", with: "0"}}`` makes ``"123"`` → ``"00123"``.
    """
    return column.str.pad_start(width, with_)


@op
@traits(quiet=never(r"\n0", around="\n"))
def strip_leading_zeros(column: pl.Expr) -> pl.Expr:
    """Remove zeros on the left; of zeros only, one stays.

    Why: 履歴番号 and serial numbers are written without leading zeros in the standard.
    Loses: the width of the old field.
    Example: ``strip_leading_zeros`` makes ``"003"`` → ``"3"`` and ``"000"`` → ``"0"``.
    """
    rest = column.str.strip_chars_start("0")
    return pl.when((rest != "") | (column == "")).then(rest).when(column.is_not_null()).then(pl.lit("0"))
