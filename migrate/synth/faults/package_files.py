"""Faults between a package's files, and of what programs do to text: lost zeros, line ends within quotes, numbers that
a spreadsheet has rewritten."""

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import fault
from migrate.synth.faults.numbers import add_orphans, strangers, wrong_digit
from migrate.synth.faults.package_desk import PackageDesk
from migrate.synth.places import KEN, SHI
from migrate.synth.render_text import BARE_COMMA
from migrate.synth.support import PERMANENT


@fault(package="error")
def rireki_lost(desk: PackageDesk, count: int) -> None:
    """The map of 履歴番号 lacks the present row; the person is named."""
    for person in desk.pick(desk.member, count):
        desk.delivery.drop(desk.map_rows(person)[-1])
        desk.note(desk.spot(person), "rireki_no")


@fault(package="error")
def rireki_twice(desk: PackageDesk, count: int) -> None:
    """The map of 履歴番号 has two new numbers for the present row; the person and both rows are named."""
    for person in desk.pick(desk.member, count):
        row = desk.map_rows(person)[-1]
        again = desk.delivery.repeat(row)
        desk.delivery.change(again, "shin_rireki", "9")
        for spot in (desk.spot(person), row, again):
            desk.note(spot)


@fault(package="error")
def rireki_letters(desk: PackageDesk, count: int) -> None:
    """The new 履歴番号 is no number; the person is named."""
    for person in desk.pick(desk.member, count):
        desk.delivery.change(desk.map_rows(person)[-1], "shin_rireki", "2版")
        desk.note(desk.spot(person), "rireki_no")


@fault(package="error")
def rireki_of_nobody(desk: PackageDesk, count: int) -> None:
    """The old 履歴番号 of a person lost its zeros, and the map does not know it."""
    desk.rewrite(desk.pick(desk.member, count), "rireki_no", lambda number: number.lstrip("0"))


@fault(package="alert")
def atena_digit_wrong(desk: PackageDesk, count: int) -> None:
    """A 宛名番号 whose check digit is wrong, in the map of 履歴番号, too."""
    for person in desk.pick_unreferred(count):
        desk.rewrite([person], "atena_no", wrong_digit)
        for row in desk.map_rows(person):
            desk.delivery.change(row, "atena_no", wrong_digit(desk.notes[-1].value))


@fault(package="error")
def mynumber_orphan(desk: PackageDesk, count: int) -> None:
    """A 個人番号 of a person who is not in the register, at the end of the file."""
    add_orphans(desk, count, Spot("kojinbango", len(desk.view.numbered) - 1))


def _number(desk: PackageDesk, count: int) -> list[int]:
    """Records of members in ``kojinbango``."""
    return desk.numbers_of(desk.pick(desk.member & desk.numbered, count))[1]


@fault(package="error")
def mynumber_of_lost_zeros(desk: PackageDesk, count: int) -> None:
    """The 宛名番号 beside a 個人番号 lost its zeros, and names nobody."""
    desk.rewrite(_number(desk, count), "atena_no", lambda atena: atena.lstrip("0"), file="kojinbango")


@fault(package="error")
def mynumber_as_float(desk: PackageDesk, count: int) -> None:
    """A 個人番号 as a spreadsheet shows a large number."""
    desk.rewrite(_number(desk, count), "bango", lambda number: f"{int(number):.5E}", file="kojinbango")


@fault(package="error")
def assigned_in_western_form(desk: PackageDesk, count: int) -> None:
    """The day of a 個人番号 with slashes, in a column of 年月日."""
    desk.rewrite(_number(desk, count), "shitei_ymd", lambda date: "2015/10/05", file="kojinbango")


@fault(package="error")
def machi_code_of_lost_zeros(desk: PackageDesk, count: int) -> None:
    """A 町字コード that lost its zeros."""
    desk.rewrite(desk.pick(desk.member, count), "jusho_machiaza_id", lambda code: code.lstrip("0"))


@fault(package="error")
def line_end_in_name(desk: PackageDesk, count: int) -> None:
    """A line end within a name, inside quotes."""
    desk.rewrite(desk.pick(desk.member, count), "shimei", lambda name: name + "\r\n")


@fault(package="error")
def control_char_in_quotes(desk: PackageDesk, count: int) -> None:
    """A control character within a 方書 that has a comma, and so stands in quotes."""
    desk.rewrite(desk.pick(desk.member, count), "jusho_katagaki", lambda name: f"青葉荘,\x0b{name}２階")


@fault(package="error")
def comma_without_quotes(desk: PackageDesk, count: int) -> None:
    """A comma within a 方書 and no quotes around it: the record has one field too many."""
    people = desk.pick_unreferred(count)
    desk.rewrite(people, "jusho_katagaki", lambda name: f"青葉荘{BARE_COMMA}{name}２階")


@fault(package="error")
def municipality_too_long(desk: PackageDesk, count: int) -> None:
    """都道府県 and 市区郡町村 in one field of twelve characters."""
    wrong = f"{KEN}緑ヶ丘郡{SHI}大字"
    desk.rewrite(desk.pick(desk.member, count), "jusho_shi", lambda right: wrong)


@fault(package="error")
def setai_blank(desk: PackageDesk, count: int) -> None:
    """A person of no household, who lives alone."""
    may = desk.resident & ~desk.people["foreign"] & desk.alone[desk.people["home"]]
    desk.rewrite(desk.pick(may, count), "setai_no", lambda number: "")


@fault(package="alert")
def shien_expired(desk: PackageDesk, count: int) -> None:
    """The measure ended, the flag is still on."""
    past = desk.day(Spot("shien", 0), "shuryo_ymd", desk.town.as_of - 5)
    desk.rewrite(desk.pick_support(count), "shuryo_ymd", lambda date: past, file="shien")


@fault(package="error")
def shien_end_before_start(desk: PackageDesk, count: int) -> None:
    """The measure begins after its end, which has not come yet."""
    for id_ in desk.pick_support(count):
        later = desk.day(Spot("shien", id_), "kaishi_ymd", int(desk.town.support["end"][id_]) + 20)
        _write(desk, id_, "kaishi_ymd", later)


@fault(package="alert")
def shien_no_year(desk: PackageDesk, count: int) -> None:
    """The end was moved by hand: the measure, no provisional one, is a month longer than a year."""
    for id_ in desk.pick_support(count, may=desk.town.support["section"] == PERMANENT):
        later = desk.day(Spot("shien", id_), "shuryo_ymd", int(desk.town.support["end"][id_]) + 30)
        _write(desk, id_, "shuryo_ymd", later)


def _write(desk: PackageDesk, id_: int, name: str, text: str) -> None:
    desk.rewrite([id_], name, lambda right: text, file="shien")


@fault(package="alert")
def shien_endless(desk: PackageDesk, count: int) -> None:
    """A measure without an end."""
    desk.rewrite(desk.pick_support(count), "shuryo_ymd", lambda date: "", file="shien")


@fault(package="error")
def shien_flag_off(desk: PackageDesk, count: int) -> None:
    """A running measure that keeps nothing back."""
    desk.rewrite(desk.pick_support(count), "yokushi", lambda flag: "しない", file="shien")


@fault(package="alert")
def shien_over_and_on(desk: PackageDesk, count: int) -> None:
    """Marked as over, and the flag is still on."""
    desk.rewrite(desk.pick_support(count), "kubun", lambda section: "終了", file="shien")


def _held(desk: PackageDesk, id_: int) -> list[int]:
    """The rows in ``yokushi`` of a measure."""
    return np.flatnonzero(desk.view.held == id_).tolist()


@fault(package="alert")
def shien_of_stranger(desk: PackageDesk, count: int) -> None:
    """A protected person who is not in the register; nobody else names them as the applicant."""
    support = desk.town.support
    alone = np.bincount(support["applicant"], minlength=len(desk.order)) == 1
    ids = desk.pick_support(count, may=alone[support["applicant"]])
    for id_, atena in zip(ids, strangers(desk, len(ids)), strict=True):
        _write(desk, id_, "atena_no", atena)
        for row in _held(desk, id_):
            desk.delivery.change(Spot("yokushi", row), "atena_no", atena)


def _one_held(desk: PackageDesk, count: int) -> list[int]:
    """The last row in ``yokushi`` of some measures."""
    with_some = np.isin(np.arange(len(desk.protected)), desk.view.held)
    return [_held(desk, id_)[-1] for id_ in desk.pick_support(count, may=with_some)]


@fault(package="error")
def yokushi_of_stranger(desk: PackageDesk, count: int) -> None:
    """Something is kept back of somebody who is nobody under 支援措置."""
    numbers = iter(strangers(desk, count))
    desk.rewrite(_one_held(desk, count), "atena_no", lambda atena: next(numbers), file="yokushi")


@fault(package="alert")
def yokushi_of_no_office(desk: PackageDesk, count: int) -> None:
    """Nobody knows from which office something is kept back."""
    desk.rewrite(_one_held(desk, count), "jimu_cd", lambda code: "", file="yokushi")


@fault(package="error")
def yokushi_ends_first(desk: PackageDesk, count: int) -> None:
    """Kept back until a day before it began."""
    rows = _one_held(desk, count)
    ends = [int(desk.town.support["start"][desk.view.held[row]]) - 1 for row in rows]
    for row, end in zip(rows, ends, strict=True):
        text = desk.day(Spot("yokushi", row), "shuryo_ymd", end)
        desk.rewrite([row], "shuryo_ymd", lambda right, text=text: text, file="yokushi")  # type: ignore[misc]
