"""Who is in the town's books but not in its register (住登外者): owners and taxpayers elsewhere, corporations.

Drawn from a stream of its own: a town is the same with them and without. Of no vendor, as the town itself. The standard
knows no groups of co-owners as 宛名 (its 29 items have no kind for one), so there are none here.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from migrate.synth import companies, foreign
from migrate.synth.numbers import serial_numbers, unique_numbers, with_hojin_digit, with_mynumber_digit
from migrate.synth.places import BLOCKS, LOTS, OTHERS
from migrate.synth.terms import NEVER, NO_KEY, YEAR, Array, Cols, Event, between, in_order, keys
from migrate.synth.town import Town
from migrate.vocab.daykey import UNKNOWN

JAPANESE, FOREIGN, COMPANY = range(3)
"""What an outsider is (``kind``)."""
MAN, WOMAN, SEX_UNKNOWN = range(3)
OFFICES = 9
"""業務 that may have registered somebody; beside them the municipality's own systems."""
SHARE, LEAST = 0.3, 40
"""Outsiders for each resident, before duplicates; and how many there are at least."""
FIRST_SERIAL = 90_000_001
"""Far above any 宛名番号 of a resident (serials from 100,001)."""
STREAM = 5


@dataclass(frozen=True)
class Outsiders:
    """One entry per 住登外者宛名番号, in its order; ``cols`` [entries], −1 is none.

    ``atena``; ``kind`` (JAPANESE, FOREIGN, COMPANY); ``former``: the person of ``town.people`` who lived here before;
    ``same_as``: the entry that this one was linked to (名寄せ先), never in a circle, two steps long now and then;
    ``family`` and ``given``, ``foreign_name`` or ``company``: the name, by index; ``sex``; ``birth`` (day or NEVER) and
    ``born`` (its key, now and then unknown or none); ``place``, ``banchi``, ``building``: indexes into ``town.places``;
    ``mynumber`` and ``hojin`` as numbers; ``office`` (from 0, below OFFICES, −1 = an own system); ``day`` and
    ``second``: when it was registered.
    """

    town: Town
    cols: Cols

    def __len__(self) -> int:
        return len(self.cols["atena"])

    @property
    def firsts(self) -> Array:
        """Entries that were not linked to another: one for each person or corporation."""
        return np.flatnonzero(self.cols["same_as"] < 0)

    def name(self, entry: Array, *, kana: bool = False) -> pl.Series:
        """Names of entries as one text, or their half-width readings."""
        names, at = self.town.names, {name: values[entry] for name, values in self.cols.items()}
        if kana:
            made = names.family.kana.gather(at["family"]) + " " + names.given.kana.gather(at["given"])
        else:
            made = names.family.kanji.gather(at["family"]) + "\u3000" + names.given.kanji.gather(at["given"])
        strange, corporate = (np.flatnonzero(at["kind"] == kind) for kind in (FOREIGN, COMPANY))
        abroad = foreign.load()
        told = [abroad.kana[i] if kana else abroad.written(i) for i in at["foreign_name"][strange].tolist()]
        made = made.scatter(strange, pl.Series(told, dtype=pl.String))
        return made.scatter(corporate, companies.load()[kana].gather(at["company"][corporate]))


def make_outsiders(town: Town, seed: int) -> Outsiders:
    """Those of the town, equal for equal arguments; ``seed`` is that of the town."""
    streams = iter(np.random.default_rng([seed, STREAM]).spawn(8))
    cols = _people(next(streams), town)
    _former(next(streams), cols, town)
    _addresses(next(streams), cols, town)
    _numbers(next(streams), cols, town)
    _registered(next(streams), cols, town)
    cols = in_order(_doubles(next(streams), cols, town), "day", "same_as")
    cols["atena"] = serial_numbers(len(cols["day"]), FIRST_SERIAL)
    return Outsiders(town, cols)


def _people(rng: np.random.Generator, town: Town) -> Cols:
    """Persons and corporations, with their names, sexes and births."""
    n = max(LEAST, int(town.residents * SHARE))
    u = rng.random(n)
    kind = np.where(u < 0.25, COMPANY, np.where(u > 0.95, FOREIGN, JAPANESE))
    kind[:6] = (COMPANY, FOREIGN, COMPANY, FOREIGN, JAPANESE, JAPANESE)
    woman = rng.random(n) < 0.4
    family, given = town.names.family.draw(rng, n), town.names.draw_given(rng, woman)
    age = np.where(kind == FOREIGN, 20 + 40 * rng.random(n), 20 + 75 * rng.random(n))
    birth = np.where(kind == COMPANY, NEVER, town.as_of - (age * YEAR).astype(np.int64))
    born = keys(birth).astype(np.int64)
    vague = rng.permutation(np.flatnonzero(kind != COMPANY))
    born[vague[: 1 + n // 200]] = UNKNOWN
    born[vague[-1 - n // 100 :]] = NO_KEY
    return {
        "kind": kind, "family": family, "given": given, "foreign_name": _foreign_names(rng, kind, woman),
        "company": np.where(kind == COMPANY, rng.integers(0, companies.COUNT, n), -1),
        "sex": _sexes(rng, kind, woman), "birth": birth, "born": born,
        "former": np.full(n, -1), "same_as": np.full(n, -1),
    }  # fmt: skip


def _foreign_names(rng: np.random.Generator, kind: Array, woman: Array) -> Array:
    names, u = foreign.load(), rng.random(len(kind))
    index = np.full(len(kind), -1)
    for sex, by_nation in ((False, names.men), (True, names.women)):
        choices = np.concatenate([np.array(some) for some in by_nation])
        at = (kind == FOREIGN) & (woman == sex)
        index[at] = choices[(u[at] * len(choices)).astype(np.int64)]
    return index


def _sexes(rng: np.random.Generator, kind: Array, woman: Array) -> Array:
    known = np.where(rng.random(len(kind)) < 0.01, SEX_UNKNOWN, np.where(woman, WOMAN, MAN))
    return np.where(kind == COMPANY, -1, known)


def _former(rng: np.random.Generator, cols: Cols, town: Town) -> None:
    """Some moved away from the town and kept land or a tax bill here: they are in ``town.people``, too."""
    people, rows = town.people, town.rows
    left = (people["exit"] < town.as_of - 60) & (people["exit_event"] == Event.転出) & ~people["went_abroad"]
    left &= ~people["foreign"] & ~people["special"] & (people["birth"] < people["exit"] - 20 * YEAR)
    free = np.flatnonzero((cols["kind"] == JAPANESE) & (cols["born"] == keys(cols["birth"])))
    who = rng.permutation(np.flatnonzero(left))[: max(1, len(free) // 8)]
    at = free[: len(who)]
    cols["former"][at] = who
    cols["family"][at] = rows["family"][rows["last"]][who]
    cols["given"][at], cols["birth"][at] = people["given"][who], people["birth"][who]
    cols["born"][at] = people["born"][who]
    cols["sex"][at] = np.where(people["woman"][who], WOMAN, MAN)


def _addresses(rng: np.random.Generator, cols: Cols, town: Town) -> None:
    """Most live elsewhere; a third of the corporations, and a few persons, are in the town."""
    n, places, people = len(cols["kind"]), town.places, town.people
    here = rng.random(n) < np.where(cols["kind"] == COMPANY, 0.35, 0.05)
    cols["place"] = np.where(here, rng.integers(0, places.own, n), places.own + rng.integers(0, OTHERS, n))
    cols["banchi"] = rng.integers(0, BLOCKS * LOTS, n)
    cols["building"] = np.where(rng.random(n) < 0.3, rng.integers(0, len(places.buildings), n), -1)
    at = np.flatnonzero(cols["former"] >= 0)
    for name in ("place", "banchi", "building"):
        cols[name][at] = people[f"to_{name}"][cols["former"][at]]


def _numbers(rng: np.random.Generator, cols: Cols, town: Town) -> None:
    """個人番号 of some, other than those of the register but for who was in it; 法人番号 of all corporations."""
    n, people = len(cols["kind"]), town.people
    drawn = with_mynumber_digit(unique_numbers(rng, n + len(people["atena"]), 11))
    own = drawn[~np.isin(drawn, people["mynumber"])][:n]
    cols["mynumber"] = np.where((cols["kind"] != COMPANY) & (rng.random(n) < 0.55), own, -1)
    at = np.flatnonzero(cols["former"] >= 0)
    who = cols["former"][at]
    cols["mynumber"][at] = np.where(people["has_number"][who], people["mynumber"][who], -1)
    cols["hojin"] = np.where(cols["kind"] == COMPANY, with_hojin_digit(unique_numbers(rng, n, 12)), -1)


def _registered(rng: np.random.Generator, cols: Cols, town: Town) -> None:
    """When, at what time of day, and by which office."""
    n = len(cols["kind"])
    earliest = np.full(n, town.as_of - int(30 * YEAR))
    at = np.flatnonzero(cols["former"] >= 0)
    earliest[at] = np.maximum(earliest[at], town.people["exit"][cols["former"][at]] + 10)
    cols["day"] = between(rng, earliest, town.as_of - 20, n)
    cols["second"] = rng.integers(8 * 3600 + 1800, 19 * 3600, n)
    cols["office"] = np.where(rng.random(n) < 0.06, -1, rng.integers(0, OFFICES, n))


def _doubles(rng: np.random.Generator, cols: Cols, town: Town) -> Cols:
    """Some were registered again by another office, and linked; a few of those once more, under an old address."""
    count = len(cols["kind"])
    again = rng.permutation(count)[: max(4, count // 25)]
    first = _registered_again(rng, cols, again, town)
    stays = np.arange(len(again)) % 2 == 0
    for name in ("place", "banchi", "building"):
        first[name] = np.where(stays, cols[name][again], first[name])
    whole = {name: np.r_[values, first[name]] for name, values in cols.items()}
    third = _registered_again(rng, whole, count + np.arange(max(1, len(again) // 6)), town)
    third["mynumber"] = np.full_like(third["mynumber"], -1)
    return {name: np.r_[values, third[name]] for name, values in whole.items()}


def _registered_again(rng: np.random.Generator, cols: Cols, who: Array, town: Town) -> Cols:
    n, copies = len(who), {name: values[who].copy() for name, values in cols.items()}
    copies["same_as"] = who
    copies["office"] = (copies["office"] + 1 + rng.integers(0, OFFICES - 1, n)) % OFFICES
    copies["day"] = between(rng, copies["day"] + 1, town.as_of - 1, n)
    copies["place"] = town.places.own + (copies["place"] + 1 + rng.integers(0, OTHERS - 1, n)) % OTHERS
    copies["banchi"] = rng.integers(0, BLOCKS * LOTS, n)
    copies["building"] = np.full(n, -1)
    return copies
