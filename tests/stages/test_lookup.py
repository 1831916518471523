"""A key finds the one row that has it, whatever way is taken to look for it."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.stages.map import Lookup

CODES = st.sampled_from(
    ["001", "002", "010", "100", "+01", "-01", "1", "01", "０１", "0a1", "", " 01", "999999999999999999"]
)
NUMBERS = st.integers(0, 99).map("{:03}".format)


def rows_of(key: str | None, keys: list[str | None]) -> int | None:
    return keys.index(key) if key is not None and keys.count(key) == 1 else None


@pytest.mark.parametrize("kind", [CODES, NUMBERS, CODES | NUMBERS], ids=["codes", "numbers", "both"])
@given(data=st.data())
def test_it_is_the_row_of_the_same_text(kind: st.SearchStrategy[str], data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.none() | kind, max_size=12))
    asked = data.draw(st.lists(st.none() | kind | CODES, min_size=1, max_size=6))
    lookup = Lookup(pl.DataFrame({"no": keys}, schema={"no": pl.String}))
    found = lookup.find(("no",), pl.DataFrame({"k0": asked}, schema={"k0": pl.String}))
    assert found.to_list() == [rows_of(key, keys) for key in asked]


@given(
    keys=st.lists(st.tuples(NUMBERS, CODES), max_size=9),
    asked=st.lists(st.tuples(NUMBERS, CODES), min_size=1, max_size=9),
)
def test_of_two_fields(keys: list[tuple[str, str]], asked: list[tuple[str, str]]) -> None:
    lookup = Lookup(pl.DataFrame(keys, schema={"a": pl.String, "b": pl.String}, orient="row"))
    found = lookup.find(("a", "b"), pl.DataFrame(asked, schema={"k0": pl.String, "k1": pl.String}, orient="row"))
    assert found.to_list() == [keys.index(key) if keys.count(key) == 1 else None for key in asked]
