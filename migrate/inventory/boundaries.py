"""Where the fields of an undocumented fixed record begin: rules over neighbouring byte columns, each a reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from migrate.inventory.grid import BLANK, DIGIT, KANA, LEAD, LETTER, SIGN, TRAIL, Grid

Flags = npt.NDArray[np.bool_]

CERTAIN, LIKELY, MAYBE = 0.95, 0.8, 0.6
"""How sure a rule is of the boundaries it finds."""
NOISE = 0.004
"""Share of the records that may be wrong without meaning anything."""
FEW = 2
DATE_FITS = 0.97
OVERPUNCH = np.frombuffer(b"{ABCDEFGHI}JKLMNOPQR", dtype=np.uint8)
BRACES = np.frombuffer(b"{}", dtype=np.uint8)
FIRST_YEAR, LAST_YEAR = 1960, 2035
LEAST_DATES = 4
"""Dates that make a run of digits a date."""
MOSTLY = 0.9
ENOUGH = 100
"""Records in which what always holds holds by no chance."""


@dataclass(frozen=True, slots=True)
class Window:
    """A run of digits that are dates: first byte (from 0), bytes, form."""

    start: int
    width: int
    form: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """A field begins at this byte (from 0), how sure that is, and the rules that say so."""

    at: int
    confidence: float
    why: tuple[str, ...]


def boundaries_of(grid: Grid) -> tuple[list[Boundary], list[Window]]:
    """Every boundary found, the beginning of the record among them, and the dates."""
    windows = date_windows(grid)
    found: dict[int, dict[str, float]] = {0: {"record": 1.0}}
    for rule, name, sure in RULES:
        for at in np.flatnonzero(rule(grid)).tolist():
            found.setdefault(at, {})[name] = sure
    inside = {at for window in windows for at in range(window.start + 1, window.start + window.width)}
    found = {at: why for at, why in found.items() if at not in inside and not _splits(grid, at)}
    for window in windows:
        for at in (window.start, window.start + window.width):
            if at < grid.width:
                found.setdefault(at, {})["date"] = CERTAIN
    ordered = sorted(found.items())
    return [Boundary(at, _sure(why), tuple(why)) for at, why in ordered], windows


def _sure(why: dict[str, float]) -> float:
    doubt = 1.0
    for sure in why.values():
        doubt *= 1 - sure
    return round(1 - doubt, 3)


def _splits(grid: Grid, at: int) -> bool:
    """A character of two bytes would be cut."""
    return at > 0 and bool(grid.shares[TRAIL, at] > NOISE)


def _least(grid: Grid) -> float:
    return float(max(FEW, NOISE * grid.cells.shape[0]))


def _shift(flags: Flags, by: int) -> Flags:
    """Column b takes what column b - by says."""
    found = np.zeros_like(flags)
    if by > 0:
        found[..., by:] = flags[..., :-by]
    else:
        found[..., :by] = flags[..., -by:]
    return found


def begins_after_blanks(grid: Grid) -> Flags:
    """Something stands after two blanks, or after two of two bytes: padding ended there."""
    blank = ~grid.filled
    narrow = blank & ~grid.wide
    two = _shift(narrow, 1) & _shift(narrow, 2)
    four = _shift(blank, 1) & _shift(blank, 2) & _shift(blank, 3) & _shift(blank, 4)
    mixed = (_shift(narrow, 1) & _shift(grid.wide, 2)) | (_shift(grid.wide, 1) & _shift(narrow, 3))
    begins = grid.filled & (two | four | mixed)
    found: Flags = begins.sum(axis=0) >= _least(grid)
    return found


def blanks_change(grid: Grid) -> Flags:
    """Blanks of one byte stand before blanks of two, or the other way round, in one record."""
    narrow = (grid.kinds == BLANK) & ~grid.wide
    change = (_shift(narrow, 1) & grid.wide) | (_shift(grid.wide, 1) & narrow)
    found: Flags = change.sum(axis=0) >= max(_least(grid), 0.2 * grid.cells.shape[0])
    return found


def filled_apart(grid: Grid) -> Flags:
    """Digits or letters that stand mostly where the byte before them is blank, or anything that always does: no space
    inside a text does that."""
    alone = (grid.filled & ~_shift(grid.filled, 1)).sum(axis=0)
    filled = grid.filled.sum(axis=0)
    code = grid.shares[DIGIT] + grid.shares[LETTER] > 0.95 * grid.fill
    mostly = code & (alone >= np.maximum(_least(grid), 0.6 * filled))
    always = (alone >= 0.99 * filled) & (filled >= ENOUGH)
    found: Flags = mostly | always
    found[0] = False
    return found


def fill_drops(grid: Grid) -> Flags:
    """Digits up to here in most records, and in fewer from here on: numbers are padded, so a field ends."""
    digits = _digits(grid)
    before = _before(grid.fill)
    found: Flags = _before(digits) & (before > 2.5 * NOISE) & (grid.fill < 0.9 * before) & (grid.shares[SIGN] < NOISE)
    found &= digits | (grid.fill < NOISE)
    found[0] = False
    return found


def kind_changes(grid: Grid) -> Flags:
    """Letters of one byte stand where letters of two or kana stood, or the other way round."""
    wide = grid.shares[LEAD] + grid.shares[TRAIL] - grid.wide.mean(axis=0)
    narrow = grid.shares[DIGIT] + grid.shares[LETTER] + grid.shares[SIGN]
    groups = np.stack([narrow, grid.shares[KANA], wide]) / np.maximum(grid.fill, 1e-9)
    before = np.roll(groups, 1, axis=1)
    enough = (grid.fill > NOISE) & (_before(grid.fill) > NOISE)
    found: Flags = (np.abs(groups - before).sum(axis=0) / 2 > 0.8) & enough
    found[0] = False
    return found


def signs(grid: Grid) -> Flags:
    """Columns that hold the last digit of a signed number: zoned, the sign in the byte, as hosts write it in ASCII."""
    filled = np.maximum(grid.filled.sum(axis=0), 1)
    over = (np.isin(grid.cells, OVERPUNCH) & grid.filled).sum(axis=0) >= 0.995 * filled
    braces = (np.isin(grid.cells, BRACES) & grid.filled).sum(axis=0) >= 0.02 * filled
    found: Flags = over & braces & _before(_digits(grid)) & (grid.fill > NOISE)
    return found


def sign_ends(grid: Grid) -> Flags:
    """A signed number ended with the byte before."""
    found: Flags = _before(signs(grid)).copy()
    found[0] = False
    return found


def years(grid: Grid) -> Flags:
    """Four digits that are a year of our time in every record, and not the beginning of a date."""
    digits = np.where(grid.kinds == DIGIT, grid.cells - 0x30, 99).astype(np.int32)
    found = np.zeros(grid.width, dtype=np.bool_)
    full = _digits(grid) & (grid.fill > 0.99)
    for at in range(1, grid.width - 4):
        if full[at - 1 : at + 5].all() and np.isin(digits[:, at], (1, 2)).all():
            year = digits[:, at : at + 4] @ np.array([1000, 100, 10, 1])
            if ((year >= FIRST_YEAR) & (year <= LAST_YEAR)).all():
                found[[at, at + 4]] = True
    return found


def letters_begin(grid: Grid) -> Flags:
    """Letters after a digit: codes begin with letters more often than they end with them."""
    digits = _digits(grid)
    letters = (grid.shares[LETTER] > 0.9 * grid.fill) & (grid.fill > NOISE) & ~signs(grid)
    found: Flags = letters & _before(digits)
    found[0] = False
    return found


def zeros_begin(grid: Grid) -> Flags:
    """A number padded with zeros begins: two zeros and more after a digit that varies, five after one that does not,
    and digits after them."""
    digits = _digits(grid)
    zeros = digits & (grid.zero >= MOSTLY)
    found = np.zeros(grid.width, dtype=np.bool_)
    for at in np.flatnonzero(zeros & ~_before(zeros) & _before(digits | signs(grid))).tolist():
        rest = zeros[at:]
        run = rest.size if rest.all() else int(np.argmin(rest))
        end = at + run
        goes_on = end < grid.width and digits[end] and abs(grid.fill[end] - grid.fill[at]) < NOISE
        found[at] = at > 0 and goes_on and run >= (2 if grid.entropy[at - 1] > 1 else 5)
    return found


def entropy_drops(grid: Grid) -> Flags:
    """After the varying last digit of a number comes a digit of few values, no zero."""
    digits = _digits(grid)
    before = _before(grid.entropy)
    drop = (before > 3) & (before - grid.entropy > 1.5)
    found: Flags = digits & _before(digits) & drop & (grid.zero < MOSTLY)
    found[0] = False
    return found


def postal_codes(grid: Grid) -> Flags:
    """Three digits, a sign that never changes, four digits."""
    digits = _digits(grid)
    sign = (grid.shares[SIGN] >= 0.98 * grid.fill) & (grid.fill > NOISE) & (grid.entropy == 0)
    found = np.zeros(grid.width, dtype=np.bool_)
    for at in np.flatnonzero(sign).tolist():
        if digits[max(0, at - 3) : at].sum() == 3 and digits[at + 1 : at + 5].sum() == 4:
            found[at - 3] = True
            if at + 5 < grid.width:
                found[at + 5] = True
    found[0] = False
    return found


def _digits(grid: Grid) -> Flags:
    """Columns of digits, where they are not blank."""
    found: Flags = (grid.shares[DIGIT] > 0.98 * grid.fill) & (grid.fill > NOISE)
    return found


def _before(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """What holds for the column before each; for the first, what holds for the last."""
    return np.roll(column, 1)


def date_windows(grid: Grid) -> list[Window]:
    """Runs of seven (era, year, month, day) or eight digits that are dates in nearly every record, left to right."""
    found: list[Window] = []
    digits = np.where(grid.kinds == DIGIT, grid.cells - 0x30, 255).astype(np.int32)
    at = 0
    while at <= grid.width - 7:
        window = next((w for w in _windows_at(grid, digits, at)), None)
        if window:
            found.append(window)
        at += window.width if window else 1
    return found


def _windows_at(grid: Grid, digits: npt.NDArray[np.int32], at: int) -> Iterator[Window]:
    for width, form in ((8, "YYYYMMDD"), (7, "GYYMMDD")):
        if at + width > grid.width or grid.fill[at] < NOISE:
            continue
        part = digits[:, at : at + width]
        rows = part[:, 0] != 255
        some = part[rows]
        if some.shape[0] < LEAST_DATES or (some == 255).mean() > 1 - DATE_FITS:
            continue
        nobody = (some == 0).all(axis=1) | (some == 9).all(axis=1)
        real = _are_dates(some, width)
        if (real | nobody).mean() < DATE_FITS or real.sum() < LEAST_DATES:
            continue
        if _vary(some[real], width) or (nobody.mean() > 0.05 and (real | nobody).all()):
            yield Window(at, width, form)


def _are_dates(some: npt.NDArray[np.int32], width: int) -> Flags:
    month, day = _month_and_day(some, width)
    fits: Flags = (month <= 12) & (day <= 31) & ((month > 0) | (day == 0))
    if width == 8:
        year = some[:, :4] @ np.array([1000, 100, 10, 1])
        fits &= (year >= 1868) & (year <= 2100)
        return fits
    era, year = some[:, 0], some[:, 1] * 10 + some[:, 2]
    fits &= (era >= 1) & (era <= 5) & (year >= 1) & (year <= 64)
    return fits


def _month_and_day(some: npt.NDArray[np.int32], width: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    at = width - 4
    return some[:, at] * 10 + some[:, at + 1], some[:, at + 2] * 10 + some[:, at + 3]


def _vary(real: npt.NDArray[np.int32], width: int) -> bool:
    """Months and days vary as those of dates do, as far as there are dates to tell."""
    month, day = _month_and_day(real, width)
    known = month > 0
    if known.sum() < 0.8 * known.size:
        return False
    months, days = np.unique(month[known]).size, np.unique(day[known]).size
    return months >= (6 if width == 7 else 2) and days >= (8 if width == 7 else 2)


RULES = (
    (begins_after_blanks, "after-blanks", CERTAIN),
    (blanks_change, "blanks-change", CERTAIN),
    (filled_apart, "filled-apart", LIKELY),
    (fill_drops, "fill-drops", LIKELY),
    (kind_changes, "kind-changes", LIKELY),
    (letters_begin, "letters-begin", MAYBE),
    (sign_ends, "sign-ends", CERTAIN),
    (years, "year", MAYBE),
    (postal_codes, "postal-code", LIKELY),
    (entropy_drops, "entropy-drops", MAYBE),
    (zeros_begin, "zeros-begin", MAYBE),
)
"""Each rule says of every column whether a field begins there."""
