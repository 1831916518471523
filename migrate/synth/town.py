"""The ground truth of one invented town: persons, households, addresses and history, of no vendor."""

from dataclasses import dataclass

import numpy as np

from migrate.synth import foreign, history, people, support
from migrate.synth import names as name_tables
from migrate.synth.numbers import serial_numbers, unique_numbers, with_mynumber_digit
from migrate.synth.people import CHILD, HEAD, SINGLE
from migrate.synth.places import BLOCKS, LOTS, OTHERS, Places, make_places
from migrate.synth.terms import NEVER, UNKNOWN_DAY, YEAR, Array, Cols, Event, between, day, in_order, keys

LEAST = 20
LEAVES_IN = 10
REWRITTEN = day(1994, 10, 3)
"""The day all cards were made anew (改製)."""
EX_OFFICIO = (Event.職権記載, Event.職権修正, Event.軽微な修正, Event.職権消除, Event.失踪, Event.国籍喪失)
"""Events that nobody notifies."""
NUMBERS_FROM = day(2015, 10, 5)
"""The day 個人番号 came."""


@dataclass(frozen=True)
class Town:
    """Everything true about the town.

    ``people``: one entry per 宛名番号, in its order, those who left included. ``homes``: households. ``addresses``: the
    places where households lived (``place``, ``banchi``, ``building`` code or 0). ``rows``: history, by person and
    number. ``support``: 支援措置. Days as in ``migrate.synth.terms``.
    """

    as_of: int
    residents: int
    names: name_tables.Names
    places: Places
    people: Cols
    homes: Cols
    addresses: Cols
    rows: Cols
    support: Cols


def make_town_truth(residents: int, seed: int, as_of: int) -> Town:
    """A town of exactly ``residents`` residents (LEAST or more) on the day ``as_of``."""
    if residents < LEAST:
        raise ValueError(f"a town needs {LEAST} residents")
    streams = iter(np.random.default_rng(seed).spawn(16))
    names, places = name_tables.load(), make_places(next(streams), residents)
    homes, persons = _population(next(streams), residents, as_of)
    rng = next(streams)
    people.settle_entries(rng, persons, homes)
    people.name_people(rng, persons, homes, names)
    foreign.draw_foreigners(next(streams), persons, homes)
    _leave_soon(next(streams), persons, homes, residents, as_of)
    persons = in_order(persons, "entry", "same")
    moves = history.draw_moves(next(streams), homes)
    history.draw_splits(next(streams), persons, homes)
    addresses = _addresses(next(streams), persons, homes, places)
    _numbers(next(streams), persons, homes)
    _places_of_people(next(streams), persons, homes, places, names)
    events = history.draw_events(next(streams), persons, homes, moves, as_of)
    rows = history.snapshots(events, persons, homes, moves)
    protected = support.draw_support(next(streams), persons, homes, residents, as_of)
    _papers(next(streams), rows, persons, as_of)
    _unknown_days(next(streams), persons, rows, residents)
    return Town(as_of, residents, names, places, persons, homes, addresses, rows, protected)


def _concat(*parts: Cols) -> Cols:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _population(rng: np.random.Generator, residents: int, as_of: int) -> tuple[Cols, Cols]:
    """Residents, former heads and children who left, those who came back, and whole households gone."""
    here = people.draw_households(rng, residents, as_of, gone=False)
    here["birth"][1] = day(1926, 12, 25)
    members = people.draw_members(rng, here)
    others = _concat(people.draw_former(rng, here), people.draw_left(rng, here))
    back_homes, back = _came_back(rng, here, members, residents)
    left = max(residents - len(others["home"]) - len(back["home"]), 4)
    gone = people.draw_households(rng, left, as_of, gone=True)
    departed = people.draw_members(rng, gone)
    size = len(here["kind"])
    departed["home"] = departed["home"] + size
    back["home"] = back["home"] + size + len(gone["kind"])
    for part in (members, others, departed):
        part["same"] = np.full(len(part["home"]), -1)
    return _concat(here, gone, back_homes), _concat(members, others, departed, back)


def _came_back(rng: np.random.Generator, here: Cols, members: Cols, residents: int) -> tuple[Cols, Cols]:
    """Earlier stays of singles who live here again; ``same`` points at the member."""
    home = members["home"]
    adult = members["entry"] - members["birth"] > 24 * YEAR
    may = (here["kind"][home] == SINGLE) & (here["variant"][home] == 0) & ~here["foreign"][home] & adult & (home > 3)
    may &= members["entry"] > day(1975)
    who = np.sort(rng.permutation(np.flatnonzero(may))[: max(1, residents // 250)])
    n = len(who)
    exit_ = members["entry"][who] - between(rng, 150, 900, n)
    entry = exit_ - between(rng, 200, 1200, n)
    homes = {name: values[home[who]].copy() for name, values in here.items()}
    homes |= {"start": entry, "end": exit_, "gone": np.full(n, True)}
    back = {name: values[who].copy() for name, values in members.items()}
    back |= {"home": np.arange(n), "entry": entry, "exit": exit_, "same": who}
    return homes, back


def _leave_soon(rng: np.random.Generator, persons: Cols, homes: Cols, residents: int, as_of: int) -> None:
    """Some residents gave notice that they will leave; those who came back are one person under two numbers."""
    home = persons["home"]
    back = np.flatnonzero(persons["same"] >= 0)
    same = persons["same"][back]
    persons["entry_event"][np.r_[back, same]] = int(Event.転入)
    persons["exit_event"][back] = int(Event.転出)
    persons["came_abroad"][np.r_[back, same]] = persons["went_abroad"][back] = False
    for name in ("woman", "birth", "family", "given"):
        persons[name][back] = persons[name][same]
    special = np.zeros(len(home), dtype=bool)
    special[same] = special[back] = True
    special |= home <= 3
    here = (persons["exit"] == NEVER) & ~special & ~persons["foreign"] & (persons["entry"] < as_of - 400)
    of_age = as_of - persons["birth"] > 19 * YEAR
    alone = (persons["role"] == HEAD) & (homes["kind"][home] == SINGLE) & (homes["variant"][home] == 0)
    may = np.flatnonzero(here & of_age & (alone | (persons["role"] == CHILD) & (homes["kind"][home] != 8)))
    who = rng.permutation(may)[: max(1, residents // 400)]
    persons["exit"][who], persons["exit_event"][who] = as_of + LEAVES_IN, int(Event.転出)
    special[who] = True
    persons["special"] = special


def _addresses(rng: np.random.Generator, persons: Cols, homes: Cols, places: Places) -> Cols:
    """One address per household and removal; a guest shares the roof of the host."""
    count = homes["moves"] + 1
    homes["address"] = np.cumsum(count) - count
    n = int(count.sum())
    apartment = rng.random(n) < 0.3
    addresses = {
        "place": rng.integers(0, places.own, n),
        "banchi": rng.integers(0, BLOCKS * LOTS, n),
        "building": np.where(apartment, rng.integers(1, places.per_town + 1, n), 0),
    }
    guests = np.flatnonzero(persons["host"] >= 0)
    to, from_ = homes["address"][persons["home"][guests]], homes["address"][persons["host"][guests]]
    for values in addresses.values():
        values[to] = values[from_]
    return addresses


def _numbers(rng: np.random.Generator, persons: Cols, homes: Cols) -> None:
    n = len(persons["home"])
    persons["atena"] = serial_numbers(n, 100_001)
    order = np.argsort(homes["start"], kind="stable")
    homes["setai"] = np.empty(len(order), dtype=np.int64)
    homes["setai"][order] = serial_numbers(len(order), 5_000_001)
    persons["juminhyo"] = with_mynumber_digit(unique_numbers(rng, n, 10))
    persons["mynumber"] = with_mynumber_digit(unique_numbers(rng, n, 11))
    back = np.flatnonzero(persons["same"] >= 0)
    for name in ("juminhyo", "mynumber"):
        persons[name][back] = persons[name][persons["same"][back]]
    persons["has_number"] = persons["exit"] > NUMBERS_FROM
    homes["head"] = np.zeros(len(order), dtype=np.int64)
    heads = np.flatnonzero(persons["role"] == HEAD)
    homes["head"][persons["home"][heads]] = heads


def _places_of_people(
    rng: np.random.Generator, persons: Cols, homes: Cols, places: Places, names: name_tables.Names
) -> None:
    """Where each came from and went to (``places`` outside the town), and the 本籍 of each household."""
    n, h = len(persons["home"]), len(homes["kind"])
    from_, to = rng.integers(0, OTHERS, h), rng.integers(0, OTHERS, n)
    alone = persons["role"] != CHILD
    persons["from_place"] = places.own + np.where(alone & (rng.random(n) < 0.3), to, from_[persons["home"]])
    together = persons["exit"] == homes["end"][persons["home"]]
    persons["to_place"] = places.own + np.where(together, from_[persons["home"]], to)
    for name in ("from_banchi", "to_banchi"):
        persons[name] = rng.integers(0, BLOCKS * LOTS, n)
    for name in ("from_building", "to_building"):
        persons[name] = np.where(rng.random(n) < 0.25, rng.integers(0, len(places.buildings), n), -1)
    homes["honseki"] = np.where(
        rng.random(h) < 0.6, rng.integers(0, places.own, h), places.own + rng.integers(0, OTHERS, h)
    )
    homes["honseki_banchi"] = rng.integers(0, BLOCKS, h) * LOTS
    homes["hittosha"] = names.draw_given(rng, np.zeros(h, dtype=bool))
    persons["old_name"] = names.family.draw(rng, n)


def _papers(rng: np.random.Generator, rows: Cols, persons: Cols, as_of: int) -> None:
    """Adds to ``rows``: days ``filed`` (届出日), ``done`` (処理日), ``notified`` (転入通知), ``until`` (在留期間)."""
    n, event, when = len(rows["person"]), rows["event"], rows["day"]
    ex_officio = np.isin(event, EX_OFFICIO)
    filed = np.minimum(when + rng.integers(0, 14, n), as_of)
    done = np.minimum(filed + rng.integers(0, 3, n), as_of)
    leaving = (event == Event.転出) & (rng.random(n) < 0.7) | (when > as_of)
    early = np.minimum(when, as_of) - rng.integers(1, 6, n)
    filed, done = np.where(leaving, early, filed), np.where(leaving, early, done)
    rows["filed"], rows["done"] = np.where(ex_officio, NEVER, filed), done
    told = (event == Event.転出) & (when < as_of - 30) & ~persons["went_abroad"][rows["person"]]
    rows["notified"] = np.where(told, when + rng.integers(5, 28, n), NEVER)
    status = persons["status"][rows["person"]]
    years = foreign.PERIOD_YEARS[status] + foreign.PERIOD_MONTHS[status] / 12
    period = np.maximum((years * YEAR).astype(np.int64), 1)
    start = np.where(rows["last"] & (persons["exit"][rows["person"]] >= as_of), as_of + LEAVES_IN, when)
    until = start + 1 + (rng.random(n) * (period - LEAVES_IN - 2)).astype(np.int64)
    rows["until"] = np.where((status < 0) | foreign.ENDLESS[status], NEVER, until)


def _unknown_days(rng: np.random.Generator, persons: Cols, rows: Cols, residents: int) -> None:
    """Adds ``born`` (keys), ``came``, and to ``rows`` ``on`` (異動日), ``settled``: now and then unknown."""
    persons["born"] = keys(persons["birth"]).astype(np.int64)
    persons["came"] = persons["entry"].copy()
    rows["on"], rows["settled"] = rows["day"].copy(), rows["fixed"].copy()
    count = max(1, residents // 2500)
    plain = ~persons["special"] & ~persons["foreign"]
    old = np.flatnonzero(plain & (persons["entry_event"] == Event.職権記載) & (persons["birth"] < day(1955)))
    lost = rng.permutation(old)[:count]
    persons["came"][lost] = UNKNOWN_DAY
    first = (rows["no"] == 1) & ~rows["last"]
    rows["on"] = np.where(first & np.isin(rows["person"], lost), UNKNOWN_DAY, rows["on"])
    never_moved = rows["fixed"] == persons["entry"][rows["person"]]
    rows["settled"] = np.where(never_moved & np.isin(rows["person"], lost), UNKNOWN_DAY, rows["settled"])
    elder = plain & (persons["birth"] < day(1960)) & (persons["birth"] > day(1927))
    elder &= persons["entry"] > persons["birth"] + 800
    vague = rng.permutation(np.flatnonzero(elder & ~np.isin(np.arange(len(elder)), lost)))[: 2 * count]
    born = persons["born"]
    born[vague] = born[vague] & ~np.where(np.arange(len(vague)) % 2 == 0, 0xFFF, 0xFF) | 3
    persons["vague"] = np.isin(np.arange(len(born)), np.r_[vague, lost])
    persons["special"] |= persons["vague"]


def overlap_births(town_people: Cols) -> Array:
    """Who was born on the day that 大正 and 昭和 share. [persons] bool"""
    return np.asarray(town_people["birth"] == day(1926, 12, 25))
