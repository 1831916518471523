"""Checks over persons: who may be the same one."""

import polars as pl

from migrate.vocab.across import MARKS, Across, Side
from migrate.vocab.hidden import SELECTORS
from migrate.vocab.registry import Field, Table, across


@across
def nearly_same(*, table: Table, fields: tuple[Field, ...], field: Field, latest: bool = False) -> Across:
    """No two rows with the same values in ``fields`` differ in ``field`` by one character or by nothing.

    One character replaced, left out or put in; variation selectors do not count. Every such row fails, and nothing is
    merged. ``latest`` = only the latest row of a unit.
    Why: one person under two 宛名番号 has two 課税 and two 年金. Twins are candidates too: only a person can tell.
    Example: ``{nearly_same: {table: jumin, fields: [seinengappi, seibetsu, jusho_choaza], field: shimei}}`` fails on
    ``髙橋　花`` and ``高橋　花`` who share the rest, and on two rows of ``高橋　花``.
    Source: 共通機能標準仕様書 2.3.5 (名寄せ by 基本4情報); the one character is ours (grade model).
    """

    def judge(rows: pl.DataFrame) -> pl.DataFrame:
        group = [f"g{i}" for i in range(len(fields))]
        alike = rows.drop_nulls([*group, "c0"]).filter(pl.len().over(group) > 1).with_row_index("row")
        text = pl.col("c0").str.replace_all(f"[{SELECTORS}]", "")
        left, right = alike.select(*group, "row", a=text), alike.select(*group, other="row", b=text)
        pairs = left.join(right, on=group).filter(pl.col("row") < pl.col("other"))
        near = pairs.filter(_within_one(pairs)).select("row", "other")
        named = near["row"].append(near["other"]).unique()
        found = alike.filter(pl.col("row").is_in(named.implode()))
        return found.select(*MARKS, severity=pl.lit(None, pl.String)).sort(MARKS)

    return Across((Side(table, fields, carry=(field,), latest=latest),), judge, several=True)


def _within_one(pairs: pl.DataFrame) -> pl.Expr:
    """Texts ``a`` and ``b`` that are alike from both ends, up to one character between."""
    a, b = pl.col("a"), pl.col("b")
    longer = pl.max_horizontal(a.str.len_chars(), b.str.len_chars())
    most = pairs.select(longer.max()).item() or 1
    head = pl.sum_horizontal(a.str.head(k) == b.str.head(k) for k in range(1, most + 1))
    tail = pl.sum_horizontal(a.str.tail(k) == b.str.tail(k) for k in range(1, most + 1))
    shorter = pl.min_horizontal(a.str.len_chars(), b.str.len_chars())
    return (longer - shorter <= 1) & (head + tail >= longer.cast(pl.UInt32) - 1)
