"""Faults of dates."""

from functools import partial

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import Desk, fault
from migrate.synth.faults.town_desk import TownDesk
from migrate.synth.terms import NEVER, Array, Event, day, keys

NO_DATE = "0000000"
FIRST_YEARS = (1912, 1926, 1989, 2019)
"""Years in which one era ended and another began."""


ERAS = (
    (day(2019, 5, 1), 5, 2018), (day(1989, 1, 8), 4, 1988), (day(1926, 12, 25), 3, 1925), (day(1912, 7, 30), 2, 1911),
    (day(1868, 1, 25), 1, 1867),
)  # fmt: skip


def era_date(when: int) -> str:
    """A day as GYYMMDD."""
    key = int(keys(np.array([when]))[0]) >> 3
    year, month, of_month = (key >> 9) + 1850, key >> 5 & 15, key & 31
    era, base = next(pair for first, *pair in ERAS if when >= first)
    return f"{era}{year - base:02d}{month:02d}{of_month:02d}"


def year_month(days: Array) -> tuple[Array, Array]:
    months = np.where(days == NEVER, 0, days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // 12 + 1970, months % 12 + 1


@fault(juki="alert", jutogai="error")
def birth_noncalendar(desk: Desk, count: int) -> None:
    """Born on 29 February of a common year."""
    year, month = year_month(desk.people["birth"])
    may = desk.member & (year % 4 > 0) & (month >= 3) & ~np.isin(year, FIRST_YEARS)
    desk.rewrite(desk.pick(may, count), "birth", lambda date: date[:3] + "0229")


@fault(juki="error", jutogai="error")
def birth_invalid(desk: Desk, count: int) -> None:
    """Born on day 45 of month 13."""
    desk.rewrite(desk.pick(desk.member, count), "birth", lambda date: date[:3] + "1345")


@fault(juki="alert", jutogai="alert")
def out_of_era(desk: Desk, count: int) -> None:
    """Born in an era that had not begun: 平成元年 or 令和元年, 3 January."""
    birth = desk.people["birth"]
    may = (birth >= day(1989, 1, 8)) & (birth < day(1993)) | (birth >= day(2019, 5, 1)) & (birth < day(2022))
    desk.rewrite(desk.pick(desk.member & may, count), "birth", lambda date: date[0] + "010103")


@fault(juki="error")
def birth_missing(desk: TownDesk, count: int) -> None:
    """No birth date."""
    desk.rewrite(desk.pick(desk.member, count), "birth", lambda date: NO_DATE)


@fault(juki="error", jutogai="error")
def date_letters(desk: Desk, count: int) -> None:
    """A letter in a birth date."""
    desk.rewrite(desk.pick(desk.member, count), "birth", lambda date: date[:2] + "A" + date[3:])


def _by_notice(desk: TownDesk) -> Array:
    """Residents whose latest event was notified (but not in the field for births). [persons]"""
    event = desk.last_event
    return np.asarray(desk.member & np.isin(event, (Event.転入, Event.転居, Event.世帯主変更)))


@fault(juki="error")
def todoke_noncalendar(desk: TownDesk, count: int) -> None:
    """Notified on 30 February."""
    filed = desk.rows["filed"][desk.last_row]
    year, _ = year_month(filed)
    may = _by_notice(desk) & ~np.isin(year, FIRST_YEARS)
    desk.rewrite(desk.pick(may, count), "todoke_ymd", lambda date: date[:3] + "0230")


@fault(juki="alert")
def todoke_missing(desk: TownDesk, count: int) -> None:
    """An event that needs a notification has none."""
    desk.rewrite(desk.pick(_by_notice(desk), count), "todoke_ymd", lambda date: NO_DATE)


@fault(juki="alert", jutogai="alert")
def sentinel_mixed(desk: Desk, count: int) -> None:
    """Blanks where the file otherwise writes 0000000."""
    name, without = desk.sentinel
    desk.rewrite(desk.pick(without, count), name, lambda date: b" " * len(date))


@fault(juki="error")
def death_before_birth(desk: TownDesk, count: int) -> None:
    """Born after the own death."""
    dead = desk.gone & (desk.last_event == Event.死亡) & (desk.people["exit"] < desk.view.town.as_of - 500)
    people = desk.pick(dead, count)
    for person, right in zip(people, desk.text("kojin", people, "birth"), strict=True):
        desk.delivery.change(Spot("kojin", person), "birth", era_date(int(desk.people["exit"][person]) + 365))
        desk.note(Spot("kojin", person), "birth", right)


@fault(juki="alert")
def zairyu_expired(desk: TownDesk, count: int) -> None:
    """The stay of a resident ended; the date stands in the look-up file, the finding at the person."""
    may = desk.stranger & (desk.rows["until"][desk.last_row] != NEVER)
    people = desk.pick(may, count)
    past = str(np.datetime64(desk.view.town.as_of - 200, "D")).replace("-", "")
    ids = desk.stay_of(people)
    for person, id_, right in zip(people, ids, desk.text("gaikokujin", ids, "manryo_ymd"), strict=True):
        desk.delivery.change(Spot("gaikokujin", id_), "manryo_ymd", past)
        desk.note(Spot("kojin", person), "gaikokujin.manryo_ymd", right)


def _moved(desk: TownDesk) -> Array:
    """Members whose latest event is a 転居, of a year with one era. [persons] bool"""
    year, _ = year_month(desk.rows["day"][desk.last_row])
    moved: Array = desk.member & (desk.last_event == Event.転居) & ~np.isin(year, FIRST_YEARS)
    return moved


def _left(desk: TownDesk) -> Array:
    """Who moved away some years ago, in a year with one era. [persons] bool"""
    year, _ = year_month(desk.people["exit"])
    long_ago = desk.people["exit"] < desk.view.town.as_of - 800
    left: Array = desk.gone & (desk.last_event == Event.転出) & long_ago & ~np.isin(year, FIRST_YEARS)
    return left


@fault(juki="alert")
def move_unknown(desk: TownDesk, count: int) -> None:
    """A 転居 of which only the year is known."""
    desk.rewrite(desk.pick(_moved(desk), count), "ido_ymd", lambda date: date[:3] + "0000")


@fault(juki="alert")
def move_noncalendar(desk: TownDesk, count: int) -> None:
    """A 転居 on 30 February."""
    people = desk.pick(_moved(desk) & (desk.rows["no"][desk.last_row] == 2), count)
    desk.rewrite(people, "ido_ymd", lambda date: date[:3] + "0230")


@fault(juki="alert")
def left_unknown(desk: TownDesk, count: int) -> None:
    """Moved away in a year, nobody knows when."""
    desk.rewrite(desk.pick(_left(desk), count), "shojo_ymd", lambda date: date[:3] + "0000")


@fault(juki="alert")
def left_noncalendar(desk: TownDesk, count: int) -> None:
    """Moved away on 31 June."""
    desk.rewrite(desk.pick(_left(desk), count), "shojo_ymd", lambda date: date[:3] + "0631")


@fault(juki="alert")
def done_before_event(desk: TownDesk, count: int) -> None:
    """A 転居 that was entered the day before it happened."""
    for person in desk.pick(_moved(desk), count):
        before = era_date(int(desk.rows["day"][desk.last_row[person]]) - 1)
        desk.rewrite([person], "shori_ymd", partial(_instead, before))


def _instead(wrong: str, right: str) -> str:
    return wrong


@fault(juki="alert")
def done_tomorrow(desk: TownDesk, count: int) -> None:
    """Entered after the day of the extract."""
    later = era_date(desk.view.town.as_of + 3)
    desk.rewrite(desk.pick(desk.member, count), "shori_ymd", lambda date: later)


@fault(juki="alert")
def filed_tomorrow(desk: TownDesk, count: int) -> None:
    """Notified after the day of the extract."""
    later = era_date(desk.view.town.as_of + 3)
    desk.rewrite(desk.pick(_by_notice(desk), count), "todoke_ymd", lambda date: later)


@fault(juki="error")
def born_tomorrow(desk: TownDesk, count: int) -> None:
    """Born after the day of the extract."""
    later = era_date(desk.view.town.as_of + 30)
    desk.rewrite(desk.pick(desk.member, count), "birth", lambda date: later)


@fault(juki="error")
def resident_before_birth(desk: TownDesk, count: int) -> None:
    """Became a resident a year before the own birth."""
    for person in desk.pick(desk.member, count):
        before = era_date(int(desk.people["birth"][person]) - 365)
        desk.rewrite([person], "jumin_ymd", partial(_instead, before))


@fault(juki="alert")
def settled_before_resident(desk: TownDesk, count: int) -> None:
    """Settled at the address before becoming a resident."""
    for person in desk.pick(desk.member, count):
        before = era_date(int(desk.people["entry"][person]) - 30)
        desk.rewrite([person], "jutei_ymd", partial(_instead, before))
