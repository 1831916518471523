"""Kana and width ops do to a column what jaconv does to a string."""

import random
from collections.abc import Callable
from itertools import product

import jaconv
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.vocab.ops.width import KANA_TO_FULL
from migrate.vocab.registry import bind

HALF_KANA = [chr(code) for code in range(0xFF61, 0xFFA0)]
FULL_KANA = [chr(code) for code in (*range(0x3041, 0x3100), *range(0x31F0, 0x3200))]
OTHER = list(" \u3000-\uff0d\u2212\uff5e\u301c~\\A\uff21a\uff41" + "0\uff10" + "漢\u00a5\u203e")
LETTERS = HALF_KANA + FULL_KANA + OTHER

FLAGS = list(product((False, True), repeat=3))
TO_FULL = ("kana_to_fullwidth", "ascii_to_fullwidth", "digits_to_fullwidth")
TO_HALF = ("kana_to_halfwidth", "ascii_to_halfwidth", "digits_to_halfwidth")


def chain(names: tuple[str, ...], flags: tuple[bool, ...]) -> tuple[str, ...]:
    return tuple(name for name, wanted in zip(names, flags, strict=True) if wanted)


def h2z(flags: tuple[bool, ...]) -> Callable[[str], str]:
    kana, ascii_, digit = flags
    return lambda text: str(jaconv.h2z(text, kana=kana, ascii=ascii_, digit=digit))


def z2h(flags: tuple[bool, ...]) -> Callable[[str], str]:
    kana, ascii_, digit = flags
    return lambda text: str(jaconv.z2h(text, kana=kana, ascii=ascii_, digit=digit))


LIKE_JACONV: dict[tuple[str, ...], Callable[[str], str]] = {
    **{chain(TO_FULL, flags): h2z(flags) for flags in FLAGS if any(flags)},
    **{chain(TO_HALF, flags): z2h(flags) for flags in FLAGS if any(flags)},
    ("to_halfwidth",): z2h((False, True, True)),
    ("hiragana_to_katakana",): jaconv.hira2kata,
    ("katakana_to_hiragana",): jaconv.kata2hira,
    ("enlarge_small_kana common",): jaconv.enlarge_smallkana,
}
"""Chains of ops → the function of jaconv that they equal, over all combinations of its flags."""
of_each = pytest.mark.parametrize("words", LIKE_JACONV, ids="+".join)


def apply(words: tuple[str, ...], texts: list[str]) -> list[str]:
    column = pl.Series("value", texts, dtype=pl.String)
    for word in words:
        name, _, letters = word.partition(" ")
        step = bind(name, {"letters": letters} if letters else {}, None, ("op",))
        column = column.to_frame().select(step(pl.col("value"))).to_series()
    return column.to_list()


def test_pairs_stand_before_single_kana() -> None:
    """At one place the pattern listed first wins: a pair listed late would never be seen."""
    lengths = [len(half) for half in KANA_TO_FULL]
    assert lengths[:26] == [2] * 26
    assert set(lengths[26:]) == {1}


@of_each
def test_every_string_of_one_or_two_letters(words: tuple[str, ...]) -> None:
    texts = LETTERS + [a + b for a in LETTERS for b in LETTERS]
    assert apply(words, texts) == [LIKE_JACONV[words](text) for text in texts]


def test_every_three_half_width_kana_around_a_mark() -> None:
    texts = [a + mark + b for a in HALF_KANA for mark in "ﾞﾟ" for b in HALF_KANA]
    assert apply(TO_FULL[:1], texts) == [jaconv.h2z(text) for text in texts]


def test_long_random_strings() -> None:
    draw = random.Random(20250401)
    texts = ["".join(draw.choices(LETTERS, k=draw.randint(3, 20))) for _ in range(3_000)]
    for words, like in LIKE_JACONV.items():
        assert apply(words, texts) == [like(text) for text in texts], words


@given(texts=st.lists(st.text() | st.text(alphabet=st.sampled_from(LETTERS)), min_size=1))
def test_any_text(texts: list[str]) -> None:
    for words, like in LIKE_JACONV.items():
        assert apply(words, texts) == [like(text) for text in texts], words


def test_hiragana_to_half_width_is_a_chain() -> None:
    """``jaconv.hira2hkata`` needs no word of its own."""
    hiragana = [letter for letter in FULL_KANA if not "\u30a1" <= letter <= "\u31ff"]
    texts = [a + b for a in hiragana for b in hiragana]
    assert apply(("hiragana_to_katakana", "kana_to_halfwidth"), texts) == [jaconv.hira2hkata(text) for text in texts]


@given(text=st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_full_width_and_back_loses_nothing(text: str) -> None:
    (full,) = apply(("digits_to_fullwidth", "ascii_to_fullwidth"), [text])
    assert apply(("to_halfwidth",), [full]) == [text]
    assert apply(("digits_to_halfwidth", "ascii_to_halfwidth"), [full]) == [text]
