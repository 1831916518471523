"""Faults of a package's text files: Japanese and foreigners stand in a file each, and history in a map of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import Wrong
from migrate.synth.faults.town_desk import RegisterDesk
from migrate.synth.package_csv import PackageCsv
from migrate.synth.render_text import dates_as_text
from migrate.synth.terms import Array, keys

COLUMNS = {
    "kanji": "shimei", "machi": "jusho_machi", "banchi": "jusho_banchi", "yubin": "jusho_yubin", "flag": "yokushi",
    "mousideshutsu_atena": "moshide_atena",
}  # fmt: skip
"""What the package calls fields that kinds of other sources name."""


@dataclass
class PackageDesk(RegisterDesk):
    """Persons are the Japanese in the order of their file, then the foreigners in that of theirs; ``order`` says which
    persons of the town they are."""

    def __post_init__(self) -> None:
        assert isinstance(self.delivery.view, PackageCsv)
        self.view = self.delivery.view
        foreign = self.view.town.people["foreign"]
        self.order = np.r_[np.flatnonzero(~foreign), np.flatnonzero(foreign)]
        self.japanese = int((~foreign).sum())
        self.take(self.view, self.order)

    def spot(self, person: int) -> Spot:
        """Their record in the file of the Japanese, or in that of the foreigners."""
        if person < self.japanese:
            return Spot(self.main, person)
        return Spot("gaikokujin", person - self.japanese)

    def text(self, file: str, ids: Sequence[int], name: str) -> list[str]:
        """Fields by the name of the package or that of other sources."""
        return super().text(file, ids, COLUMNS.get(name, name))

    def rewrite(self, ids: Sequence[int], name: str, wrong: Wrong, file: str = "") -> None:
        """Change one field of some persons, or of some records of another file."""
        for spot in (Spot(file, id_) if file else self.spot(id_) for id_ in ids):
            super().rewrite([spot.id], COLUMNS.get(name, name), wrong, spot.file)

    def day(self, spot: Spot, name: str, when: int) -> str:
        """A day as this field of the record writes it."""
        fields = self.delivery.texts[spot.file].layout.fields
        date = next(field.date for field in fields if field.name == name)
        assert date is not None
        return str(dates_as_text(keys(np.array([when])), date)[0])

    def redate(self, people: Sequence[int], name: str, days: Array) -> None:
        """Another day (of ``days`` over persons) in one date of some persons."""
        for person in people:
            wrong = self.day(self.spot(person), name, int(days[person]))
            self.rewrite([person], name, lambda right, wrong=wrong: wrong)  # type: ignore[misc]

    def numbers_of(self, people: Sequence[int]) -> tuple[str, list[int], str]:
        """Their records in ``kojinbango``."""
        numbered = self.view.numbered
        return "kojinbango", [int(np.searchsorted(numbered, self.order[person])) for person in people], "bango"

    def pick_rows(self, count: int) -> list[Spot]:
        """Any members."""
        return [self.spot(person) for person in self.pick(self.member, count)]

    def pick_unreferred(self, count: int) -> list[int]:
        """Members whose 個人番号 is left out."""
        may = self.member & self.numbered & (self.order != self.view.numbered[-1])
        people = self.pick(may, count)
        file, ids, _ = self.numbers_of(people)
        for id_ in ids:
            self.delivery.drop(Spot(file, id_))
        return people

    def map_rows(self, person: int) -> list[Spot]:
        """The rows of a person in the map of 履歴番号, the present one last."""
        first, last = int(self.first_row[person]), int(self.last_row[person])
        return [Spot("rireki_map", row) for row in range(first, last + 1)]
