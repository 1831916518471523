"""The source fields of a delivery, counted as their layout cuts them."""

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from migrate.charset import Codepage, codepage
from migrate.inventory.columns import ColumnCensus
from migrate.inventory.fields import of_layout
from migrate.inventory.grid import Cells
from migrate.inventory.records import Misfits, fixed_records, text_records
from migrate.inventory.shape import Shape
from migrate.io.delimited import BOM, HEADER_BYTES, cells_of
from migrate.io.framing import TERMINATORS, FileRefused
from migrate.spec.layout import SourceLayout
from migrate.spec.source import RecordTypes, SourceField, SourceFile

Place: TypeAlias = tuple[str, str]
"""(file, field); a field of a group that repeats is ``group.field``."""


@dataclass(slots=True)
class Counted:
    """Per source field a census over all files of its kind; ``files`` how many were read, ``refused`` why not.

    ``misfits`` are records that are not like the others and so were not counted, by file.
    """

    columns: dict[Place, ColumnCensus] = field(default_factory=dict)
    files: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    misfits: dict[str, int] = field(default_factory=dict)

    def of(self, place: Place) -> ColumnCensus:
        """The census of one field, empty at first."""
        return self.columns.setdefault(place, ColumnCensus())


def count_fields(source: SourceLayout, paths: Iterable[tuple[str, Path]]) -> Counted:
    """Every file that a pattern of the source fits; what cannot be read is told by name and code."""
    counted = Counted()
    for name, path in paths:
        entry = next((one for one in source.source.files if fnmatch.fnmatchcase(path.name, one.pattern)), None)
        if entry is None:
            continue
        file, misfits = source.files[entry.file], Misfits()
        try:
            if file.record is not None:
                _count_fixed(path, file, file.encoding or source.source.encoding, counted, misfits)
            else:
                _count_text(path, file, file.encoding or source.source.encoding, counted, misfits)
        except FileRefused as refused:
            counted.refused[name] = refused.code
        else:
            counted.files += 1
            if misfits.count:
                counted.misfits[name] = misfits.count
    return counted


def _count_fixed(path: Path, file: SourceFile, encoding: str, counted: Counted, misfits: Misfits) -> None:
    assert file.record is not None
    shape = Shape("fixed", file.record.length, TERMINATORS[file.record.terminator])
    stride = shape.length + len(shape.terminator)
    if path.stat().st_size % stride not in (0, 1, shape.length):
        raise FileRefused("F-LENGTH")
    page = codepage(encoding)
    for cells in fixed_records(path, shape, misfits):
        data = _data(cells, file.types, {one.name: one for one in file.fields}, page)
        for one in of_layout(file):
            text = one.decode(data, page)
            counted.of((file.file, one.place)).add(text.values, bad=text.bad.size)


def _data(cells: Cells, types: RecordTypes | None, fields: Mapping[str, SourceField], page: Codepage) -> Cells:
    if types is None:
        return cells
    by = fields[types.by]
    value = np.frombuffer(types.data.encode("ascii").ljust(by.width), dtype=np.uint8)
    found: Cells = cells[(page.in_ascii(cells[:, by.at - 1 : by.at - 1 + by.width]) == value).all(axis=1)]
    return found


def _count_text(path: Path, file: SourceFile, encoding: str, counted: Counted, misfits: Misfits) -> None:
    assert file.delimited is not None
    delimiter = file.delimited.delimiter
    with path.open("rb") as opened:
        line = opened.readline(HEADER_BYTES).removeprefix(BOM).rstrip(b"\r\n").decode(encoding, "replace")
    header = tuple(cells_of(line, delimiter)) if line else ()
    names = {one.column or one.name: one.name for one in file.fields}
    if line and not set(header) & set(names):
        raise FileRefused("F-HEADER-MISSING")
    shape = Shape("delimited", delimiter=delimiter, header=True, columns=header)
    for frame in text_records(path, encoding, shape, misfits):
        for column, values in zip(header, frame.get_columns(), strict=True):
            if column in names:
                counted.of((file.file, names[column])).add(values)
