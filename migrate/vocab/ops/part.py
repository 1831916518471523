"""Parts of a value."""

import polars as pl

from migrate.vocab.registry import Count, op


@op
def slice_chars(column: pl.Expr, *, start: Count, length: Count) -> pl.Expr:
    """Keep ``length`` characters from character ``start``, counted from 1.

    Why: one old field holds what the standard holds in two, such as a code made of 市区町村コード and 町字ID.
    Loses: everything outside the part. Counts code points: a variation selector is one.
    Example: ``{slice_chars: {start: "1", length: "6"}}`` makes ``"13101100001"`` → ``"131011"``.
    """
    return column.str.slice(start - 1, length)
