"""Faults of foreigners: what 法第30条の45 asks of each kind of resident. They stand in the look-up file, the finding at
the person."""

from collections.abc import Mapping

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import fault
from migrate.synth.faults.town_desk import TownDesk
from migrate.synth.terms import NEVER, Array

BEFORE_THE_LAW = "4240708"
"""The day before foreigners came under the 住民基本台帳法."""
NO_PERIOD = {"zairyu_nen": "", "zairyu_tsuki": "", "zairyu_hi": "", "manryo_ymd": "00000000"}


def _stay(desk: TownDesk, people: list[int], first: str, changes: Mapping[str, str]) -> None:
    """Change fields of their stays, and note ``first``."""
    ids = desk.stay_of(people)
    for person, id_, right in zip(people, ids, desk.text("gaikokujin", ids, first), strict=True):
        for name, text in changes.items():
            desk.delivery.change(Spot("gaikokujin", id_), name, text)
        desk.note(Spot("kojin", person), f"gaikokujin.{first}", right)


def _mid_term(desk: TownDesk) -> Array:
    """中長期在留者. [persons] bool"""
    mid: Array = desk.stranger & (desk.people["section"] == 1)
    return mid


def _until(desk: TownDesk) -> Array:
    """中長期在留者 whose stay ends. [persons] bool"""
    ends: Array = _mid_term(desk) & (desk.rows["until"][desk.last_row] != NEVER)
    return ends


@fault(juki="error")
def status_missing(desk: TownDesk, count: int) -> None:
    """中長期在留者 without 在留資格."""
    _stay(desk, desk.pick(_mid_term(desk), count), "zairyu_cd", {"zairyu_cd": ""})


@fault(juki="error")
def stay_without_end(desk: TownDesk, count: int) -> None:
    """No 満了の日, with a status that ends."""
    _stay(desk, desk.pick(_until(desk), count), "manryo_ymd", {"manryo_ymd": "00000000"})


@fault(juki="error")
def stay_without_period(desk: TownDesk, count: int) -> None:
    """No 在留期間, with a status that ends."""
    blank = {name: "" for name in NO_PERIOD if name != "manryo_ymd"}
    _stay(desk, desk.pick(_until(desk), count), "zairyu_nen", blank)


@fault(juki="error")
def card_missing(desk: TownDesk, count: int) -> None:
    """中長期在留者 without the number of the card."""
    _stay(desk, desk.pick(_mid_term(desk), count), "card_no", {"card_no": ""})


@fault(juki="alert")
def card_form(desk: TownDesk, count: int) -> None:
    """The number of the card begins with digits."""
    _stay(desk, desk.pick(_mid_term(desk), count), "card_no", {"card_no": "001234567800"})


@fault(juki="error")
def certificate_missing(desk: TownDesk, count: int) -> None:
    """特別永住者 without the number of the certificate."""
    changes = {"card_no": "", "kubun_3045": "2", "zairyu_cd": "T60", **NO_PERIOD}
    _stay(desk, desk.pick(_mid_term(desk), count), "card_no", changes)


@fault(juki="error")
def special_with_status(desk: TownDesk, count: int) -> None:
    """特別永住者 with another 在留資格."""
    _stay(desk, desk.pick(_mid_term(desk), count), "kubun_3045", {"kubun_3045": "2"})


@fault(juki="error")
def landing_without_end(desk: TownDesk, count: int) -> None:
    """一時庇護許可者 without 上陸期間."""
    changes = {"kubun_3045": "3", "zairyu_cd": "X90", **NO_PERIOD}
    _stay(desk, desk.pick(_mid_term(desk), count), "kubun_3045", changes)


@fault(juki="error")
def status_of_others(desk: TownDesk, count: int) -> None:
    """中長期在留者 with the status of 仮滞在許可者."""
    _stay(desk, desk.pick(_mid_term(desk), count), "zairyu_cd", {"zairyu_cd": "X82"})


@fault(juki="alert")
def before_the_law(desk: TownDesk, count: int) -> None:
    """A foreigner who became a resident the day before the law began."""
    _stay(desk, desk.pick(desk.stranger, count), "gaiju_ymd", {"gaiju_ymd": BEFORE_THE_LAW})


@fault(juki="error")
def event_of_japanese(desk: TownDesk, count: int) -> None:
    """A foreigner with 旧氏記載."""
    people = desk.pick(desk.stranger, count)
    desk.rewrite(people, "ido_cd", lambda code: "36")
    for person in people:
        desk.delivery.change(Spot("kojin", person), "kokugai_kbn", "")
