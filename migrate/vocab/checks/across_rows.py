"""Checks over whole groups of rows. Rows whose group has a null part take no part."""

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.vocab.across import MARKS, Across, Side, groups_of
from migrate.vocab.daykey import day_order
from migrate.vocab.registry import DateField, Field, History, Table, UnitKey, When, across, filter_of, refuse


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with a complete group key."""
    return rows.drop_nulls(groups_of(rows))


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each group and number ``n`` (from ``c0``), in that order; of duplicates the first by place."""
    numbers = _whole(rows).with_columns(n=pl.col("c0").cast(pl.Int64, strict=False)).drop_nulls("n")
    order = [*groups_of(rows), "n"]
    return numbers.unique(order, keep="first", maintain_order=True).sort(order)


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

    return Across((Side(table, fields, latest=latest),), judge, several=True)


@across
def sequence(
    *, table: Table, field: Field, start: int, within: tuple[Field, ...] | None = None, unit: UnitKey, history: History
) -> Across:
    """The numbers of a unit's rows, or of the rows alike in the items ``within``, go up by one from ``start``.

    A unit that begins later is an alert at its first row (compressed history), unless the source says that it does not
    deliver all ``history``; a gap fails at the row after it. A group ``within`` a unit has no history: one that begins
    later lacks its first rows, and fails.
    Duplicates, and values that are no numbers, are the business of other checks.
    Example: ``{sequence: {table: jumin, field: rirekibango, start: "1"}}`` on 1, 2, 4 fails at 4; on 3, 4 alerts at 3.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        number = pl.col("n")
        step = number - number.shift(1).over(groups_of(rows))
        late = step.is_null() & (number > start) & (history.whole or within is not None)
        marked = _numbered(rows).with_columns(late=late, gap=(step > 1).fill_null(False))
        severity = _alert_if("late") if within is None else None
        return _failing(marked.filter(pl.col("late") | pl.col("gap")), severity)

    def suspects(rows: pl.DataFrame) -> pl.Series:
        number, same = pl.col("c0").cast(pl.Int64, strict=False), pl.col("g0").eq_missing(pl.col("g0").shift(1))
        first = number <= start if history.whole else number.is_not_null()
        right = pl.when(same).then(number == number.shift(1) + 1).otherwise(first)
        return rows.lazy().filter(~right.fill_null(False)).select("g0").collect().to_series()

    if within is not None:
        return Across((Side(table, within, carry=(field,)),), judge)
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
def one_per(*, table: Table, group: tuple[Field, ...], member: When) -> Across:
    """Among the latest rows alike in the items ``group`` exactly one fits ``member``.

    None is an alert at the group's first row by place; of many, every one fails.
    Why: a household has one living head, an asset owned in common one who stands for all.
    Example: ``{one_per: {table: jumin, group: setaibango, member: {tsuzukigara_1: ["02"]}}}``.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        groups = groups_of(rows)
        held = _whole(rows).with_columns(fits=filter_of({f"c{i}": values for i, values in enumerate(member.values())}))
        wrong = held.group_by(groups).agg(number=pl.col("fits").sum()).filter(pl.col("number") != 1)
        counted = held.join(wrong, on=groups, how="inner", maintain_order="left")
        none = (pl.col("number") == 0) & pl.struct(groups).is_first_distinct()
        many = pl.col("fits") & (pl.col("number") > 1)
        return _failing(counted.with_columns(none=none).filter(pl.col("none") | many), _alert_if("none"))

    return Across((Side(table, group, carry=tuple(member), latest=True),), judge)


@across
def refers(
    *, table: Table, fields: tuple[Field, ...], to: tuple[Table, ...], to_fields: tuple[Field, ...] | None = None
) -> Across:
    """Every row's ``fields`` stand in a row of ``to``: a table (as ``to_fields``, by default the same names), a
    reference of the system, or one of several.

    Why: a 個人番号 or 支援措置 of a person who is not delivered belongs to nobody; a parcel whose owner neither the
    register of residents nor that of others knows is taxed on nobody.
    Example: ``{refers: {table: kojin_bango, fields: [atenabango], to: jumin}}`` fails on a number without a person.
    """
    targets = fields if to_fields is None else to_fields
    if len(targets) != len(fields):
        raise refuse(refers, "to_fields", targets)

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        group = [f"g{i}" for i in range(len(fields))]
        there = rows.filter(pl.col("_side") > 0).select(group)
        return _failing(_whole(rows).filter(pl.col("_side") == 0).join(there, on=group, how="anti"))

    def suspects(rows: pl.DataFrame) -> pl.Series:
        own, there = (rows.filter(pl.col("_side").eq(0) == first)["g0"] for first in (True, False))
        return own if len(fields) > 1 else own.filter(~own.is_in(there.implode()))

    return Across((Side(table, fields), *(Side(name, targets) for name in to)), judge, suspects)


@across
def no_cycle(*, table: Table, key: Field, link: Field) -> Across:
    """Who follows ``link`` to the row with that ``key``, and on from there, comes to an end; rows in a circle fail.

    A row that is linked to itself is a circle of one. Rows that only lead into a circle hold, and of rows with one key
    the first by place counts. Linked rows are held in memory, key and link.
    Why: who is 名寄せ元 of each other has no 代表; a system that follows the link never stops.
    Example: ``{no_cycle: {table: atena_kihon, key: atenabango, link: nayosesakiatenabango}}`` fails on 1 → 2 and 2 → 1.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        linked = _whole(rows).drop_nulls("c0").unique("c0", keep="first", maintain_order=True)
        to = _pointed_at(linked, {"g0": "c0"})
        reached = _followed(np.where(to < 0, np.arange(len(to)), to))
        circle = np.unique(reached[to[reached] >= 0])
        return _failing(linked[circle])

    return Across((Side(table, (link,), carry=(key,)),), judge, whole=True)


@across
def linked(*, table: Table, fields: tuple[Field, ...], key: Field, link: Field) -> Across:
    """Rows that hold the same values in ``fields`` are linked: ``link`` of one names ``key`` of another.

    Links count through rows that are alike, too, and to a row that is not alike but is named by both. Of each set of
    rows that are linked one fails: that to which the others are linked, or the first by place.
    Why: one person under several 宛名番号 is 名寄せ'd or a candidate for it; nobody is merged by a tool.
    Example: ``{linked: {table: atena_kihon, fields: [shimei, seinengappi], key: atenabango, link: nayosesaki}}`` fails
    on two rows with one name and birthday, and holds where one of them has the number of the other in ``nayosesaki``.
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        group = [f"g{i}" for i in range(len(fields))]
        alike = _whole(rows).drop_nulls("c0").filter(pl.len().over(group) > 1)
        alike = alike.with_row_index("row").with_columns(g=pl.col("row").first().over(group))
        to = _pointed_at(alike, {"g": "g", "c1": "c0"})
        own = np.arange(len(to))
        root = _least(np.where(to < 0, own, to))
        named = alike.select(pl.when(pl.Series(to < 0)).then(pl.coalesce("c1", "c0")).otherwise("c0")).to_series()
        marked = alike.with_columns(set=named.gather(root), linked=pl.Series(root != own))
        several = marked.filter(pl.col("set").n_unique().over("g") > 1)
        return _failing(several.sort("g", "set", "linked", *MARKS).unique(["g", "set"], keep="first"))

    return Across((Side(table, fields, carry=(key, link)),), judge, several=True)


Rows = npt.NDArray[np.int64]
"""Row numbers, one for each row."""


def _pointed_at(rows: pl.DataFrame, on: dict[str, str]) -> Rows:
    """The first row that each row points at: where it has in the columns of values what this one has in those of keys.

    −1 where there is none.
    """
    there = rows.select(pl.col(name).alias(f"{name}_") for name in on.values()).with_row_index("_to")
    there = there.unique([f"{name}_" for name in on.values()], keep="first")
    found = rows.select(*on).join(
        there, left_on=list(on), right_on=[f"{name}_" for name in on.values()], how="left", maintain_order="left"
    )
    return found["_to"].cast(pl.Int64).fill_null(-1).to_numpy()


def _followed(to: Rows) -> Rows:
    """The row reached from each after more steps than there are rows: an end (a row that points at itself), or one in
    a circle. Every row of a circle is reached from one."""
    for _ in range(len(to).bit_length()):
        to = to[to]
    return to


def _least(to: Rows) -> Rows:
    """The end of the way from each row, or the first row of the circle that it leads into."""
    least, step = np.arange(len(to)), to
    for _ in range(len(to).bit_length()):
        least = np.minimum(least, least[step])
        step = step[step]
    return np.asarray(least[step])
