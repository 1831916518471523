"""A sample of fixed records as a grid of byte columns: what kind each byte is, and where cells are blank."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Cells = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]

SAMPLE = 20_000
"""Records of a sample."""
SPACE = 0x20

BLANK, DIGIT, LETTER, SIGN, KANA, LEAD, TRAIL, OTHER = range(8)
WIDE_BLANK = (0x81, 0x40)


def sample_of(blocks: Iterable[Cells], records: int) -> Cells:
    """About ``SAMPLE`` records, evenly spread, the first and the last among them."""
    step = max(1, -(-records // SAMPLE))
    parts, before = [], 0
    last, has_last = None, True
    for block in blocks:
        if not block.shape[0]:
            continue
        parts.append(block[-before % step :: step].copy())
        before += block.shape[0]
        last, has_last = block[-1:].copy(), (before - 1) % step == 0
    if last is None:
        return np.empty((0, 0), dtype=np.uint8)
    return np.concatenate(parts if has_last else [*parts, last])


@dataclass(frozen=True, slots=True)
class Grid:
    """``kinds`` of shape (records, bytes); ``filled`` where a byte is no blank; ``wide`` where a blank is of two bytes.

    Per column: ``fill`` share of filled cells, ``shares`` of each kind among all cells, ``zero`` share of the digit 0
    among filled cells, ``entropy`` in bits among filled cells.
    """

    cells: Cells
    kinds: Cells
    filled: Flags
    wide: Flags
    fill: Shares
    shares: Shares
    zero: Shares
    entropy: Shares

    @property
    def width(self) -> int:
        """Bytes of a record."""
        return int(self.cells.shape[1])


def grid_of(cells: Cells) -> Grid:
    """The grid of some records, read as cp932."""
    kinds = _kinds(cells)
    wide = np.zeros(cells.shape, dtype=np.bool_)
    pairs = (kinds[:, :-1] == LEAD) & (cells[:, :-1] == WIDE_BLANK[0]) & (cells[:, 1:] == WIDE_BLANK[1])
    wide[:, :-1] |= pairs
    wide[:, 1:] |= pairs
    filled = (kinds != BLANK) & ~wide
    count = np.maximum(filled.sum(axis=0), 1)
    shares = np.stack([(kinds == kind).mean(axis=0) for kind in range(8)])
    zero = ((cells == 0x30) & filled).sum(axis=0) / count
    return Grid(cells, kinds, filled, wide, filled.mean(axis=0), shares, zero, _entropy(cells, filled, count))


def _entropy(cells: Cells, filled: Flags, count: npt.NDArray[np.int64]) -> Shares:
    width = cells.shape[1]
    found = np.zeros(width)
    for column in range(width):
        p = np.bincount(cells[filled[:, column], column], minlength=256) / count[column]
        p = p[p > 0]
        found[column] = -float((p * np.log2(p)).sum())
    return found


def _kinds(cells: Cells) -> Cells:
    flat = np.ascontiguousarray(cells).ravel()
    kinds = _KIND[flat]
    at = np.flatnonzero(kinds == LEAD)
    if at.size:
        number = np.arange(at.size)
        begins = (np.diff(at, prepend=-2) != 1) | (at % cells.shape[1] == 0)
        run = np.maximum.accumulate(np.where(begins, number, 0))
        trail = (number - run) % 2 == 1
        kinds[at[trail]] = TRAIL
        second = at[~trail] + 1
        second = second[(second < flat.size) & (second % cells.shape[1] != 0)]
        second = second[flat[second] >= 0x40]
        kinds[second] = TRAIL
    return kinds.reshape(cells.shape)


def _kind_table() -> Cells:
    table = np.full(256, OTHER, dtype=np.uint8)
    table[0x21:0x7F] = SIGN
    table[SPACE] = BLANK
    table[0x30:0x3A] = DIGIT
    table[0x41:0x5B] = table[0x61:0x7B] = LETTER
    table[0xA1:0xE0] = KANA
    table[0x81:0xA0] = table[0xE0:0xFD] = LEAD
    return table


_KIND = _kind_table()
