"""Checks over the history of one unit: what may change from row to row, and which row is the present one."""

import polars as pl

from migrate.vocab.across import LATEST, MARKS, Across, Side
from migrate.vocab.daykey import day_order
from migrate.vocab.listed import holds_one_of
from migrate.vocab.registry import DateField, Field, History, Table, UnitKey, across


def _failing(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(*MARKS, severity=pl.lit(None, pl.String)).sort(MARKS)


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a unit by number (``c0``); those without a unit or a number take no part."""
    numbers = rows.with_columns(n=pl.col("c0").cast(pl.Int64, strict=False)).drop_nulls(["g0", "n"])
    return numbers.sort("g0", "n", *MARKS)


@across
def changes_only_by(
    *, table: Table, order: Field, field: Field, reason: Field, values: tuple[str, ...], unit: UnitKey
) -> Across:
    """Along the numbers ``order`` of a unit's rows ``field`` changes only in a row whose ``reason`` is one of
    ``values``.

    Compares with the nearest earlier row that has a value; a reason may also stand in a row between the two. A first
    value, and an empty one, are no change.
    Why: a 住民票コード follows its person for life, through 帰化 too; another one without 変更請求 is somebody else's.
    Example: ``{changes_only_by: {table: jumin, order: rirekibango, field: juminshubetsu, reason: idojiyu, values:
    ["04", "05"]}}`` fails on a 転居 that makes a Japanese of a foreigner.
    """

    stated = holds_one_of(pl.col("c2"), values)

    def another(value: pl.Expr, before: pl.Expr) -> pl.Expr:
        return (value != before).fill_null(False) & ~stated

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        ordered = _in_order(rows).with_columns(reasons=stated.cum_sum().over("g0"))
        held = ordered.drop_nulls("c1")
        unexplained = pl.col("reasons") == pl.col("reasons").shift(1).over("g0")
        return _failing(held.filter(unexplained & another(pl.col("c1"), pl.col("c1").shift(1).over("g0"))))

    def suspects(rows: pl.DataFrame) -> pl.Series:
        same = pl.col("g0").eq_missing(pl.col("g0").shift(1))
        changed = another(pl.col("c1"), pl.col("c1").forward_fill().shift(1))
        number = pl.col("c0").cast(pl.Int64, strict=False)
        disordered = ~(number >= number.shift(1)).fill_null(False)
        return rows.lazy().filter(same & (changed | disordered)).select("g0").collect().to_series()

    return Across((Side(table, (unit,), carry=(order, field, reason)),), judge, suspects)


@across
def latest_is_last(*, table: Table, order: Field, unit: UnitKey) -> Across:
    """Of a unit's rows the present one has the greatest number ``order``; a row with a greater number fails.

    Says nothing about units without a present row (R-NO-PRESENT).
    Why: the new system takes the greatest number for the present. An old address would come back to life.
    Example: ``{latest_is_last: {table: jumin, order: rirekibango}}`` fails on row 4 of the history of a person whose
    record of today has number 3.
    Source: 住民記録システム標準仕様書 1.2.1 異動履歴 (the greatest 履歴番号 is the latest).
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        present = pl.when(pl.col("c1")).then(pl.col("n")).max().over("g0")
        return _failing(_in_order(rows).filter(pl.col("n") > present))

    def suspects(rows: pl.DataFrame) -> pl.Series:
        followed = pl.col("c1") & pl.col("g0").eq_missing(pl.col("g0").shift(-1))
        return rows.lazy().filter(followed).select("g0").collect().to_series()

    return Across((Side(table, (unit,), carry=(order, LATEST)),), judge, suspects)


@across
def within_history(*, table: Table, order: Field, date: DateField, unit: UnitKey, history: History) -> Across:
    """A unit has no row that the source says it does not deliver (``history`` of ``source.yaml``); such a row fails.

    With ``latest`` every row but the one with the greatest number ``order``; with ``since`` one that another of a
    greater number had replaced by that day, going by ``date``; with ``all`` none.
    Why: more history than was agreed on is another extraction than the one agreed on, or a person twice.
    Example: ``{within_history: {table: jumin, order: rirekibango, date: idonengappi}}`` of a source with ``history:
    latest`` fails on row 3 of a person who has 3 and 4.
    """

    only = history.kept == "latest"
    over = day_order(pl.col("c1")) <= history.since // 8

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        ordered = _in_order(rows)
        if only:
            return _failing(ordered.filter(pl.col("n") < pl.col("n").max().over("g0")))
        replaced_by = pl.when(over).then(pl.col("n")).max().over("g0")
        return _failing(ordered.filter(pl.col("n") < replaced_by))

    def suspects(rows: pl.DataFrame) -> pl.Series:
        group = pl.col("g0")
        several = group.eq_missing(group.shift(1)) | group.eq_missing(group.shift(-1))
        some = rows.lazy().filter(several if only else several & over)
        return some.select("g0").unique().collect().to_series()

    return Across((Side(table, (unit,), carry=(order, date)),), judge, suspects, idle=history.whole)
