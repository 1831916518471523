"""Checks of what a look-up gave: judged on the look-up, they find what they find in every row that it was given to."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.plan import build
from migrate.stages.validate import check_rows, foregone
from tests.towns import juki

PLAN = build(juki())
TABLE = PLAN.tables["jumin"]
LOOK_UPS = PLAN.deferred["jumin"]
DATES = frozenset(TABLE.dates)
TEXTS = st.sampled_from(
    [None, "131016", "131017", "東京都", "千代田区", "〓", "\ue000", "ｱ", "0000000", "1", "01", "a" * 200]
)
DAYS = st.none() | st.integers(0, 30_000_000)


@pytest.mark.parametrize("at", LOOK_UPS)
@pytest.mark.parametrize("latest", [True, False])
@settings(max_examples=20)
@given(data=st.data())
def test_judged_on_the_look_up_or_on_every_row(at: str, latest: bool, data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 5))
    items = [item for item, _ in LOOK_UPS[at]]
    look_up = pl.DataFrame(
        {
            item: pl.Series(
                data.draw(st.lists(DAYS if item in DATES else TEXTS, min_size=rows, max_size=rows)),
                dtype=pl.Int32 if item in DATES else pl.String,
            )
            for item in items
        }
    )
    found = data.draw(st.lists(st.none() | st.integers(0, rows - 1), min_size=1, max_size=9))
    where = pl.Series(at, found, dtype=pl.UInt32)
    frame = look_up.select(pl.all().gather(where)).with_columns(where)
    plain = check_rows(frame, TABLE, {}, latest=latest, proven=frozenset())
    judged = check_rows(
        frame, TABLE, {}, latest=latest, proven=frozenset(), judged=[foregone(at, look_up, TABLE.checks)]
    )
    assert [(hit.rule, hit.rows.tolist(), hit.fields, hit.withhold) for hit in judged] == [
        (hit.rule, hit.rows.tolist(), hit.fields, hit.withhold) for hit in plain
    ]


def test_most_checks_of_an_address_are_judged_on_the_look_up() -> None:
    at = "_at:jusho:honseki"
    given_ = pl.DataFrame(schema=dict.fromkeys((item for item, _ in LOOK_UPS[at]), pl.String))
    told = foregone(at, given_, TABLE.checks).fails
    assert {"JK-C02", "JK-C06"} <= {PLAN.book[TABLE.checks[number].rule].id for number in told}
