"""Faults of codes, and of what two items say about each other."""

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import Desk, fault
from migrate.synth.faults.town_desk import TownDesk
from migrate.synth.people import CHILD, GRANDCHILD
from migrate.synth.terms import Event, Relation

NOWHERE = "20291999999"
"""An address code that the master does not have."""


@fault(juki="error", jutogai="error")
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
