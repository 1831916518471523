"""Standard tables as files: rows in key order appended to CSV (and Parquet), in the physical form of a profile."""

import io
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from migrate.charset import encode
from migrate.io.lines import csv_lines
from migrate.io.publish import Part, RunFolder
from migrate.spec.system import Profile
from migrate.spec.table import StandardField
from migrate.vocab import daykey, fusho

ROW_GROUP = 100_000
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Form:
    """The columns of one file and how they are written."""

    profile: Profile
    fields: tuple[StandardField, ...]

    @property
    def codec(self) -> str:
        """The encoding but for a byte order mark: ``utf-8`` or ``cp932``."""
        return self.profile.encoding.removesuffix("-bom")

    def header(self) -> bytes:
        """The first line, or nothing."""
        start = _BOM if self.profile.encoding == "utf-8-bom" else b""
        if self.profile.header == "none":
            return start
        names = [f.ja if self.profile.header == "ja" else f.name for f in self.fields]
        return start + self.csv(pl.DataFrame({str(i): [name] for i, name in enumerate(names)}))

    def beside(self) -> "Form":
        """The form of items whose letters nobody checks (独自項目): UTF-8, where the profile's encoding has no room."""
        if self.profile.encoding != "cp932":
            return self
        return replace(self, profile=self.profile.model_copy(update={"encoding": "utf-8-bom"}))

    def csv(self, text: pl.DataFrame) -> bytes:
        """Text columns as lines; null and empty are both an empty field."""
        return b"".join(self.lines(text))

    def lines(self, text: pl.DataFrame) -> Iterator[bytes | memoryview]:
        """The same in pieces of whole lines, none of them kept."""
        for lines in csv_lines(text, self.profile):
            yield encode(bytes(lines).decode(), "cp932") if self.codec == "cp932" else lines

    def text(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Every item in order as text; dates in the profile's form, 不詳 items derived from their date."""
        of_date = {f.unknown.flag: (f.name, _flag) for f in self.fields if f.unknown}
        of_date |= {f.unknown.text: (f.name, _wording) for f in self.fields if f.unknown}
        there = set(rows.columns)
        columns: list[pl.Expr] = []
        for field in self.fields:
            date, made = of_date.get(field.name, (field.name, _as_is))
            if date not in there:
                value = pl.lit(None, pl.String)
            elif field.type == "DATE":
                value = _written(pl.col(date), self.profile)
            else:
                value = made(rows[date])
            columns.append(value.alias(field.name))
        return rows.with_columns(columns).select(field.name for field in self.fields)


def _as_is(values: pl.Series) -> pl.Expr:
    return pl.col(values.name)


def _flag(keys: pl.Series) -> pl.Expr:
    """Of a date: 0 where it is wholly known, else 1."""
    key = pl.col(keys.name)
    return pl.when(key.is_null()).then(None).when(daykey.is_whole(key)).then(pl.lit("0")).otherwise(pl.lit("1"))


def _wording(keys: pl.Series) -> pl.Expr:
    """Of a date: what it says where it is not wholly known."""
    key = pl.col(keys.name)
    unknown = pl.when(~daykey.is_whole(key)).then(key)
    distinct = keys.to_frame().select(unknown).to_series().drop_nulls().unique()
    if distinct.is_empty():
        return pl.lit(None, pl.String)
    texts = [fusho.wording(int(k)) for k in distinct]
    return unknown.replace_strict(distinct, texts, default=None, return_dtype=pl.String)


def _written(key: pl.Expr, profile: Profile) -> pl.Expr:
    """Dates as text. Unknown parts are zeros, or a date that is not wholly known is empty, as the profile says."""
    texts = _dates(profile.date, profile.open_start, profile.open_end)
    text = pl.lit(texts).gather(daykey.number_of(key))
    return pl.when(daykey.is_whole(key)).then(text) if profile.unknown_date == "empty" else text


@cache
def _dates(form: str, open_start: str, open_end: str) -> pl.Series:
    """By ``daykey.number_of``: the date as text, unknown parts as zeros; periods without a start or an end as the
    profile writes them."""
    number = np.arange(daykey.SIZE)
    year = np.where(number < 512, 0, number // 512 + daykey.BASE_YEAR)
    month, day = number // 32 % 16, number % 32
    frame = pl.DataFrame({"y": year.astype(np.int32), "m": month.astype(np.int32), "d": day.astype(np.int32)})
    parts = [pl.col("y").cast(pl.String).str.zfill(4), *(pl.col(c).cast(pl.String).str.zfill(2) for c in "md")]
    text = frame.select(pl.concat_str(parts, separator="-" if form == "YYYY-MM-DD" else "").alias("date")).to_series()
    return text.scatter([daykey.OPEN_START // 8, daykey.OPEN_END // 8], [open_start, open_end])


class TableFile:
    """One table being written, in a thread of its own: rows come in key order, bytes are hashed and written beside."""

    def __init__(self, folder: RunFolder, name: str, form: Form, *, parquet: bool) -> None:
        self._folder, self._name, self._form = folder, name, form
        self._part = folder.part(name)
        self._part.write(form.header())
        self._queue: queue.Queue[pl.DataFrame | None] = queue.Queue()
        self._error: BaseException | None = None
        self._parquet = _ParquetFile(folder, name.removesuffix(".csv") + ".parquet", form) if parquet else None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        self.rows = 0

    def append(self, rows: pl.DataFrame) -> None:
        """Write rows after those written so far; waits until those are written."""
        if rows.height:
            self._queue.join()
            self._queue.put(rows)
            self.rows += rows.height
        self._raise()

    def close(self) -> str:
        """Finish the file; its SHA-256."""
        self._queue.put(None)
        self._thread.join()
        self._raise()
        if self._parquet is not None:
            self._parquet.close()
        return self._folder.keep(self._name, self._part)

    def abandon(self) -> None:
        """Let go of a file that was not finished; nothing if it was."""
        if self._thread.is_alive():
            self._error = self._error or EOFError()
            self._queue.put(None)
            self._thread.join()
        if self._parquet is not None:
            self._parquet.abandon()

    def _work(self) -> None:
        while (rows := self._queue.get()) is not None:
            if self._error is None:
                try:
                    self._write(rows)
                except BaseException as error:  # raised where rows are appended
                    self._error = error
            del rows
            self._queue.task_done()

    def _write(self, rows: pl.DataFrame) -> None:
        text = self._form.text(rows)
        for lines in self._form.lines(text):
            self._part.write(lines)
        if self._parquet is not None:
            self._parquet.append(text)

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error


class _ParquetFile:
    def __init__(self, folder: RunFolder, name: str, form: Form) -> None:
        self._folder, self._name = folder, name
        self._part = folder.part(name)
        schema = pa.schema([(field.name, pa.large_string()) for field in form.fields])
        self._sink = _Sink(self._part)
        self._writer = pq.ParquetWriter(self._sink, schema, compression="zstd")
        self._waiting: list[pl.DataFrame] = []

    def append(self, text: pl.DataFrame) -> None:
        """Row groups have a fixed size, so that the bytes do not depend on how rows came in."""
        self._waiting.append(text)
        while sum(part.height for part in self._waiting) >= ROW_GROUP:
            rows = pl.concat(self._waiting)
            self._write(rows.head(ROW_GROUP))
            self._waiting = [rows.slice(ROW_GROUP)]

    def _write(self, rows: pl.DataFrame) -> None:
        table = rows.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
        self._writer.write_table(table.cast(self._writer.schema), row_group_size=ROW_GROUP)

    def close(self) -> None:
        if self._waiting:
            self._write(pl.concat(self._waiting))
        self._writer.close()
        self._folder.keep(self._name, self._part)

    def abandon(self) -> None:
        """The writer ends as it can; nothing of that is written."""
        self._sink.heeded = False
        with suppress(OSError):
            self._writer.close()
        self._writer.is_open = False


class _Sink(io.RawIOBase):
    """A part of the delivery as a file object for writers that want one."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self.heeded = True

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self.heeded:
            self._part.write(bytes(data))
        return len(data)

    def tell(self) -> int:
        return self._part.bytes


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """A small table as Parquet; the same rows give the same bytes, whatever the number of threads."""
    buffer = io.BytesIO()
    table = frame.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    pq.write_table(table, buffer, compression="zstd", row_group_size=ROW_GROUP)
    return buffer.getvalue()


def extra_fields(names: Mapping[str, str]) -> Sequence[StandardField]:
    """独自項目 as columns: name → Japanese name."""
    return [StandardField(name=name, ja=ja, type="N", grade="model", source="独自項目") for name, ja in names.items()]
