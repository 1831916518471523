"""Letters put for others by number come to the same as texts put for texts."""

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migrate.vocab.by_letter import ByLetter, fits
from migrate.vocab.fusing import replacing
from migrate.vocab.ops.kana import _folded
from migrate.vocab.ops.width import ASCII_TO_FULL, KANA_TO_FULL, KANA_TO_HALF

KANA = "".join(key for key in KANA_TO_FULL if len(key) == 1)
TABLES = {
    "kana": KANA_TO_FULL,
    "kana and ASCII": KANA_TO_FULL | ASCII_TO_FULL | {" ": "\u3000"},
    "search key": _folded(),
    "one mark": {"カ゛": "ガ", "ァ": "ア"},
}
TEXTS = st.lists(
    st.none() | st.text(alphabet=st.sampled_from(KANA + "ﾞﾟﾞﾟカガト゛ァー aA\u3000漢")) | st.text(max_size=4), max_size=9
)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@given(texts=TEXTS)
@example(texts=["ｶ", "ﾞｶﾞ", None, "", "ﾞ", "ﾊﾟﾟ", "カ", "゛カ゛"])
@example(texts=["ﾞ"])
@example(texts=["", "ﾞ"])
@example(texts=[None, None])
@example(texts=["ｶﾞ", "𠮷ﾞ"])
def test_every_letter_becomes_what_the_table_says(table: dict[str, str], texts: list[str | None]) -> None:
    column = pl.Series("value", texts, dtype=pl.String)
    expected = column.str.replace_many(list(table), list(table.values()), leftmost=True)
    told = ByLetter.of(table)(column)
    if told is None:
        assert any(max(text or "\0") > "\uffff" for text in texts)
    else:
        assert told.to_list() == expected.to_list()
        assert told.name == "value"


@given(texts=TEXTS)
@example(texts=["ｶﾞ", "𠮷ﾞ"])
@example(texts=["𠮷ｶﾞ"])
def test_letters_of_more_than_16_bits_change_nothing_of_it(texts: list[str | None]) -> None:
    column = pl.Series("value", texts, dtype=pl.String)
    told = column.to_frame().select(replacing(KANA_TO_FULL)(pl.col("value"))).to_series()
    expected = column.str.replace_many(list(KANA_TO_FULL), list(KANA_TO_FULL.values()), leftmost=True)
    assert told.to_list() == expected.to_list()
    assert told.name == "value"


@given(texts=TEXTS, first=st.integers(0, 9), length=st.integers(0, 9))
def test_a_part_of_a_column_is_taken_alone(texts: list[str | None], first: int, length: int) -> None:
    part = pl.Series("value", texts, dtype=pl.String).slice(first, length)
    told = ByLetter.of(KANA_TO_FULL)(part)
    alone = ByLetter.of(KANA_TO_FULL)(pl.Series("value", part.to_list(), dtype=pl.String))
    assert (told is None) == (alone is None)
    assert told is None or alone is None or told.to_list() == alone.to_list()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_tables_of_kana_fit(table: dict[str, str]) -> None:
    assert fits(table)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param({}, id="nothing in it"),
        pytest.param(ASCII_TO_FULL, id="no pair: a search is as fast"),
        pytest.param(KANA_TO_HALF, id="a letter becomes two"),
        pytest.param({"ab": "c", "d": ""}, id="a letter goes"),
        pytest.param({"ab": "c", "abc": "d"}, id="three letters"),
        pytest.param({"a": "x", "ab": "c"}, id="the one listed before the two"),
        pytest.param({"ab": "x", "bc": "y"}, id="a mark that takes one itself"),
        pytest.param({"bc": "y", "ab": "x"}, id="the same, listed the other way"),
        pytest.param({"ab": "\U00020bb7"}, id="becomes a letter of more than 16 bits"),
        pytest.param({"a\U00020bb7": "b"}, id="is a letter of more than 16 bits"),
    ],
)
def test_other_tables_do_not(table: dict[str, str]) -> None:
    assert not fits(table)
