"""Faults that only those outside the register can have: links, kinds of person, offices."""

import numpy as np

from migrate.synth.faults.desk import fault
from migrate.synth.faults.numbers import wrong_digit
from migrate.synth.faults.outside_desk import OutsideDesk
from migrate.synth.numbers import serial_numbers, unique_numbers, with_hojin_digit
from migrate.synth.outsiders import FIRST_SERIAL
from migrate.synth.terms import Array

LINKED = "2"
SAME_PERSON = ("kana", "kanji", "sex", "birth", "dantai_cd", "yubin", "ken", "shi", "machi", "banchi", "katagaki")
"""基本4情報, as this host writes them."""


@fault(jutogai="error")
def link_missing(desk: OutsideDesk, count: int) -> None:
    """Linked to another, but nobody says to whom."""
    desk.rewrite(desk.pick(desk.member, count), "nayose_kbn", lambda kind: LINKED)


@fault(jutogai="error")
def link_to_nobody(desk: OutsideDesk, count: int) -> None:
    """Linked to a number that nobody has."""
    known = len(desk.outsiders)
    people = desk.pick(desk.member | desk.company, count)
    nobody = serial_numbers(known + count, FIRST_SERIAL)[known:].tolist()
    for person, number in zip(people, nobody, strict=False):
        _link(desk, person, f"{number:015d}")


@fault(jutogai="error")
def link_of_a_first(desk: OutsideDesk, count: int) -> None:
    """Linked to another, and yet marked as the one that others are linked to."""
    people = desk.pick(desk.member, 2 * count)
    for person, other in zip(people[::2], people[1::2], strict=False):
        desk.delivery.change(desk.spot(person), "nayose_saki", f"{desk.people['atena'][other]:015d}")
        desk.note(desk.spot(person), "nayose_saki")


@fault(jutogai="error")
def link_circle(desk: OutsideDesk, count: int) -> None:
    """Two or more are linked in a circle; all are named."""
    for round_ in range(count):
        people = desk.pick(desk.member, 2 + round_ % 3)
        for person, following in zip(people, people[1:] + people[:1], strict=True):
            _link(desk, person, f"{desk.people['atena'][following]:015d}")


@fault(jutogai="error")
def link_to_itself(desk: OutsideDesk, count: int) -> None:
    """Linked to itself."""
    for person in desk.pick(desk.member | desk.company, count):
        _link(desk, person, f"{desk.people['atena'][person]:015d}")


def _link(desk: OutsideDesk, person: int, number: str) -> None:
    desk.delivery.change(desk.spot(person), "nayose_kbn", LINKED)
    desk.delivery.change(desk.spot(person), "nayose_saki", number)
    desk.note(desk.spot(person), "nayose_saki")


@fault(jutogai="alert")
def twins(desk: OutsideDesk, count: int) -> None:
    """One person under two numbers that nobody linked; both are named."""
    people = desk.pick(desk.member & ~desk.numbered, 2 * count)
    for person, other in zip(people[::2], people[1::2], strict=False):
        for name in SAME_PERSON:
            (right,) = desk.delivery.raw(desk.main, [person], name)
            desk.delivery.change(desk.spot(other), name, right)
        desk.note(desk.spot(person))
        desk.note(desk.spot(other))


@fault(jutogai="alert")
def atena_digit(desk: OutsideDesk, count: int) -> None:
    """A 宛名番号 whose check digit is wrong."""
    desk.rewrite(desk.pick(desk.member | desk.company, count), "atena_no", wrong_digit)


@fault(jutogai="alert")
def hojin_digit(desk: OutsideDesk, count: int) -> None:
    """A 法人番号 whose check digit, the first, is wrong. (It does not tell a 0 from a 9 behind it.)"""
    desk.rewrite(desk.pick(desk.company, count), "hojin_bango", lambda number: f"{int(number[0]) % 9 + 1}{number[1:]}")


@fault(jutogai="alert")
def company_with_sex(desk: OutsideDesk, count: int) -> None:
    """A corporation that is a man."""
    desk.rewrite(desk.pick(desk.company, count), "sex", lambda sex: "1")


@fault(jutogai="alert")
def person_with_hojin(desk: OutsideDesk, count: int) -> None:
    """A person with a 法人番号."""
    people = desk.pick(desk.member, count)
    numbers = iter(with_hojin_digit(unique_numbers(desk.rng, count, 12)).tolist())
    desk.rewrite(people, "hojin_bango", lambda none: f"{next(numbers):013d}")


def _by_office(desk: OutsideDesk) -> Array:
    """Members whom a 業務 registered. [entries]"""
    return np.asarray(desk.member & (desk.people["office"] >= 0))


@fault(jutogai="error")
def no_office(desk: OutsideDesk, count: int) -> None:
    """Nobody says who registered them."""
    desk.rewrite(desk.pick(_by_office(desk), count), "gyomu_cd", lambda code: "")


@fault(jutogai="error")
def unknown_office(desk: OutsideDesk, count: int) -> None:
    """A 業務 that no code map knows."""
    desk.rewrite(desk.pick(_by_office(desk), count), "gyomu_cd", lambda code: "77")


@fault(jutogai="error")
def impossible_time(desk: OutsideDesk, count: int) -> None:
    """Registered at half past 24."""
    desk.rewrite(desk.pick(desk.member, count), "koshin_jikoku", lambda time: "24:30" + time[5:])


@fault(jutogai="error")
def registered_tomorrow(desk: OutsideDesk, count: int) -> None:
    """Registered after the day of the extract."""
    later = str(np.datetime64(desk.outsiders.town.as_of + 1, "D")).replace("-", "")
    desk.rewrite(desk.pick(desk.member, count), "koshin_ymd", lambda date: later)


@fault(jutogai="error")
def short_dantai(desk: OutsideDesk, count: int) -> None:
    """A code of a municipality without its check digit."""
    desk.rewrite(desk.pick(desk.member | desk.company, count), "dantai_cd", lambda code: code[:5])


@fault(jutogai="alert")
def letters_in_yubin(desk: OutsideDesk, count: int) -> None:
    """A letter in a 郵便番号."""
    desk.rewrite(desk.pick(desk.member | desk.company, count), "yubin", lambda code: code[:-1] + "O")
