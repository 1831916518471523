"""Runs of ops that are tables are done in one pass: the result is that of one after the other."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.vocab import registry
from migrate.vocab.fusing import fused
from tests.vocab import cases

STEPS = {
    f"{name} {group.get('args', '')}": cases.bound(entry, group)
    for name, entry in registry.WORDS.items()
    if entry.traits.table is not None or entry.traits.strips is not None
    for group in cases.load(name)
}
"""Every op that can be part of one pass, with the arguments of each group of its cases."""
LETTERS = st.text(st.sampled_from("ｶﾞﾎﾟｱｧ-ｰ aZ09 \t\u00a0Ａａ１　カガヶ\u3099゛か゛コウ㈱①\u200b漢"), max_size=12)


def test_every_width_op_has_a_table() -> None:
    names = {step.entry.name for step in STEPS.values()}
    assert {"kana_to_fullwidth", "ascii_to_fullwidth", "digits_to_fullwidth", "space_to_fullwidth"} <= names
    assert {"single_fullwidth_space", "compose_kana", "search_key", "symbols"} <= names


@settings(max_examples=400)
@given(names=st.lists(st.sampled_from(sorted(STEPS)), min_size=2, max_size=5), texts=st.lists(LETTERS, min_size=1))
def test_one_pass_is_the_same_as_one_after_the_other(names: list[str], texts: list[str]) -> None:
    steps = [STEPS[name] for name in names]
    frame = pl.DataFrame({"a": texts})
    apart, together = pl.col("a"), pl.col("a")
    for step in steps:
        apart = step(apart)
    for change in fused(steps):
        together = change(together)
    assert frame.select(together).equals(frame.select(apart))


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["trim", "remove_invisible"], "\u200b 山"),
        (["trim", "remove_invisible", "space_to_fullwidth"], " \u200b\t山"),
        (["trim", "compose_kana", "space_to_fullwidth"], "　カ\u3099 "),
        (["trim", "to_halfwidth", "trim"], "　Ａ　"),
    ],
)
def test_ends_are_stripped_later_only_where_that_is_the_same(names: list[str], text: str) -> None:
    steps = [registry.bind(name, {}, None, ("op",)) for name in names]
    apart, together = pl.lit(text), pl.lit(text)
    for step in steps:
        apart = step(apart)
    for change in fused(steps):
        together = change(together)
    assert pl.select(together).item() == pl.select(apart).item()
