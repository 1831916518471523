"""Faults of numbers: 個人番号, 住民票コード, keys."""

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import Desk, fault
from migrate.synth.numbers import serial_numbers, unique_numbers, with_mynumber_digit


def _wrong_digit(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@fault("error")
def mynumber_digit(desk: Desk, count: int) -> None:
    """A 個人番号 whose check digit is wrong."""
    people = desk.pick(desk.member & desk.people["has_number"], count)
    desk.rewrite([desk.number_of(person) for person in people], "bango", _wrong_digit, file="kobango")


@fault("error")
def mynumber_shared(desk: Desk, count: int) -> None:
    """Two living persons with one 個人番号; both are named."""
    people = desk.pick(desk.member & desk.people["has_number"], 2 * count)
    _share(desk, [desk.number_of(person) for person in people], "kobango", "bango")


@fault("alert")
def juminhyo_digit(desk: Desk, count: int) -> None:
    """A 住民票コード whose check digit is wrong."""
    desk.rewrite(desk.pick(desk.member, count), "juminhyo_cd", _wrong_digit)


@fault("error")
def juminhyo_shared(desk: Desk, count: int) -> None:
    """Two residents with one 住民票コード; both are named."""
    _share(desk, desk.pick(desk.member, 2 * count), "kojin", "juminhyo_cd")


def _share(desk: Desk, ids: list[int], file: str, name: str) -> None:
    """Every second record gets the number of the one before it."""
    numbers = desk.text(file, ids, name)
    for i in range(0, len(ids) - 1, 2):
        desk.delivery.change(Spot(file, ids[i + 1]), name, numbers[i])
        for j in (i, i + 1):
            desk.note(Spot(file, ids[j]), name, numbers[j])


@fault("error")
def mynumber_orphan(desk: Desk, count: int) -> None:
    """A 個人番号 of a person who is not in the register, at the end of the file."""
    known = len(desk.people["atena"]) + sum(note.kind == desk.kind for note in desk.notes)
    strangers = serial_numbers(known + count, 100_001)[known:]
    numbers = with_mynumber_digit(unique_numbers(desk.rng, count + 100, 11))
    numbers = numbers[~np.isin(numbers, desk.people["mynumber"])]
    last = len(desk.view.numbered) - 1
    for atena, number in zip(strangers.tolist(), numbers[:count].tolist(), strict=True):
        spot = desk.delivery.repeat(Spot("kobango", last))
        desk.delivery.change(spot, "atena_no", f"{atena:015d}")
        desk.delivery.change(spot, "bango", f"{number:012d}")
        desk.note(spot, "atena_no")


@fault("error")
def atena_missing(desk: Desk, count: int) -> None:
    """A person without 宛名番号, of one history row and without 個人番号, so that nothing else refers to them."""
    may = desk.member & (desk.rows["no"][desk.last_row] == 1) & desk.people["has_number"]
    may[desk.view.numbered[-1]] = False
    people = desk.pick(may, count)
    desk.rewrite(people, "atena_no", lambda atena: "")
    for person in people:
        desk.delivery.drop(Spot("kobango", desk.number_of(person)))
