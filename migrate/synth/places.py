"""Invented places: the town's own 町字, other municipalities, 番地, buildings."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from migrate.synth.names import half_kana
from migrate.synth.numbers import with_dantai_digit

DANTAI = with_dantai_digit(20291)
KEN, SHI = "瑞穂県", "みなと野市"
OTHERS = 300
KENS = (
    (4, "青海県"), (7, "白峰県"), (10, "松影県"), (13, "花里都"), (15, "星川県"), (20, "瑞穂県"),
    (23, "泉野県"), (27, "朝霧府"), (31, "深緑県"), (36, "浅葉県"), (41, "月影県"), (46, "若草県"),
)  # fmt: skip
HEADS = tuple("緑桜松竹梅白青泉朝美若藤")
TAILS = tuple("川野原沢浦崎島田見里山瀬")
TOWNS = (
    "本町", "栄町", "緑ヶ丘", "桜台", "川原", "松原", "東野", "西野", "南原", "北原",
    "中島", "大谷", "小川", "山田", "高見", "泉", "若葉", "青葉", "朝日", "旭ヶ丘",
    "宮前", "寺前", "水元", "石橋", "竹原", "梅園", "藤岡", "杉本", "柳町", "橋本",
    "湊町", "浜町", "新田", "古川", "上野", "下野", "横山", "平野", "金山", "花園",
    "星野", "月岡", "日向", "白山", "黒川", "赤坂", "大字上原", "大字下原", "大字岩根", "大字小池",
)  # fmt: skip
CHOME = ("", "一丁目", "二丁目", "三丁目", "四丁目", "五丁目")
BUILDINGS = (
    ("みどり", "ハイツ"), ("さくら", "コーポ"), ("あおば", "荘"), ("わかば", "マンション"), ("みなと", "レジデンス"),
    ("ひかり", "アパート"), ("しおかぜ", "テラス"), ("けやき", "ハウス"), ("すみれ", "パレス"), ("やまびこ", "団地"),
)  # fmt: skip
WINGS = ("", "Ａ棟", "Ｂ棟", "Ｃ棟", "１号館", "２号館")
WINGS_KANA = ("", "Aﾄｳ", "Bﾄｳ", "Cﾄｳ", "1ｺﾞｳｶﾝ", "2ｺﾞｳｶﾝ")
READ = {"荘": "そう", "団地": "だんち"}
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
BLOCKS, LOTS = 60, 30


@dataclass(frozen=True)
class Places:
    """The address master, own 町字 first: one entry per place, ``own`` of them in the town.

    ``banchi`` are the 番地 to choose from, ``buildings`` (name, kana) the 方書; 方書コード k of any own place is
    ``buildings[(place + k) % len]``, for k from 1 to ``per_town``.
    """

    code: npt.NDArray[np.int64]
    dantai: npt.NDArray[np.int64]
    machiaza: npt.NDArray[np.int64]
    yubin: npt.NDArray[np.int64]
    ken: tuple[str, ...]
    shi: tuple[str, ...]
    machi: tuple[str, ...]
    own: int
    banchi: tuple[str, ...]
    buildings: tuple[tuple[str, str], ...]
    per_town: int


def _buildings() -> tuple[tuple[str, str], ...]:
    return tuple(
        (head + tail + wing, half_kana(head + READ.get(tail, tail)) + wing_kana)
        for head, tail in BUILDINGS
        for wing, wing_kana in zip(WINGS, WINGS_KANA, strict=True)
    )


def _banchi() -> tuple[str, ...]:
    """Index = block × LOTS + lot; lot 0 has no branch number."""
    texts = []
    for block in range(1, BLOCKS + 1):
        texts += [f"{block}番地{lot or ''}".translate(WIDE) for lot in range(LOTS)]
    return tuple(texts)


def _towns(count: int) -> list[tuple[int, int, str]]:
    """(大字, 小字 = 丁目, name) of ``count`` own 町字."""
    full = [(i + 1, chome, name + CHOME[chome]) for i, name in enumerate(TOWNS) for chome in range(1, 6)]
    plain = [(i + 1, 0, name) for i, name in enumerate(TOWNS)]
    split = len(TOWNS) * 2 // 5
    wanted = plain[split:] + [town for town in full if town[0] <= split]
    return sorted(wanted[:count])


def _elsewhere(rng: np.random.Generator) -> list[tuple[int, int, str, str, str]]:
    """(municipality of five digits, 大字, 都道府県, 市区郡町村, 町字) of OTHERS places outside the town."""
    rng.permutation(len(HEADS) * len(TAILS))  # drew the names once; what is drawn after it stays as it was
    return [
        (city, i // len(KENS) + 1, ken, shi, TOWNS[int(rng.integers(40))])
        for i, (city, ken, shi) in enumerate(map(_municipality, range(OTHERS)))
    ]


def _municipality(i: int) -> tuple[int, str, str]:
    """(code of five digits, 都道府県, 市区郡町村) of the i-th municipality outside the town, the same in all towns."""
    number, ken = KENS[i % len(KENS)]
    city = i // 3 * 55 % (len(HEADS) * len(TAILS))
    name = HEADS[city // len(TAILS)] + TAILS[city % len(TAILS)]
    shi = name + "市" if city % 3 else f"{HEADS[city % len(HEADS)]}{TAILS[city // len(HEADS)]}郡{name}町"
    return number * 1000 + 391 + i // len(KENS), ken, shi


def municipalities() -> list[tuple[str, str, str]]:
    """(都道府県, 市区郡町村, code of six digits) of all that synthetic towns name, their own first: none of them is
    real, so the model sources list them in their ``places.csv``."""
    others = [(ken, shi, f"{with_dantai_digit(city):06d}") for city, ken, shi in map(_municipality, range(OTHERS))]
    return [(KEN, SHI, f"{DANTAI:06d}"), *others]


def make_places(rng: np.random.Generator, residents: int) -> Places:
    """The master for a town of so many residents: 40 to 200 own 町字 and OTHERS elsewhere."""
    towns = _towns(min(200, 40 + residents // 1000))
    others = _elsewhere(rng)
    base = DANTAI // 10
    code = [(base * 1000 + oaza) * 1000 + koaza for oaza, koaza, _ in towns]
    code += [(city * 1000 + oaza) * 1000 for city, oaza, *_ in others]
    machiaza = [oaza * 1000 + koaza for oaza, koaza, _ in towns] + [oaza * 1000 for _, oaza, *_ in others]
    yubin = [3990000 + 11 + i * 7 for i in range(len(towns))]
    yubin += [city // 1000 * 100000 + 50000 + i * 13 for i, (city, *_) in enumerate(others)]
    return Places(
        np.array(code, dtype=np.int64),
        np.array([DANTAI] * len(towns) + [with_dantai_digit(city) for city, *_ in others], dtype=np.int64),
        np.array(machiaza, dtype=np.int64),
        np.array(yubin, dtype=np.int64),
        (KEN,) * len(towns) + tuple(row[2] for row in others),
        (SHI,) * len(towns) + tuple(row[3] for row in others),
        tuple(name for *_, name in towns) + tuple(row[4] for row in others),
        len(towns),
        _banchi(),
        _buildings(),
        min(60, 8 + residents // 2000),
    )
