"""Dates as one sortable Int32, calendar or not: ``(((year - 1850) * 16 + month) * 32 + day) * 8 + era``.

Month or day 0 is an unknown part; ``UNKNOWN`` is a date nobody knows. The era (0 = western) only serves the wording of
不詳表記. The key is carried through staging and turned into text by table look-up when a delivery is written.
"""

from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

BASE_YEAR = 1850
YEARS = 300
SIZE = YEARS * 512
UNKNOWN = 0
ERAS = ("", "明治", "大正", "昭和", "平成", "令和")
ERA_BASE = np.array([0, 1867, 1911, 1925, 1988, 2018], dtype=np.int32)
"""Year of an era + base = western year."""


def pack(year: int, month: int = 0, day: int = 0, *, era: int = 0) -> int:
    """The key of one date; month or day 0 = unknown."""
    return (((year - BASE_YEAR) * 16 + month) * 32 + day) * 8 + era


def of_digits(text: str) -> int | None:
    """The key of a calendar day written as YYYYMMDD; None if it is none."""
    if not (len(text) == 8 and text.isascii() and text.isdigit() and BASE_YEAR <= int(text[:4]) < BASE_YEAR + YEARS):
        return None
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    exists = month <= 12 and day <= 31 and bool(calendar()[pack(year, month, day) >> 3])
    return pack(year, month, day) if exists else None


ERA_FIRST = (
    np.array(
        [pack(1850, 1, 1), pack(1868, 1, 25), pack(1912, 7, 30), pack(1926, 12, 25), pack(1989, 1, 8), pack(2019, 5, 1)]
    )
    >> 3
)
"""First day of each era as ``key >> 3``."""
ERA_LAST = (
    np.array(
        [
            pack(2149, 12, 31),
            pack(1912, 7, 30),
            pack(1926, 12, 25),
            pack(1989, 1, 7),
            pack(2019, 4, 30),
            pack(2149, 12, 31),
        ]
    )
    >> 3
)
"""Last day of each era as ``key >> 3``; 明治, 大正 end on the day the next begins
(住民記録システム標準仕様書 1.1.8)."""


@cache
def calendar() -> np.ndarray:
    """By ``key >> 3``: True where the day exists in the Gregorian calendar."""
    exists = np.zeros(SIZE, dtype=bool)
    days = np.arange(np.datetime64(f"{BASE_YEAR}-01-01"), np.datetime64(f"{BASE_YEAR + YEARS}-01-01"))
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (days - months).astype(np.int64) + 1
    exists[((years - BASE_YEAR) * 16 + month) * 32 + day] = True
    return exists


Ints: TypeAlias = npt.NDArray[np.int32]
Mask: TypeAlias = npt.NDArray[np.bool_]


def classify(era: Ints, year: Ints, month: Ints, day: Ints, *, legal: Mask) -> tuple[Ints, dict[str, Mask]]:
    """Keys of dates given in parts, and rows that are no calendar day, out of their era, or have an unknown part.

    ``legal`` rows have a year of the range, a month to 12, a day to 31, and no day without a month; others get UNKNOWN.
    """
    number = np.where(legal, ((year - BASE_YEAR) * 16 + month) * 32 + day, 0).astype(np.int32)
    whole = legal & (day > 0)
    exists = calendar()[number]
    in_range = (number >= ERA_FIRST[era]) & (number <= ERA_LAST[era])
    found = {"noncalendar": whole & ~exists, "era": whole & exists & ~in_range, "unknown": legal & ~whole}
    return np.where(legal, number * 8 + era, UNKNOWN).astype(np.int32), found


def is_whole(key: pl.Expr) -> pl.Expr:
    """The date has year, month and day (whether or not the calendar has it)."""
    return (key // 8 % 32 > 0) & (key // 256 % 16 > 0)


def day_order(key: pl.Expr) -> pl.Expr:
    """What two dates are compared by; null where a part is unknown."""
    return pl.when(is_whole(key)).then(key // 8)


def era_of(year: int, month: int, day: int) -> int:
    """The era a western date falls into, 0 before 明治; an unknown month or day counts as the last of its year or
    month."""
    number = pack(year, month or 12, day or 31) >> 3
    return int(np.flatnonzero(ERA_FIRST[1:] <= number).max(initial=-1)) + 1


def wording(key: int) -> str:
    """不詳表記 of a date with unknown parts, in the official notation (住民記録システム標準仕様書 1.1.8)."""
    if key == UNKNOWN:
        return "年月日不詳"
    year, month, day, era = key // 4096 + BASE_YEAR, key // 256 % 16, key // 8 % 32, key % 8
    era = era or era_of(year, month, day)
    in_era = year - int(ERA_BASE[era])
    digits = str.maketrans("0123456789", "０１２３４５６７８９")
    shown = "元" if in_era == 1 and era else str(in_era)
    years = f"{ERAS[era]}{shown}年".translate(digits)
    return f"{years}　月日不詳" if month == 0 else f"{years}{month}月　日不詳".translate(digits)
