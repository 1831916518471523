"""Faults of a register: which persons, households and measures of the town may be hit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.facts import Facts
from migrate.synth.faults.desk import Desk
from migrate.synth.host_fixed import HostFixed
from migrate.synth.people import CHILD, HEAD
from migrate.synth.terms import NEVER, YEAR, Array, Cols, day


class RegisterDesk(Desk):
    """Of a register, whatever a vendor writes it as. Beside what every desk has: masks ``resident`` (no notice of
    leaving) and ``gone``.

    A ``member`` is a Japanese resident who heads no household. A household is hit once at the most, and never one that
    is special: under 支援措置, with a person under two numbers, with a notice of leaving, with unknown days, or sharing
    a roof.
    """

    def take(self, view: Facts, order: Array) -> None:
        """The persons of a town, in an order (numbers of persons)."""
        self.town = town = view.town
        self.main, _ = self.delivery.view.main or ("", 0)
        self.people: Cols = {name: values[order] for name, values in town.people.items()}
        self.group = self.people["home"]
        self.rows: Cols = town.rows
        self.first_row = np.flatnonzero(town.rows["no"] == 1)[order]
        self.last_row = view.latest[order]
        self.resident = self.people["exit"] == NEVER
        self.gone = ~self.resident & (self.people["exit"] < town.as_of)
        self.member = self.resident & ~self.people["foreign"] & (self.people["role"] != HEAD)
        self.stranger = self.resident & self.people["foreign"]
        self.sexed = self.member & (self.people["role"] == CHILD)
        self.unnamed = self.sexed & (town.as_of - self.people["birth"] < 3 * YEAR)
        self.numbered = self.people["has_number"]
        self.built = town.addresses["building"][self.rows["address"][self.last_row]] > 0
        self.sentinel = "kaisei_ymd", self.member & (self.people["entry"] > day(1995))
        self.used = np.zeros(len(town.homes["kind"]), dtype=bool)
        self.used[self.people["home"][self.people["special"]]] = True
        guests = np.flatnonzero(self.people["host"] >= 0)
        self.used[self.people["home"][guests]] = self.used[self.people["host"][guests]] = True
        self.protected = town.people["home"][town.support["person"]]
        self.used[self.protected] = True
        self.hit = np.zeros(len(self.protected), dtype=bool)
        self.alone = np.bincount(self.people["home"], minlength=len(self.used)) == 1

    @property
    def last_event(self) -> Array:
        """The latest event of each person. [persons]"""
        return np.asarray(self.rows["event"][self.last_row])

    @property
    def last_relation(self) -> Array:
        """The present 続柄 of each person. [persons]"""
        return np.asarray(self.rows["relation"][self.last_row])

    def pick_support(self, count: int, may: Array | None = None) -> list[int]:
        """At most ``count`` running measures (ids in ``shien``, of ``may``), of different households not hit yet."""
        support, free = self.town.support, set(self.protected[~self.hit].tolist())
        chosen: list[int] = []
        for id_ in self.rng.permutation(len(self.protected)).tolist():
            home = int(self.protected[id_])
            if len(chosen) < count and home in free and support["on"][id_] and (may is None or may[id_]):
                free.discard(home)
                chosen.append(id_)
        self.hit |= np.isin(self.protected, self.protected[chosen])
        return chosen


@dataclass
class TownDesk(RegisterDesk):
    """Of the host; ``places``: address codes that faults have added."""

    def __post_init__(self) -> None:
        assert isinstance(self.delivery.view, HostFixed)
        self.view = self.delivery.view
        self.take(self.view, np.arange(len(self.view.latest)))
        self.places: list[str] = []

    def numbers_of(self, people: Sequence[int]) -> tuple[str, list[int], str]:
        """Their records in ``kobango``."""
        return "kobango", [self.number_of(person) for person in people], "bango"

    def pick_rows(self, count: int) -> list[Spot]:
        """The oldest rows of members with a history."""
        people = self.pick(self.member & (self.rows["no"][self.last_row] >= 2), count)
        return [self.spot_of(int(self.first_row[person])) for person in people]

    def pick_unreferred(self, count: int) -> list[int]:
        """Members of one history row, whose 個人番号 is left out."""
        may = self.member & (self.rows["no"][self.last_row] == 1) & self.numbered
        may[self.view.numbered[-1]] = False
        people = self.pick(may, count)
        for person in people:
            self.delivery.drop(Spot("kobango", self.number_of(person)))
        return people

    def spot_of(self, row: int) -> Spot:
        """The record of one history row: in ``kojin`` if it is the latest, else in ``rireki``."""
        person = int(self.rows["person"][row])
        return Spot("kojin", person) if self.rows["last"][row] else Spot("rireki", row - person)

    def number_of(self, person: int) -> int:
        """The id of a person's record in ``kobango``."""
        return int(np.searchsorted(self.view.numbered, person))

    def stay_of(self, people: Sequence[int]) -> list[int]:
        """The ids in ``gaikokujin`` of the latest rows of foreigners."""
        return [int(np.searchsorted(self.view.foreign_rows, self.last_row[person])) for person in people]
