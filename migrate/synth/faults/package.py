"""Faults of persons in a package's files: the kinds of other sources in the package's words, codes and dates."""

import numpy as np

from migrate.synth.faults.days import FIRST_YEARS, year_month
from migrate.synth.faults.desk import fault
from migrate.synth.faults.numbers import wrong_digit
from migrate.synth.faults.package_desk import PackageDesk
from migrate.synth.numbers import with_dantai_digit
from migrate.synth.people import CHILD, GRANDCHILD, HEAD
from migrate.synth.places import DANTAI
from migrate.synth.terms import YEAR, Array, Event, Relation, day


def _put(desk: PackageDesk, people: list[int], **texts: str) -> None:
    """Write fields of some persons; the first one is noted."""
    (first, text), *others = texts.items()
    desk.rewrite(people, first, lambda right: text)
    for person in people:
        for name, other in others:
            desk.delivery.change(desk.spot(person), name, other)


def _of_one_era(days: Array) -> Array:
    """Days of years in which no era began."""
    year, _ = year_month(days)
    return ~np.isin(year, FIRST_YEARS)


def _day_of(desk: PackageDesk) -> Array:
    """When the latest event of each person happened. [persons]"""
    return np.asarray(desk.rows["day"][desk.last_row])


def _moved(desk: PackageDesk) -> Array:
    return np.asarray(desk.member & (desk.last_event == Event.転居) & _of_one_era(_day_of(desk)))


def _notified(desk: PackageDesk) -> Array:
    return np.asarray(desk.member & np.isin(desk.last_event, (Event.転入, Event.転居, Event.世帯主変更)))


def _ended(desk: PackageDesk, event: Event) -> Array:
    return np.asarray(desk.gone & ~desk.people["foreign"] & (desk.last_event == event))


@fault(package="alert")
def zokugara_mago(desk: PackageDesk, count: int) -> None:
    """孫, which the register writes as 子の子."""
    small = np.isin(desk.people["role"], (CHILD, GRANDCHILD))
    _put(desk, desk.pick(desk.member & small, count), zokugara_1="0600", zokugara_2="")


@fault(package="error")
def unknown_ido(desk: PackageDesk, count: int) -> None:
    """An event that no code map knows."""
    _put(desk, desk.pick(desk.member & (desk.last_event == Event.転居), count), ido_cd="ZZ")


@fault(package="error")
def unknown_jotai(desk: PackageDesk, count: int) -> None:
    """A state that no code map knows."""
    _put(desk, desk.pick(desk.member, count), jotai="休止")


@fault(package="error")
def jotai_vs_ido(desk: PackageDesk, count: int) -> None:
    """Closed by death, and marked as moved away."""
    _put(desk, desk.pick(_ended(desk, Event.死亡), count), jotai="転出")


@fault(package="alert")
def wife_is_male(desk: PackageDesk, count: int) -> None:
    """妻, sex 男."""
    _put(desk, desk.pick(desk.member & (desk.last_relation == Relation.妻), count), sex="男")


@fault(package="error")
def closed_resident(desk: PackageDesk, count: int) -> None:
    """A resident whose latest event is 国籍喪失."""
    _put(desk, desk.pick(desk.member & (desk.last_event == Event.転居), count), ido_cd="KR")


@fault(package="alert")
def moved_after_death(desk: PackageDesk, count: int) -> None:
    """A dead person whose latest event is a 転居."""
    _put(desk, desk.pick(_ended(desk, Event.死亡), count), ido_cd="TK")


@fault(package="alert")
def zokugara_without_first(desk: PackageDesk, count: int) -> None:
    """The first word of 続柄 is lost, the second stands."""
    _put(desk, desk.pick(desk.sexed, count), zokugara_1="", zokugara_2="0300")


@fault(package="alert")
def zokugara_of_lodger(desk: PackageDesk, count: int) -> None:
    """The child of a 同居人, which the register does not know."""
    _put(desk, desk.pick(desk.sexed, count), zokugara_1="0900", zokugara_2="0300")


@fault(package="alert")
def zokugara_ends_in_kin(desk: PackageDesk, count: int) -> None:
    """子の縁故者, which the register does not know."""
    _put(desk, desk.pick(desk.sexed, count), zokugara_2="0800", zokugara_1="0300")


@fault(package="error")
def head_and_more(desk: PackageDesk, count: int) -> None:
    """世帯主の子, of somebody who lives alone."""
    may = desk.resident & ~desk.people["foreign"] & (desk.people["role"] == HEAD) & desk.alone[desk.people["home"]]
    _put(desk, desk.pick(may, count), zokugara_2="0300")


@fault(package="error")
def two_heads(desk: PackageDesk, count: int) -> None:
    """A grown child is head beside the head; both are named."""
    grown = desk.sexed & (desk.town.as_of - desk.people["birth"] > 18 * YEAR)
    at = np.argsort(desk.order)
    for person in desk.pick(grown, count):
        _put(desk, [person], zokugara_1="0100", zokugara_2="")
        head = int(at[desk.town.homes["head"][desk.people["home"][person]]])
        desk.note(desk.spot(head), "zokugara_1", "0100")


@fault(package="alert")
def no_head(desk: PackageDesk, count: int) -> None:
    """The head is 同居人; the first member is named. Only in households of Japanese that nobody ever left."""
    home, all_ = desk.people["home"], len(desk.used)
    whole = np.bincount(home, minlength=all_) == np.bincount(
        home[desk.resident & ~desk.people["foreign"]], minlength=all_
    )
    may = desk.resident & (desk.people["role"] == HEAD) & whole[home] & ~desk.alone[home]
    first = np.full(all_, len(home))
    np.minimum.at(first, home, np.arange(len(home)))
    for head in desk.pick(may, count):
        desk.delivery.change(desk.spot(head), "zokugara_1", "0900")
        desk.note(desk.spot(int(first[home[head]])))


@fault(package="alert")
def dantai_digit(desk: PackageDesk, count: int) -> None:
    """The 全国地方公共団体コード of the address has a wrong check digit."""
    _put(desk, desk.pick(desk.member, count), jusho_dantai_cd=f"{DANTAI // 10}{(DANTAI + 1) % 10}")


@fault(package="alert")
def dantai_unknown(desk: PackageDesk, count: int) -> None:
    """The 全国地方公共団体コード of the address is no municipality's, though its check digit is right."""
    _put(desk, desk.pick(desk.member, count), jusho_dantai_cd=f"{with_dantai_digit(DANTAI // 10 + 1):06d}")


@fault(package="alert")
def dantai_elsewhere(desk: PackageDesk, count: int) -> None:
    """The 全国地方公共団体コード of the address is that of another municipality, 長野市."""
    _put(desk, desk.pick(desk.member, count), jusho_dantai_cd="202011")


@fault(package="error")
def machi_and_none(desk: PackageDesk, count: int) -> None:
    """A 町字 whose code says that there is none."""
    _put(desk, desk.pick(desk.member, count), jusho_machiaza_id="0000000")


@fault(package="error")
def machi_code_letters(desk: PackageDesk, count: int) -> None:
    """A letter in a 町字コード."""
    _put(desk, desk.pick(desk.member, count), jusho_machiaza_id="00O1000")


@fault(package="alert")
def setai_digit_wrong(desk: PackageDesk, count: int) -> None:
    """The 世帯番号 of somebody who lives alone has a wrong check digit."""
    may = desk.resident & ~desk.people["foreign"] & desk.alone[desk.people["home"]]
    desk.rewrite(desk.pick(may, count), "setai_no", wrong_digit)


@fault(package="alert")
def dash_in_kana(desk: PackageDesk, count: int) -> None:
    """A long vowel that begins a given name."""
    desk.rewrite(desk.pick(desk.member, count), "kana", lambda kana: kana.replace("\u3000", "\u3000ー"))


@fault(package="alert")
def kana_begins_small(desk: PackageDesk, count: int) -> None:
    """The reading of a given name begins with a small letter: the space stands in the wrong place."""
    desk.rewrite(desk.pick(desk.member, count), "kana", lambda kana: kana.replace("\u3000", "\u3000ョ"))


@fault(package="alert")
def one_person_twice(desk: PackageDesk, count: int) -> None:
    """One person under two 宛名番号, both of them present; both are named."""
    address = ("jusho_machi", "jusho_machiaza_id", "jusho_banchi", "jusho_katagaki", "jusho_yubin")
    people = desk.pick(desk.sexed, 2 * count)
    for person, other in zip(people[::2], people[1::2], strict=False):
        for name in ("shimei", "birth", "sex", *address):
            (text,) = desk.text(desk.main, [person], name)
            desk.delivery.change(desk.spot(other), name, text)
        desk.note(desk.spot(person))
        desk.note(desk.spot(other))


@fault(package="alert")
def birth_noncalendar(desk: PackageDesk, count: int) -> None:
    """Born on 29 February of a common year."""
    year, month = year_month(desk.people["birth"])
    may = desk.member & (year % 4 > 0) & (month >= 3) & _of_one_era(desk.people["birth"])
    desk.rewrite(desk.pick(may, count), "birth", lambda date: date[:4] + "02.29")


@fault(package="error")
def birth_invalid(desk: PackageDesk, count: int) -> None:
    """Born on day 45 of month 13."""
    desk.rewrite(desk.pick(desk.member, count), "birth", lambda date: date[:4] + "13.45")


@fault(package="alert")
def out_of_era(desk: PackageDesk, count: int) -> None:
    """Born in an era that had not begun: 平成元年 or 令和元年, 3 January."""
    birth = desk.people["birth"]
    may = (birth >= day(1989, 1, 8)) & (birth < day(1993)) | (birth >= day(2019, 5, 1)) & (birth < day(2022))
    desk.rewrite(desk.pick(desk.member & may, count), "birth", lambda date: date[0] + "01.01.03")


@fault(package="error")
def birth_missing(desk: PackageDesk, count: int) -> None:
    """No birth date."""
    _put(desk, desk.pick(desk.member, count), birth="")


@fault(package="error")
def date_letters(desk: PackageDesk, count: int) -> None:
    """A letter in a birth date."""
    desk.rewrite(desk.pick(desk.member, count), "birth", lambda date: date[:2] + "A" + date[3:])


@fault(package="error")
def birth_in_western_form(desk: PackageDesk, count: int) -> None:
    """A birth date with slashes, in a column of era letters."""
    _put(desk, desk.pick(desk.member, count), birth="1975/05/10")


@fault(package="error")
def birth_in_other_words(desk: PackageDesk, count: int) -> None:
    """About when somebody was born, in none of the fourteen notations."""
    _put(desk, desk.pick(desk.member, count), birth="昭和49年ごろ")


@fault(package="error")
def event_with_era(desk: PackageDesk, count: int) -> None:
    """The day of an event with an era letter, in a column of western dates."""
    _put(desk, desk.pick(desk.member, count), ido_ymd="H31.04.01")


@fault(package="error")
def born_tomorrow(desk: PackageDesk, count: int) -> None:
    """Born after the day of the extract."""
    desk.redate(desk.pick(desk.member, count), "birth", np.full(len(desk.order), desk.town.as_of + 30))


@fault(package="error")
def death_before_birth(desk: PackageDesk, count: int) -> None:
    """Born after the own death."""
    dead = _ended(desk, Event.死亡) & (desk.people["exit"] < desk.town.as_of - 500)
    desk.redate(desk.pick(dead, count), "birth", desk.people["exit"] + 365)


@fault(package="error")
def todoke_noncalendar(desk: PackageDesk, count: int) -> None:
    """Notified on 30 February."""
    may = _notified(desk) & _of_one_era(desk.rows["filed"][desk.last_row])
    desk.rewrite(desk.pick(may, count), "todoke_ymd", lambda date: date[:5] + "02/30")


@fault(package="alert")
def todoke_missing(desk: PackageDesk, count: int) -> None:
    """An event that needs a notification has none."""
    _put(desk, desk.pick(_notified(desk), count), todoke_ymd="")


@fault(package="alert")
def move_unknown(desk: PackageDesk, count: int) -> None:
    """A 転居 of which only the year is known."""
    desk.rewrite(desk.pick(_moved(desk), count), "ido_ymd", lambda date: date[:5] + "00/00")


@fault(package="alert")
def move_noncalendar(desk: PackageDesk, count: int) -> None:
    """A 転居 on 30 February."""
    desk.rewrite(desk.pick(_moved(desk), count), "ido_ymd", lambda date: date[:5] + "02/30")


@fault(package="alert")
def left_unknown(desk: PackageDesk, count: int) -> None:
    """Moved away in a year, nobody knows when."""
    may = _ended(desk, Event.転出) & (desk.people["exit"] < desk.town.as_of - 800)
    desk.rewrite(desk.pick(may, count), "shojo_ymd", lambda date: date[:5] + "00/00")


@fault(package="alert")
def left_noncalendar(desk: PackageDesk, count: int) -> None:
    """Moved away on 31 June."""
    may = _ended(desk, Event.転出) & (desk.people["exit"] < desk.town.as_of - 800)
    desk.rewrite(desk.pick(may, count), "shojo_ymd", lambda date: date[:5] + "06/31")


@fault(package="alert")
def done_before_event(desk: PackageDesk, count: int) -> None:
    """A 転居 that was entered the day before it happened."""
    desk.redate(desk.pick(_moved(desk), count), "shori_ymd", _day_of(desk) - 1)


@fault(package="alert")
def done_tomorrow(desk: PackageDesk, count: int) -> None:
    """Entered after the day of the extract."""
    desk.redate(desk.pick(desk.member, count), "shori_ymd", np.full(len(desk.order), desk.town.as_of + 3))


@fault(package="alert")
def filed_tomorrow(desk: PackageDesk, count: int) -> None:
    """Notified after the day of the extract."""
    desk.redate(desk.pick(_notified(desk), count), "todoke_ymd", np.full(len(desk.order), desk.town.as_of + 3))


@fault(package="error")
def resident_before_birth(desk: PackageDesk, count: int) -> None:
    """Became a resident a year before the own birth."""
    desk.redate(desk.pick(desk.member, count), "jumin_ymd", desk.people["birth"] - 365)


@fault(package="alert")
def settled_before_resident(desk: PackageDesk, count: int) -> None:
    """Settled at the address before becoming a resident."""
    desk.redate(desk.pick(desk.member, count), "jutei_ymd", desk.people["entry"] - 30)
