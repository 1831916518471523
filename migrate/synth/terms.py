"""Words of the ground truth, of no vendor: events, 続柄, states, days.

Days are whole days since 1970-01-01; NEVER stands for no day, UNKNOWN_DAY for one nobody knows.
"""

from datetime import date
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from migrate.vocab.daykey import UNKNOWN, pack

Cols: TypeAlias = dict[str, npt.NDArray[Any]]
"""Columns of equal length by name."""
Array: TypeAlias = npt.NDArray[Any]

NEVER = 1_000_000
UNKNOWN_DAY = -1_000_000
NO_KEY = -1
"""No date, among day keys (see ``migrate.vocab.daykey``)."""
YEAR = 365.2425


class Event(IntEnum):
    """Why a history row was written, in the order of rows of one day."""

    出生 = 0
    転入 = 1
    職権記載 = 2
    帰化 = 3
    転居 = 4
    世帯分離 = 5
    世帯主変更 = 6
    職権修正 = 7
    軽微な修正 = 8
    旧氏記載 = 9
    転出 = 10
    死亡 = 11
    職権消除 = 12
    国籍喪失 = 13
    失踪 = 14


class Relation(IntEnum):
    """続柄 to the head; the ones with の are two words of the register."""

    世帯主 = 0
    夫 = 1
    妻 = 2
    夫未届 = 3
    妻未届 = 4
    子 = 5
    父 = 6
    母 = 7
    兄 = 8
    弟 = 9
    姉 = 10
    妹 = 11
    縁故者 = 12
    同居人 = 13
    子の夫 = 14
    子の妻 = 15
    子の子 = 16
    夫の父 = 17
    夫の母 = 18
    妻の父 = 19
    妻の母 = 20


def day(year: int, month: int = 1, day_: int = 1) -> int:
    """The day of one date."""
    return (date(year, month, day_) - date(1970, 1, 1)).days


def keys(days: Array) -> npt.NDArray[np.int32]:
    """Days [n] → day keys [n]; NEVER → NO_KEY, UNKNOWN_DAY → UNKNOWN."""
    plain = (days != NEVER) & (days != UNKNOWN_DAY)
    stamps = np.where(plain, days, 0).astype("datetime64[D]")
    months = stamps.astype("datetime64[M]")
    month = months.astype(np.int64)
    year, of_month = month // 12 + 1970, month % 12 + 1
    of_day = (stamps - months).astype(np.int64) + 1
    packed = (((year - 1850) * 16 + of_month) * 32 + of_day) * 8
    return np.asarray(np.where(plain, packed, np.where(days == NEVER, NO_KEY, UNKNOWN)), dtype=np.int32)


def between(rng: np.random.Generator, low: Array | int, high: Array | int, size: int) -> npt.NDArray[np.int64]:
    """``size`` random days from low up to high (inclusive; low where high is before it)."""
    low_, high_ = np.broadcast_to(low, size).astype(np.float64), np.broadcast_to(high, size).astype(np.float64)
    return np.asarray(low_ + np.floor(rng.random(size) * (np.maximum(high_ - low_, 0) + 1)), dtype=np.int64)


def in_order(cols: Cols, by: str, link: str) -> Cols:
    """Rows as numbers were given out, by the day in the column ``by``; ``link`` is a row of the same, −1 is none."""
    order = np.argsort(cols[by], kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    sorted_ = {name: values[order] for name, values in cols.items()}
    sorted_[link] = np.where(sorted_[link] >= 0, place[sorted_[link]], -1)
    return sorted_


TAISHO_LAST = pack(1926, 12, 25, era=2)
"""大正15年12月25日: the day that 大正 and 昭和 share, written the older way."""
FOREIGN_START = day(2012, 7, 9)
"""The day foreigners came under the 住民基本台帳法."""
