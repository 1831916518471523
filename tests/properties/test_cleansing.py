"""Cleansing is idempotent: its steps find nothing left to do in what they delivered."""

import csv
from collections.abc import Mapping

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.plan import build
from migrate.plan.cleansing import CleansePlan
from migrate.stages.cleanse import cleanse
from tests.towns import Towns, juki

PLAN = build(juki())
LETTERS = "山田ヤマダﾔﾏﾀﾞｶﾞﾊﾟｰゕアァ ﾞﾟ゛゜　\t\u00a0Ａａ１7A-ー－‐−０0\x01'’\"～〜髙\u200b"
TEXTS = st.none() | st.text(LETTERS, min_size=1, max_size=8)


def unchanged(frame: pl.DataFrame, plans: tuple[CleansePlan, ...]) -> Mapping[str, int]:
    """Cells that cleansing changed, by rule and item."""
    done = cleanse(frame, plans, {})
    assert done.frame.equals(frame), [name for name in frame.columns if not done.frame[name].equals(frame[name])]
    return {f"{count.rule} {count.field}": count.changed for count in done.counts if count.changed}


@pytest.mark.parametrize("table", PLAN.tables)
@settings(max_examples=30)
@given(data=st.data())
def test_twice_is_once(table: str, data: st.DataObject) -> None:
    """One column of odd texts, put through the rules of every item of the table."""
    texts = data.draw(st.lists(TEXTS, min_size=1, max_size=12))
    plans = PLAN.cleansing[table]
    column = pl.Series(texts, dtype=pl.String)
    frame = pl.DataFrame(dict.fromkeys(sorted({plan.field for plan in plans}), column))
    once = cleanse(frame, plans, {}).frame
    assert unchanged(once, plans) == {}


def test_what_was_delivered_needs_no_cleansing(towns: Towns) -> None:
    result = towns.run(300, faults=0.1)
    for entry in result.report["tables"]:
        with (result.folder / entry["file"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        dates = {field.name for field in PLAN.tables[entry["table"]].table.fields if field.type == "DATE"}
        names = [name for name in rows[0] if name not in dates]
        frame = pl.DataFrame(
            {n: [row[n] or None for row in rows] for n in names}, schema=dict.fromkeys(names, pl.String)
        )
        assert unchanged(frame, PLAN.cleansing[entry["table"]]) == {}
