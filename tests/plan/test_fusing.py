"""Runs of width ops are done in one pass: the result is that of one after the other."""

import itertools

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.vocab import registry

TABLES = [name for name, entry in registry.WORDS.items() if entry.traits.table is not None]
LETTERS = st.text(st.sampled_from("ｶﾞﾎﾟｱ-ｰ aZ09 \t\u00a0Ａｚ０９　カガヶ漢"), max_size=12)


def test_every_width_op_has_a_table() -> None:
    assert {"kana_to_fullwidth", "ascii_to_fullwidth", "digits_to_fullwidth", "space_to_fullwidth"} <= set(TABLES)


@pytest.mark.parametrize("names", list(itertools.permutations(TABLES, 3)), ids="+".join)
@settings(max_examples=15)
@given(texts=st.lists(LETTERS, min_size=1, max_size=6))
def test_one_pass_is_the_same_as_one_after_the_other(names: tuple[str, ...], texts: list[str]) -> None:
    steps = [registry.bind(name, {}, None, ("op",)) for name in names]
    frame = pl.DataFrame({"a": texts})
    apart, together = pl.col("a"), pl.col("a")
    for step in steps:
        apart = step(apart)
    for change in registry.fused(steps):
        together = change(together)
    assert frame.select(together).equals(frame.select(apart))
