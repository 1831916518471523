"""Every day from 明治元年 to 2040, in every form, against a reading by hand: one day after the other, with datetime."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from migrate.stages.read import decode
from migrate.vocab import daykey, fusho
from migrate.vocab.dateforms import DateRule, of_texts
from tests.stages.test_dates import fixed_plan

FIRST, LAST = dt.date(1868, 1, 1), dt.date(2040, 12, 31)
DAYS = [FIRST + dt.timedelta(n) for n in range((LAST - FIRST).days + 1)]
ERAS = {  # letter, kanji, ligature, name, year 0, first and last day, both as they are written
    1: ("M", "明", "\u337e", "明治", 1867, dt.date(1868, 1, 1), dt.date(1912, 7, 30)),
    2: ("T", "大", "\u337d", "大正", 1911, dt.date(1912, 7, 30), dt.date(1926, 12, 25)),
    3: ("S", "昭", "\u337c", "昭和", 1925, dt.date(1926, 12, 25), dt.date(1989, 1, 7)),
    4: ("H", "平", "\u337b", "平成", 1988, dt.date(1989, 1, 8), dt.date(2019, 4, 30)),
    5: ("R", "令", "\u32ff", "令和", 2018, dt.date(2019, 5, 1), dt.date(2040, 12, 31)),
}
KANJI = "〇一二三四五六七八九"
WIDE = str.maketrans("0123456789./-MTSHR", "０１２３４５６７８９．／－ＭＴＳＨＲ")
Written = list[tuple[dt.date, int, int]]
"""Days with an era they are written in (0 = western), and the year of it."""


def kanji(number: int) -> str:
    """1–99 as people say it."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else KANJI[tens] + "十") + (KANJI[ones] if ones else "")


@cache
def in_own_era() -> Written:
    """Every day in each era that holds it: two of them on the days when one followed the other."""
    return [(day, era, day.year - of[4]) for day in DAYS for era, of in ERAS.items() if of[5] <= day <= of[6]]


@cache
def in_any_era() -> Written:
    """Every day in every era in which it can be written at all, 昭和99年 and 令和1年1月1日 included."""
    return [(day, era, day.year - of[4]) for day in DAYS for era, of in ERAS.items() if 1 <= day.year - of[4] <= 99]


@cache
def western() -> Written:
    return [(day, 0, day.year) for day in DAYS]


def by_hand(day: dt.date, era: int) -> str:
    """What there is to say of a day that is written in an era."""
    if era == 1 and dt.date(1872, 12, 3) <= day <= dt.date(1872, 12, 31):
        return "noncalendar"
    if era == 1 and day < dt.date(1873, 1, 1):
        return "noncalendar" if day.day == 31 else "lunar"
    return "" if era == 0 or ERAS[era][5] <= day <= ERAS[era][6] else "era"


TEXT: dict[str, tuple[tuple[str, ...], Callable[[], Written], Callable[[dt.date, int, int], str]]] = {
    "letter": (("Gyy.mm.dd",), in_any_era, lambda d, e, y: f"{ERAS[e][0]}{y}.{d.month}.{d.day}"),
    "small letter, compact": (("LYYMMDD",), in_own_era, lambda d, e, y: f"{ERAS[e][0].lower()}{y:02}{d:%m%d}"),
    "full width": (("Gyy.mm.dd",), in_own_era, lambda d, e, y: f"{ERAS[e][0]}{y:02}/{d:%m/%d}".translate(WIDE)),
    "kanji": (("Gyy.mm.dd",), in_own_era, lambda d, e, y: f"{ERAS[e][1]}{'元' if y == 1 else y}-{d.month}-{d.day}"),
    "ligature": (("年月日",), in_own_era, lambda d, e, y: f"{ERAS[e][2]}{y}年{d.month}月{d.day}日"),
    "name": (("年月日", "不詳表記"), in_own_era, lambda d, e, y: f"{ERAS[e][3]}{y}年{d.month:2}月{d.day:2}日"),
    "kanji numbers": (
        ("年月日",), in_own_era,
        lambda d, e, y: f"{ERAS[e][3]}{'元' if y == 1 else kanji(y)}年{kanji(d.month)}月{kanji(d.day)}日",
    ),
    "kanji digits": (
        ("年月日",), western,
        lambda d, _, y: "".join(KANJI[int(c)] for c in str(y)) + f"年{kanji(d.month)}月{kanji(d.day)}日",
    ),
    "digit": (("GYYMMDD",), in_any_era, lambda d, e, y: f"{'13579'[e - 1]}{y:02}{d:%m%d}"),
    "two digits": (("GGYYMMDD",), in_own_era, lambda d, e, y: f"{e:02}{y:02}{d:%m%d}"),
    "slashes": (("yyyy-mm-dd", "yyyy/mm/dd"), western, lambda d, _, y: f"{y}/{d.month}/{d.day}"),
    "hyphens": (("yyyy-mm-dd", "yyyy/mm/dd"), western, lambda d, _, y: d.isoformat()),
    "points": (("yyyy.mm.dd",), western, lambda d, _, y: f"{y}.{d.month:2}.{d.day:2}"),
    "eight digits": (("yyyymmdd",), western, lambda d, _, y: f"{d:%Y%m%d}"),
}  # fmt: skip
FIXED: dict[str, tuple[str, Callable[[], Written], Callable[[dt.date, int, int], str]]] = {
    "digit": ("GYYMMDD", in_any_era, lambda d, e, y: f"{'13579'[e - 1]}{y:02}{d:%m%d}"),
    "two digits": ("GGYYMMDD", in_own_era, lambda d, e, y: f"{e:02}{y:02}{d:%m%d}"),
    "letter": ("LYYMMDD", in_own_era, lambda d, e, y: f"{ERAS[e][0]}{y:02}{d:%m%d}"),
    "western": ("YYYYMMDD", western, lambda d, _, y: f"{d:%Y%m%d}"),
}
CODES = {"1": 1, "3": 2, "5": 3, "7": 4, "9": 5} | {f"{era:02}": era for era in ERAS}
CODE_NAMES = {code: str(ERAS[era][3]) for code, era in CODES.items()}
TROUBLES = ("invalid", "unknown", "era", "noncalendar", "lunar")


@cache
def hand_made(days: Callable[[], Written]) -> tuple[np.ndarray[Any, Any], Mapping[str, np.ndarray[Any, Any]]]:
    """Keys of the days, and the rows of each trouble."""
    keys = [daykey.pack(day.year, day.month, day.day, era=era) for day, era, _ in days()]
    said = np.array([by_hand(day, era) for day, era, _ in days()])
    return np.array(keys, dtype=np.int32), {name: np.flatnonzero(said == name) for name in TROUBLES}


@pytest.mark.parametrize("name", TEXT)
def test_text(name: str) -> None:
    forms, days, write = TEXT[name]
    dates = of_texts(DateRule(forms, eras=CODES), pl.Series([write(*one) for one in days()]))
    keys, troubles = hand_made(days)
    assert dates.valid.all()
    assert np.array_equal(dates.keys, keys)
    for trouble, rows in troubles.items():
        assert np.array_equal(np.flatnonzero(dates.troubles[trouble]), rows), trouble


@pytest.mark.parametrize(
    ("name", "packed"), [(name, packed) for name in FIXED for packed in ("", "C") if not packed or name != "letter"]
)
def test_fixed(name: str, packed: str) -> None:
    form, days, write = FIXED[name]
    fill = "0" if packed and len(form) % 2 == 0 else ""
    text = "".join([fill + write(*one) + packed for one in days()])
    raw = bytes.fromhex(text) if packed else text.encode("ascii")
    cells = np.frombuffer(raw, dtype=np.uint8).reshape(len(days()), -1)
    group = {"date": {"form": form}, "width": str(cells.shape[1])} | ({"packed": "yes"} if packed else {})
    columns, noted, _ = decode(cells, fixed_plan(group, CODE_NAMES))
    keys, troubles = hand_made(days)
    assert np.array_equal(columns["day"].to_numpy(), keys)
    found = {trouble.trouble: trouble.rows for trouble in noted.troubles}
    assert found.keys() == {name for name, rows in troubles.items() if rows.size}
    for trouble, rows in found.items():
        assert np.array_equal(rows, troubles[trouble]), trouble


def test_notations_are_read_as_they_are_written() -> None:
    """Every notation of many keys says the same again: ``of_texts`` is the inverse of ``wording``."""
    kinds = [*range(1, 13), *(fusho.UNTIL + m * 32 + d for m in (1, 6, 12) for d in (1, 30))]
    kinds += [first + d for first in (fusho.UNTIL_ESTIMATED, fusho.UNTIL_ABOUT) for d in (1, 31)]
    days = [(1873, 1, 1, 1), (1912, 7, 30, 2), (1926, 12, 25, 3), (1989, 1, 7, 3), (2019, 5, 31, 5), (2040, 12, 9, 5)]
    parts = [(y, month, day, e) for y, m, d, e in days for month, day in ((0, 0), (m, 0), (m, d))]
    kept = [(part, kind) for part in parts for kind in (0, *kinds) if fits(kind, *part[1:3])]
    keys = [daykey.pack(y, m, d, era=e) + kind * daykey.KIND for (y, m, d, e), kind in kept]
    texts = [fusho.wording(key) for key in [daykey.UNKNOWN, *keys]]
    assert len(set(texts)) == len(texts)
    dates = of_texts(DateRule(("不詳表記",)), pl.Series(texts))
    assert dates.keys.tolist() == [daykey.UNKNOWN, *keys]
    assert dates.troubles["unknown"].all()


def fits(kind: int, month: int, day: int) -> bool:
    """There is a notation of the kind for a date of that precision."""
    if kind == 0:
        return day == 0
    if kind == fusho.ABOUT:
        return True
    if kind == fusho.ESTIMATED:
        return month > 0
    if kind <= 6:
        return month == 0
    return (month > 0) if kind > 12 and day else (month > 0 and day == 0 and kind <= 12)
