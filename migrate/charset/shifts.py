"""Cells with shifts between single bytes and pairs, all records at once, byte column by byte column."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from migrate.charset.codepage import BAD, Codepage, Shifts

Columns = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scan:
    """By byte column and record: the character that begins there, whether one does, and whether it is a pair.

    A shift that does not fit (back where no pair was, or pairs that never end) stands as a character that is BAD.
    """

    codes: npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
    kept: Mask
    pair: Mask


def scan(columns: Columns, page: Codepage) -> Scan:
    """Byte columns of shape (width, records) of an encoding with shifts."""
    assert page.shifts is not None
    records = columns.shape[1]
    codes = np.empty(columns.shape, dtype=page.double.dtype)
    kept, pairs = np.empty(columns.shape, dtype=np.bool_), np.empty(columns.shape, dtype=np.bool_)
    double, skip = np.zeros(records, dtype=np.bool_), np.zeros(records, dtype=np.bool_)
    began = np.zeros(records, dtype=np.intp)
    for at, byte in enumerate(columns):
        after = columns[at + 1] if at + 1 < len(columns) else np.zeros_like(byte)
        to_double, to_single, long = _shifts(byte, after, ~skip, page.shifts)
        shift = to_double | to_single
        wrong = to_single & ~double
        if not page.shifts.again:
            wrong |= to_double & double
        pair = double & ~skip & ~shift
        read = np.where(pair, page.double[(byte.astype(np.uint16) << 8) | after], page.single[byte])
        codes[at] = np.where(wrong, BAD, read)
        kept[at], pairs[at] = ~skip & (~shift | wrong), pair
        began[to_double & ~double] = at
        double = (double | to_double) & ~to_single
        skip = pair | long
    open_ = np.flatnonzero(double)
    codes[began[open_], open_], kept[began[open_], open_] = BAD, True
    return Scan(codes, kept, pairs)


def _shifts(byte: Columns, after: Columns, free: Mask, shifts: Shifts) -> tuple[Mask, Mask, Mask]:
    """Where a shift to pairs begins, where one back, and where either has a second byte."""
    to_double, long = np.zeros_like(free), np.zeros_like(free)
    for sequence in shifts.to_double:
        found = _begins(byte, after, free, sequence)
        to_double |= found
        if len(sequence) == 2:
            long |= found
    to_single = _begins(byte, after, free, shifts.to_single)
    return to_double, to_single, long | to_single if len(shifts.to_single) == 2 else long


def _begins(byte: Columns, after: Columns, free: Mask, sequence: bytes) -> Mask:
    found: Mask = free & (byte == sequence[0])
    if len(sequence) == 2:
        found &= after == sequence[1]
    return found
