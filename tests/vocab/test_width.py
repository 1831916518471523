"""Width ops do to a column what jaconv does to a string."""

import random
from collections.abc import Callable

import jaconv
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.vocab.ops.width import KANA_TO_FULL
from migrate.vocab.registry import bind

HALF_KANA = [chr(code) for code in range(0xFF61, 0xFFA0)]
FULL_KANA = [chr(code) for code in range(0x3041, 0x3100)]
OTHER = list(" \u3000-\uff0d\u2212\uff5e\u301c\u3099\u309a~\\A\uff21a\uff41" + "0\uff10" + "漢\u00a5\u203e")
LETTERS = HALF_KANA + FULL_KANA + OTHER

LIKE_JACONV: dict[str, Callable[[str], str]] = {
    "kana_to_fullwidth": lambda text: str(jaconv.h2z(text, kana=True, ascii=False, digit=False)),
    "ascii_to_fullwidth": lambda text: str(jaconv.h2z(text, kana=False, ascii=True, digit=False)),
    "digits_to_fullwidth": lambda text: str(jaconv.h2z(text, kana=False, ascii=False, digit=True)),
    "to_halfwidth": lambda text: str(jaconv.z2h(text, kana=False, ascii=True, digit=True)),
}
of_each = pytest.mark.parametrize("word", LIKE_JACONV)


def apply(word: str, texts: list[str]) -> list[str]:
    column = pl.Series("value", texts, dtype=pl.String)
    return column.to_frame().select(bind(word, {}, None, ("op",))(pl.col("value"))).to_series().to_list()


def test_pairs_stand_before_single_kana() -> None:
    """At one place the pattern listed first wins: a pair listed late would never be seen."""
    lengths = [len(half) for half in KANA_TO_FULL]
    assert lengths[:26] == [2] * 26
    assert set(lengths[26:]) == {1}


@of_each
def test_every_string_of_one_or_two_letters(word: str) -> None:
    texts = LETTERS + [a + b for a in LETTERS for b in LETTERS]
    assert apply(word, texts) == [LIKE_JACONV[word](text) for text in texts]


def test_every_three_half_width_kana_around_a_mark() -> None:
    texts = [a + mark + b for a in HALF_KANA for mark in "ﾞﾟ" for b in HALF_KANA]
    assert apply("kana_to_fullwidth", texts) == [LIKE_JACONV["kana_to_fullwidth"](text) for text in texts]


@of_each
def test_long_random_strings(word: str) -> None:
    draw = random.Random(20250401)
    texts = ["".join(draw.choices(LETTERS, k=draw.randint(3, 20))) for _ in range(20_000)]
    assert apply(word, texts) == [LIKE_JACONV[word](text) for text in texts]


@of_each
@given(texts=st.lists(st.text() | st.text(alphabet=st.sampled_from(LETTERS)), min_size=1))
def test_any_text(word: str, texts: list[str]) -> None:
    assert apply(word, texts) == [LIKE_JACONV[word](text) for text in texts]


@given(text=st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_full_width_and_back_loses_nothing(text: str) -> None:
    (full,) = apply("digits_to_fullwidth", apply("ascii_to_fullwidth", [text]))
    assert apply("to_halfwidth", [full]) == [text]
