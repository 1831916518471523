"""What the checks of a run left out is held against the contract: where the two disagree, it is told."""

import numpy as np
import polars as pl
import pytest

from migrate.plan import build
from migrate.plan.hits import Hit
from migrate.stages.validate import check_rows, confirm, settle
from tests.towns import juki

PLAN = build(juki())
TABLE = PLAN.tables["jumin"]
ROWS = pl.DataFrame(
    {
        "atenabango": ["000000100000001", "000000100000002", "000000100000003"],
        "seibetsu": ["1", "9X", None],
        "shimei": ["山田　太郎", "ﾔﾏﾀﾞ", "佐藤　花子"],
    }
)


HITS = [hit for hit in check_rows(ROWS, TABLE, {}, latest=False, proven=frozenset()) if hit.withhold]


def test_what_was_left_out_agrees() -> None:
    assert {hit.fields[0] for hit in HITS} == {"seibetsu", "shimei"}
    assert confirm(settle(ROWS, HITS, PLAN.book).frame, TABLE, HITS) is None


@pytest.mark.parametrize("item", ["seibetsu", "shimei"])
def test_what_was_not_left_out_is_told(item: str) -> None:
    left = settle(ROWS, [hit for hit in HITS if hit.fields[0] != item], PLAN.book).frame
    told = confirm(left, TABLE, HITS)
    assert told is not None
    assert told[0] == item


def test_a_column_that_showed_no_failure_is_not_looked_at() -> None:
    kept = Hit(0, np.array([1]), ("seibetsu",), withhold=False)
    assert confirm(ROWS, TABLE, [kept]) is None
