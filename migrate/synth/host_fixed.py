"""The town as the host of the source ``host_fixed`` holds it: columns by field name for each of its files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import polars as pl

from migrate.synth import foreign
from migrate.synth import names as name_tables
from migrate.synth.count_sheet import SheetSum
from migrate.synth.facts import COUNTRIES, NATIONS, STATUS, Facts
from migrate.synth.places import Places
from migrate.synth.render import Coded, Column
from migrate.synth.support import OFFICES, SLOTS
from migrate.synth.terms import NEVER, NO_KEY, Array, Event, Relation, keys
from migrate.synth.town import NUMBERS_FROM, Town

IDO = {
    Event.転入: "10", Event.出生: "11", Event.職権記載: "12", Event.帰化: "13", Event.転出: "20", Event.死亡: "21",
    Event.職権消除: "22", Event.国籍喪失: "23", Event.失踪: "24", Event.転居: "30", Event.世帯分離: "31",
    Event.世帯主変更: "33", Event.職権修正: "34", Event.軽微な修正: "35", Event.旧氏記載: "36",
}  # fmt: skip
STATES = ("10", "20", "30", "40")
WORDS = {"世帯主": "01", "夫": "02", "妻": "03", "夫未届": "04", "妻未届": "05", "子": "10", "父": "20", "母": "21",
         "兄": "30", "弟": "31", "姉": "32", "妹": "33", "縁故者": "80", "同居人": "90"}  # fmt: skip
IDO_CODES = tuple(IDO[event] for event in Event)
FIRST_WORD = tuple(WORDS[relation.name.split("の")[0]] for relation in Relation)
SECOND_WORD = tuple(WORDS[r.name.split("の")[1]] if "の" in r.name else "" for r in Relation)
SEXES = ("1", "2")
ORDER = ("01", "02", "04", "09")


@dataclass
class HostFixed(Facts):
    """``columns(file, ids)`` are the fields of some records; ids count the file's records of a clean town from 0."""

    _lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, int] = field(default_factory=lambda: {"kojin": 20_000, "rireki": 40_000})
    sheet: ClassVar[tuple[SheetSum, ...]] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        t, rows = self.town, self.town.rows
        self.earlier = np.flatnonzero(~rows["last"])
        self.foreign_rows = np.flatnonzero(t.people["foreign"][rows["person"]])
        self.by_setai = np.argsort(t.homes["setai"])
        self._lists = _lists(t.places)
        self._views: dict[str, tuple[int, Callable[[Array], dict[str, Column]]]] = {
            "kojin": (len(self.latest), lambda ids: self._snapshot(self.latest[ids])),
            "rireki": (len(self.earlier), lambda ids: self._snapshot(self.earlier[ids])),
            "setai": (len(self.by_setai), self._setai),
            "jusho": (len(t.places.code), self._jusho),
            "hogaki": (t.places.own * t.places.per_town, self._hogaki),
            "gaikokujin": (len(self.foreign_rows), self._gaikokujin),
            "shien": (len(t.support["person"]), self._shien),
            "kobango": (len(self.numbered), self._kobango),
        }

    @property
    def main(self) -> tuple[str, int]:
        """The file of persons, and how many there are to be counted by: the residents."""
        return "kojin", self.town.residents

    def count(self, file: str) -> int:
        """Data records of a file in a clean town."""
        return self._views[file][0]

    def columns(self, file: str, ids: Array) -> dict[str, Column]:
        """The columns of some records, each as long as ``ids``."""
        return self._views[file][1](ids)

    def header(self) -> dict[str, Column]:
        """The header record of every file that has one."""
        return header_of(self.town)

    def _address(self, row: Array) -> dict[str, Column]:
        town, rows = self.town, self.town.rows
        address = rows["address"][row]
        place, building = town.addresses["place"][address], town.addresses["building"][address]
        return {
            "jusho_cd": town.places.code[place],
            "machi": Coded(self._lists["machi"], place),
            "banchi": Coded(town.places.banchi, town.addresses["banchi"][address]),
            "katagaki_cd": building,
            "yubin": Coded(self._lists["yubin"], place),
            "chiku_1": place + 1,
            "chiku_2": place // 8 + 1,
            "chiku_3": place // 5 + 1,
            "jichikai_cd": place * 3 + 101,
        }

    def _snapshot(self, row: Array) -> dict[str, Column]:
        people, rows = self.town.people, self.town.rows
        person, event, family = rows["person"][row], rows["event"][row], rows["family"][row]
        strange, home = people["foreign"][person], rows["home"][row]
        old, old_name = rows["oldname"][row], people["old_name"][person]
        born = event == Event.出生
        filed = keys(rows["filed"][row])
        relation = rows["relation"][row]
        columns: dict[str, Column] = {
            "atena_no": people["atena"][person], "rireki_no": rows["no"][row],
            "setai_no": self.town.homes["setai"][home],
            "shubetsu": strange + 1, "jotai": Coded(STATES, self.state(row)),
            "kana": self.name(person, family, kana=True), "kanji": self.name(person, family),
            "kyuji_kana": Coded(self._lists["family_kana"], np.where(old, old_name, -1)),
            "kyuji": Coded(self._lists["family"], np.where(old, old_name, -1)),
            "sex": Coded(SEXES, people["woman"][person].astype(np.int64)), "birth": self.born[person],
            "zokugara_1": Coded(FIRST_WORD, relation), "zokugara_2": Coded(SECOND_WORD, relation),
            "ido_cd": Coded(IDO_CODES, event), "kokugai_kbn": self.abroad(row),
            "ido_ymd": keys(rows["on"][row]), "todoke_ymd": np.where(born, NO_KEY, filed),
            "todoke_shussei_ymd": np.where(born, filed, NO_KEY), "shori_ymd": keys(rows["done"][row]),
            "jumin_ymd": np.where(strange, NO_KEY, keys(people["came"][person])),
            "jutei_ymd": keys(rows["settled"][row]),
            "kaisei_ymd": keys(self.rewritten(row)),
            "juminhyo_cd": self.juminhyo(person),
        }  # fmt: skip
        return columns | self._address(row) | self._register(person) | self._from(person) | self._to(row, person)

    def _register(self, person: Array) -> dict[str, Column]:
        """本籍 and 筆頭者; a foreigner has none."""
        people, homes, places = self.town.people, self.town.homes, self.town.places
        home, here = people["home"][person], ~people["foreign"][person]
        return {
            "honseki_cd": np.where(here, places.code[homes["honseki"][home]], -1),
            "honseki_banchi": Coded(places.banchi, np.where(here, homes["honseki_banchi"][home], -1)),
            "hittosha": self.register_head(person),
        }

    def _from(self, person: Array) -> dict[str, Column]:
        """Where the person lived before."""
        people, places = self.town.people, self.town.places
        inland, nation = self.from_inland(person), self.from_nation(person)
        return {
            "zen_cd": np.where(inland, places.code[people["from_place"][person]], -1),
            "zen_banchi": Coded(places.banchi, np.where(inland, people["from_banchi"][person], -1)),
            "zen_katagaki": Coded(self._lists["building"], np.where(inland, people["from_building"][person], -1)),
            "zen_koku": Coded(NATIONS, nation),
            "zen_kokugai": Coded(COUNTRIES, nation),
        }

    def _to(self, row: Array, person: Array) -> dict[str, Column]:
        """Where the person went, and when the record was closed."""
        people, places, rows = self.town.people, self.town.places, self.town.rows
        inland, closed = self.to_inland(row), self.closed(row)
        told = rows["notified"][row] != NEVER
        code, banchi = places.code[people["to_place"][person]], people["to_banchi"][person]
        return {
            "saki_cd": np.where(inland, code, -1),
            "saki_banchi": Coded(places.banchi, np.where(inland, banchi, -1)),
            "saki_katagaki": Coded(self._lists["building"], np.where(inland, people["to_building"][person], -1)),
            "saki_kakutei_cd": np.where(told, code, -1),
            "saki_kakutei_banchi": Coded(places.banchi, np.where(told, banchi, -1)),
            "shojo_todoke_ymd": keys(np.where(closed, rows["filed"][row], NEVER)),
            "shojo_ymd": keys(np.where(closed, rows["day"][row], NEVER)),
            "tsuchi_ymd": keys(rows["notified"][row]),
        }

    def _setai(self, ids: Array) -> dict[str, Column]:
        home = self.by_setai[ids]
        return {
            "setai_no": self.town.homes["setai"][home],
            "nushi_atena_no": self.town.people["atena"][self.town.homes["head"][home]],
            "nushi_kanji": self.head(home),
            "nushi_kana": self.head(home, kana=True),
        }

    def _jusho(self, ids: Array) -> dict[str, Column]:
        places = self.town.places
        return {
            "jusho_cd": places.code[ids], "ken": Coded(places.ken, ids), "shi": Coded(places.shi, ids),
            "machi": Coded(self._lists["machi"], ids), "dantai_cd": places.dantai[ids],
            "machiaza_id": places.machiaza[ids], "yubin": places.yubin[ids],
        }  # fmt: skip

    def _hogaki(self, ids: Array) -> dict[str, Column]:
        places = self.town.places
        place, number = ids // places.per_town, ids % places.per_town + 1
        building = (place + number) % len(places.buildings)
        return {
            "jusho_cd": places.code[place], "katagaki_cd": number,
            "katagaki": Coded(self._lists["building"], building),
            "katagaki_kana": Coded(self._lists["building_kana"], building),
        }  # fmt: skip

    def _gaikokujin(self, ids: Array) -> dict[str, Column]:
        people, rows, names = self.town.people, self.town.rows, foreign.load()
        row = self.foreign_rows[ids]
        person = rows["person"][row]
        name, nation = people["foreign_name"][person], people["nation"][person]
        status, special = people["status"][person], people["section"][person] == 2
        ends = ~foreign.ENDLESS[status]
        has_kanji = np.array([bool(text) for text in names.kanji])[name]
        order = np.where(people["alias"][person], 3, np.where(has_kanji, 2, 1))
        return {
            "atena_no": people["atena"][person], "rireki_no": rows["no"][row], "romaji": Coded(names.romaji, name),
            "kanji_shimei": Coded(names.kanji, name),
            "tsusho": self.alias(person), "tsusho_kana": self.alias(person, kana=True),
            "yusen_kbn": Coded(ORDER, order), "kokuseki_cd": Coded(NATIONS, nation),
            "kokuseki": Coded(self._lists["nation"], nation), "kubun_3045": people["section"][person],
            "zairyu_cd": Coded(STATUS, np.where(special, len(STATUS) - 1, status)),
            "zairyu_nen": np.where(ends, foreign.PERIOD_YEARS[status], -1),
            "zairyu_tsuki": np.where(ends, foreign.PERIOD_MONTHS[status], -1), "zairyu_hi": np.where(ends, 0, -1),
            "manryo_ymd": keys(rows["until"][row]), "gaiju_ymd": keys(people["entry"][person]),
            "card_no": pl.Series(foreign.card_numbers(people["card"][person]), dtype=pl.String),
        }  # fmt: skip

    def _shien(self, ids: Array) -> dict[str, Column]:
        town = self.town
        people, support = town.people, {name: values[ids] for name, values in town.support.items()}
        person = support["person"]
        family = town.rows["family"][self.latest[person]]
        start, end = keys(support["start"]), keys(support["end"])
        columns: dict[str, Column] = {
            "atena_no": people["atena"][person], "rireki_no": np.ones(len(ids), dtype=np.int64),
            "uketsuke_no": support["receipt"], "yakuwari": support["joint"] + 1,
            "mousideshutsu_atena": people["atena"][support["applicant"]],
            "kankei": Coded(("10",), np.where(support["joint"], 0, -1)), "kana": self.name(person, family, kana=True),
            "kanji": self.name(person, family), "birth": self.born[person],
            "sex": Coded(SEXES, people["woman"][person].astype(np.int64)),
            "jusho": self.free_text(person),
            "tel": self.telephone(support["receipt"]),
            "kubun": support["section"], "kaishi_ymd": start, "shuryo_ymd": end,
            "kagai_atena": self.offender_number(ids), "kagai_kanji": self.offender(ids),
            "kagai_kana": self.offender(ids, kana=True), "kagai_birth": keys(self.offender_born(ids)),
            "kagai_jusho": self.offender_address(ids),
            "flag": support["on"].astype(np.int64),
        }  # fmt: skip
        for slot in range(SLOTS):
            used = support["offices"] > slot
            columns[f"yokushi.{slot + 1}.jimu_cd"] = Coded(OFFICES, np.where(used, slot, -1))
            columns[f"yokushi.{slot + 1}.jusho_kbn"] = np.where(used, 1 + (slot > 2), -1)
            columns[f"yokushi.{slot + 1}.kaishi"] = np.where(used, start, NO_KEY)
            columns[f"yokushi.{slot + 1}.shuryo"] = np.where(used, end, NO_KEY)
        return columns

    def _kobango(self, ids: Array) -> dict[str, Column]:
        people, person = self.town.people, self.numbered[ids]
        return {
            "atena_no": people["atena"][person], "rireki_no": np.ones(len(ids), dtype=np.int64),
            "bango": people["mynumber"][person], "shitei_ymd": keys(np.maximum(people["entry"][person], NUMBERS_FROM)),
        }  # fmt: skip


def header_of(town: Town) -> dict[str, Column]:
    """The header record of the host's files: who extracted, for which day, and when."""
    as_of = np.array([town.as_of])
    stamp = str(as_of.astype("datetime64[D]")[0]).replace("-", "") + "190000"
    return {"dantai_cd": town.places.dantai[:1], "kijunbi": keys(as_of), "shori_dt": pl.Series([stamp])}


def _lists(places: Places) -> dict[str, tuple[str, ...]]:
    """Texts that columns point into, made once."""
    names = name_tables.load()
    return {
        "machi": places.machi,
        "yubin": tuple(f"{code // 10000:03d}-{code % 10000:04d}" for code in places.yubin.tolist()),
        "building": tuple(name for name, _ in places.buildings),
        "building_kana": tuple(kana for _, kana in places.buildings),
        "family": tuple(names.family.kanji.to_list()),
        "family_kana": tuple(names.family.kana.to_list()),
        "nation": tuple(row[1] for row in foreign.NATIONS),
    }
