"""Faults of land, houses, co-owners and taxes."""

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.estate import INITIAL, LOWERED, RAISED
from migrate.synth.faults.desk import fault
from migrate.synth.faults.estate_desk import EstateDesk
from migrate.synth.render import SIGNS

POSITIVE, NEGATIVE = SIGNS["overpunch"]


def _all(desk: EstateDesk, file: str) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.ones(desk.delivery.view.count(file), dtype=bool)


@fault(kotei="error")
def owner_unknown(desk: EstateDesk, count: int) -> None:
    """A parcel, a house or a tax of somebody whom no register knows."""
    done = sum(note.kind == desk.kind for note in desk.notes)
    for i in range(done, done + count):
        file = ("tochi", "kaoku", "kazei")[i % 3]
        first = desk.estate.taxes["class"] == INITIAL if file == "kazei" else _all(desk, file)
        if file == "kazei":
            first &= ~np.isin(desk.estate.taxes["payer"], desk.estate.taxes["payer"][~first])
        desk.rewrite(desk.pick_one(file, first, 1), "gimusha_no", lambda _: desk.stranger(), file=file)


@fault(kotei="error")
def member_unknown(desk: EstateDesk, count: int) -> None:
    """A co-owner whom no register knows."""
    rows = [rows[-1] for rows in desk.pick_members(2, count)]
    desk.rewrite(rows, "kosei_no", lambda _: desk.stranger(), file="kyoyu")


@fault(kotei="alert")
def share_sum(desk: EstateDesk, count: int) -> None:
    """One share is not what it was, and all together are not one; said of the first co-owner."""
    for rows in desk.pick_members(2, count):
        (right,) = desk.text("kyoyu", rows[-1:], "genkyo_bumbo")
        desk.delivery.change(Spot("kyoyu", rows[-1]), "genkyo_bumbo", str(int(right) + 1))
        desk.note(Spot("kyoyu", rows[0]), "genkyo_bunshi")


@fault(kotei="alert")
def member_lost(desk: EstateDesk, count: int) -> None:
    """A co-owner is missing: a gap in the numbers behind it, and shares that do not make a whole."""
    for rows in desk.pick_members(3, count):
        desk.delivery.drop(Spot("kyoyu", rows[1]))
        desk.note(Spot("kyoyu", rows[2]), "renban")
        desk.note(Spot("kyoyu", rows[0]), "genkyo_bunshi")


@fault(kotei="error")
def two_heads_of_owners(desk: EstateDesk, count: int) -> None:
    """Two co-owners of one asset stand for all; both are named."""
    for rows in desk.pick_members(2, count):
        desk.delivery.change(Spot("kyoyu", rows[1]), "daihyo", "1")
        for row in rows[:2]:
            desk.note(Spot("kyoyu", row), "daihyo", "1" if row == rows[0] else "0")


@fault(kotei="error")
def sign_unknown(desk: EstateDesk, count: int) -> None:
    """The last byte of an amount is no digit with a sign."""
    rows = desk.pick_one("tochi", _all(desk, "tochi"), count)
    desk.rewrite(rows, "hyoka_gaku", lambda text: (text[:-1] + "Z").encode())


@fault(kotei="error")
def value_negative(desk: EstateDesk, count: int) -> None:
    """A house worth less than nothing; its value is withheld, and explains why sums differ."""
    rows = desk.pick_one("kaoku", desk.estate.houses["value"] > 0, count)
    desk.rewrite(
        rows, "hyoka_gaku", lambda text: (text[:-1] + NEGATIVE[POSITIVE.index(text[-1])]).encode(), file="kaoku"
    )


@fault(kotei="error")
def amount_letter(desk: EstateDesk, count: int) -> None:
    """A letter within an amount."""
    rows = desk.pick_one("kazei", desk.estate.taxes["class"] == INITIAL, count)
    desk.rewrite(rows, "zeigaku", lambda text: (text[:3] + "O" + text[4:]).encode(), file="kazei")


@fault(kotei="error")
def lowered_upwards(desk: EstateDesk, count: int) -> None:
    """A correction downwards whose tax has lost its sign."""
    rows = desk.pick_one("kazei", desk.estate.taxes["class"] == LOWERED, count)
    desk.rewrite(rows, "zeigaku", lambda text: (text[:-1] + POSITIVE[NEGATIVE.index(text[-1])]).encode(), file="kazei")


@fault(kotei="error")
def correction_lost(desk: EstateDesk, count: int) -> None:
    """A correction between is missing: the next follows with a gap."""
    again = np.isin(desk.estate.taxes["class"], (RAISED, LOWERED))
    desk.rewrite(desk.pick_one("kazei", again, count), "renban", lambda _: "3", file="kazei")


@fault(kotei="error")
def parcel_twice(desk: EstateDesk, count: int) -> None:
    """One parcel two times; both are named."""
    for row in desk.pick_one("tochi", _all(desk, "tochi"), count):
        for spot in (Spot("tochi", row), desk.copy("tochi", row)):
            desk.note(spot, "bukken_no")


@fault(kotei="error")
def parcel_of_two(desk: EstateDesk, count: int) -> None:
    """One parcel asked of two taxpayers; both are named."""
    for row in desk.pick_one("tochi", _all(desk, "tochi"), count):
        copy = desk.copy("tochi", row)
        desk.delivery.change(copy, "gimusha_no", desk.another(row))
        for spot in (Spot("tochi", row), copy):
            desk.note(spot, "gimusha_no")


@fault(kotei="error")
def land_use_unknown(desk: EstateDesk, count: int) -> None:
    """A 登記地目 that the code map does not know."""
    desk.rewrite(desk.pick_one("tochi", _all(desk, "tochi"), count), "toki_chimoku", lambda _: "9")


@fault(kotei="alert")
def origin_missing(desk: EstateDesk, count: int) -> None:
    """A parcel that was split off, and nobody says from which."""
    rows = desk.pick_one("tochi", desk.estate.parcels["from"] < 0, count)
    desk.rewrite(rows, "bungo_kbn", lambda _: "1")


@fault(kotei="error")
def built_tomorrow(desk: EstateDesk, count: int) -> None:
    """A house that is not built yet."""
    desk.rewrite(desk.pick_one("kaoku", _all(desk, "kaoku"), count), "genkyo_ymd", lambda _: "5991231", file="kaoku")
