"""Columns by field name + a byte layout → records as bytes. Knows no vendor.

A column is one of: integers (a date field: day keys; a zoned field: the number; else digits; negative = none), text as
a Polars Series (null = none), or ``Coded``: few different texts and an index. Fields without a column hold their
padding, or the first value that means "no date" there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.charset import codepage, encode
from migrate.spec.source import DateForm, SourceField, SourceFile
from migrate.synth.terms import Array
from migrate.vocab.daykey import BASE_YEAR, ERA_BASE, ERA_FIRST, ERAS, UNKNOWN

Bytes: TypeAlias = npt.NDArray[np.uint8]
WIDE_SPACE = "\u3000"


class TooLong(ValueError):
    """A text that its field does not hold."""


@dataclass(frozen=True, eq=False)
class Coded:
    """Texts by index: ``values[index]``, blank where the index is −1. ``values`` must live as long as the renderer."""

    values: Sequence[str]
    index: Array


Column: TypeAlias = Array | pl.Series | Coded
Columns: TypeAlias = Mapping[str, Column]


@dataclass(frozen=True)
class Place:
    """One field in the record: bytes ``start`` (from 0) up to ``start + width``."""

    name: str
    start: int
    width: int
    type: str
    date: DateForm | None
    sign: str | None = None


def places_of(fields: Sequence[SourceField], base: int = 0, prefix: str = "") -> dict[str, Place]:
    """Every field by name; a field of slot 2 of an OCCURS group ``g`` is called ``g.2.name``."""
    found: dict[str, Place] = {}
    for item in fields:
        start = base + item.at - 1
        if item.occurs is None:
            found[prefix + item.name] = Place(prefix + item.name, start, item.width, item.type, item.date, item.sign)
            continue
        for slot in range(item.occurs.times):
            inner = start + slot * item.occurs.width
            found |= places_of(item.occurs.fields, inner, f"{prefix}{item.name}.{slot + 1}.")
    return found


def digits(values: Array, width: int) -> Bytes:
    """Integers [n] → digits [n, width], filled with zeros on the left; the highest digits are cut."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (np.asarray(values, dtype=np.int64)[:, None] // powers % 10 + 48).astype(np.uint8)


SIGNS = {"overpunch": ("{ABCDEFGHI", "}JKLMNOPQR"), "zone7": ("0123456789", "pqrstuvwxy")}
"""The last digit of a zoned number that is not below zero, and of one that is."""
FIGURES = b"0123456789{}ABCDEFGHIJKLMNOPQR"
"""Bytes of numbers that are written as ASCII first. Those of zone 7 are of ASCII alone."""


def zoned(values: Array, place: Place) -> Bytes:
    """Integers [n] → zoned numbers [n, width] with the sign in the last byte."""
    made = digits(np.abs(values), place.width)
    letters = np.array([list(row.encode()) for row in SIGNS[place.sign or ""]], dtype=np.uint8)
    made[:, -1] = letters[(np.asarray(values) < 0).astype(np.int64), made[:, -1] - 48]
    return made


def signed(block: Bytes, place: Place) -> Array:
    """The zoned numbers of some records [n, length] → integers [n]; 0 where there is none."""
    cells = block[:, place.start : place.start + place.width].astype(np.int64)
    last, below = np.full(256, -1), np.zeros(256, dtype=bool)
    for minus, row in enumerate(SIGNS[place.sign or ""]):
        last[list(row.encode())], below[list(row.encode())] = np.arange(10), bool(minus)
    figures = np.c_[cells[:, :-1] - 48, last[cells[:, -1]]]
    number = figures @ 10 ** np.arange(place.width - 1, -1, -1, dtype=np.int64)
    right = ((figures >= 0) & (figures <= 9)).all(axis=1)
    return np.where(right, np.where(below[cells[:, -1]], -number, number), 0)


@dataclass
class Renderer:
    """Writes records of one kind (data, header or trailer). ``eras`` maps digits to 年号, as the source does."""

    fields: Mapping[str, Place]
    length: int
    encoding: str
    eras: Mapping[str, str]
    newline: bytes = b""
    _tables: dict[tuple[str, int], tuple[Sequence[str], Bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        figures = (encode(chr(byte), self.encoding, type="X") for byte in FIGURES)
        self._of_ascii = np.arange(256, dtype=np.uint8)
        self._of_ascii[list(FIGURES)] = np.frombuffer(b"".join(figures), dtype=np.uint8)
        self._space = encode(" ", self.encoding, type="X")
        self.blank = np.full(self.length + len(self.newline), self._space[0], dtype=np.uint8)
        self.blank[self.length :] = np.frombuffer(self.newline, dtype=np.uint8)
        for place in self.fields.values():
            empty = place.date.empty[0] if place.date and place.date.empty else ""
            self._at(self.blank, place)[:] = np.frombuffer(self.encode(place.name, empty), dtype=np.uint8)
        letters = {era: letter for letter, era in self.eras.items()}
        self._era_digit = np.array([int(letters.get(era, "0")) for era in ERAS])

    @staticmethod
    def _at(records: Bytes, place: Place) -> Bytes:
        return records[..., place.start : place.start + place.width]

    def encode(self, name: str, text: str) -> bytes:
        """One text as its field holds it; TooLong if it does not fit."""
        place = self.fields[name]
        raw = encode(text, self.encoding, type=place.type)
        if len(raw) > place.width:
            raise TooLong(f"{name}: {len(raw)} bytes into {place.width}")
        if place.type == "9":
            return raw.rjust(place.width, encode("0", self.encoding, type="9"))
        pad = encode(WIDE_SPACE, self.encoding, type="N") if place.type == "N" else self._space
        return raw + pad * ((place.width - len(raw)) // len(pad))

    def records(self, columns: Columns, count: int) -> Bytes:
        """``count`` records with their line ends. [count, length + newline]"""
        made = np.empty((count, len(self.blank)), dtype=np.uint8)
        made[:] = self.blank
        for name, column in columns.items():
            place = self.fields[name]
            target = self._at(made, place)
            if isinstance(column, Coded):
                target[:] = self._table(place, column.values)[column.index]
            elif isinstance(column, pl.Series):
                target[:] = self._texts(place, column)
            elif place.date is not None:
                self._dates(target, place.date, column)
            elif place.sign is not None:
                target[:] = self._figures(zoned(column, place))
            else:
                known = column >= 0
                target[known] = self._figures(digits(column[known], place.width))
        return made

    def _figures(self, made: Bytes) -> Bytes:
        """Digits and letters of ASCII as the encoding has them."""
        return made if self.encoding == "cp932" else self._of_ascii[made]

    def in_ascii(self, block: Bytes) -> Bytes:
        """Records with the digits and letters of ASCII, to be counted."""
        return codepage(self.encoding).in_ascii(block)

    def _table(self, place: Place, values: Sequence[str]) -> Bytes:
        key = (place.name, id(values))
        if key not in self._tables:
            raw = b"".join(self.encode(place.name, text) for text in (*values, ""))
            self._tables[key] = (values, np.frombuffer(raw, dtype=np.uint8).reshape(-1, place.width))
        return self._tables[key][1]

    def _texts(self, place: Place, column: pl.Series) -> Bytes:
        per = 2 if place.type == "N" else 1
        padded = column.fill_null("").str.pad_end(place.width // per, WIDE_SPACE if per == 2 else " ")
        raw = encode("".join(padded.to_list()), self.encoding, type=place.type)
        if len(raw) != len(column) * place.width:
            raise TooLong(f"{place.name}: a text is not {per} byte(s) a letter, or too long")
        return np.frombuffer(raw, dtype=np.uint8).reshape(-1, place.width)

    def _dates(self, target: Bytes, form: DateForm, keys: Array) -> None:
        known = keys > UNKNOWN
        day, era = keys[known].astype(np.int64) >> 3, keys[known] & 7
        year = (day >> 9) + BASE_YEAR
        era = np.where(era > 0, era, np.searchsorted(ERA_FIRST[1:], day, side="right"))
        if form.form == "GYYMMDD":
            year = self._era_digit[era] * 100 + year - ERA_BASE[era]
        target[known] = self._figures(digits((year * 100 + (day >> 5 & 15)) * 100 + (day & 31), target.shape[1]))
        if (keys == UNKNOWN).any():
            unknown = np.frombuffer(form.unknown[0].encode(), dtype=np.uint8)
            target[keys == UNKNOWN] = self._figures(unknown)


@dataclass(frozen=True)
class FileRenderer:
    """The data, header and trailer records of one file."""

    layout: SourceFile
    data: Renderer
    header: Renderer | None
    trailer: Renderer | None


def file_renderer(layout: SourceFile, encoding: str, eras: Mapping[str, str]) -> FileRenderer:
    """Ready to write the file that ``layout`` describes."""

    assert layout.record is not None
    length = layout.record.length
    newline = {"crlf": b"\r\n", "lf": b"\n", "none": b""}[layout.record.terminator]

    def renderer(fields: Sequence[SourceField], kind: str | None) -> Renderer:
        made = Renderer(places_of(fields), length, encoding, eras, newline)
        if layout.types is not None and kind is not None:
            place = made.fields[layout.types.by]
            made.blank[place.start : place.start + place.width] = np.frombuffer(
                encode(kind, encoding, type=place.type), dtype=np.uint8
            )
        return made

    types = layout.types
    header = renderer(layout.header.fields, types.header if types else None) if layout.header else None
    trailer = renderer(layout.trailer.fields, types.trailer if types else None) if layout.trailer else None
    return FileRenderer(layout, renderer(layout.fields, types.data if types else None), header, trailer)
