"""What holds of every op, and of every check, on any text."""

import re
from collections.abc import Callable
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migrate.vocab import WORDS
from migrate.vocab.checks.check_digit import number
from migrate.vocab.registry import Bound, bind, never
from tests.vocab import cases

SPECIAL = " \t\n\x01\x7f\u00a0\u3000\u200b\ufeff0Aa-０Ａａ－ー‐ｶﾊﾞﾟｰカガコウァ゛\u3099山一〓①（\u00a5\ufe00\U000e0100"
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
    if clue := word.clue():
        clear = ~column.str.contains(clue)
        assert holds.filter(clear).all()
        if column.to_frame().select(never(clue)(pl.col("value"))).item():
            assert clear.all()


@pytest.mark.parametrize("word", words("op", "check"))
def test_empty_and_all_null_columns(word: Bound) -> None:
    for column in (pl.Series("value", [], dtype=pl.String), pl.Series("value", [None, None], dtype=pl.String)):
        assert len(apply(word, column)) == len(column)
        assert isinstance(quiet(word, column), bool)


Digits = list[int]


def weighted(digits: Digits, weights: Digits) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def by_the_law(digits: Digits) -> int:
    rest = weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2][-len(digits) :]) % 11
    return 0 if rest <= 1 else 11 - rest


def by_modulus_10(digits: Digits) -> int:
    products = [digit * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return -sum(map(int, "".join(map(str, products)))) % 10


CHECK_DIGITS: list[tuple[str, dict[str, str], int, Callable[[Digits], int]]] = [
    ("mynumber_digit", {}, 11, by_the_law),
    ("juminhyo_code_digit", {}, 10, by_the_law),
    ("dantai_code_digit", {}, 5, lambda digits: (11 - weighted(digits, [6, 5, 4, 3, 2]) % 11) % 10),
    *(("modulus10_digit", {"digits": str(n)}, n - 1, by_modulus_10) for n in (6, 7, 8, 10, 15)),
    ("menkyo_digit", {}, 10, lambda digits: (11 - weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 10),
]


@pytest.mark.parametrize(("name", "args", "length", "right"), CHECK_DIGITS)
def test_check_digit_as_the_rule_is_written(
    name: str, args: dict[str, str], length: int, right: Callable[[Digits], int]
) -> None:
    """Every last digit of 4,000 numbers: by whole columns as by hand, and one of ten holds."""
    random = Random(length)
    heads = [[random.randrange(10) for _ in range(length)] for _ in range(4000)] + [[0] * length, [9] * length]
    word = bind(name, args, None, ("check",))
    behind = "5" if name == "menkyo_digit" else ""
    holds = [
        apply(word, pl.Series("value", ["".join(map(str, [*h, last])) + behind for h in heads])) for last in range(10)
    ]
    for place, head in enumerate(heads):
        assert [last for last in range(10) if holds[last][place]] == [right(head)]


def test_numbers_of_people_are_exact() -> None:
    """Whole numbers up to 30 digits, written as they are on screens, against Python's own."""
    random = Random(5)
    numbers = [random.randrange(-(10**digits), 10**digits) for digits in range(1, 31) for _ in range(200)]
    wide = str.maketrans("0123456789,", "０１２３４５６７８９，")
    word = bind("plain_number", {"minus": ["-", "△", "()"], "trailing": "mark"}, None, ("op",))
    writers: tuple[Callable[[int], str], ...] = (
        lambda n: f"{n:,}",
        lambda n: f"{'△' * (n < 0)}{abs(n):,}".translate(wide),
        lambda n: f"({-n:,})" if n < 0 else f"{n}",
        lambda n: f"¥{n:,}-",
    )
    for write in writers:
        assert apply(word, pl.Series("value", [write(n) for n in numbers])).to_list() == [str(n) for n in numbers]


@pytest.mark.parametrize(
    ("sign", "plus", "minus"), [("overpunch", "{ABCDEFGHI", "}JKLMNOPQR"), ("zone7", "", "pqrstuvwxy")]
)
def test_signed_digits_are_exact(sign: str, plus: str, minus: str) -> None:
    random = Random(6)
    numbers = [random.randrange(-(10**digits), 10**digits) for digits in range(1, 31) for _ in range(100)]
    letters = [(minus if n < 0 else plus or "0123456789")[abs(n) % 10] for n in numbers]
    texts = [str(abs(n)).zfill(30)[:-1] + letter for n, letter in zip(numbers, letters, strict=True)]
    word = bind("signed_digits", {"sign": sign}, None, ("op",))
    assert apply(word, pl.Series("value", texts)).to_list() == [str(n) for n in numbers]


def expected_atena_digit(head: list[int]) -> int:
    """Ten where the rule does not say what stands there."""
    rest = sum(digit * (2 + place % 6) for place, digit in enumerate(reversed(head))) % 11
    return 11 - rest if rest else 0


def expected_hojin_digit(base: list[int]) -> int:
    return 9 - sum(digit * (1 + place % 2) for place, digit in enumerate(reversed(base))) % 9


@given(heads=st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=17), min_size=1, max_size=20))
def test_the_digit_of_an_atena_number(heads: list[list[int]]) -> None:
    word = bind("atena_digit", {"ten": "any"}, None, ("check",))
    for last in range(10):
        texts = ["".join(map(str, [*head, last])) for head in heads]
        holds = apply(word, pl.Series("value", texts)).to_list()
        expected = [expected_atena_digit(head) for head in heads]
        assert holds == [None if digit == 10 else digit == last for digit in expected]


@given(bases=st.lists(st.lists(st.integers(0, 9), min_size=12, max_size=12), min_size=1, max_size=20))
def test_the_digit_of_a_hojin_number(bases: list[list[int]]) -> None:
    word = bind("hojin_digit", {}, None, ("check",))
    for first in range(10):
        texts = ["".join(map(str, [first, *base])) for base in bases]
        holds = apply(word, pl.Series("value", texts)).to_list()
        assert holds == [expected_hojin_digit(base) == first for base in bases]


def comes_back(start: int, links: list[int | None]) -> bool:
    """Whether one step after the other leads back."""
    at = links[start]
    for _ in links:
        if at is None or at >= len(links) or at == start:
            break
        at = links[at]
    return at == start


@given(links=st.lists(st.none() | st.integers(0, 9), max_size=10))
def test_no_cycle_is_what_walking_finds(links: list[int | None]) -> None:
    word = bind("no_cycle", {"table": "t", "key": "k", "link": "l"}, None, ("across",))
    rows = [{"k": str(i), "l": None if to is None else str(to)} for i, to in enumerate(links)]
    failing = cases.judged(word, {"t": rows})
    assert [number - 1 for number in failing["_record"]] == [i for i in range(len(links)) if comes_back(i, links)]


@given(links=st.lists(st.none() | st.integers(0, 9), min_size=2, max_size=10))
def test_alike_rows_fail_once_for_each_set_of_linked_ones(links: list[int | None]) -> None:
    word = bind("linked", {"table": "t", "fields": "f", "key": "k", "link": "l"}, None, ("across",))
    rows = [{"f": "x", "k": str(i), "l": None if to is None else str(to)} for i, to in enumerate(links)]
    sets = {name: {name} for name in [*range(10)]}
    for one, other in enumerate(links):
        if other is not None:
            together = sets[one] | sets[other]
            sets |= dict.fromkeys(together, together)
    among = {min(sets[one]) for one in range(len(links))}
    failing = cases.judged(word, {"t": rows})
    of_sets = sorted(min(sets[number - 1]) for number in failing["_record"])
    assert of_sets == (sorted(among) if len(among) > 1 else [])


@given(
    st.lists(
        st.none() | st.text(st.sampled_from("0019-+ .eE_x\n１\x00"), max_size=8) | st.from_regex(r"\A[0-9]{6}\n?\Z")
    )
)
@example(["+12345", "-12345", "-00000", " 12345", "1e3456", "0x1234", "1_2345", "123.45", "000000", "１２", "12345\n"])
def test_a_number_is_digits_and_nothing_else(texts: list[str | None]) -> None:
    column = pl.Series("value", texts, dtype=pl.String)
    frame = column.to_frame().select(
        one=number(pl.col("value"), 6).struct.field("n"), some=number(pl.col("value"), 2, 7).struct.field("n")
    )
    for name, pattern in (("one", r"[0-9]{6}"), ("some", r"[0-9]{2,7}")):
        by_hand = [int(text) if text is not None and re.fullmatch(pattern, text) else None for text in texts]
        assert frame[name].to_list() == by_hand
