"""The controls."""

from migrate.vocab.controls.control import Control
from migrate.vocab.registry import Field, Table, control


@control
def rows(*, table: Table) -> Control:
    """Both sides agree on the number of rows.

    Why: the first line of every acceptance protocol.
    Example: ``{rows: {table: jumin}}``.
    """
    return Control(table, "rows")


@control
def count_by(*, table: Table, fields: tuple[Field, ...], latest: bool = False) -> Control:
    """Both sides agree on the number of rows for each combination of values; ``latest`` = of the latest rows.

    Why: residents by 住民状態 and 住民種別, as in the city's monthly statistics.
    Keep to few values: the totals have one row for each combination.
    Example: ``{count_by: {table: jumin, fields: [juminjotai, juminshubetsu], latest: "yes"}}``.
    """
    return Control(table, "rows", fields, latest)


@control
def sum_by(*, table: Table, field: Field, fields: tuple[Field, ...], latest: bool = False) -> Control:
    """Both sides agree on the sum of ``field`` for each combination of values of ``fields``; ``latest`` = of the latest
    rows.

    Exact, with whole numbers of the item's last decimal; amounts below zero (減額) take away, empty ones add nothing.
    Why: 年度, 税目 and 資産種別 wrong way round leave the sum of all as it was.
    Keep to few values: the totals have one row for each combination.
    Example: ``{sum_by: {table: kazei, field: zeigaku, fields: [kazeinendo, shisanshubetsu]}}``.
    """
    return Control(table, "sums", fields, latest, amount=field)


@control
def kinds_by_group(*, table: Table, group: Field, kind: Field) -> Control:
    """Both sides agree on which kinds each group has, however many rows hold them.

    Why: protection that loses one 抑止対象事務 of one person is lost protection, whatever the totals say.
    For small tables: the totals have one row for each group and kind.
    Example: ``{kinds_by_group: {table: shien_yokushi, group: atenabango, kind: jimu_cd}}``.
    """
    return Control(table, "kinds", (group, kind))


@control
def keys_of(*, table: Table) -> Control:
    """Both sides agree on the keys of all rows: their number and a sum of their hashes.

    Why: equal counts can hide one row lost and one doubled.
    Says that keys differ, not which.
    Example: ``{keys_of: {table: jumin}}``.
    """
    return Control(table, "keys")
