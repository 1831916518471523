"""Those outside the register as the host of ``jutogai``'s source ``host_fixed`` holds them: columns by field name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import polars as pl

from migrate.synth import foreign
from migrate.synth.count_sheet import SheetSum
from migrate.synth.host_fixed import header_of
from migrate.synth.outsiders import OFFICES, Outsiders
from migrate.synth.render import Coded, Column
from migrate.synth.terms import Array, keys

FILE = "atena"
OFFICE_CODES = tuple(f"{office + 1:02d}" for office in range(OFFICES))
OWN_SYSTEMS = ("A01",)
SEXES = ("1", "2", "3")


@dataclass
class HostOutsiders:
    """``columns(file, ids)`` are the fields of some records; ids count the entries of ``outsiders`` from 0."""

    outsiders: Outsiders
    parts: Mapping[str, int] = field(default_factory=lambda: {FILE: 20_000})
    sheet: ClassVar[tuple[SheetSum, ...]] = ()

    def __post_init__(self) -> None:
        places = self.outsiders.town.places
        self._yubin = tuple(f"{code // 10000:03d}-{code % 10000:04d}" for code in places.yubin.tolist())
        self._buildings = tuple(name for name, _ in places.buildings)

    @property
    def main(self) -> tuple[str, int]:
        """The file of persons, and how many there are to be counted by."""
        return FILE, len(self.outsiders)

    def count(self, file: str) -> int:
        """Data records of a file in a clean town."""
        return {FILE: len(self.outsiders)}[file]

    def header(self) -> dict[str, Column]:
        """The header record."""
        return header_of(self.outsiders.town)

    def columns(self, file: str, ids: Array) -> dict[str, Column]:
        """The columns of some records, each as long as ``ids``."""
        at = {name: values[ids] for name, values in self.outsiders.cols.items()}
        linked = at["same_as"] >= 0
        second = at["second"]
        clock = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in second.tolist()]
        return self._address(at["place"], at["banchi"], at["building"]) | {
            "atena_no": at["atena"], "kubun": at["kind"] + 1,
            "kana": self.outsiders.name(ids, kana=True), "kanji": self.outsiders.name(ids),
            "romaji": Coded(foreign.load().romaji, at["foreign_name"]),
            "sex": Coded(SEXES, at["sex"]), "birth": at["born"],
            "gyomu_cd": Coded(OFFICE_CODES, at["office"]),
            "dokuji_cd": Coded(OWN_SYSTEMS, np.where(at["office"] < 0, 0, -1)),
            "nayose_kbn": linked + 1,
            "nayose_saki": np.where(linked, self.outsiders.cols["atena"][at["same_as"]], -1),
            "kojin_bango": at["mynumber"], "hojin_bango": at["hojin"],
            "koshin_ymd": keys(at["day"]), "koshin_jikoku": pl.Series(clock, dtype=pl.String),
        }  # fmt: skip

    def _address(self, place: Array, banchi: Array, building: Array) -> dict[str, Column]:
        places = self.outsiders.town.places
        return {
            "dantai_cd": places.dantai[place], "yubin": Coded(self._yubin, place), "ken": Coded(places.ken, place),
            "shi": Coded(places.shi, place), "machi": Coded(places.machi, place),
            "banchi": Coded(places.banchi, banchi), "katagaki": Coded(self._buildings, building),
        }  # fmt: skip
