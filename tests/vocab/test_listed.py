"""A few texts are compared one by one: what is told is what a search in a set of them would tell."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from migrate.vocab.listed import FEW, holds_one_of, one_of

TEXTS = st.sampled_from(
    ["", "0", "00", "1", "11", "夫", "ｱ", "a longer text than twelve bytes", *map(str, range(20, 32))]
)


@given(
    values=st.lists(TEXTS, max_size=FEW + 4, unique=True), column=st.lists(st.none() | TEXTS, min_size=1, max_size=20)
)
def test_few_or_many(values: list[str], column: list[str | None]) -> None:
    frame = pl.DataFrame({"a": column}, schema={"a": pl.String})
    told = frame.select(one=one_of(pl.col("a"), values), holds=holds_one_of(pl.col("a"), values))
    assert told["one"].to_list() == [None if text is None else text in values for text in column]
    assert told["holds"].to_list() == [(text or "") in values for text in column]
