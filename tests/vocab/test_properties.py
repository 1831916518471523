"""What holds of every op, and of every check, on any text."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.vocab import WORDS
from migrate.vocab.registry import Bound, bind
from tests.vocab import cases

SPECIAL = " \t\n\x01\x7f\u00a0\u3000\u200b\ufeff0Aa-０Ａａ－ｶﾊﾞﾟカガ山〓（\u00a5\ufe00\U000e0100"
TEXTS = st.lists(
    st.none() | st.text(max_size=8) | st.text(alphabet=st.sampled_from(SPECIAL), max_size=8), min_size=1, max_size=12
)
NOT_IDEMPOTENT = {"slice_chars"}


def words(*kinds: str) -> list[Any]:
    """Every word that reads text, with the arguments of its first group of cases."""
    found = [entry for entry in WORDS.values() if entry.kind in kinds and entry.traits.column != "date"]
    return [pytest.param(cases.bound(entry, cases.load(entry.name)[0]), id=entry.name) for entry in found]


def apply(word: Bound, column: pl.Series) -> pl.Series:
    return column.to_frame().select(word(pl.col("value"))).to_series()


def quiet(word: Bound, column: pl.Series) -> bool:
    test = word.quiet(pl.col("value"))
    return test is not None and bool(column.to_frame().select(test).item())


@pytest.mark.parametrize("word", words("op"))
@given(texts=TEXTS)
def test_an_op_keeps_null_and_settles(word: Bound, texts: list[str | None]) -> None:
    column = pl.Series("value", texts, dtype=pl.String)
    once = apply(word, column)
    assert once.dtype == pl.String
    assert once.name == "value"
    assert once.filter(column.is_null()).null_count() == column.null_count()
    if not word.entry.traits.nulls:
        assert once.null_count() == column.null_count()
    if word.entry.name not in NOT_IDEMPOTENT:
        assert apply(word, once).equals(once, null_equal=True)
    if quiet(word, column):
        assert once.equals(column, null_equal=True)


@pytest.mark.parametrize("word", words("check"))
@given(texts=TEXTS)
def test_a_check_does_not_apply_to_null(word: Bound, texts: list[str | None]) -> None:
    column = pl.Series("value", texts, dtype=pl.String)
    holds = apply(word, column)
    assert holds.dtype == pl.Boolean
    if word.entry.name != "filled":
        assert holds.is_null().equals(column.is_null())
    if quiet(word, column):
        assert holds.all()


@pytest.mark.parametrize("word", words("op", "check"))
def test_empty_and_all_null_columns(word: Bound) -> None:
    for column in (pl.Series("value", [], dtype=pl.String), pl.Series("value", [None, None], dtype=pl.String)):
        assert len(apply(word, column)) == len(column)
        assert isinstance(quiet(word, column), bool)


def expected_digit(digits: list[int]) -> int:
    weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2][-len(digits) :]
    rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest


@pytest.mark.parametrize(("name", "length"), [("mynumber_digit", 12), ("juminhyo_code_digit", 11)])
@given(data=st.data())
def test_check_digit_as_the_law_writes_it(name: str, length: int, data: st.DataObject) -> None:
    digits = st.lists(st.integers(0, 9), min_size=length - 1, max_size=length - 1)
    heads = data.draw(st.lists(digits, min_size=1, max_size=20))
    word = bind(name, {}, None, ("check",))
    for last in range(10):
        texts = ["".join(map(str, [*head, last])) for head in heads]
        holds = apply(word, pl.Series("value", texts)).to_list()
        assert holds == [expected_digit(head) == last for head in heads]
