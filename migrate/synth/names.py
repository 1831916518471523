"""Names and their readings, as tables that persons point into by index.

Only JIS X 0208 characters: every name survives cp932 and back. Readings are half-width kana with large letters
(``ｷﾖｳｺ``), as old hosts keep them.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import jaconv
import numpy as np
import numpy.typing as npt
import polars as pl

KANA_LIMIT = 16
VARIANTS = 6
"""At most so many ways to write one given name."""


class NamesMissing(ImportError):
    """The optional package with names is not installed."""


@dataclass(frozen=True)
class Table:
    """One list of names: how they are written, their half-width readings, and how likely each is."""

    kanji: pl.Series
    kana: pl.Series
    weight: npt.NDArray[np.float64]

    def draw(self, rng: np.random.Generator, count: int) -> npt.NDArray[np.int32]:
        """``count`` random indexes into the table."""
        return np.searchsorted(np.cumsum(self.weight), rng.random(count)).clip(0, len(self.kanji) - 1).astype(np.int32)


@dataclass(frozen=True)
class Names:
    """Family names, and given names of men and women in one table: men first, ``women`` is the first woman's index."""

    family: Table
    given: Table
    women: int

    def draw_given(self, rng: np.random.Generator, woman: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
        """One given name for each person, by sex."""
        u = rng.random(len(woman))
        men = (u * self.women).astype(np.int32)
        women = self.women + (u * (len(self.given.kanji) - self.women)).astype(np.int32)
        return np.where(woman, women, men)


def _plain(text: str) -> bool:
    try:
        text.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


def half_kana(reading: str) -> str:
    """A reading in hiragana or katakana → half-width, with large letters only."""
    return str(jaconv.hira2hkata(jaconv.enlarge_smallkana(jaconv.kata2hira(reading))))


def _dataset() -> Any:
    try:
        return import_module("japanese_personal_name_dataset").load_dataset("opti", include_last_names=True)
    except ImportError:
        raise NamesMissing("names are missing: pip install migrate-chukan[synth]") from None


def _given(readings: Any) -> list[tuple[str, str]]:
    rows = []
    for reading, entry in readings.items():
        kana = half_kana(reading)
        if len(kana) <= KANA_LIMIT:
            rows += [(kanji, kana) for kanji in entry["kanji"] if _plain(kanji) and len(kanji) <= 4][:VARIANTS]
    return rows


def _table(rows: list[tuple[str, str]], weight: list[float]) -> Table:
    heavy = np.array(weight, dtype=np.float64)
    return Table(
        pl.Series([kanji for kanji, _ in rows], dtype=pl.String),
        pl.Series([kana for _, kana in rows], dtype=pl.String),
        heavy / heavy.sum(),
    )


@cache
def load() -> Names:
    """The tables; NamesMissing says what to install."""
    men, women, families = _dataset()
    family = [
        ((kanji, half_kana(entry["reading"])), float(entry["count"]))
        for kanji, entry in families.items()
        if _plain(kanji)
    ]
    family = [row for row in family if len(row[0][1]) <= KANA_LIMIT]
    male, female = _given(men), _given(women)
    given = male + female
    return Names(
        _table([row for row, _ in family], [count for _, count in family]),
        _table(given, [1.0] * len(given)),
        len(male),
    )
