"""Values that stand for no value."""

import polars as pl

from migrate.vocab.listed import one_of
from migrate.vocab.registry import op, traits


@op
@traits(nulls=True)
def null_if(column: pl.Expr, *, values: tuple[str, ...]) -> pl.Expr:
    """Take the listed values for empty. The only op that makes null of a value.

    Why: hosts write ``00000`` or ``9999999`` where they hold nothing.
    Loses: which of the values stood there. Whole values only, compared as they are: trim first.
    Example: ``{null_if: {values: ["00000", "99999"]}}`` makes ``"00000"`` → null.
    """
    return pl.when(~one_of(column, values)).then(column)
