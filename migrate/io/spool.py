"""Staging on disk: frames appended to key buckets, read back bucket by bucket. Memory holds one bucket at a time."""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

_HEAD = struct.Struct("<QI")
"""Bytes and CRC-32 of the rows that follow."""


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
        buffer = io.BytesIO()
        nulls = frame.null_count().row(0, named=True)
        frame = frame.select(name for name, number in nulls.items() if number < frame.height)
        frame.rechunk().write_ipc_stream(buffer, compression="lz4")
        flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        flags |= 0 if number in self._begun else os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(self._path(number), flags, 0o600), "ab") as file:
            self._begun.add(number)
            file.write(_HEAD.pack(buffer.tell(), zlib.crc32(buffer.getbuffer())))
            file.write(buffer.getbuffer())
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
                yield pl.read_ipc_stream(rows)

    def drop(self, number: int) -> None:
        """Remove a bucket that is no longer needed."""
        if number in self._begun:
            self._begun.remove(number)
            self._path(number).unlink()

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._name}.{number}"


def _differs(path: Path) -> OSError:
    return OSError(f"read back differs: {path.name}")
