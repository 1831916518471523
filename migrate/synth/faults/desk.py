"""Where faults are made: who may be hit, what was changed, and the answer key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from migrate.synth.delivery import Delivery, Spot
from migrate.synth.host_fixed import HostFixed
from migrate.synth.people import HEAD
from migrate.synth.terms import NEVER, Array, Cols

Key: TypeAlias = list[dict[str, Any]]
"""Lines of ``file``, ``record`` (from 1, headers too), ``field``, ``kind``, ``severity``, ``value``."""
Wrong: TypeAlias = Callable[[str], str | bytes]
"""The right text of a field → the wrong text, or the bytes of the whole field."""
Severity: TypeAlias = Literal["error", "alert"]


@dataclass(frozen=True)
class Noted:
    """One line of the answer key, before its record has a place."""

    kind: str
    severity: Severity
    spot: Spot
    field: str
    value: str


@dataclass
class Desk:
    """A delivery, the households still free to be hit, and what was done so far.

    Masks over persons: ``resident`` (no notice of leaving), ``member`` (Japanese resident who heads no household),
    ``stranger`` (foreign resident), ``gone``. A household is hit once at the most, and never one that is special:
    under 支援措置, with a person under two numbers, with a notice of leaving, with unknown days, or sharing a roof.
    """

    delivery: Delivery
    view: HostFixed
    rng: np.random.Generator
    kind: str = ""
    severity: Severity = "error"
    notes: list[Noted] = field(default_factory=list)

    def __post_init__(self) -> None:
        town = self.view.town
        self.people: Cols = town.people
        self.rows: Cols = town.rows
        self.first_row = np.flatnonzero(town.rows["no"] == 1)
        self.last_row = self.view.latest
        self.resident = self.people["exit"] == NEVER
        self.gone = ~self.resident & (self.people["exit"] < town.as_of)
        self.member = self.resident & ~self.people["foreign"] & (self.people["role"] != HEAD)
        self.stranger = self.resident & self.people["foreign"]
        self.used = np.zeros(len(town.homes["kind"]), dtype=bool)
        self.used[self.people["home"][self.people["special"]]] = True
        guests = np.flatnonzero(self.people["host"] >= 0)
        self.used[self.people["home"][guests]] = self.used[self.people["host"][guests]] = True
        self.protected = self.people["home"][town.support["person"]]
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

    @property
    def last_building(self) -> Array:
        """The present 方書コード of each person, 0 = none. [persons]"""
        return np.asarray(self.view.town.addresses["building"][self.rows["address"][self.last_row]])

    def pick(self, may: Array, count: int) -> list[int]:
        """At most ``count`` persons out of ``may`` (mask), of different households that nobody touched yet."""
        home = self.people["home"]
        free = self.rng.permutation(np.flatnonzero(may & ~self.used[home]))
        _, first = np.unique(home[free], return_index=True)
        chosen = free[np.sort(first)[:count]]
        self.used[home[chosen]] = True
        return [int(person) for person in chosen]

    def note(self, spot: Spot, name: str = "", value: str = "") -> None:
        """One line of the answer key: the record, the field that is wrong, its right value."""
        self.notes.append(Noted(self.kind, self.severity, spot, name, value))

    def text(self, file: str, ids: Sequence[int], name: str) -> list[str]:
        """Fields of some records as they were."""
        return self.delivery.text(file, ids, name) if ids else []

    def rewrite(self, ids: Sequence[int], name: str, wrong: Wrong, file: str = "kojin") -> None:
        """Change one field of some records (persons in ``kojin``) and note it."""
        for id_, right in zip(ids, self.text(file, ids, name), strict=True):
            spot = Spot(file, id_)
            self.delivery.change(spot, name, wrong(right))
            self.note(spot, name, right)

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

    def pick_support(self, count: int) -> list[int]:
        """At most ``count`` running measures (ids in ``shien``), of different households not hit yet."""
        support, free = self.view.town.support, set(self.protected[~self.hit].tolist())
        chosen: list[int] = []
        for id_ in self.rng.permutation(len(self.protected)).tolist():
            home = int(self.protected[id_])
            if len(chosen) < count and home in free and support["on"][id_]:
                free.discard(home)
                chosen.append(id_)
        self.hit |= np.isin(self.protected, self.protected[chosen])
        return chosen

    def key(self) -> Key:
        """The answer key, ordered by file, record and field."""
        lines: Key = []
        for note in self.notes:
            file, record = self.delivery.place(note.spot)
            said = {"field": note.field, "kind": note.kind, "severity": note.severity, "value": note.value}
            lines.append({"file": file, "record": record, **said})
        return sorted(lines, key=lambda line: (line["file"], line["record"], line["field"]))


Fault: TypeAlias = Callable[[Desk, int], None]
KINDS: dict[str, tuple[Severity, Fault]] = {}
"""Every kind of fault: how grave it is, and what makes ``count`` of them."""


def fault(severity: Severity) -> Callable[[Fault], Fault]:
    """Register a kind of fault under the name of its function."""

    def register(function: Fault) -> Fault:
        KINDS[function.__name__] = (severity, function)
        return function

    return register
