"""Checks over whole groups of rows. Rows whose group has a null part take no part."""

import polars as pl

from migrate.vocab.across import MARKS, Across, Side
from migrate.vocab.daykey import day_order
from migrate.vocab.registry import DateField, Field, Table, UnitKey, When, Whole, across, filter_of, refuse


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with a complete group key."""
    return rows.drop_nulls([name for name in rows.columns if name.startswith("g")])


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each group and number ``n`` (from ``c0``), in that order; of duplicates the first by place."""
    numbers = _whole(rows).with_columns(n=pl.col("c0").cast(pl.Int64, strict=False)).drop_nulls("n")
    return numbers.unique(["g0", "n"], keep="first", maintain_order=True).sort("g0", "n")


def _failing(rows: pl.DataFrame, severity: pl.Expr | None = None) -> pl.DataFrame:
    """``severity`` null = the declared one."""
    listed = pl.lit(None, pl.String) if severity is None else severity
    return rows.select(*MARKS, severity=listed).sort(MARKS)


@across
def unique(*, table: Table, fields: tuple[Field, ...], latest: bool = False) -> Across:
    """No two rows hold the same values in ``fields``; every holder fails. ``latest`` = only the latest row of a unit.

    Why: keys; one 個人番号 on two living persons.
    Example: ``{unique: {table: jumin, fields: [atenabango, rirekibango]}}`` fails on both rows of a duplicate key.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        group = [f"g{i}" for i in range(len(fields))]
        return _failing(_whole(rows).filter(pl.len().over(group) > 1))

    return Across((Side(table, fields, latest=latest),), judge)


@across
def sequence(*, table: Table, field: Field, start: int, unit: UnitKey, whole: Whole) -> Across:
    """The numbers of a unit's rows go up by one from ``start``.

    A unit that begins later is an alert at its first row (compressed history), unless the source says that it does not
    deliver all ``history``; a gap fails at the row after it.
    Duplicates, and values that are no numbers, are the business of other checks.
    Example: ``{sequence: {table: jumin, field: rirekibango, start: "1"}}`` on 1, 2, 4 fails at 4; on 3, 4 alerts at 3.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        number = pl.col("n")
        step = number - number.shift(1).over("g0")
        late = step.is_null() & (number > start) & whole
        marked = _numbered(rows).with_columns(late=late, gap=(step > 1).fill_null(False))
        return _failing(marked.filter(pl.col("late") | pl.col("gap")), _alert_if("late"))

    def suspects(rows: pl.DataFrame) -> pl.Series:
        number, same = pl.col("c0").cast(pl.Int64, strict=False), pl.col("g0").eq_missing(pl.col("g0").shift(1))
        first = number <= start if whole else number.is_not_null()
        right = pl.when(same).then(number == number.shift(1) + 1).otherwise(first)
        return rows.lazy().filter(~right.fill_null(False)).select("g0").collect().to_series()

    return Across((Side(table, (unit,), carry=(field,)),), judge, suspects)


def _alert_if(column: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit("alert"))


@across
def never_back(*, table: Table, order: Field, date: DateField, unit: UnitKey) -> Across:
    """Along the numbers ``order`` of a unit's rows ``date`` never goes back; the later row fails.

    Compares with the nearest earlier row whose date has no unknown part.
    Why: a history in which an event of today precedes one of yesterday has been renumbered or mistyped.
    Example: ``{never_back: {table: jumin, order: rirekibango, date: idonengappi}}`` fails at the second of 2020-05-01,
    2019-05-01.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        days = _numbered(rows).with_columns(day=day_order(pl.col("c1"))).drop_nulls("day")
        return _failing(days.filter(pl.col("day") < pl.col("day").shift(1).over("g0")))

    def suspects(rows: pl.DataFrame) -> pl.Series:
        day, same = day_order(pl.col("c1")), pl.col("g0").eq_missing(pl.col("g0").shift(1))
        number = pl.col("c0").cast(pl.Int64, strict=False)
        right = ~same | ((day >= day.shift(1)) & (number > number.shift(1)))
        return rows.lazy().filter(~right.fill_null(False)).select("g0").collect().to_series()

    return Across((Side(table, (unit,), carry=(order, date)),), judge, suspects)


@across
def one_per(*, table: Table, group: Field, member: When) -> Across:
    """Among the latest rows of a group exactly one fits ``member``.

    None is an alert at the group's first row by place; of many, every one fails.
    Why: a household has one living head.
    Example: ``{one_per: {table: jumin, group: setaibango, member: {tsuzukigara_1: ["02"]}}}``.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        fits = filter_of({f"c{i}": values for i, values in enumerate(member.values())})
        counted = _whole(rows).with_columns(fits=fits).with_columns(number=pl.col("fits").sum().over("g0"))
        none = (pl.col("number") == 0) & pl.col("g0").is_first_distinct()
        many = pl.col("fits") & (pl.col("number") > 1)
        return _failing(counted.with_columns(none=none).filter(pl.col("none") | many), _alert_if("none"))

    return Across((Side(table, (group,), carry=tuple(member), latest=True),), judge)


@across
def refers(*, table: Table, fields: tuple[Field, ...], to: Table, to_fields: tuple[Field, ...] | None = None) -> Across:
    """Every row's ``fields`` stand in a row of ``to`` (as ``to_fields``, by default the same names).

    Why: a 個人番号 or 支援措置 of a person who is not delivered belongs to nobody.
    Example: ``{refers: {table: kojin_bango, fields: [atenabango], to: jumin}}`` fails on a number without a person.
    """
    targets = fields if to_fields is None else to_fields
    if len(targets) != len(fields):
        raise refuse(refers, "to_fields", targets)

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        group = [f"g{i}" for i in range(len(fields))]
        there = rows.filter(pl.col("_side") == 1).select(group)
        return _failing(_whole(rows).filter(pl.col("_side") == 0).join(there, on=group, how="anti"))

    return Across((Side(table, fields), Side(to, targets)), judge)
