"""Where faults are made: who may be hit, what was changed, and the answer key."""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from migrate.synth.delivery import Delivery, Spot
from migrate.synth.terms import Array, Cols

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
class Board:
    """A delivery, the groups still free to be hit, and what was done so far.

    ``main`` is the file that most is changed in; ``group`` says of each that may be picked to which group it belongs,
    ``used`` which groups were hit: each is once at the most.
    """

    delivery: Delivery
    rng: np.random.Generator
    kind: str = ""
    severity: Severity = "error"
    notes: list[Noted] = field(default_factory=list)

    main: str = field(init=False)
    group: Array = field(init=False)
    used: Array = field(init=False)

    def pick(self, may: Array, count: int) -> list[int]:
        """At most ``count`` persons out of ``may`` (mask), of different groups that nobody touched yet."""
        free = self.rng.permutation(np.flatnonzero(may & ~self.used[self.group]))
        _, first = np.unique(self.group[free], return_index=True)
        chosen = free[np.sort(first)[:count]]
        self.used[self.group[chosen]] = True
        return [int(person) for person in chosen]

    def spot(self, person: int) -> Spot:
        """The record of a person in ``main``."""
        return Spot(self.main, person)

    def width(self, name: str) -> int:
        """Bytes of a field of ``main``."""
        return self.delivery.renderers[self.main].data.fields[name].width

    def note(self, spot: Spot, name: str = "", value: str = "") -> None:
        """One line of the answer key: the record, the field that is wrong, its right value."""
        self.notes.append(Noted(self.kind, self.severity, spot, name, value))

    def text(self, file: str, ids: Sequence[int], name: str) -> list[str]:
        """Fields of some records as they were."""
        return self.delivery.text(file, ids, name) if ids else []

    def rewrite(self, ids: Sequence[int], name: str, wrong: Wrong, file: str = "") -> None:
        """Change one field of some records (by default of persons in ``main``) and note it."""
        file = file or self.main
        for id_, right in zip(ids, self.text(file, ids, name), strict=True):
            spot = Spot(file, id_)
            self.delivery.change(spot, name, wrong(right))
            self.note(spot, name, right)

    def key(self) -> Key:
        """The answer key, ordered by file, record and field."""
        lines: Key = []
        for note in self.notes:
            file, record = self.delivery.place(note.spot)
            said = {"field": note.field, "kind": note.kind, "severity": note.severity, "value": note.value}
            lines.append({"file": file, "record": record, **said})
        return sorted(lines, key=lambda line: (line["file"], line["record"], line["field"]))


@dataclass
class Desk(Board):
    """Of persons: what kinds shared by several systems go by.

    ``main`` is the file with one record for each person, in the order of
    ``people``. Masks over persons: ``member`` (a Japanese of whom nothing else in the delivery depends), ``stranger``
    (foreigners), ``sexed`` (members whose sex is their own affair), ``unnamed`` (members who may have no name yet),
    ``numbered`` (with a 個人番号), ``built`` (with a 方書). ``sentinel``: a date of ``main`` and who has none in it.
    A group (a household) is hit once at the most.
    """

    people: Cols = field(init=False)
    member: Array = field(init=False)
    stranger: Array = field(init=False)
    sexed: Array = field(init=False)
    unnamed: Array = field(init=False)
    numbered: Array = field(init=False)
    built: Array = field(init=False)
    sentinel: tuple[str, Array] = field(init=False)

    @abstractmethod
    def numbers_of(self, people: Sequence[int]) -> tuple[str, list[int], str]:
        """Where the 個人番号 of persons stand: file, ids in it, field."""

    @abstractmethod
    def pick_rows(self, count: int) -> list[Spot]:
        """Records of members of which a second copy disturbs nothing but their key."""

    @abstractmethod
    def pick_unreferred(self, count: int) -> list[int]:
        """Members that no other record refers to."""


Fault: TypeAlias = Callable[[Any, int], None]
KINDS: defaultdict[str, dict[str, tuple[Severity, Fault]]] = defaultdict(dict)
"""Every kind of fault of each system (``package``: of 住民基本台帳 from a package): how grave it is there, and what
makes ``count`` of them."""


def fault(**severity: Severity) -> Callable[[Fault], Fault]:
    """Register a kind of fault under the name of its function, with its severity in each system (as KINDS names them)
    that can have it."""

    def register(function: Fault) -> Fault:
        for system, grave in severity.items():
            KINDS[system][function.__name__] = (grave, function)
        return function

    return register
