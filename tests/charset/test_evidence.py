"""What decoding says it knows of a column is true of every value in it, and words that rely on it miss nothing."""

from typing import Any
from unicodedata import category

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.charset import Text
from migrate.charset.decode import decode_double, decode_mixed, decode_single
from migrate.vocab import registry
from tests.charset.test_decode import CASES, PAGE, cells_of, columns

SPACES = " \t\u3000\u00a0"
ARGUMENTS: dict[str, dict[str, Any]] = {
    "shorter_than": {"chars": "3"},
    "max_chars": {"chars": "3"},
    "exact_chars": {"chars": "2"},
    "in_repertoire": {"letters": "cp932"},
    "replace_letters": {"by": ["髙=高"]},
}
IDLE = sorted(name for name, entry in registry.WORDS.items() if entry.traits.idle is not None)


def true_of_all(text: Text) -> None:
    values = [value for value in text.values.to_list() if value is not None]
    known = text.known
    assert not known.ascii or all(" " <= c <= "~" for value in values for c in value)
    assert not known.public or all(category(c) not in ("Co", "Mn") for value in values for c in value)
    assert not known.wide or all(c >= "\u3000" and not "\uff61" <= c <= "\uff9f" for value in values for c in value)
    assert not known.trimmed or all(value == value.strip(SPACES) for value in values)
    assert all(known.min_chars <= len(value) <= known.max_chars for value in values)
    if known.single_spaced and known.wide:
        assert all("\u3000\u3000" not in value for value in values)


@pytest.mark.parametrize("how", CASES)
@given(data=st.data())
def test_evidence_is_true(how: str, data: st.DataObject) -> None:
    decode, _, step = CASES[how]
    rows, width = data.draw(columns(step=step))
    true_of_all(decode(cells_of(rows, width), PAGE))


@pytest.mark.parametrize("how", CASES)
@given(data=st.data())
def test_an_idle_word_has_nothing_to_do(how: str, data: st.DataObject) -> None:
    decode, _, step = CASES[how]
    rows, width = data.draw(columns(step=step))
    text = decode(cells_of(rows, width), PAGE)
    for name in IDLE:
        word = registry.bind(name, ARGUMENTS.get(name, {}), None, ("op", "check"))
        if word.idle(text.known):
            done = pl.DataFrame({"v": text.values}).select(word(pl.col("v"))).to_series()
            if word.entry.kind == "op":
                assert done.to_list() == text.values.to_list(), name
            else:
                assert done.drop_nulls().all(), name


@pytest.mark.parametrize("decode", [decode_single, decode_mixed, decode_double], ids=lambda f: f.__name__)
@pytest.mark.parametrize("text", ["\tA", " A", "A\t", "　山", "山　", "A  B", "山　　田", "\x7fA", "ﾔﾏ", "A", "山"])
def test_spaces_of_every_kind_and_letters_at_the_edges(decode: object, text: str) -> None:
    raw = text.encode("cp932")
    row = raw + b" " * (8 - len(raw))
    true_of_all(decode(cells_of([row, row], 8), PAGE))  # type: ignore[operator]
