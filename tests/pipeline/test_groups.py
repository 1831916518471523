"""Households by the kinds of their members: two ways of counting, one answer."""

import polars as pl
import pytest

from migrate.pipeline import groups

ROWS = pl.DataFrame(
    [
        *(("a", "1", "source"), ("a", "2", "source"), ("a", "2", "source"), ("b", "2", "source")),
        *(("c", None, "source"), ("d", "2", "source"), ("a", "1", "written")),
    ],
    schema=["g", "k", "side"],
    orient="row",
)


@pytest.mark.parametrize("few", [0, 64])
def test_groups_are_counted_by_the_kinds_of_all_their_members(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "FEW_KINDS", few)
    assert groups.made_of(ROWS, ("source",)) == {"1+2": 1, "2": 2, "（空）": 1}
    assert groups.made_of(ROWS, ("written", "quarantined")) == {"1": 1}
    assert groups.made_of(ROWS, ("quarantined",)) == {}
