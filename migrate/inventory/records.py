"""The records of any file, block by block, once its shape is known: rows of bytes, or text columns."""

import codecs
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.inventory.shape import CODECS, Shape
from migrate.io.delimited import DelimitedForm, cut, is_blank

Cells = npt.NDArray[np.uint8]

BLOCK = 1 << 24
"""Bytes of a file that are in memory at a time."""
MOST_NAMED = 20
"""Records that are named one by one where they do not fit."""


@dataclass(slots=True)
class Misfits:
    """Records that are not like the others: how many, and of the first ones number (from 1) and bytes or fields."""

    count: int = 0
    first: list[tuple[int, int]] = field(default_factory=list)

    def add(self, numbers: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> None:
        """Records by number, and what each has instead."""
        self.count += numbers.size
        room = max(0, MOST_NAMED - len(self.first))
        self.first += list(zip(numbers[:room].tolist(), sizes[:room].tolist(), strict=True))


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, block by block."""
    with path.open("rb") as file:
        while chunk := file.read(BLOCK):
            yield chunk


def fixed_records(path: Path, shape: Shape, misfits: Misfits) -> Iterator[Cells]:
    """Cells of shape (records, length); records of another length are counted and left out."""
    stride = shape.length + len(shape.terminator)
    rest, before = b"", 0
    for chunk in chunks(path):
        data = rest + chunk
        if not shape.terminator:
            whole = len(data) // stride
            yield np.frombuffer(data, dtype=np.uint8, count=whole * stride).reshape(whole, stride)
            rest = data[whole * stride :]
            continue
        codes = np.frombuffer(data, dtype=np.uint8)
        ends = np.flatnonzero(codes == 0x0A) + 1
        if not ends.size:
            rest = data
            continue
        yield _of_lines(codes, ends, stride, shape.length, before, misfits)
        before += ends.size
        rest = data[int(ends[-1]) :]
    if shape.terminator and len(rest) == shape.length:
        yield np.frombuffer(rest, dtype=np.uint8).reshape(1, shape.length)


def _of_lines(
    codes: Cells, ends: npt.NDArray[np.int64], stride: int, length: int, before: int, misfits: Misfits
) -> Cells:
    starts = np.concatenate([[0], ends[:-1]])
    fits = ends - starts == stride
    if fits.all():
        return codes[: int(ends[-1])].reshape(ends.size, stride)[:, :length]
    wrong = np.flatnonzero(~fits)
    misfits.add(wrong + before + 1, (ends - starts)[wrong] - (stride - length))
    cells: Cells = codes[starts[fits][:, None] + np.arange(length)]
    return cells


def text_records(path: Path, encoding: str, shape: Shape, misfits: Misfits) -> Iterator[pl.DataFrame]:
    """Delimited text as columns of ``shape.columns``; records with other fields are counted and left out."""
    decoder = codecs.getincrementaldecoder(CODECS[encoding])("replace")
    form = DelimitedForm(ord(shape.delimiter), bom=True)
    rest, before, header = b"", 0, shape.header
    for chunk in itertools.chain(chunks(path), (None,)):
        text = decoder.decode(chunk or b"", final=chunk is None)
        data = rest + text.encode("utf-8", "replace")
        if not before and data.startswith(b"\xef\xbb\xbf"):
            data = data[3:]
        if not data:
            continue
        block, rest = cut(data, form, last=chunk is None, first_record=before + 1, offset=0)
        if block is None:
            continue
        blank = is_blank(block)
        right = (block.delimiters == len(shape.columns) - 1) & ~block.crooked & ~blank
        wrong = np.flatnonzero(~right & ~blank)
        misfits.add(wrong + before + 1, block.delimiters[wrong] + 1)
        rows = np.flatnonzero(right)
        if header:
            rows, header = rows[1:], False
        before += block.starts.size
        if rows.size:
            yield _frame(block.joined(rows), shape)


def _frame(lines: bytes, shape: Shape) -> pl.DataFrame:
    names = [f"c{number}" for number in range(len(shape.columns))]
    frame = pl.read_csv(
        lines,
        has_header=False,
        separator=shape.delimiter,
        quote_char='"',
        schema=dict.fromkeys(names, pl.String),
        raise_if_empty=False,
    )
    return frame.select(pl.all().str.strip_chars_end(" \u3000"))
