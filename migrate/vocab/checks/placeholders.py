"""Texts that stand for no value."""

import polars as pl

from migrate.vocab.registry import check

PLACEHOLDERS = ("0", "00", "000", "NULL", "null", "(null)", "\\N", "N/A", "#N/A", "-", "--", "0000-00-00", "0000/00/00")
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


@check
def not_placeholder(column: pl.Expr, *, values: tuple[str, ...] = PLACEHOLDERS) -> pl.Expr:
    """Is not a text that a program writes for “nothing”: 0, NULL, \\N, -, 0000-00-00 and the like, in either width.

    Why: 0, empty text and no value are three things. Delivered as a name, a NULL is printed on the certificate. If the
    values mean nothing, say so in the mapping with ``null_if``; then they are counted, and this check is silent.
    Example: ``not_placeholder`` fails on ``"NULL"`` and on ``"０"``, and holds on ``"０１２"``.
    """
    return ~column.is_in(list(dict.fromkeys((*values, *(value.translate(_WIDE) for value in values)))))
