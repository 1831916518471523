"""What is told of a column, and what never is."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.inventory.columns import OFTEN, ColumnCensus
from migrate.inventory.letters import letters_of, name_of


def told(values: Sequence[str | None], *, batch: int = 1 << 20, coded: bool = False) -> dict[str, Any]:
    census = ColumnCensus()
    for at in range(0, len(values), batch):
        census.add(pl.Series(values[at : at + batch], dtype=pl.String))
    return census.document(coded=coded)


def shown(values: Sequence[str | None], *, coded: bool = False) -> dict[str, int]:
    return {one["value"]: one["count"] for one in told(values, coded=coded).get("codes", [])}


@pytest.mark.parametrize(
    ("value", "name", "chars", "size"),
    [
        ("0123", "9", 4, 4),
        ("123-4567", "9-", 8, 8),
        ("ﾀﾅｶ ｲﾁﾛｳ", "ｶﾅ", 8, 8),
        ("タナカ　イチロウ", "かなカナ", 8, 16),
        ("田中　一郎", "漢字", 5, 10),
        ("佐々木", "漢字", 3, 6),
        ("１２番地３", "漢字+全角英数記号", 5, 10),
        ("A1ｱ", "9A+ｶﾅ", 3, 3),
        ("\ue000野", "漢字+外字", 2, 4),
    ],
)
def test_letters(value: str, name: str, chars: int, size: int) -> None:
    letters = letters_of(pl.Series([value, value]))
    assert name_of(int(letters.mask[1])) == name
    assert (int(letters.chars[1]), int(letters.bytes[1])) == (chars, size)


@given(st.lists(st.text(st.sampled_from("09Aa- ｱア亜あ１　é\ue000"), min_size=1, max_size=9), min_size=1, max_size=30))
def test_lengths_are_those_of_the_encoding(values: list[str]) -> None:
    letters = letters_of(pl.Series(values))
    assert letters.chars.tolist() == [len(value) for value in values]
    narrow = [sum(1 if c.isascii() or c == "ｱ" else 2 for c in value) for value in values]
    assert letters.bytes.tolist() == narrow


@pytest.mark.parametrize("shapes", [3, 70, 400])
def test_counts_do_not_depend_on_batches(shapes: int) -> None:
    """However many shapes there are: ``1-A``, ``11-A``, ``1-AA`` …"""
    values: list[str | None] = [f"{n % 7:02}" if n % 5 else None for n in range(500)]
    some = [f"{'1' * (n % 20 + 1)}-{'A' * (n // 20 + 1)}"[:20] for n in range(shapes)]
    values += [value for value in some for _ in range(30)]
    assert told(values) == told(values, batch=33)


def test_the_estimate_of_different_values_is_near() -> None:
    for many in (300, 3_000, 50_000):
        found = told([f"{n:09}" for n in range(many)])
        assert not found["distinct_exact"]
        assert abs(found["distinct"] - many) < 0.06 * many


def test_few_different_values_are_counted_exactly() -> None:
    found = told([f"{n % 150}" for n in range(4000)])
    assert (found["distinct"], found["distinct_exact"]) == (150, True)


@pytest.mark.parametrize("width", [7, 8])
def test_dates_and_what_stands_in_their_place(width: int) -> None:
    eight = [f"19{50 + n % 40}{n % 12 + 1:02}{n % 28 + 1:02}" for n in range(90)]
    seven = [f"3{10 + n % 50:02}{n % 12 + 1:02}{n % 28 + 1:02}" for n in range(90)]
    dates = eight if width == 8 else seven
    found = told(dates + ["0" * width] * 9 + ["9" * width])
    form = "Gyymmdd" if width == 7 else "yyyymmdd"
    assert found["dates"]["form"] == form
    assert found["dates"]["sentinels"] == {"0" * width: 9, "9" * width: 1}
    assert told([f"{n * 7919 % 9_999_999:07}" for n in range(90)]).get("dates") is None


def test_codes_that_stand_often_are_shown_and_others_counted() -> None:
    values = ["1"] * 60 + ["2"] * 40 + ["9"] * 2
    assert shown(values) == {"1": 60, "2": 40}
    assert told(values)["codes_hidden"] == {"values": 1, "count": 2}


@pytest.mark.parametrize(
    "values",
    [
        ["123456789012"] * 1000,  # a number of a person, however often
        ["田中　太郎"] * 30 + ["鈴木　花子"] * 30,  # names, not often enough for text
        [f"{n:05}" for n in range(60)] * 30,  # too many different values
        ["WANG"] * 60 + ["LI"] * 19,  # a word may be a name
        ["1"] * (OFTEN - 1),
        ["東京都千代田区千代田一番"] * 1000,  # longer than a code
        [letter for letter in "林森辻西東" for _ in range(200)] + ["佐藤"] * 200,  # names, some of one letter
    ],
)
def test_values_that_are_not_shown(values: list[str | None]) -> None:
    assert shown(values) == {}


FULL = str.maketrans("0123456789", "０１２３４５６７８９")
PEOPLE = {
    "氏名": [f"佐藤　{'花一明京'[n % 4]}{'郎子也美代'[n // 4]}" for n in range(20)],
    "宛名番号": [f"{10001 + n}" for n in range(20)],
    "宛名番号（全角）": [f"{123401 + n}".translate(FULL) for n in range(20)],
    "宛名番号（区切り）": [f"12{n:02}-567" for n in range(20)],
    "証番号": [f"A12345{n:02}" for n in range(20)],
    "生年月日": [f"58.04.{n + 1:02}" for n in range(20)],
    "電話": [f"12-34{n:02}" for n in range(20)],
    "通称": [f"MARY{chr(ord('A') + n)}" for n in range(20)],
}


@pytest.mark.parametrize("item", PEOPLE)
@pytest.mark.parametrize("rows", [120, 2000])
def test_many_rows_of_one_person_show_nobody(item: str, rows: int) -> None:
    """収納 or 課税明細: what stands often may be one person's all the same."""
    assert shown([value for value in PEOPLE[item] for _ in range(rows)]) == {}


def test_what_may_be_shown() -> None:
    values = ["1"] * 60 + ["A1"] * 60 + ["M-1"] * 60 + ["00000000"] * 60 + ["12345"] * 60
    assert shown(values) == {"1": 60, "A1": 60, "00000000": 60}
    assert told(values)["codes_hidden"] == {"values": 2, "count": 120}
    assert shown(["男"] * 120 + ["女"] * 130) == {"男": 120, "女": 130}


def test_longer_codes_are_shown_where_a_layout_says_that_they_are_codes() -> None:
    values = ["13101"] * 60 + ["0312"] * 60 + ["131016"] * 60 + ["千代田区"] * 600
    assert shown(values) == {}
    assert shown(values, coded=True) == {"0312": 60, "13101": 60}


def test_shapes_show_no_digit_and_no_letter() -> None:
    found = told([f"{n % 1000:03}-{n:04}" for n in range(200)] + [f"S{n % 60:02}.1.1" for n in range(200)])
    assert [one["shape"] for one in found["shapes"]] == ["999-9999", "A99.9.9"]


@given(st.lists(st.text(min_size=1, max_size=12), max_size=60))
def test_no_value_that_stands_once_is_told(values: list[str]) -> None:
    once = {value for value in values if values.count(value) == 1}
    assert not once & set(shown(list(values)))
