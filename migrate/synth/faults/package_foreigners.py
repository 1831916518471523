"""Faults of foreigners in a package's files: what 法第30条の45 asks of each kind of resident stands in their record."""

import numpy as np

from migrate.synth.faults.desk import fault
from migrate.synth.faults.package_desk import PackageDesk
from migrate.synth.terms import NEVER, Array, day

LAW = day(2012, 7, 9)
"""The day foreigners came under the 住民基本台帳法."""
NO_PERIOD = {"zairyu_nen": "", "zairyu_tsuki": "", "zairyu_hi": ""}


def _stay(desk: PackageDesk, people: list[int], first: str, changes: dict[str, str]) -> None:
    """Change fields of their records, and note ``first``."""
    desk.rewrite(people, first, lambda right: changes[first])
    for person in people:
        for name, text in changes.items():
            desk.delivery.change(desk.spot(person), name, text)


def _mid_term(desk: PackageDesk) -> Array:
    """中長期在留者. [persons] bool"""
    return np.asarray(desk.stranger & (desk.people["section"] == 1))


def _until(desk: PackageDesk) -> Array:
    """中長期在留者 whose stay ends. [persons] bool"""
    return np.asarray(_mid_term(desk) & (desk.rows["until"][desk.last_row] != NEVER))


@fault(package="error")
def status_missing(desk: PackageDesk, count: int) -> None:
    """中長期在留者 without 在留資格."""
    _stay(desk, desk.pick(_mid_term(desk), count), "zairyu_cd", {"zairyu_cd": ""})


@fault(package="error")
def stay_without_end(desk: PackageDesk, count: int) -> None:
    """No 満了の日, with a status that ends."""
    _stay(desk, desk.pick(_until(desk), count), "manryo_ymd", {"manryo_ymd": ""})


@fault(package="error")
def stay_without_period(desk: PackageDesk, count: int) -> None:
    """No 在留期間, with a status that ends."""
    _stay(desk, desk.pick(_until(desk), count), "zairyu_nen", NO_PERIOD)


@fault(package="error")
def card_missing(desk: PackageDesk, count: int) -> None:
    """中長期在留者 without the number of the card."""
    _stay(desk, desk.pick(_mid_term(desk), count), "card_no", {"card_no": ""})


@fault(package="alert")
def card_form(desk: PackageDesk, count: int) -> None:
    """The number of the card begins with digits."""
    _stay(desk, desk.pick(_mid_term(desk), count), "card_no", {"card_no": "001234567800"})


@fault(package="error")
def special_with_status(desk: PackageDesk, count: int) -> None:
    """特別永住者 with another 在留資格."""
    _stay(desk, desk.pick(_mid_term(desk), count), "kubun_3045", {"kubun_3045": "特別永住者"})


@fault(package="error")
def status_of_others(desk: PackageDesk, count: int) -> None:
    """中長期在留者 with the status of 仮滞在許可者."""
    _stay(desk, desk.pick(_mid_term(desk), count), "zairyu_cd", {"zairyu_cd": "X82"})


@fault(package="error")
def kubun3045_missing(desk: PackageDesk, count: int) -> None:
    """A foreigner without 30条45区分."""
    _stay(desk, desk.pick(desk.stranger, count), "kubun_3045", {"kubun_3045": ""})


@fault(package="alert")
def zairyu_expired(desk: PackageDesk, count: int) -> None:
    """The stay of a resident ended."""
    desk.redate(desk.pick(_until(desk), count), "manryo_ymd", np.full(len(desk.order), desk.town.as_of - 200))


@fault(package="alert")
def before_the_law(desk: PackageDesk, count: int) -> None:
    """A foreigner who became a resident the day before the law began."""
    desk.redate(desk.pick(desk.stranger, count), "gaiju_ymd", np.full(len(desk.order), LAW - 1))


@fault(package="error")
def event_of_japanese(desk: PackageDesk, count: int) -> None:
    """A foreigner with 旧氏記載."""
    desk.rewrite(desk.pick(desk.stranger, count), "ido_cd", lambda code: "KU")
