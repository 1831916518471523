"""Columns by field name + the layout of a delimited file → its records as text. Knows no vendor.

Columns are those of ``migrate.synth.render``; a number is written without leading zeros, a date in the first of the
field's forms. A field without a column is empty. Quotes stand where RFC 4180 wants them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from migrate.charset import encode
from migrate.spec.source import DateForm, SourceFile
from migrate.synth.render import Coded, Column, Columns
from migrate.synth.terms import Array
from migrate.vocab.daykey import BASE_YEAR, ERA_BASE, ERA_FIRST, ERAS, UNKNOWN

BARE_COMMA = "\ufdd0"
"""Stands in a text for a delimiter that is written without quotes: it makes two fields of one."""
LETTERS = (" ", "M", "T", "S", "H", "R")
"""By era number, as in ``ERAS``."""


def _western(separator: str) -> Callable[[int, int, int, int], str]:
    return lambda era, year, month, day: f"{year:04d}{separator}{month:02d}{separator}{day:02d}"


def _japanese(era: int, year: int, month: int, day: int) -> str:
    number = year - int(ERA_BASE[era])
    return f"{ERAS[era]}{'元' if number == 1 else number}年{month}月{day}日"


def _letter(era: int, year: int, month: int, day: int) -> str:
    return f"{LETTERS[era]}{year - int(ERA_BASE[era]):02d}.{month:02d}.{day:02d}"


FORMS: Mapping[str, Callable[[int, int, int, int], str]] = {
    "Gyy.mm.dd": _letter,
    "年月日": _japanese,
    "yyyy/mm/dd": _western("/"),
    "yyyy-mm-dd": _western("-"),
    "yyyymmdd": _western(""),
}
"""By form: era, western year, month, day → text."""


@dataclass(frozen=True)
class TextRenderer:
    """The records of one delimited file. UTF-8 begins with a byte order mark, as spreadsheet programs write it."""

    layout: SourceFile
    encoding: str

    def head(self) -> bytes:
        """What stands before the data: the names of the columns."""
        names = [field.column or field.name for field in self.layout.fields]
        return (b"\xef\xbb\xbf" if self.encoding == "utf-8" else b"") + self.written(
            pl.DataFrame([pl.Series(name, [name]) for name in names])
        )

    def records(self, columns: Columns, count: int) -> bytes:
        """``count`` records with their line ends."""
        return self.written(self.texts(columns, count))

    def texts(self, columns: Columns, count: int) -> pl.DataFrame:
        """All fields of ``count`` records as text; null where a field is empty."""
        unknown = set(columns) - {field.name for field in self.layout.fields}
        if unknown:
            raise KeyError(f"{self.layout.file}: {sorted(unknown)}")
        nothing = pl.Series([None] * count, dtype=pl.String)
        texts = [
            (_text(columns[field.name], field.date) if field.name in columns else nothing).alias(field.name)
            for field in self.layout.fields
        ]
        return pl.DataFrame(texts)

    def written(self, frame: pl.DataFrame) -> bytes:
        """Fields as they stand in the file, with quotes where they are needed."""
        assert self.layout.delimited is not None
        text = frame.write_csv(
            include_header=False,
            separator=self.layout.delimited.delimiter,
            line_terminator="\r\n",
            quote_style="necessary",
        )
        return encode(text.replace(BARE_COMMA, self.layout.delimited.delimiter), self.encoding)


def _text(column: Column, date: DateForm | None) -> pl.Series:
    if isinstance(column, Coded):
        return pl.Series([*(text or None for text in column.values), None], dtype=pl.String).gather(
            np.where(column.index < 0, len(column.values), column.index)
        )
    if isinstance(column, pl.Series):
        return column
    if date is not None:
        return dates_as_text(column, date)
    numbers = pl.Series(np.asarray(column, dtype=np.int64))
    return pl.select(pl.when(numbers >= 0).then(numbers.cast(pl.String))).to_series()


def dates_as_text(keys: Array, date: DateForm) -> pl.Series:
    """Day keys as text, every day once."""
    days, place = np.unique(keys, return_inverse=True)
    return pl.Series([_date(int(key), date) for key in days], dtype=pl.String).gather(place)


def _date(key: int, date: DateForm) -> str | None:
    if key < UNKNOWN:
        return None
    if key == UNKNOWN:
        return date.unknown[0]
    day, era = key >> 3, key & 7
    era = era or int(np.searchsorted(ERA_FIRST[1:], day, side="right"))
    return FORMS[date.forms[0]](era, (day >> 9) + BASE_YEAR, day >> 5 & 15, day & 31)
