"""Faults of codes, and of what two items say about each other."""

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import Desk, fault
from migrate.synth.faults.town_desk import RegisterDesk, TownDesk
from migrate.synth.people import CHILD, GRANDCHILD, HEAD
from migrate.synth.places import DANTAI
from migrate.synth.terms import Event, Relation

NOWHERE = "20291999999"
"""An address code that the master does not have."""


@fault(juki="error", jutogai="error", package="error")
def unknown_sex(desk: Desk, count: int) -> None:
    """A sex that no code map knows."""
    desk.rewrite(desk.pick(desk.sexed, count), "sex", lambda sex: "9")


@fault(juki="alert")
def zokugara_mago(desk: TownDesk, count: int) -> None:
    """孫, which the register writes as 子の子."""
    small = np.isin(desk.people["role"], (CHILD, GRANDCHILD))
    people = desk.pick(desk.member & small, count)
    desk.rewrite(people, "zokugara_1", lambda code: "40")
    for person in people:
        desk.delivery.change(Spot("kojin", person), "zokugara_2", "")


@fault(juki="error")
def unknown_ido(desk: TownDesk, count: int) -> None:
    """An event that no code map knows."""
    desk.rewrite(desk.pick(desk.member & (desk.last_event == Event.転居), count), "ido_cd", lambda code: "99")


@fault(juki="error")
def unknown_jotai(desk: TownDesk, count: int) -> None:
    """A state that no code map knows."""
    desk.rewrite(desk.pick(desk.member, count), "jotai", lambda code: "50")


@fault(juki="error")
def jotai_vs_ido(desk: TownDesk, count: int) -> None:
    """Closed by death, and marked as moved away."""
    dead = desk.gone & (desk.last_event == Event.死亡)
    desk.rewrite(desk.pick(dead, count), "jotai", lambda code: "20")


@fault(juki="alert")
def wife_is_male(desk: TownDesk, count: int) -> None:
    """妻, sex 男."""
    desk.rewrite(desk.pick(desk.member & (desk.last_relation == Relation.妻), count), "sex", lambda sex: "1")


@fault(juki="error")
def address_unknown(desk: TownDesk, count: int) -> None:
    """An address code that the master does not have."""
    desk.rewrite(desk.pick(desk.member & ~desk.built, count), "jusho_cd", lambda code: NOWHERE)


@fault(juki="error")
def kubun3045_missing(desk: TownDesk, count: int) -> None:
    """A foreigner without 30条45区分; it is missing in the look-up file, the finding stands at the person."""
    people = desk.pick(desk.stranger, count)
    ids = desk.stay_of(people)
    for person, id_, right in zip(people, ids, desk.text("gaikokujin", ids, "kubun_3045"), strict=True):
        desk.delivery.change(Spot("gaikokujin", id_), "kubun_3045", "")
        desk.note(Spot("kojin", person), "gaikokujin.kubun_3045", right)


@fault(juki="error")
def gaikoku_missing(desk: TownDesk, count: int) -> None:
    """A foreigner whose row in the look-up file is missing."""
    people = desk.pick(desk.stranger, count)
    for person, id_ in zip(people, desk.stay_of(people), strict=True):
        desk.delivery.drop(Spot("gaikokujin", id_))
        desk.note(Spot("kojin", person))


@fault(juki="error")
def setai_missing(desk: TownDesk, count: int) -> None:
    """A household of one that the household file does not have."""
    home = desk.people["home"]
    people = desk.pick(desk.resident & ~desk.people["foreign"] & desk.alone[home], count)
    place = np.argsort(desk.view.by_setai)
    for person, right in zip(people, desk.text("kojin", people, "setai_no"), strict=True):
        desk.delivery.drop(Spot("setai", int(place[home[person]])))
        desk.note(Spot("kojin", person), "setai_no", right)


@fault(juki="error")
def closed_resident(desk: TownDesk, count: int) -> None:
    """A resident whose latest event is 国籍喪失."""
    desk.rewrite(desk.pick(desk.member & (desk.last_event == Event.転居), count), "ido_cd", lambda code: "23")


@fault(juki="alert")
def moved_after_death(desk: TownDesk, count: int) -> None:
    """A dead person whose latest event is a 転居."""
    desk.rewrite(desk.pick(desk.gone & (desk.last_event == Event.死亡), count), "ido_cd", lambda code: "30")


def _relate(desk: TownDesk, count: int, *words: str) -> None:
    """Children with these words of 続柄; the first that is not right is noted."""
    people = desk.pick(desk.sexed, count)
    wrong = next(i for i, word in enumerate(words, start=1) if i > 1 or word != "10")
    desk.rewrite(people, f"zokugara_{wrong}", lambda code: words[wrong - 1])
    for person in people:
        for i, word in enumerate(words, start=1):
            desk.delivery.change(Spot("kojin", person), f"zokugara_{i}", word)


@fault(juki="alert")
def zokugara_without_first(desk: TownDesk, count: int) -> None:
    """The first word of 続柄 is lost, the second stands."""
    _relate(desk, count, "", "10")


@fault(juki="alert")
def zokugara_hole(desk: TownDesk, count: int) -> None:
    """A third word of 続柄 without a second."""
    _relate(desk, count, "10", "", "10")


@fault(juki="alert")
def zokugara_of_lodger(desk: TownDesk, count: int) -> None:
    """The child of a 同居人, which the register does not know."""
    _relate(desk, count, "90", "10")


@fault(juki="alert")
def zokugara_ends_in_kin(desk: TownDesk, count: int) -> None:
    """子の縁故者, which the register does not know."""
    _relate(desk, count, "10", "80")


@fault(juki="error")
def head_and_more(desk: TownDesk, count: int) -> None:
    """世帯主の子, of somebody who lives alone."""
    may = desk.resident & ~desk.people["foreign"] & (desk.people["role"] == HEAD) & desk.alone[desk.people["home"]]
    desk.rewrite(desk.pick(may, count), "zokugara_2", lambda code: "10")


def new_place(number: int) -> str:
    """The 住所コード of the so-manieth place that the town does not have; 100,000 of them differ."""
    return f"20291{900 + number % 100:03d}{number // 100:03d}"


def _at_new_place(desk: TownDesk, count: int, name: str, wrong: str) -> None:
    """Members at a place that only they have: a second record of the address master, with one field that is wrong."""
    for person in desk.pick(desk.member & ~desk.built, count):
        address = desk.rows["address"][desk.last_row[person]]
        place = desk.delivery.repeat(Spot("jusho", int(desk.view.town.addresses["place"][address])))
        number = new_place(len(desk.places))
        desk.places.append(number)
        desk.delivery.change(place, "jusho_cd", number)
        desk.delivery.change(place, name, wrong)
        (right,) = desk.text("kojin", [person], "jusho_cd")
        desk.delivery.change(Spot("kojin", person), "jusho_cd", number)
        desk.note(Spot("kojin", person), "jusho_cd", right)


@fault(juki="alert")
def dantai_digit(desk: TownDesk, count: int) -> None:
    """The 全国地方公共団体コード of a place has a wrong check digit."""
    _at_new_place(desk, count, "dantai_cd", f"{DANTAI // 10}{(DANTAI + 1) % 10}")


@fault(juki="error")
def machi_and_none(desk: TownDesk, count: int) -> None:
    """A 町字 whose code says that there is none."""
    _at_new_place(desk, count, "machiaza_id", "0000000")


@fault(juki="error")
def machi_code_letters(desk: TownDesk, count: int) -> None:
    """A letter in a 町字コード."""
    _at_new_place(desk, count, "machiaza_id", "00O1000")


@fault(juki="error", package="error")
def machi_missing(desk: RegisterDesk, count: int) -> None:
    """A 町字コード without a 町字."""
    desk.rewrite(desk.pick(desk.member, count), "machi", lambda machi: "")


@fault(juki="alert")
def yubin_elsewhere(desk: TownDesk, count: int) -> None:
    """The 郵便番号 of no 町字."""
    desk.rewrite(desk.pick(desk.member, count), "yubin", lambda code: "399-9999")


@fault(juki="alert", package="alert")
def yubin_letters(desk: RegisterDesk, count: int) -> None:
    """A letter in a 郵便番号."""
    desk.rewrite(desk.pick(desk.member, count), "yubin", lambda code: code[:-1] + "O")
