"""Faults of those outside the register: who of them may be hit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from migrate.synth.delivery import Spot
from migrate.synth.faults.desk import Desk
from migrate.synth.host_outsiders import HostOutsiders
from migrate.synth.outsiders import COMPANY, FOREIGN, JAPANESE, SEX_UNKNOWN
from migrate.synth.terms import NO_KEY
from migrate.vocab.daykey import UNKNOWN


@dataclass
class OutsideDesk(Desk):
    """Beside what every desk has: the mask ``company``, for corporations. Everybody is a group of their own.

    Never hit: who is linked to another or has others linked to them, and whose birth or sex is not known.
    """

    def __post_init__(self) -> None:
        assert isinstance(self.delivery.view, HostOutsiders)
        self.outsiders = self.delivery.view.outsiders
        self.main, count = self.delivery.view.main
        self.people = cols = self.outsiders.cols
        self.group = np.arange(count)
        linked = np.flatnonzero(cols["same_as"] >= 0)
        self.used = np.isin(self.group, np.r_[linked, cols["same_as"][linked]])
        self.used |= (cols["born"] == UNKNOWN) | (cols["sex"] == SEX_UNKNOWN)
        self.used |= (cols["kind"] != COMPANY) & (cols["born"] == NO_KEY)
        self.member, self.stranger, self.company = (cols["kind"] == kind for kind in (JAPANESE, FOREIGN, COMPANY))
        self.sexed = self.unnamed = self.member
        self.numbered = cols["mynumber"] >= 0
        self.built = cols["building"] >= 0
        self.sentinel = "birth", self.company

    def numbers_of(self, people: Sequence[int]) -> tuple[str, list[int], str]:
        """In their own records."""
        return self.main, list(people), "kojin_bango"

    def pick_rows(self, count: int) -> list[Spot]:
        """Any members."""
        return [self.spot(person) for person in self.pick(self.member, count)]

    def pick_unreferred(self, count: int) -> list[int]:
        """Any members."""
        return self.pick(self.member, count)
