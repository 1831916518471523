"""Staging on disk: frames appended to key buckets, read back bucket by bucket. Memory holds one bucket at a time."""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pyarrow import ipc

_HEAD = struct.Struct("<QI")
"""Bytes and CRC-32 of the rows that follow."""
_VIEWS = 2
"""Buffers of a column of views that points nowhere: which are null, and the views."""


class Spool:
    """Appends rows to ``buckets`` files; rows of a bucket come back in the order they were added. No file stays open:
    a run has more buckets than a process may have files.

    A column without any value in a bucket does not come back.
    """

    def __init__(self, folder: Path, name: str, buckets: int) -> None:
        self._folder, self._name = folder, name
        self._begun: set[int] = set()
        self.buckets = buckets
        self.rows = np.zeros(buckets, dtype=np.int64)

    def append(self, frame: pl.DataFrame, bucket: npt.NDArray[np.int64] | None = None) -> None:
        """Add rows; ``bucket`` gives each row's bucket (all to 0 without it)."""
        if frame.is_empty():
            return
        if bucket is None or self.buckets == 1:
            self._write(0, frame)
            return
        low, high = int(bucket.min()), int(bucket.max())
        if low == high:
            self._write(low, frame)
            return
        order = np.argsort(bucket, kind="stable")
        counts = np.bincount(bucket, minlength=self.buckets)
        ends = np.cumsum(counts)
        ordered = frame if (np.diff(order) == 1).all() else frame[order]
        for number in np.flatnonzero(counts):
            self._write(int(number), ordered.slice(int(ends[number] - counts[number]), int(counts[number])))

    def _write(self, number: int, frame: pl.DataFrame) -> None:
        nulls = frame.null_count().row(0, named=True)
        rows = _packed(frame.select(name for name, number in nulls.items() if number < frame.height))
        flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        flags |= 0 if number in self._begun else os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(self._path(number), flags, 0o600), "ab") as file:
            self._begun.add(number)
            file.write(_HEAD.pack(rows.size, zlib.crc32(rows)))
            file.write(rows)
        self.rows[number] += frame.height

    def read(self, number: int) -> pl.DataFrame | None:
        """All rows of a bucket, or None if it has none; OSError where they are not what was written."""
        if number not in self._begun:
            return None
        frames = list(self._frames(self._path(number)))
        if sum(frame.height for frame in frames) != self.rows[number]:
            raise _differs(self._path(number))
        return pl.concat(frames, how="diagonal")

    def _frames(self, path: Path) -> Iterator[pl.DataFrame]:
        with path.open("rb") as source:
            whole = os.fstat(source.fileno()).st_size
            while head := source.read(_HEAD.size):
                size, crc = _HEAD.unpack(head.ljust(_HEAD.size, b"\0"))
                rows = source.read(min(size, whole))
                if not rows or zlib.crc32(rows) != crc:
                    raise _differs(path)
                yield _unpacked(rows)

    def drop(self, number: int) -> None:
        """Remove a bucket that is no longer needed."""
        if number in self._begun:
            self._begun.remove(number)
            self._path(number).unlink()

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._name}.{number}"


def _packed(frame: pl.DataFrame) -> pa.Buffer:
    """Rows as an Arrow stream, packed by Arrow: Polars reads its own with a second checksum and a look at every letter,
    in twice the time."""
    table = pa.table({column.name: _own(column) for column in frame.rechunk()})
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, table.schema, options=ipc.IpcWriteOptions(compression="lz4", use_threads=False)) as file:
        file.write_table(table)
    return sink.getvalue()


def _own(column: pl.Series) -> pa.Array:
    """A column without the texts of other rows: views of short texts hold them, views of long ones point into memory
    that others share."""
    array = column.to_arrow(compat_level=pl.CompatLevel.newest())
    shared = pa.types.is_string_view(array.type) and len(array.buffers()) > _VIEWS
    return column.to_arrow(compat_level=pl.CompatLevel.oldest()) if shared else array


def _unpacked(rows: bytes) -> pl.DataFrame:
    with ipc.open_stream(rows, options=ipc.IpcReadOptions(use_threads=False)) as file:
        return pl.DataFrame(pl.from_arrow(file.read_all()))


def _differs(path: Path) -> OSError:
    return OSError(f"read back differs: {path.name}")
