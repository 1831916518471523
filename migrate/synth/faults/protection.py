"""Faults of 支援措置."""

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.days import NO_DATE, era_date
from migrate.synth.faults.desk import fault
from migrate.synth.faults.numbers import strangers
from migrate.synth.faults.town_desk import RegisterDesk, TownDesk
from migrate.synth.support import PERMANENT


@fault(juki="alert")
def shien_expired(desk: TownDesk, count: int) -> None:
    """The measure ended, the flag is still on."""
    past = era_date(desk.view.town.as_of - 5)
    desk.rewrite(desk.pick_support(count), "shuryo_ymd", lambda date: past, file="shien")


@fault(juki="error")
def shien_end_before_start(desk: TownDesk, count: int) -> None:
    """The measure begins after its end, which has not come yet."""
    ids = desk.pick_support(count)
    ends = desk.view.town.support["end"]
    for id_, right in zip(ids, desk.text("shien", ids, "kaishi_ymd"), strict=True):
        desk.delivery.change(Spot("shien", id_), "kaishi_ymd", era_date(int(ends[id_]) + 20))
        desk.note(Spot("shien", id_), "kaishi_ymd", right)


@fault(juki="alert")
def shien_no_year(desk: TownDesk, count: int) -> None:
    """The end was moved by hand: the measure, no provisional one, is a month longer than a year."""
    ids = desk.pick_support(count, may=desk.view.town.support["section"] == PERMANENT)
    ends = desk.view.town.support["end"]
    for id_, right in zip(ids, desk.text("shien", ids, "shuryo_ymd"), strict=True):
        desk.delivery.change(Spot("shien", id_), "shuryo_ymd", era_date(int(ends[id_]) + 30))
        desk.note(Spot("shien", id_), "shuryo_ymd", right)


@fault(juki="alert")
def shien_endless(desk: TownDesk, count: int) -> None:
    """A measure without an end."""
    desk.rewrite(desk.pick_support(count), "shuryo_ymd", lambda date: NO_DATE, file="shien")


@fault(juki="error")
def shien_flag_off(desk: TownDesk, count: int) -> None:
    """A running measure that keeps nothing back."""
    desk.rewrite(desk.pick_support(count), "flag", lambda flag: "0", file="shien")


@fault(juki="error", package="error")
def shien_flag_lost(desk: RegisterDesk, count: int) -> None:
    """A running measure without its flag."""
    desk.rewrite(desk.pick_support(count), "flag", lambda flag: "", file="shien")


@fault(juki="alert")
def shien_over_and_on(desk: TownDesk, count: int) -> None:
    """Marked as over, and the flag is still on."""
    desk.rewrite(desk.pick_support(count), "kubun", lambda section: "3", file="shien")


@fault(juki="alert", package="alert")
def shien_applicant_unknown(desk: RegisterDesk, count: int) -> None:
    """The applicant is nobody under 支援措置."""
    numbers = iter(strangers(desk, count))
    desk.rewrite(desk.pick_support(count), "mousideshutsu_atena", lambda atena: next(numbers), file="shien")


@fault(juki="alert", package="alert")
def shien_name_differs(desk: RegisterDesk, count: int) -> None:
    """One character of the name is another than in the register."""
    desk.rewrite(desk.pick_support(count), "kanji", lambda name: name[:-1] + "齋", file="shien")


@fault(juki="alert")
def shien_of_stranger(desk: TownDesk, count: int) -> None:
    """A protected person who is not in the register; nobody else names them as the applicant."""
    support = desk.view.town.support
    alone = np.bincount(support["applicant"], minlength=len(desk.people["home"])) == 1
    ids = desk.pick_support(count, may=alone[support["applicant"]])
    numbers = iter(strangers(desk, len(ids)))
    desk.rewrite(ids, "atena_no", lambda atena: next(numbers), file="shien")
