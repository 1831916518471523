"""A column of few dates is read as one of many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.vocab import dateforms
from migrate.vocab.dateforms import DateRule, Dates, of_numbers

ERAS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
RULES = {
    "declared": DateRule(
        ("GYYMMDD",), ("0000000",), ("9999999",), ("1111111",), ("8888888",), (99,), (99,), ERAS, digits=True
    ),
    "strict": DateRule(("GYYMMDD",), ("0000000",), eras=ERAS, digits=True, strict=True, blank=False),
    "nothing declared": DateRule(("GYYMMDD",), eras=ERAS, digits=True, blank=False),
    "western": DateRule(("YYYYMMDD",), ("0000000",), digits=True),
    "a letter": DateRule(("LYYMMDD",), ("0000000",), digits=True),
}
NUMBERS = [0, 0, 0, 9999999, 1111111, 8888888, 3400229, 3401231, 3640107, 4019900, 1050000, 5999999, 3990105, 19650431]
CELLS = st.lists(st.tuples(st.sampled_from(NUMBERS), st.booleans(), st.booleans(), st.integers(0, 5)), max_size=9)


def read(rule: DateRule, cells: list[tuple[int, bool, bool, int]]) -> Dates:
    number = np.array([cell[0] for cell in cells], dtype=np.int32)
    blank = np.array([cell[1] and cell[2] for cell in cells], dtype=np.bool_)
    numeric = np.array([cell[2] for cell in cells], dtype=np.bool_) & ~blank
    letter = np.array([cell[3] for cell in cells], dtype=np.int32) if rule.forms[0] == "LYYMMDD" else None
    listed = {value: numeric & (number == int(value)) for value in rule.listed}
    return of_numbers(rule, number, numeric=numeric, letter=letter, blank=blank, listed=listed)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(cells=CELLS)
def test_few_and_many_come_to_the_same(rule: DateRule, cells: list[tuple[int, bool, bool, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dateforms, "FEW", 1.0)
        few = read(rule, cells)
        patch.setattr(dateforms, "FEW", -1.0)
        many = read(rule, cells)
    assert few.keys.tolist() == many.keys.tolist()
    assert few.valid.tolist() == many.valid.tolist()
    assert few.sentinels == many.sentinels
    assert few.troubles.keys() == many.troubles.keys()
    assert {name: hit.tolist() for name, hit in few.troubles.items()} == {
        name: hit.tolist() for name, hit in many.troubles.items()
    }
