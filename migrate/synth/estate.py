"""Land and houses of a town: who owns what, alone or in common, and what tax was asked of whom. Of no vendor.

Drawn from a stream of its own: a town is the same with it and without. Owners are residents, some who left or died, and
outsiders; a group of co-owners is one taxpayer with a number that no person has.
"""

from dataclasses import dataclass

import numpy as np

from migrate.synth.numbers import serial_numbers
from migrate.synth.outsiders import Outsiders
from migrate.synth.places import BLOCKS, LOTS
from migrate.synth.terms import NEVER, YEAR, Array, Cols, between, day
from migrate.synth.town import Town

FIRST_GROUP = 80_000_001
"""Above any 宛名番号 of a resident, below those of outsiders."""
FIRST_PARCEL, FIRST_HOUSE, FIRST_SHARED = 1_000_001, 2_000_001, 3_000_001
STREAM = 7
SHARES = (
    ((1, 2), (1, 2)), ((1, 3), (1, 3), (1, 3)), ((1, 2), (1, 4), (1, 4)), ((2, 3), (1, 3)), ((3, 10), (7, 10)),
    ((1, 2), (1, 6), (1, 6), (1, 6)), ((1, 5), (1, 5), (1, 5), (1, 5), (1, 5)), ((12345, 98765), (86420, 98765)),
    ((1, 2), (1, 8), (1, 8), (1, 8), (1, 8)), ((5, 12), (1, 4), (1, 3)), ((7, 18), (1, 2), (1, 9)),
    ((1, 2), (999999, 4000000), (1000001, 4000000)),
)  # fmt: skip
"""Shares of co-owners, as registers have them: the denominators of one asset differ."""
LAND_USES, HOUSE_KINDS = 8, 7
INITIAL, RAISED, LOWERED = range(3)
"""What a tax row is (``class``)."""
LAND, HOUSE = range(2)
TWO_ASSETS = 10
"""One group in so many owns a second asset in common, with the same shares."""


@dataclass(frozen=True)
class Estate:
    """Everything about land and houses; amounts are whole yen, areas hundredths of a square metre, −1 is none.

    ``payers``: one entry per taxpayer: ``atena``, ``group`` (index of the group of co-owners or −1). ``members``: one
    per asset and co-owner in the order of ``group``, ``asset`` and ``no``: ``atena``, ``n``/``d`` (the share),
    ``entered`` (day); ``registered``: whether the 登記 holds the shares. Some groups own two assets. ``parcels`` and
    ``houses``: ``payer``, ``number``, where, worth; ``from`` is the parcel that one was split off. ``taxes``: one per
    payer, year, tax, kind and correction.
    """

    town: Town
    year: int
    payers: Cols
    members: Cols
    parcels: Cols
    houses: Cols
    taxes: Cols


def make_estate(outsiders: Outsiders, seed: int) -> Estate:
    """That of a town with its outsiders, equal for equal arguments; ``seed`` is that of the town."""
    town = outsiders.town
    streams = iter(np.random.default_rng([seed, STREAM]).spawn(6))
    year = year_of(town.as_of)
    persons = _persons(next(streams), outsiders)
    members, payers = _payers(next(streams), persons, town)
    parcels = _parcels(next(streams), len(payers["atena"]), town)
    houses = _houses(next(streams), parcels, town)
    taxes = _taxes(next(streams), parcels, houses, year, town)
    return Estate(town, year, payers, members, parcels, houses, taxes)


def year_of(as_of: int) -> int:
    """The 年度 of a day: it begins in April."""
    stamp = np.array([as_of]).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)[0]
    return int((stamp - 3) // 12 + 1970)


def _persons(rng: np.random.Generator, outsiders: Outsiders) -> Array:
    """宛名番号 of those who may own something, in random order."""
    town = outsiders.town
    people = town.people
    of_age = people["birth"] < town.as_of - 25 * YEAR
    some = np.flatnonzero(of_age & (people["exit"] == NEVER))
    gone = np.flatnonzero(of_age & (people["exit"] != NEVER))
    chosen = rng.permutation(some)[: max(8, len(some) // 2)]
    left = rng.permutation(gone)[: len(gone) // 40]
    outside = rng.permutation(outsiders.firsts)[: max(8, len(outsiders.firsts) * 3 // 4)]
    numbers = np.r_[people["atena"][chosen], people["atena"][left], outsiders.cols["atena"][outside]]
    return np.asarray(rng.permutation(numbers))


def _payers(rng: np.random.Generator, persons: Array, town: Town) -> tuple[Cols, Cols]:
    """Co-owners in groups, and the taxpayers: most persons, and every group."""
    count = max(len(SHARES), len(persons) // 10)
    pattern = np.r_[np.arange(len(SHARES)), rng.integers(0, len(SHARES), count - len(SHARES))]
    holder = np.repeat(np.arange(count), np.where(np.arange(count) % TWO_ASSETS == 0, 2, 1))
    pattern = pattern[holder]
    size = np.array([len(shares) for shares in SHARES])[pattern]
    asset = np.repeat(np.arange(len(holder)), size)
    group = holder[asset]
    first = np.cumsum(size) - size
    no = np.arange(len(asset)) - first[asset] + 1
    shares = np.array([share for i in pattern.tolist() for share in SHARES[i]], dtype=np.int64)
    at = (rng.integers(0, len(persons), count)[group] + no) % len(persons)
    members = {
        "group": group, "asset": asset, "no": no, "atena": persons[at], "n": shares[:, 0], "d": shares[:, 1],
        "registered": (rng.random(count) > 0.1)[group], "count": size[asset],
        "entered": between(rng, town.as_of - int(30 * YEAR), town.as_of - 30, count)[group],
        "shared": serial_numbers(len(holder), FIRST_SHARED)[asset],
    }  # fmt: skip
    alone = persons[: len(persons) * 4 // 5]
    atena = np.r_[alone, serial_numbers(count, FIRST_GROUP)]
    return members, {"atena": atena, "group": np.r_[np.full(len(alone), -1), np.arange(count)]}


def _parcels(rng: np.random.Generator, payers: int, town: Town) -> Cols:
    """One to some parcels for each payer."""
    payer = np.repeat(np.arange(payers), np.minimum(rng.geometric(0.55, payers), 12))
    n = len(payer)
    area = rng.integers(3_000, 300_000, n)
    split = rng.random(n) < 0.03
    return {
        "payer": payer, "number": serial_numbers(n, FIRST_PARCEL), "place": rng.integers(0, town.places.own, n),
        "banchi": rng.integers(0, BLOCKS * LOTS, n), "use": rng.integers(0, LAND_USES, n), "area": area,
        "from": np.where(split & (np.arange(n) > 0), rng.integers(0, np.maximum(np.arange(n), 1)), -1),
        "value": area * rng.integers(100, 120_000, n) // 100,
    }  # fmt: skip


def _houses(rng: np.random.Generator, parcels: Cols, town: Town) -> Cols:
    """A house on many of the parcels; some are not registered."""
    on = np.flatnonzero(rng.random(len(parcels["payer"])) < 0.4)
    n = len(on)
    floor = rng.integers(2_000, 40_000, n)
    built = between(rng, day(1950), town.as_of - 400, n)
    return {
        "payer": parcels["payer"][on], "number": serial_numbers(n, FIRST_HOUSE), "parcel": on,
        "kind": rng.integers(0, HOUSE_KINDS, n), "floor": floor, "built": built,
        "registered": rng.random(n) > 0.15, "forgotten": rng.random(n) < 0.02,
        "value": floor * rng.integers(2_000, 200_000, n) // 100,
    }  # fmt: skip


def _taxes(rng: np.random.Generator, parcels: Cols, houses: Cols, year: int, town: Town) -> Cols:
    """固定資産税 and 都市計画税 of two years by kind of asset, and corrections of some, most of them downwards."""
    payers = int(parcels["payer"].max()) + 1
    bases = [np.bincount(one["payer"], one["value"], payers).astype(np.int64) for one in (parcels, houses)]
    base = np.stack(bases)[None, :, None, :] // np.array([1, 2])[:, None, None, None]
    base = np.broadcast_to(base, (2, 2, 2, payers)) // 1000 * 1000  # tax, kind, year, payer
    tax, kind, back, payer = np.nonzero(base)
    amount = base[tax, kind, back, payer]
    yen = amount * np.where(tax == 0, 14, 3) // 1000 // 100 * 100
    rows = {
        "payer": payer, "year": year - back, "tax": tax, "kind": kind, "no": np.ones_like(payer),
        "class": np.full_like(payer, INITIAL), "base": amount, "yen": yen, "day": np.full_like(payer, NEVER),
    }  # fmt: skip
    again = _corrections(rng, rows, town)
    whole = {name: np.r_[rows[name], again[name]] for name in rows}
    order = np.lexsort((whole["no"], whole["kind"], whole["tax"], whole["year"], whole["payer"]))
    return {name: values[order] for name, values in whole.items()}


def _corrections(rng: np.random.Generator, rows: Cols, town: Town) -> Cols:
    """A second row for some taxes; there is one upwards and one downwards at least."""
    yen = rows["yen"]
    u = rng.random(len(yen))
    wrong = np.flatnonzero((u < 0.04) & (yen >= 1000))
    wrong = np.union1d(wrong, np.flatnonzero(yen >= 1000)[:4])
    lowered = rng.random(len(wrong)) < 0.8
    lowered[:4] = (True, False, True, True)[: len(wrong)]
    sign, share = np.where(lowered, -1, 1), rng.integers(2, 10, len(wrong))
    again = {name: values[wrong].copy() for name, values in rows.items()}
    again |= {
        "no": np.full(len(wrong), 2), "class": np.where(lowered, LOWERED, RAISED),
        "base": sign * (again["base"] // share // 1000 * 1000),
        "yen": sign * np.maximum(again["yen"] // share // 100 * 100, 100),
        "day": between(rng, town.as_of - 170, town.as_of - 5, len(wrong)),
    }  # fmt: skip
    return again
