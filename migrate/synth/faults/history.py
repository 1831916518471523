"""Faults of households and of history rows."""

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.days import era_date
from migrate.synth.faults.desk import Desk, fault
from migrate.synth.faults.town_desk import TownDesk
from migrate.synth.people import CHILD, HEAD
from migrate.synth.terms import YEAR


@fault(juki="error")
def two_heads(desk: TownDesk, count: int) -> None:
    """A grown child is head beside the head; both are named."""
    grown = desk.member & (desk.people["role"] == CHILD) & (desk.view.town.as_of - desk.people["birth"] > 18 * YEAR)
    for person in desk.pick(grown, count):
        desk.rewrite([person], "zokugara_1", lambda code: "01")
        desk.delivery.change(Spot("kojin", person), "zokugara_2", "")
        head = int(desk.view.town.homes["head"][desk.people["home"][person]])
        desk.note(Spot("kojin", head), "zokugara_1", "01")


@fault(juki="alert")
def no_head(desk: TownDesk, count: int) -> None:
    """The head is 同居人; the first member is named. Only where nobody ever left the household."""
    home = desk.people["home"]
    whole = np.bincount(home, minlength=len(desk.used)) == np.bincount(home[desk.resident], minlength=len(desk.used))
    may = desk.resident & ~desk.people["foreign"] & (desk.people["role"] == HEAD) & whole[home] & ~desk.alone[home]
    first = np.full(len(desk.used), len(home))
    np.minimum.at(first, home, np.arange(len(home)))
    for head in desk.pick(may, count):
        desk.delivery.change(Spot("kojin", head), "zokugara_1", "90")
        desk.note(Spot("kojin", int(first[home[head]])))


@fault(juki="alert")
def history_starts_late(desk: TownDesk, count: int) -> None:
    """The oldest rows are gone; the first one left is named."""
    rows = desk.rows["no"][desk.last_row]
    for person in desk.pick(desk.member & (rows >= 2), count):
        first = int(desk.first_row[person])
        lost = int(desk.rng.integers(1, rows[person]))
        for row in range(first, first + lost):
            desk.delivery.drop(desk.spot_of(row))
        desk.note(desk.spot_of(first + lost), "rireki_no")


@fault(juki="error")
def history_gap(desk: TownDesk, count: int) -> None:
    """A row in the middle is gone; the row after the gap is named."""
    rows = desk.rows["no"][desk.last_row]
    for person in desk.pick(desk.member & (rows >= 3), count):
        lost = int(desk.first_row[person]) + int(desk.rng.integers(1, rows[person] - 1))
        desk.delivery.drop(desk.spot_of(lost))
        desk.note(desk.spot_of(lost + 1), "rireki_no")


@fault(juki="error", jutogai="error", package="error")
def duplicate_key(desk: Desk, count: int) -> None:
    """A row stands in the file twice; both are named."""
    for spot in desk.pick_rows(count):
        desk.note(spot)
        desk.note(desk.delivery.repeat(spot))


@fault(juki="alert")
def history_goes_back(desk: TownDesk, count: int) -> None:
    """The latest event is older than the first one."""
    for person in desk.pick(desk.member & (desk.rows["no"][desk.last_row] >= 2), count):
        (right,) = desk.text("kojin", [person], "ido_ymd")
        before = era_date(int(desk.rows["day"][desk.first_row[person]]) - 400)
        desk.delivery.change(Spot("kojin", person), "ido_ymd", before)
        desk.note(Spot("kojin", person), "ido_ymd", right)


@fault(juki="error")
def past_after_present(desk: TownDesk, count: int) -> None:
    """The row before the present one has the number after it; the present one follows a gap. Both are named."""
    for person in desk.pick(desk.member & (desk.rows["no"][desk.last_row] >= 2), count):
        last = int(desk.last_row[person])
        number = int(desk.rows["no"][last])
        desk.delivery.change(desk.spot_of(last - 1), "rireki_no", f"{number + 1:03d}")
        desk.note(desk.spot_of(last - 1), "rireki_no", f"{number - 1:03d}")
        desk.note(desk.spot_of(last))


@fault(juki="error")
def became_japanese(desk: TownDesk, count: int) -> None:
    """The oldest row is that of a foreigner, and no 帰化 follows; it and the row after it are named."""
    for person in desk.pick(desk.member & (desk.rows["no"][desk.last_row] >= 2), count):
        first = int(desk.first_row[person])
        desk.delivery.change(desk.spot_of(first), "shubetsu", "2")
        desk.note(desk.spot_of(first), "shubetsu", "1")
        desk.note(desk.spot_of(first + 1))
