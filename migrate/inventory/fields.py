"""The fields of a fixed file: those that a layout says, or those that can be drafted from the bytes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from migrate.charset import (
    Codepage,
    Text,
    decode_double,
    decode_mixed,
    decode_packed,
    decode_single,
    decode_zoned,
)
from migrate.inventory.boundaries import CERTAIN, Boundary, Window, boundaries_of, signs
from migrate.inventory.grid import DIGIT, LEAD, TRAIL, Cells, Grid, grid_of
from migrate.spec.source import SourceField, SourceFile

LEAST_RECORDS = 100
"""Records that a draft should rest on; with fewer it is marked as doubtful."""
LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Types:
    """Which value of the first byte marks the first, the other and the last records."""

    header: str | None
    data: str
    trailer: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: ``at`` in bytes from 1, and for a draft how sure its beginning is and why.
    ``place`` is how mappings name it."""

    name: str
    at: int
    width: int
    type: str
    ja: str = ""
    date: str = ""
    confidence: float | None = None
    why: tuple[str, ...] = ()
    place: str = ""
    sign: str = ""
    decimals: int = 0

    def cells(self, records: Cells) -> Cells:
        """Its bytes in each record."""
        return records[:, self.at - 1 : self.at - 1 + self.width]

    def decode(self, records: Cells, page: Codepage) -> Text:
        """Its text in each record."""
        cells = self.cells(records)
        if self.type == "P":
            return decode_packed(cells, decimals=self.decimals)
        if self.type == "S9" and self.sign:
            zoned = cells if self.sign == "ebcdic" else page.in_ascii(cells)
            return decode_zoned(zoned, sign=self.sign, decimals=self.decimals)
        if self.type == "N" and self.width % 2 == 0:
            return decode_double(cells, page)
        return decode_mixed(cells, page) if self.type in ("N", "M") else decode_single(cells, page)


def types_of(cells: Cells) -> Types | None:
    """Record types by the first byte: one value in nearly all records, another in the first or the last alone."""
    if cells.shape[0] < 3:
        return None
    by, (first, last) = cells[:, 0], (int(cells[0, 0]), int(cells[-1, 0]))
    values, counts = np.unique(by, return_counts=True)
    data = int(values[counts.argmax()])
    alone = {int(value) for value, count in zip(values, counts, strict=True) if count == 1}
    header, trailer = (first if first in alone else None), (last if last in alone else None)
    known = {data, header, trailer}
    if (header is None and trailer is None) or any(int(value) not in known for value in values):
        return None
    if not all(chr(value).isascii() and chr(value).isalnum() for value in known if value is not None):
        return None
    return Types(chr(header) if header is not None else None, chr(data), chr(trailer) if trailer is not None else None)


def data_records(cells: Cells, types: Types | None) -> Cells:
    """The records that are no header and no trailer."""
    return cells if types is None else cells[cells[:, 0] == ord(types.data)]


def drafted(cells: Cells, types: Types | None) -> list[Field]:
    """Fields as the bytes of data records suggest them; they cover the record from end to end."""
    grid = grid_of(cells)
    found, windows = boundaries_of(grid)
    if types is not None and all(boundary.at != 1 for boundary in found):
        found = sorted([*found, Boundary(1, CERTAIN, ("record-type",))], key=lambda one: one.at)
    dates = {(window.start, window.width): window for window in windows}
    ends = [boundary.at for boundary in found[1:]] + [grid.width]
    signed = signs(grid)
    return [
        _field(grid, one, end, dates.get((one.at, end - one.at)), bool(signed[end - 1]))
        for one, end in zip(found, ends, strict=True)
    ]


def _field(grid: Grid, boundary: Boundary, end: int, date: Window | None, signed: bool) -> Field:
    at, width = boundary.at, end - boundary.at
    fill = grid.fill[at:end]
    wide = grid.shares[LEAD, at:end] + grid.shares[TRAIL, at:end]
    digits = grid.shares[DIGIT, at:end]
    kind = "X"
    if not fill.any() and not wide.any():
        kind = "filler"
    elif wide.sum() > 0.02 * max(fill.sum(), 1e-9):
        narrow = fill.sum() - (wide - grid.wide[:, at:end].mean(axis=0)).sum()
        kind = "N" if width % 2 == 0 and narrow < 0.02 * max(fill.sum(), 1e-9) else "M"
    elif digits.min() == 1 and date is None and width <= LONGEST_NUMBER:
        kind = "9"
    form = date.form if date else ""
    sign = ""
    if signed and digits[:-1].all():
        kind, sign = "S9", "overpunch"
    return Field(f"at_{at + 1}", at + 1, width, kind, "", form, boundary.confidence, boundary.why, sign=sign)


def of_layout(file: SourceFile) -> list[Field]:
    """The fields of the data record, groups that repeat written out."""
    found: list[Field] = []
    for field in file.fields:
        found += list(_slots(field))
    return found


def _slots(field: SourceField) -> Iterator[Field]:
    if field.occurs is None:
        yield _source_field(field, field.name, field.name, field.at)
        return
    for slot in range(field.occurs.times):
        base = field.at - 1 + slot * field.occurs.width
        for part in field.occurs.fields:
            yield _source_field(
                part, f"{field.name}[{slot + 1}].{part.name}", f"{field.name}.{part.name}", base + part.at
            )


def _source_field(field: SourceField, name: str, place: str, at: int) -> Field:
    form = (field.date.form or "") if field.date else ""
    number = (field.sign or "", field.decimals)
    return Field(name, at, field.width, field.type, field.ja or "", form, None, (), place, *number)


def readable(host: bool) -> npt.NDArray[np.uint8] | None:
    """For EBCDIC the ASCII byte of each byte, DEL where there is none: enough to see digits, letters and blanks."""
    if not host:
        return None
    letters = bytes(range(256)).decode("cp037")
    return np.array([ord(letter) if " " <= letter <= "~" else 0x7F for letter in letters], dtype=np.uint8)
