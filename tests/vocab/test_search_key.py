"""A search key is made of the readings that are not their own key; the others are left as they are."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.vocab.fusing import replacing
from migrate.vocab.ops.kana import Spaces, Voiced, _folded, _long_o, search_key

READINGS = st.text(
    st.sampled_from("アァオォコゴソョヨウゥヴヂヲヺㇳㇷカハ゛゜\u3099\u309aﾞﾟー－-‐ \t\u00a0\u3000Ａ山ｶう"), max_size=8
)


@pytest.mark.parametrize("voiced", ["keep", "drop"])
@pytest.mark.parametrize("spaces", ["one", "none"])
@given(readings=st.lists(st.none() | READINGS, min_size=1, max_size=20))
def test_it_is_what_folding_every_reading_would_make(
    voiced: Voiced, spaces: Spaces, readings: list[str | None]
) -> None:
    frame = pl.DataFrame({"a": readings}, schema={"a": pl.String})
    folded = _long_o(replacing(_folded(voiced=voiced, spaces=spaces))(pl.col("a")))
    assert frame.select(search_key(pl.col("a"), voiced=voiced, spaces=spaces)).equals(frame.select(folded))


@pytest.mark.parametrize(
    "reading", ["コウ", "ョウ", "コゥ", "コウウ", "カ\u3099", "ヲ", "\u3000\u3000", "－", "オ\u3000ウ"]
)
def test_readings_that_are_told_by_one_place(reading: str) -> None:
    frame = pl.DataFrame({"a": [f"アカ{reading}サ"]})
    folded = _long_o(replacing(_folded())(pl.col("a")))
    assert frame.select(search_key(pl.col("a"))).equals(frame.select(folded))
