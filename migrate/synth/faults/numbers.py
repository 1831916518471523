"""Faults of numbers: 個人番号, 住民票コード, keys."""

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import Desk, fault
from migrate.synth.faults.town_desk import RegisterDesk, TownDesk
from migrate.synth.numbers import serial_numbers, unique_numbers, with_mynumber_digit


def wrong_digit(number: str) -> str:
    """The last digit changed."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@fault(juki="error", jutogai="error", package="error")
def mynumber_digit(desk: Desk, count: int) -> None:
    """A 個人番号 whose check digit is wrong."""
    file, ids, name = desk.numbers_of(desk.pick(desk.member & desk.numbered, count))
    desk.rewrite(ids, name, wrong_digit, file)


@fault(juki="error", jutogai="alert", package="error")
def mynumber_shared(desk: Desk, count: int) -> None:
    """Two living persons with one 個人番号; both are named."""
    _share(desk, *desk.numbers_of(desk.pick(desk.member & desk.numbered, 2 * count)))


@fault(juki="alert", package="alert")
def juminhyo_digit(desk: RegisterDesk, count: int) -> None:
    """A 住民票コード whose check digit is wrong."""
    desk.rewrite(desk.pick(desk.member, count), "juminhyo_cd", wrong_digit)


@fault(juki="error", package="error")
def juminhyo_shared(desk: RegisterDesk, count: int) -> None:
    """Two residents with one 住民票コード; both are named."""
    _share(desk, desk.main, desk.pick(desk.member, 2 * count), "juminhyo_cd")


def _share(desk: Desk, file: str, ids: list[int], name: str) -> None:
    """Every second record gets the number of the one before it."""
    numbers = desk.text(file, ids, name)
    for i in range(0, len(ids) - 1, 2):
        desk.delivery.change(Spot(file, ids[i + 1]), name, numbers[i])
        for j in (i, i + 1):
            desk.note(Spot(file, ids[j]), name, numbers[j])


def strangers(desk: RegisterDesk, count: int) -> list[str]:
    """宛名番号 that nobody has, and no fault before used."""
    known = len(desk.people["atena"]) + len(desk.notes)
    return [f"{number:015d}" for number in serial_numbers(known + count, 100_001)[known:].tolist()]


def add_orphans(desk: RegisterDesk, count: int, last: Spot) -> None:
    """個人番号 of strangers behind the last record of the file that holds them."""
    numbers = with_mynumber_digit(unique_numbers(desk.rng, count + 100, 11))
    numbers = numbers[~np.isin(numbers, desk.people["mynumber"])]
    for atena, number in zip(strangers(desk, count), numbers[:count].tolist(), strict=True):
        spot = desk.delivery.repeat(last)
        desk.delivery.change(spot, "atena_no", atena)
        desk.delivery.change(spot, "bango", f"{number:012d}")
        desk.note(spot, "atena_no")


@fault(juki="error")
def mynumber_orphan(desk: TownDesk, count: int) -> None:
    """A 個人番号 of a person who is not in the register, at the end of the file."""
    add_orphans(desk, count, Spot("kobango", len(desk.view.numbered) - 1))


@fault(juki="error", jutogai="error", package="error")
def atena_missing(desk: Desk, count: int) -> None:
    """A person without 宛名番号, to whom nothing else refers."""
    desk.rewrite(desk.pick_unreferred(count), "atena_no", lambda atena: "")


@fault(juki="alert")
def atena_digit_wrong(desk: TownDesk, count: int) -> None:
    """A 宛名番号 whose check digit is wrong, to which nothing else refers."""
    desk.rewrite(desk.pick_unreferred(count), "atena_no", wrong_digit)


@fault(juki="alert")
def setai_digit_wrong(desk: TownDesk, count: int) -> None:
    """The 世帯番号 of somebody who lives alone has a wrong check digit, in the household file too."""
    home = desk.people["home"]
    may = desk.resident & ~desk.people["foreign"] & desk.alone[home] & (desk.rows["no"][desk.last_row] == 1)
    people = desk.pick(may, count)
    place = np.argsort(desk.view.by_setai)
    for person in people:
        desk.rewrite([person], "setai_no", wrong_digit)
        desk.delivery.change(Spot("setai", int(place[home[person]])), "setai_no", wrong_digit(desk.notes[-1].value))


@fault(juki="error", package="error")
def juminhyo_missing(desk: RegisterDesk, count: int) -> None:
    """A resident without 住民票コード."""
    desk.rewrite(desk.pick(desk.member, count), "juminhyo_cd", lambda code: "")


@fault(juki="alert")
def juminhyo_changed(desk: TownDesk, count: int) -> None:
    """The oldest row has another 住民票コード; the row after it is named."""
    people = desk.pick(desk.member & (desk.rows["no"][desk.last_row] >= 2), count)
    others = with_mynumber_digit(unique_numbers(desk.rng, count + 100, 10))
    others = others[~np.isin(others, desk.people["juminhyo"])]
    for person, number in zip(people, others[: len(people)].tolist(), strict=True):
        first = int(desk.first_row[person])
        desk.delivery.change(desk.spot_of(first), "juminhyo_cd", f"{number:011d}")
        desk.note(desk.spot_of(first + 1))
