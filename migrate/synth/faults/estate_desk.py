"""Faults of land, houses and taxes: which taxpayers may be hit."""

from dataclasses import dataclass

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import Board
from migrate.synth.host_estate import HostEstate
from migrate.synth.numbers import serial_numbers
from migrate.synth.terms import Array

STRANGERS = 60_000_001
"""Serials that nobody has: between those of residents and those of groups."""


@dataclass
class EstateDesk(Board):
    """A taxpayer is hit once at the most, with all that is theirs."""

    def __post_init__(self) -> None:
        assert isinstance(self.delivery.view, HostEstate)
        self.estate = self.delivery.view.estate
        self.main, count = self.delivery.view.main
        self.payers = self.estate.payers
        self.group = np.arange(count)
        self.used = np.zeros(count, dtype=bool)
        self._strangers = iter(serial_numbers(10_000, STRANGERS).tolist())
        self._groups = np.flatnonzero(self.payers["group"] >= 0)

    def stranger(self) -> str:
        """A 宛名番号 that no register knows."""
        return f"{next(self._strangers):015d}"

    def have(self, file: str, rows: Array) -> Array:
        """Taxpayers with one of these rows (a mask over the rows of ``file`` in a clean town). [payers] bool"""
        return np.isin(self.group, self._payer(file)[rows])

    def pick_one(self, file: str, rows: Array, count: int) -> list[int]:
        """For each of at most ``count`` taxpayers the first of these rows of theirs."""
        payer = self._payer(file)
        found = []
        for one in self.pick(self.have(file, rows), count):
            found.append(int(np.flatnonzero(rows & (payer == one))[0]))
        return found

    def pick_members(self, least: int, count: int) -> list[list[int]]:
        """For each of at most ``count`` groups of co-owners, ``least`` or more, the rows of an asset in ``kyoyu``."""
        members = self.estate.members
        firsts = self.pick_one("kyoyu", members["count"] >= least, count)
        return [np.flatnonzero(members["asset"] == members["asset"][first]).tolist() for first in firsts]

    def _payer(self, file: str) -> Array:
        """The taxpayer of each row."""
        estate = self.estate
        if file == "kyoyu":
            return np.asarray(self._groups[estate.members["group"]])
        return np.asarray({"tochi": estate.parcels, "kaoku": estate.houses, "kazei": estate.taxes}[file]["payer"])

    def owner_of(self, payer: int) -> str:
        """The 宛名番号 of a taxpayer."""
        return f"{int(self.payers['atena'][payer]):015d}"

    def another(self, row: int) -> str:
        """The 宛名番号 of another taxpayer than the owner of a parcel."""
        return self.owner_of((int(self.estate.parcels["payer"][row]) + 1) % len(self.group))

    def copy(self, file: str, row: int) -> Spot:
        """The same record once more."""
        return self.delivery.repeat(Spot(file, row))
