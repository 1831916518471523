"""The town as the package of the source ``package_csv`` exports it: text, the latest row of each person only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import jaconv
import numpy as np
import polars as pl

from migrate.synth import foreign
from migrate.synth.count_sheet import SheetSum
from migrate.synth.facts import COUNTRIES, HERE, NATIONS, STATUS, Facts
from migrate.synth.render import Coded, Column
from migrate.synth.support import OFFICES
from migrate.synth.terms import NEVER, Array, Event, Relation, keys
from migrate.synth.town import NUMBERS_FROM

IDO = {
    Event.転入: "TN", Event.出生: "SS", Event.職権記載: "KK", Event.帰化: "KS", Event.転出: "TS", Event.死亡: "SB",
    Event.職権消除: "SJ", Event.国籍喪失: "KR", Event.失踪: "SK", Event.転居: "TK", Event.世帯分離: "SW",
    Event.世帯主変更: "SN", Event.職権修正: "SY", Event.軽微な修正: "KB", Event.旧氏記載: "KU",
}  # fmt: skip
"""転入 and 転出 abroad are events of their own, behind these."""
IDO_CODES = (*(IDO[event] for event in Event), "TG", "TX")
IN_ABROAD, OUT_ABROAD = len(Event), len(Event) + 1
WORDS = {"世帯主": "0100", "夫": "0210", "妻": "0220", "夫未届": "0211", "妻未届": "0221", "子": "0300", "父": "0410",
         "母": "0420", "兄": "0510", "弟": "0520", "姉": "0530", "妹": "0540", "縁故者": "0800",
         "同居人": "0900"}  # fmt: skip
FIRST_WORD = tuple(WORDS[relation.name.split("の")[0]] for relation in Relation)
SECOND_WORD = tuple(WORDS[r.name.split("の")[1]] if "の" in r.name else "" for r in Relation)
STATES = ("住登", "転出", "死亡", "消除")
SEXES = ("男", "女")
ROLES = ("申出者", "併せて支援を求める者")
SECTIONS = ("支援", "仮支援", "終了")
OF_3045 = ("中長期在留者", "特別永住者")
ORDER = ("漢字", "ローマ字", "ローマ字・漢字", "通称")
REMARKS = (
    "カード再交付,1回",
    "旧台帳と照合済\n窓口で本人確認",
    '通知の宛先は"方書"まで書く',
    "電話,平日のみ\r\n委任状あり",
)
REMARK_ONE_IN = 17
OLD_STEP = 10
"""The package counts history in tens: 履歴番号 00010, 00020 …"""


@dataclass
class PackageCsv(Facts):
    """``columns(file, ids)`` are the fields of some records; ids count the file's records of a clean town from 0."""

    parts: Mapping[str, int] = field(default_factory=dict)
    sheet: ClassVar[tuple[SheetSum, ...]] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        t = self.town
        strange = t.people["foreign"]
        self.japanese, self.strangers = self.latest[~strange], self.latest[strange]
        self.previous = _previous(t.rows["person"], t.rows["event"], t.rows["address"])
        offices = t.support["offices"]
        self.held = np.repeat(np.arange(len(offices)), offices)
        self.held_no = np.arange(len(self.held)) - np.repeat(np.cumsum(offices) - offices, offices)
        self._views: dict[str, tuple[int, Callable[[Array], dict[str, Column]]]] = {
            "nihonjin": (len(self.japanese), lambda ids: self._japanese(self.japanese[ids])),
            "gaikokujin": (len(self.strangers), lambda ids: self._stranger(self.strangers[ids])),
            "rireki_map": (len(t.rows["person"]), self._rireki_map),
            "kojinbango": (len(self.numbered), self._kojinbango),
            "shien": (len(t.support["person"]), self._shien),
            "yokushi": (len(self.held), self._yokushi),
        }

    @property
    def main(self) -> tuple[str, int]:
        """The file of the Japanese; persons are counted in both files."""
        return "nihonjin", len(self.latest)

    def count(self, file: str) -> int:
        """Data records of a file in a clean town."""
        return self._views[file][0]

    def columns(self, file: str, ids: Array) -> dict[str, Column]:
        """The columns of some records, each as long as ``ids``."""
        return self._views[file][1](ids)

    def header(self) -> dict[str, Column]:
        """No file has a header record."""
        return {}

    def _present(self, row: Array) -> dict[str, Column]:
        """What Japanese and foreigners have in common."""
        people, rows = self.town.people, self.town.rows
        person, family, home = rows["person"][row], rows["family"][row], rows["home"][row]
        event, abroad, relation = rows["event"][row], self.abroad(row) == 1, rows["relation"][row]
        event = np.where(abroad, np.where(event == Event.転入, IN_ABROAD, OUT_ABROAD), event)
        here = (self.state(row) == HERE) | (rows["day"][row] > self.town.as_of)
        closed, remark = self.closed(row), person % REMARK_ONE_IN
        columns: dict[str, Column] = {
            "atena_no": _digits(people["atena"][person], 15), "rireki_no": _digits(rows["no"][row] * OLD_STEP, 5),
            "setai_no": _digits(self.town.homes["setai"][home], 15), "jotai": Coded(STATES, self.state(row)),
            "kana": _wide(self.name(person, family, kana=True)), "shimei": self.name(person, family),
            "sex": Coded(SEXES, people["woman"][person].astype(np.int64)), "birth": self.born[person],
            "zokugara_1": Coded(FIRST_WORD, relation), "zokugara_2": Coded(SECOND_WORD, relation),
            "nushi": pl.select(pl.when(pl.Series(here)).then(self.head(home))).to_series(),
            "ido_cd": Coded(IDO_CODES, event), "ido_ymd": keys(rows["on"][row]),
            "todoke_ymd": keys(rows["filed"][row]), "shori_ymd": keys(rows["done"][row]),
            "jutei_ymd": keys(rows["settled"][row]), "kaisei_ymd": keys(self.rewritten(row)),
            "juminhyo_cd": _digits(self.juminhyo(person), 11),
            "shojo_todoke_ymd": keys(np.where(closed, rows["filed"][row], NEVER)),
            "shojo_ymd": keys(np.where(closed, rows["day"][row], NEVER)), "tsuchi_ymd": keys(rows["notified"][row]),
            "biko": Coded(REMARKS, np.where(remark < len(REMARKS), remark, -1)),
        }  # fmt: skip
        return columns | self._address(row) | self._elsewhere(row)

    def _japanese(self, row: Array) -> dict[str, Column]:
        town = self.town
        person, names = town.rows["person"][row], town.names.family
        old = np.where(town.rows["oldname"][row], town.people["old_name"][person], -1)
        home = town.people["home"][person]
        honseki, lot = town.homes["honseki"][home], town.homes["honseki_banchi"][home]
        register = self._place("honseki", honseki, lot)
        register["honseki_chiban"] = register.pop("honseki_banchi")
        register.pop("honseki_yubin")
        return self._present(row) | register | {
            "kyuji": _picked(names.kanji, old), "kyuji_kana": _wide(_picked(names.kana, old)),
            "jumin_ymd": keys(town.people["came"][person]), "hittosha": self.register_head(person),
        }  # fmt: skip

    def _stranger(self, row: Array) -> dict[str, Column]:
        people, rows, names = self.town.people, self.town.rows, foreign.load()
        person = rows["person"][row]
        name, nation, status = people["foreign_name"][person], people["nation"][person], people["status"][person]
        special, ends = people["section"][person] == 2, ~foreign.ENDLESS[status]
        has_kanji = np.array([bool(text) for text in names.kanji])[name]
        order = np.where(people["alias"][person], 3, np.where(has_kanji, 2, 1))
        return self._present(row) | {
            "romaji": Coded(names.romaji, name), "kanji_shimei": Coded(names.kanji, np.where(has_kanji, name, -1)),
            "tsusho": self.alias(person), "tsusho_kana": _wide(self.alias(person, kana=True)),
            "yusen_kbn": Coded(ORDER, order), "kokuseki_cd": Coded(NATIONS, nation),
            "kokuseki": Coded(tuple(row[1] for row in foreign.NATIONS), nation),
            "kubun_3045": Coded(OF_3045, people["section"][person] - 1),
            "zairyu_cd": Coded(STATUS, np.where(special, len(STATUS) - 1, status)),
            "zairyu_nen": _digits(np.where(ends, foreign.PERIOD_YEARS[status], -1), 2),
            "zairyu_tsuki": _digits(np.where(ends, foreign.PERIOD_MONTHS[status], -1), 2),
            "zairyu_hi": _digits(np.where(ends, 0, -1), 3),
            "manryo_ymd": keys(rows["until"][row]), "gaiju_ymd": keys(people["entry"][person]),
            "card_no": pl.Series(foreign.card_numbers(people["card"][person]), dtype=pl.String),
        }  # fmt: skip

    def _place(self, prefix: str, place: Array, banchi: Array) -> dict[str, Column]:
        """A place as text and codes; −1 is none."""
        places, there = self.town.places, place >= 0
        return {
            f"{prefix}_ken": Coded(places.ken, place), f"{prefix}_shi": Coded(places.shi, place),
            f"{prefix}_machi": Coded(places.machi, place), f"{prefix}_banchi": Coded(places.banchi, banchi),
            f"{prefix}_dantai_cd": _digits(np.where(there, places.dantai[place], -1), 6),
            f"{prefix}_machiaza_id": _digits(np.where(there, places.machiaza[place], -1), 7),
            f"{prefix}_yubin": _postal(np.where(there, places.yubin[place], -1)),
        }  # fmt: skip

    def _address(self, row: Array) -> dict[str, Column]:
        """The present address, and the one before the last removal within the town."""
        addresses, buildings = self.town.addresses, self.town.places.buildings
        address, before = self.town.rows["address"][row], self.previous[row]
        place, banchi, building = addresses["place"][address], addresses["banchi"][address], self.building(address)
        moved = before >= 0
        columns = self._place("jusho", place, banchi) | self._place(
            "tenkyo",
            np.where(moved, addresses["place"][before], -1),
            np.where(moved, addresses["banchi"][before], -1),
        )
        names, readings = tuple(name for name, _ in buildings), tuple(h2z(kana) for _, kana in buildings)
        texts = zip(place.tolist(), banchi.tolist(), building.tolist(), strict=True)
        places = self.town.places
        shown = [places.machi[p] + places.banchi[b] + (f",{names[k]}" if k >= 0 else "") for p, b, k in texts]
        return columns | {
            "jusho_katagaki": Coded(names, building), "jusho_katagaki_kana": Coded(readings, building),
            "jusho_hyoji": pl.Series(shown, dtype=pl.String),
            "tenkyo_katagaki": Coded(names, np.where(moved, self.building(before), -1)),
            "gyoseiku": _digits(place + 1, 5), "gakku": _digits(place // 8 + 1, 5),
        }  # fmt: skip

    def _elsewhere(self, row: Array) -> dict[str, Column]:
        """Where people came from and went to."""
        people, person = self.town.people, self.town.rows["person"][row]
        names = tuple(name for name, _ in self.town.places.buildings)
        came, gone, told = self.from_inland(person), self.to_inland(row), self.town.rows["notified"][row] != NEVER
        from_nation, to_nation = self.from_nation(person), self.to_nation(row)

        def there(mask: Array, name: str) -> Array:
            return np.where(mask, people[name][person], -1)

        final = self._place("kakutei", there(told, "to_place"), there(told, "to_banchi"))
        return {
            **self._place("zen", there(came, "from_place"), there(came, "from_banchi")),
            "zen_katagaki": Coded(names, there(came, "from_building")),
            "zen_koku_cd": Coded(NATIONS, from_nation), "zen_koku": Coded(COUNTRIES, from_nation),
            "zen_kokugai": Coded(COUNTRIES, from_nation),
            **self._place("yotei", there(gone, "to_place"), there(gone, "to_banchi")),
            "yotei_katagaki": Coded(names, there(gone, "to_building")),
            "yotei_koku_cd": Coded(NATIONS, to_nation), "yotei_koku": Coded(COUNTRIES, to_nation),
            **final,
        }  # fmt: skip

    def _rireki_map(self, row: Array) -> dict[str, Column]:
        """All history, that which is not exported, too."""
        number = self.town.rows["no"][row]
        person = self.town.rows["person"][row]
        return {
            "atena_no": _digits(self.town.people["atena"][person], 15), "kyu_rireki": _digits(number * OLD_STEP, 5),
            "shin_rireki": number,
        }  # fmt: skip

    def _kojinbango(self, ids: Array) -> dict[str, Column]:
        people, person = self.town.people, self.numbered[ids]
        return {
            "atena_no": _digits(people["atena"][person], 15), "rireki_no": np.ones(len(ids), dtype=np.int64),
            "bango": _digits(people["mynumber"][person], 12),
            "shitei_ymd": keys(np.maximum(people["entry"][person], NUMBERS_FROM)),
        }  # fmt: skip

    def _shien(self, ids: Array) -> dict[str, Column]:
        people, support = self.town.people, {name: values[ids] for name, values in self.town.support.items()}
        person = support["person"]
        family = self.town.rows["family"][self.latest[person]]
        return {
            "atena_no": _digits(people["atena"][person], 15), "rireki_no": np.ones(len(ids), dtype=np.int64),
            "uketsuke_no": _digits(support["receipt"], 10), "yakuwari": Coded(ROLES, support["joint"].astype(np.int64)),
            "moshide_atena": _digits(people["atena"][support["applicant"]], 15),
            "kana": _wide(self.name(person, family, kana=True)), "shimei": self.name(person, family),
            "birth": self.born[person], "sex": Coded(SEXES, people["woman"][person].astype(np.int64)),
            "jusho": self.free_text(person), "tel": self.telephone(support["receipt"]),
            "kubun": Coded(SECTIONS, support["section"] - 1), "kaishi_ymd": keys(support["start"]),
            "shuryo_ymd": keys(support["end"]), "kagai_atena": _digits(self.offender_number(ids), 15),
            "kagai_shimei": self.offender(ids), "kagai_kana": _wide(self.offender(ids, kana=True)),
            "kagai_birth": keys(self.offender_born(ids)), "kagai_jusho": self.offender_address(ids),
            "yokushi": Coded(("しない", "する"), support["on"].astype(np.int64)),
        }  # fmt: skip

    def _yokushi(self, ids: Array) -> dict[str, Column]:
        case, slot = self.held[ids], self.held_no[ids]
        support = {name: values[case] for name, values in self.town.support.items()}
        return {
            "atena_no": _digits(self.town.people["atena"][support["person"]], 15),
            "rireki_no": np.ones(len(ids), dtype=np.int64), "renban": slot + 1, "jimu_cd": Coded(OFFICES, slot),
            "jusho_kbn": 1 + (slot > 2), "kaishi_ymd": keys(support["start"]), "shuryo_ymd": keys(support["end"]),
        }  # fmt: skip


def _previous(person: Array, event: Array, address: Array) -> Array:
    """By row: the address before the person's last 転居 so far, or −1."""
    at = np.arange(len(person))
    new = np.r_[True, person[1:] != person[:-1]]
    marked = new | (event == Event.転居)
    last = np.maximum.accumulate(np.where(marked, at, 0))
    return np.where(new[last], -1, address[np.maximum(last - 1, 0)])


def _digits(numbers: Array, width: int) -> pl.Series:
    """Numbers filled with zeros on the left, null where negative."""
    given = pl.Series(np.asarray(numbers, dtype=np.int64))
    return pl.select(pl.when(given >= 0).then(given.cast(pl.String).str.zfill(width))).to_series()


def _postal(numbers: Array) -> pl.Series:
    text = _digits(numbers, 7)
    return text.str.slice(0, 3) + "-" + text.str.slice(3)


def _picked(texts: pl.Series, index: Array) -> pl.Series:
    return pl.select(pl.when(pl.Series(index >= 0)).then(texts.gather(np.maximum(index, 0)))).to_series()


def h2z(kana: str) -> str:
    """A half-width reading in full width."""
    return str(jaconv.h2z(kana, kana=True, ascii=True, digit=True)).replace(" ", "\u3000")


def _wide(kana: pl.Series) -> pl.Series:
    known = kana.drop_nulls().unique()
    return kana.replace_strict(known, [h2z(text) for text in known.to_list()], default=None, return_dtype=pl.String)
