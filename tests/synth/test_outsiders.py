"""Those outside the register: numbers of their own, links that end, and a town that is the same without them."""

import numpy as np
import pytest

from migrate.synth import make_town_truth
from migrate.synth.outsiders import COMPANY, FOREIGN, JAPANESE, Outsiders, make_outsiders
from migrate.synth.terms import Event, day
from migrate.synth.town import Town
from tests.synth.test_clean import atena_digit, mynumber_digit

AS_OF = day(2026, 10, 1)


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town_truth(600, 4, AS_OF)


@pytest.fixture(scope="module")
def outsiders(town: Town) -> Outsiders:
    return make_outsiders(town, 4)


def hojin_digit(number: str) -> bool:
    """Grouped as the sheet of the tax agency does it: twice the even places from the right, once the odd ones."""
    base = number[:0:-1]
    total = sum(map(int, base[::2])) + 2 * sum(map(int, base[1::2]))
    return len(number) == 13 and int(number[0]) == 9 - total % 9


def test_the_digit_of_a_corporation_is_as_published() -> None:
    assert hojin_digit("5835678256246")
    assert not hojin_digit("2835678256246")


def test_equal_arguments_give_equal_outsiders_and_leave_the_town_alone(town: Town, outsiders: Outsiders) -> None:
    again, other = make_outsiders(town, 4), make_outsiders(town, 5)
    for name, values in outsiders.cols.items():
        assert np.array_equal(values, again.cols[name]), name
    assert not np.array_equal(outsiders.cols["family"], other.cols["family"])
    untouched = make_town_truth(600, 4, AS_OF)
    for part in ("people", "homes", "addresses", "rows", "support"):
        for name, values in getattr(town, part).items():
            assert np.array_equal(values, getattr(untouched, part)[name]), name


def test_numbers(town: Town, outsiders: Outsiders) -> None:
    cols = outsiders.cols
    assert not np.isin(cols["atena"], town.people["atena"]).any()
    assert (np.diff(cols["atena"]) > 0).all()
    assert all(atena_digit(str(number)) for number in cols["atena"])
    corporate = cols["kind"] == COMPANY
    assert all(hojin_digit(str(number)) for number in cols["hojin"][corporate])
    assert (cols["hojin"][~corporate] == -1).all()
    known = cols["mynumber"] >= 0
    assert not (known & corporate).any()
    assert all(mynumber_digit(f"{number:012d}") for number in cols["mynumber"][known])
    strangers = known & (cols["former"] < 0)
    assert strangers.any()
    assert not np.isin(cols["mynumber"][strangers], town.people["mynumber"]).any()


def test_every_kind_is_there(outsiders: Outsiders) -> None:
    kinds = np.bincount(outsiders.cols["kind"], minlength=3)
    assert kinds[JAPANESE] > kinds[COMPANY] > kinds[FOREIGN] > 0
    names = outsiders.name(np.arange(len(outsiders)))
    assert names.null_count() == 0
    told = names.filter(outsiders.cols["kind"] == JAPANESE)
    assert told.str.contains("^[^\u3000]+\u3000[^\u3000]+$").all()


def test_who_lived_here_moved_away(town: Town, outsiders: Outsiders) -> None:
    at = np.flatnonzero(outsiders.cols["former"] >= 0)
    who = outsiders.cols["former"][at]
    assert len(at) > 0
    people = town.people
    assert (people["exit_event"][who] == Event.転出).all()
    assert (people["exit"][who] < outsiders.cols["day"][at]).all()
    assert np.array_equal(outsiders.cols["born"][at], people["born"][who])


def test_links_end_at_somebody_who_is_not_linked(outsiders: Outsiders) -> None:
    link = outsiders.cols["same_as"]
    steps = []
    for start in np.flatnonzero(link >= 0):
        at, taken = start, 0
        while link[at] >= 0:
            at, taken = link[at], taken + 1
            assert taken < 3
        steps.append(taken)
        assert np.array_equal(outsiders.cols["hojin"][at], outsiders.cols["hojin"][start])
    assert set(steps) == {1, 2}
    assert set(outsiders.firsts) == set(np.flatnonzero(link < 0))
