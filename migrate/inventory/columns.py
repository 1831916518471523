"""What a column holds, told without its values: how often it is filled, how long, which letters, codes and dates.

Memory is bounded for each column whatever the number of rows.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.inventory.letters import ASCII, DIGIT, SYMBOL, letters_of, name_of

Ints = npt.NDArray[np.int64]

MOST_CODES = 200
"""Different values that are counted one by one; a field with more is no code."""
SHOWN_CODES = 50
"""Different values of a field whose values may be shown …"""
OFTEN = 20
"""… if each stands so often. That alone says nothing: a file may have many rows of one person. So only"""
SHORTEST_CODE = 3
"""digits and letters of ASCII that are so few are shown,"""
LONGEST_CODE = 5
"""so few where a layout says that the field holds codes,"""
LONGEST_REPEAT = 8
"""and so many where all are one digit."""
MOST_SHAPES = 200
"""Different shapes that are counted; a field with more has none."""
LONGEST_SHAPE = 20
REGISTER_BITS = 12
SEED = 20_240_401
WESTERN = range(1868, 2101)


@dataclass(slots=True)
class DateCensus:
    """Digits read as dates: which could be one, and what stands where none can be."""

    era_dates: int = 0
    western_dates: int = 0
    sentinels: Counter[str] = field(default_factory=Counter)
    looked: int = 0

    def add(self, digits: pl.Series, chars: Ints) -> None:
        """Values of digits only, and how many each has."""
        for width in (7, 8):
            some = digits.filter(pl.Series(chars == width))
            if not some.len():
                continue
            self.looked += some.len()
            number = some.cast(pl.Int64).to_numpy()
            nobody = np.isin(number, (0, int("9" * width)))
            for value, count in zip(*np.unique(number[nobody], return_counts=True), strict=True):
                self.sentinels[str(value).zfill(width)] += int(count)
            day, month, year = number % 100, number // 100 % 100, number // 10_000
            fits = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
            if width == 7:
                self.era_dates += int(
                    np.count_nonzero(fits & (year // 100 >= 1) & (year // 100 <= 5) & (year % 100 > 0))
                )
            else:
                self.western_dates += int(np.count_nonzero(fits & (year >= WESTERN.start) & (year < WESTERN.stop)))

    def document(self, filled: int) -> dict[str, object] | None:
        """The form that nearly all values have; None if they are no dates."""
        form, fitting = max(("Gyymmdd", self.era_dates), ("yyyymmdd", self.western_dates), key=lambda one: one[1])
        nobody = sum(self.sentinels.values())
        if not fitting or fitting + nobody < 0.9 * filled or fitting < 0.5 * (filled - nobody):
            return None
        other = filled - fitting - nobody
        return {"form": form, "dates": fitting, "sentinels": dict(sorted(self.sentinels.items())), "other": other}


@dataclass(slots=True)
class ColumnCensus:
    """One column, batch by batch."""

    rows: int = 0
    filled: int = 0
    chars: tuple[int, int] = (0, 0)
    bytes: tuple[int, int] = (0, 0)
    kinds: Counter[tuple[int, int]] = field(default_factory=Counter)
    shapes: Counter[str] | None = field(default_factory=Counter)
    codes: Counter[str] | None = field(default_factory=Counter)
    dates: DateCensus = field(default_factory=DateCensus)
    gaiji: int = 0
    bad: int = 0
    registers: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1 << REGISTER_BITS, dtype=np.uint8))

    def add(self, values: pl.Series, *, bad: int = 0) -> None:
        """One batch; null and empty text are empty. ``bad`` cells could not be decoded."""
        self.rows += values.len()
        self.bad += bad
        values = values.drop_nulls()
        values = values.filter(values.str.len_bytes() > 0)
        if not values.len():
            return
        self.filled += values.len()
        letters = letters_of(values)
        self.chars = _range(self.chars, letters.chars)
        self.bytes = _range(self.bytes, letters.bytes)
        self._count_kinds(letters.mask, letters.chars)
        self._count_distinct(values)
        self._count_codes(values)
        digits = letters.mask == DIGIT
        dated = digits & ((letters.chars == 7) | (letters.chars == 8))
        if dated.any():
            self.dates.add(values.filter(pl.Series(dated)), letters.chars[dated])
        self._count_shapes(values, letters.mask, letters.chars)

    def _count_kinds(self, mask: npt.NDArray[np.uint16], chars: Ints) -> None:
        key = mask.astype(np.int64) << 16 | np.where(mask == DIGIT, np.minimum(chars, 0xFFFF), 0)
        for one, count in zip(*np.unique(key, return_counts=True), strict=True):
            self.kinds[int(one) >> 16, int(one) & 0xFFFF] += int(count)

    def _count_distinct(self, values: pl.Series) -> None:
        hashed = values.hash(SEED).to_numpy()
        bucket = (hashed >> np.uint64(64 - REGISTER_BITS)).astype(np.intp)
        rest = (hashed << np.uint64(REGISTER_BITS)) | np.uint64(1 << (REGISTER_BITS - 1))
        rank = 64 - np.floor(np.log2(rest.astype(np.float64))).astype(np.uint8)
        np.maximum.at(self.registers, bucket, rank)

    def _count_codes(self, values: pl.Series) -> None:
        if self.codes is None:
            return
        if values.head(5000).n_unique() > MOST_CODES:
            self.codes = None
            return
        counted = values.value_counts()
        if counted.height > MOST_CODES:
            self.codes = None
            return
        for value, count in zip(counted.to_series(0).to_list(), counted.to_series(1).to_list(), strict=True):
            self.codes[value] += count
        if len(self.codes) > MOST_CODES:
            self.codes = None

    def _count_shapes(self, values: pl.Series, mask: npt.NDArray[np.uint16], chars: Ints) -> None:
        """ASCII with digits and signs, its digits and letters made alike: ``999-9999``."""
        if self.shapes is None:
            return
        some = ((mask & ~np.uint16(ASCII)) == 0) & ((mask & SYMBOL) != 0) & ((mask & DIGIT) != 0)
        some &= chars <= LONGEST_SHAPE
        if not some.any():
            return
        shapes = values.filter(pl.Series(some)).str.replace_all("[0-9]", "9").str.replace_all("[A-Z]", "A")
        counted = shapes.str.replace_all("[a-z]", "a").value_counts()
        for shape, count in zip(counted.to_series(0).to_list(), counted.to_series(1).to_list(), strict=True):
            self.shapes[shape] += count
        if len(self.shapes) > MOST_SHAPES:
            self.shapes = None

    @property
    def distinct(self) -> tuple[int, bool]:
        """How many different values, and whether that is exact; else within a few per cent."""
        if self.codes is not None:
            return len(self.codes), True
        size = self.registers.size
        estimate = 0.7213 / (1 + 1.079 / size) * size**2 / float((2.0 ** -self.registers.astype(np.float64)).sum())
        empty = int(np.count_nonzero(self.registers == 0))
        if estimate <= 2.5 * size and empty:
            estimate = size * float(np.log(size / empty))
        return min(round(estimate), self.filled), False

    def document(self, *, coded: bool = False) -> dict[str, object]:
        """As plain data, without the value of any person; ``coded`` if a layout has a code map on the field."""
        distinct, exact = self.distinct
        shown, hidden = self._shown(LONGEST_CODE if coded else SHORTEST_CODE)
        kinds = [
            {"pattern": f"9({chars})" if mask == DIGIT else name_of(mask), "count": count}
            for (mask, chars), count in sorted(self.kinds.items(), key=lambda one: (-one[1], one[0]))[:12]
        ]
        found: dict[str, object] = {
            "rows": self.rows,
            "filled": self.filled,
            "empty_share": round(1 - self.filled / self.rows, 6) if self.rows else 0.0,
            "distinct": distinct,
            "distinct_exact": exact,
            "chars": {"min": self.chars[0], "max": self.chars[1]},
            "bytes": {"min": self.bytes[0], "max": self.bytes[1]},
            "patterns": kinds,
            "shapes": [{"shape": shape, "count": count} for shape, count in self._often()],
            "undecodable": self.bad,
        }
        if dates := self.dates.document(self.filled):
            found["dates"] = dates
        if shown:
            found["codes"] = [{"value": value, "count": count} for value, count in sorted(shown.items())]
            found["codes_hidden"] = {"values": len(hidden), "count": sum(hidden.values())}
        return found

    def _often(self) -> list[tuple[str, int]]:
        """The most common shapes; equal counts in the order of the shapes, whatever came first."""
        least = max(OFTEN, self.filled // 100)
        ordered = sorted((self.shapes or {}).items(), key=lambda one: (-one[1], one[0]))
        return [(shape, count) for shape, count in ordered[:8] if count >= least]

    def _shown(self, longest: int) -> tuple[dict[str, int], dict[str, int]]:
        """Values that may be shown with their counts, and the others."""
        codes: Mapping[str, int] = self.codes or {}
        if not codes or len(codes) > SHOWN_CODES or self.filled < OFTEN * len(codes):
            return {}, dict(codes)
        shown = {value: count for value, count in codes.items() if count >= OFTEN and self._is_code(value, longest)}
        return shown, {value: count for value, count in codes.items() if value not in shown}

    def _is_code(self, value: str, longest: int) -> bool:
        """Too short to be a person's. Other letters than those of ASCII are names as soon as there are two, and a
        column of names has some of one."""
        if not (value.isascii() and value.isalnum()):
            return self.chars[1] == 1
        return len(value) <= longest or (len(value) <= LONGEST_REPEAT and value.isdigit() and len(set(value)) == 1)


def _range(known: tuple[int, int], found: Ints) -> tuple[int, int]:
    least, most = int(found.min()), int(found.max())
    return (min(known[0], least), max(known[1], most)) if known[1] else (least, most)
