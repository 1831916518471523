"""Checks against what stands elsewhere: other tables of the system, or the references of the run."""

import polars as pl

from migrate.vocab.across import MARKS, Across, Side
from migrate.vocab.registry import Field, Table, across


def _failing(rows: pl.DataFrame, there: pl.DataFrame, fields: tuple[str, ...]) -> pl.DataFrame:
    """Rows of the first side that are ``there``."""
    group = [f"g{i}" for i in range(len(fields))]
    own = rows.filter(pl.col("_side") == 0).drop_nulls(group)
    return own.join(there.select(group), on=group, how="semi").select(*MARKS, severity=pl.lit(None, pl.String))


@across
def disjoint(
    *, table: Table, fields: tuple[Field, ...], to: Table, to_fields: tuple[Field, ...] | None = None
) -> Across:
    """No row's ``fields`` stand in ``to``: a table (as ``to_fields``, by default the same names) or a reference.

    Why: one number for two persons, a resident and one outside the register, mixes up their taxes.
    Example: ``{disjoint: {table: atena_kihon, fields: [atenabango], to: jumin}}`` fails on a resident's number.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        return _failing(rows, rows.filter(pl.col("_side") == 1), fields).sort(MARKS)

    return Across((Side(table, fields), Side(to, to_fields or fields)), judge)


@across
def one_holder(*, table: Table, fields: tuple[Field, ...], to: Table) -> Across:
    """Every row's ``fields`` stand in one part of the reference ``to`` at the most.

    Says nothing about what stands in none: that is the business of ``refers``.
    Why: an owner whose number two registers have given out is nobody in particular.
    Example: ``{one_holder: {table: tochi, fields: [gimushaatenabango], to: atena}}`` fails on a number of a resident
    that one outside the register holds, too.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        group = [f"g{i}" for i in range(len(fields))]
        held = rows.filter(pl.col("_side") == 1).group_by(group).agg(parts=pl.col("_table").n_unique())
        return _failing(rows, held.filter(pl.col("parts") > 1), fields).sort(MARKS)

    return Across((Side(table, fields), Side(to, fields)), judge)
