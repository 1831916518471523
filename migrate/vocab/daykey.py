"""Dates as one sortable Int32, calendar or not: ``(((year - 1850) * 16 + month) * 32 + day) * 8 + era``.

A part that is 0 is unknown (the year: 1850); ``UNKNOWN`` is a date nobody knows. The era (0 = western) only serves the
wording of 不詳表記. A date that is only about right (頃, 推定, 春, 上旬 …) has ``KIND`` times a number of ``fusho`` on
top. The key is carried through staging and turned into text by table look-up when a delivery is written.
"""

from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

BASE_YEAR = 1850
YEARS = 300
SIZE = YEARS * 512
KIND = SIZE * 8
"""Keys below are dates as they stand; above, ``key // KIND`` says in what way the date is only about right."""
UNKNOWN = 0
OPEN_START, OPEN_END = 513 * 8, (SIZE - 2) * 8
"""A period that has no beginning, or no end (範囲の不明・無期限): whole days before and after all others, which no
calendar has (month 0 of 1851, month 15 of 2149)."""
OPEN_START_ISO, OPEN_END_ISO = "0000-01-01", "9999-12-31"
"""How both are written."""
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
WRITTEN_FIRST = np.where(np.arange(6) == 1, pack(1868, 1, 1) >> 3, ERA_FIRST)
"""First day of each era as it is written: 明治元年1月1日 is a day of the old calendar, 1868-01-25."""
SOLAR = pack(1873, 1, 1) >> 3
"""明治6年1月1日: what was written before is a day of the lunar calendar …"""
GAP = pack(1872, 12, 3) >> 3
"""… whose last one was 明治5年12月2日; the 3rd to the 30th do not exist."""


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
Rows: TypeAlias = npt.NDArray[np.intp]


def classify(
    era: Ints, year: Ints, month: Ints, day: Ints, *, legal: Mask, kind: Ints | None = None
) -> tuple[Ints, dict[str, Mask]]:
    """Keys of dates given in parts, and rows that are no calendar day, out of their era, have an unknown part, or are
    days of the lunar calendar.

    ``legal`` rows have a year of the range (BASE_YEAR: unknown), a month to 12, a day to 31, and no day without a
    month; others get UNKNOWN. ``kind`` above 0 is a date that is only about right.
    """
    number = np.where(legal, ((year - BASE_YEAR) * 16 + month) * 32 + day, 0).astype(np.int32)
    whole = legal & (day > 0) & (number >= 512)
    exists = calendar()[number]
    in_range = (number >= WRITTEN_FIRST[era]) & (number <= ERA_LAST[era])
    part = np.flatnonzero(legal & ~whole)
    in_range[part] = _may_lie_in(era[part], number[part])
    lunar = era == 1
    if lunar.any():
        lunar &= legal & (number < SOLAR) & (number >= 512)
        exists &= ~(lunar & ((number >= GAP) | (day == 31)))
        lunar &= exists | ~whole
    found = {
        "noncalendar": whole & ~exists,
        "era": legal & (exists | ~whole) & ~in_range,
        "unknown": legal & ~whole,
        "lunar": lunar,
    }
    keys = (number * 8 + era) * (number > 0)
    if kind is not None:
        found["unknown"] |= legal & (kind > 0)
        keys += np.where(legal, kind, 0) * KIND
    return keys.astype(np.int32), found


def _may_lie_in(era: Ints, number: Ints) -> Mask:
    """Dates with unknown parts: some day that they may mean is a day of their era."""
    no_month, no_day = number // 32 % 16 == 0, number % 32 == 0
    first, last = number + no_month * 32 + no_day, number + no_month * 12 * 32 + no_day * 31
    may: Mask = (number < 512) | ((last >= WRITTEN_FIRST[era]) & (first <= ERA_LAST[era]))
    return may


def number_of(key: pl.Expr) -> pl.Expr:
    """``((year - 1850) * 16 + month) * 32 + day``, whatever else the key says."""
    return key // 8 % SIZE


def month_length(year: pl.Expr, month: pl.Expr) -> pl.Expr:
    """Days of a month of the Gregorian calendar."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return pl.when(month == 2).then(28 + leap.cast(pl.Int32)).otherwise(30 + (month + month // 8) % 2)


def iso(key: pl.Expr) -> pl.Expr:
    """The date as YYYY-MM-DD, unknown parts as zeros; an open start or end as 0000-01-01 or 9999-12-31."""
    number = number_of(key)
    year = pl.when(number < 512).then(0).otherwise(number // 512 + BASE_YEAR)
    parts = ((year, 4), (number // 32 % 16, 2), (number % 32, 2))
    day = pl.concat_str([part.cast(pl.String).str.zfill(width) for part, width in parts], separator="-")
    opened = pl.when(number == OPEN_START // 8).then(pl.lit(OPEN_START_ISO))
    return opened.when(number == OPEN_END // 8).then(pl.lit(OPEN_END_ISO)).otherwise(day)


def is_whole(key: pl.Expr) -> pl.Expr:
    """The date has year, month and day (whether or not the calendar has it), and is not only about right."""
    return key.is_between(4096, KIND - 1) & (key // 8 % 32 > 0)


def day_order(key: pl.Expr) -> pl.Expr:
    """What two dates are compared by; null where a part is unknown."""
    return pl.when(is_whole(key)).then(key // 8)


def era_of(year: int, month: int, day: int) -> int:
    """The era a western date falls into, 0 before 明治; an unknown month or day counts as the last of its year or
    month."""
    number = pack(year, month or 12, day or 31) >> 3
    return int(np.flatnonzero(ERA_FIRST[1:] <= number).max(initial=-1)) + 1
