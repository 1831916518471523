"""Checks against what stands elsewhere: other tables of the system, or the references of the run."""

import polars as pl

from migrate.vocab.across import MARKS, Across, Side
from migrate.vocab.registry import Field, Table, across, refuse


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


@across
def told_alike(
    *,
    table: Table,
    key: tuple[Field, ...],
    field: Field,
    to: Table,
    known: Table | None = None,
    to_key: tuple[Field, ...] | None = None,
    to_field: Field | None = None,
) -> Across:
    """Where a row's ``key`` stands in ``to``, one of the rows there says the same in ``to_field`` as ``field`` says.

    ``to`` is a table; names are the same there unless told. What another system delivered is asked by two references:
    ``to``, of its key and the item, and ``known``, of its key alone. Empty values, and keys that stand nowhere, are the
    business of other checks.
    Why: 支援措置 keeps its own copy of a name. 髙橋 there and 高橋 in the register are found by nobody's search.
    Example: ``{told_alike: {table: shien_sochi, key: atenabango, field: shimei, to: jumin}}`` fails on a protected
    person whose name is in no row of theirs in ``jumin``.
    """
    there = to_key or key
    if len(there) != len(key):
        raise refuse(told_alike, "to_key", there)
    if known is not None:
        return _told_by_another(Side(table, (*key, field)), Side(to, (*there, to_field or field)), Side(known, there))

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        group = [f"g{i}" for i in range(len(key))]
        told = rows.drop_nulls([*group, "c0"])
        others = told.filter(pl.col("_side") == 1).select(*group, "c0")
        own = told.filter(pl.col("_side") == 0).join(others.select(group), on=group, how="semi")
        failing = own.join(others, on=[*group, "c0"], how="anti")
        return failing.select(*MARKS, severity=pl.lit(None, pl.String)).sort(MARKS)

    def suspects(rows: pl.DataFrame) -> pl.Series:
        return rows.filter(pl.col("_side") == 0)["g0"]

    return Across((Side(table, key, carry=(field,)), Side(to, there, carry=(to_field or field,))), judge, suspects)


def _told_by_another(own: Side, told: Side, known: Side) -> Across:
    """Rows whose key another system has, but not with this value; only hashes of both are there."""
    group = [f"g{i}" for i in range(len(own.group))]

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        here, named, keys = (rows.filter(pl.col("_side") == side) for side in range(3))
        there = here.drop_nulls(group).join(keys.select(group[:-1]), on=group[:-1], how="semi")
        failing = there.join(named.select(group), on=group, how="anti")
        return failing.select(*MARKS, severity=pl.lit(None, pl.String)).sort(MARKS)

    return Across((own, told, known), judge)
