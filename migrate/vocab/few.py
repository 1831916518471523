"""Changes that few values of a column need: the others are not gone through."""

from collections.abc import Callable

import polars as pl

Look = Callable[[pl.Series], pl.Series]


def few(column: pl.Expr, *, where: Look, change: Look) -> pl.Expr:
    """The column with ``change`` applied to the values for which ``where`` says True; both take whole columns.

    A condition inside an expression would build every pass for every value, the nulls included.
    """

    def changed(values: pl.Series) -> pl.Series:
        rows = where(values).fill_null(False).arg_true()
        return values.scatter(rows, change(values.gather(rows))) if len(rows) else values

    return column.map_batches(changed, return_dtype=pl.String, is_elementwise=True)
