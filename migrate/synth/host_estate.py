"""Land, houses and taxes as the host of ``kotei``'s source ``host_fixed`` holds them: columns by field name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import polars as pl

from migrate.synth.count_sheet import Keys, SheetSum
from migrate.synth.estate import HOUSE_KINDS, LAND_USES, Estate
from migrate.synth.host_fixed import header_of
from migrate.synth.render import Coded, Column
from migrate.synth.terms import NO_KEY, UNKNOWN_DAY, Array, keys

CODES = tuple(f"{i + 1:02d}" for i in range(max(LAND_USES, HOUSE_KINDS)))
USES = dict(zip("12345678", CODES, strict=True))
LEFT_OUT = ("delete_flag", "9")
BY_USE: Keys = (("kazeinendo", "nendo", {}), ("genkyochimoku", "genkyo_chimoku", USES))
BY_KIND: Keys = (("kazeinendo", "nendo", {}), ("genkyoshurui", "genkyo_shurui", {}))
BY_TAX: Keys = (
    ("kazeinendo", "nendo", {}),
    ("zeimoku", "zeimoku", {"1": "01", "2": "02"}),
    ("shisanshubetsu", "shisan", {}),
)
SHEET = (
    SheetSum("土地評価額 課税年度・現況地目", "tochi", "hyoka_gaku", BY_USE, LEFT_OUT),
    SheetSum("家屋評価額 課税年度・現況種類", "kaoku", "hyoka_gaku", BY_KIND, LEFT_OUT),
    SheetSum("課税標準額 課税年度・税目・資産種別", "kazei", "hyojun", BY_TAX),
    SheetSum("税額 課税年度・税目・資産種別", "kazei", "zeigaku", BY_TAX),
)
"""The host's own sums, by the names of the controls they are held against."""


@dataclass
class HostEstate:
    """``columns(file, ids)`` are the fields of some records; ids count the rows of the estate from 0."""

    estate: Estate
    parts: Mapping[str, int] = field(default_factory=lambda: {"tochi": 40_000, "kazei": 100_000})
    sheet: ClassVar[tuple[SheetSum, ...]] = SHEET

    def __post_init__(self) -> None:
        estate = self.estate
        places = estate.town.places
        self._chiban = tuple(text.replace("番地", "番") for text in places.banchi)
        self._shozai = tuple(shi + machi for shi, machi in zip(places.shi, places.machi, strict=True))
        self._group_atena = estate.payers["atena"][estate.payers["group"] >= 0]
        self._views: dict[str, tuple[int, Callable[[Array], dict[str, Column]]]] = {
            "tochi": (len(estate.parcels["payer"]), self._tochi),
            "kaoku": (len(estate.houses["payer"]), self._kaoku),
            "kyoyu": (len(estate.members["group"]), self._kyoyu),
            "kazei": (len(estate.taxes["payer"]), self._kazei),
        }

    @property
    def main(self) -> tuple[str, int]:
        """The file of parcels, and how many taxpayers there are to be counted by."""
        return "tochi", len(self.estate.payers["atena"])

    def count(self, file: str) -> int:
        """Data records of a file in a clean town."""
        return self._views[file][0]

    def columns(self, file: str, ids: Array) -> dict[str, Column]:
        """The columns of some records, each as long as ``ids``."""
        return self._views[file][1](ids)

    def header(self) -> dict[str, Column]:
        """The header record of every file."""
        return header_of(self.estate.town)

    def _year(self, n: int) -> Array:
        return np.full(n, self.estate.year)

    def _tochi(self, ids: Array) -> dict[str, Column]:
        estate, n = self.estate, len(ids)
        at = {name: values[ids] for name, values in estate.parcels.items()}
        split = at["from"] >= 0
        return {
            "bukken_no": at["number"], "nendo": self._year(n), "rireki_no": np.ones(n, dtype=np.int64),
            "gimusha_no": estate.payers["atena"][at["payer"]], "dantai_cd": estate.town.places.dantai[at["place"]],
            "shozai": Coded(self._shozai, at["place"]), "chiban": Coded(self._chiban, at["banchi"]),
            "toki_chimoku": at["use"] + 1, "toki_chiseki": at["area"], "genkyo_chimoku": at["use"] + 1,
            "genkyo_chiseki": at["area"], "kazei_chiseki": at["area"], "yoto_cd": at["use"] + 1,
            "bungo_kbn": np.where(split, 1, 0),
            "bungo_moto": np.where(split, estate.parcels["number"][at["from"]], -1),
            "hyoka_nendo": np.full(n, estate.year - estate.year % 3), "hyoka_gaku": at["value"],
        }  # fmt: skip

    def _kaoku(self, ids: Array) -> dict[str, Column]:
        estate, n = self.estate, len(ids)
        at = {name: values[ids] for name, values in estate.houses.items()}
        place, banchi = (estate.parcels[name][at["parcel"]] for name in ("place", "banchi"))
        known = at["registered"]
        built = keys(at["built"])
        registered = keys(np.where(at["forgotten"], UNKNOWN_DAY, at["built"]))
        return {
            "bukken_no": at["number"], "nendo": self._year(n), "rireki_no": np.ones(n, dtype=np.int64),
            "gimusha_no": estate.payers["atena"][at["payer"]],
            "kaoku_no": Coded(self._chiban, np.where(known, banchi, -1)),
            "toki_shozai": Coded(self._shozai, np.where(known, place, -1)), "genkyo_shozai": Coded(self._shozai, place),
            "toki_shurui": Coded(CODES, np.where(known, at["kind"], -1)), "genkyo_shurui": Coded(CODES, at["kind"]),
            "yoto_kbn": at["kind"] + 1, "toki_menseki": np.where(known, at["floor"], 0), "genkyo_menseki": at["floor"],
            "toki_ymd": np.where(known, registered, NO_KEY), "genkyo_ymd": built,
            "genin": np.ones(n, dtype=np.int64), "hyoka_gaku": at["value"],
        }  # fmt: skip

    def _kyoyu(self, ids: Array) -> dict[str, Column]:
        estate, n = self.estate, len(ids)
        at = {name: values[ids] for name, values in estate.members.items()}
        n_, d_ = (np.where(at["registered"], at[name], -1) for name in ("n", "d"))
        return {
            "shisan_no": at["shared"], "rireki_no": np.ones(n, dtype=np.int64),
            "kyoyu_no": self._group_atena[at["group"]], "renban": at["no"], "nendo": self._year(n),
            "kbn": np.ones(n, dtype=np.int64), "kosei_no": at["atena"], "toki_bunshi": _blank(n_, 12),
            "toki_bumbo": _blank(d_, 12), "genkyo_bunshi": at["n"], "genkyo_bumbo": at["d"],
            "daihyo": (at["no"] == 1).astype(np.int64), "ninzu": at["count"], "ido_ymd": keys(at["entered"]),
            "ido_cd": np.ones(n, dtype=np.int64),
        }  # fmt: skip

    def _kazei(self, ids: Array) -> dict[str, Column]:
        at = {name: values[ids] for name, values in self.estate.taxes.items()}
        return {
            "gimusha_no": self.estate.payers["atena"][at["payer"]], "nendo": at["year"], "zeimoku": at["tax"] + 1,
            "shisan": at["kind"] + 1, "renban": at["no"], "kosei_kbn": at["class"] + 1, "hyojun": at["base"],
            "zeigaku": at["yen"], "kosei_ymd": keys(at["day"]),
        }  # fmt: skip


def _blank(values: Array, width: int) -> pl.Series:
    """Digits, and spaces where there is none."""
    texts = pl.Series(values).cast(pl.String).str.zfill(width)
    return texts.to_frame("t").select(pl.when(pl.lit(pl.Series(values >= 0))).then(pl.col("t"))).to_series()
