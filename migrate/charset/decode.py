"""Cells of fixed width → text columns, whole columns at a time.

Every function takes ``cells``, an array of shape (records, bytes), and returns a :class:`Text`: one value per record, right
padding removed, a blank cell null. A cell with a byte that the encoding does not define is null and listed in ``bad``.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from migrate.charset.codepage import BAD, Codepage

Cells = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]
Codes = npt.NDArray[np.uint16]

_NONE: Rows = np.empty(0, dtype=np.intp)
_SPARSE = 0.5


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded column; ``bad``, ``gaiji`` and ``half`` are row numbers: undefined bytes, private-use characters, single
    bytes in a double-byte field; ``full`` are rows that use every byte of the cell."""

    values: pl.Series
    bad: Rows = field(default_factory=lambda: _NONE)
    gaiji: Rows = field(default_factory=lambda: _NONE)
    half: Rows = field(default_factory=lambda: _NONE)
    full: Rows = field(default_factory=lambda: _NONE)


def decode_single(cells: Cells, page: Codepage) -> Text:
    """An X field: one byte a character."""
    records, width = cells.shape
    cells = np.ascontiguousarray(cells)
    if page.pad_single == 0x20 and (width == 0 or int(cells.max(initial=0)) < 0x80):
        if (cells < 0x20).any():
            return _single_codes(cells, page)
        offsets = np.arange(0, records * width + 1, width or 1, dtype=np.int64)[: records + 1]
        raw = pa.LargeStringArray.from_buffers(records, pa.py_buffer(offsets), pa.py_buffer(cells))
        values = pl.Series(pl.from_arrow(raw)).str.strip_chars_end(" ")
        return Text(_blank_to_null(values), full=_full(cells, page))
    return _single_codes(cells, page)


def _single_codes(cells: Cells, page: Codepage) -> Text:
    filled = cells != page.pad_single
    width = _used_width(filled)
    codes = page.single[cells[:, :width]]
    lengths = _lengths(filled[:, :width])
    return _text(codes, lengths, full=_full(cells, page))


def _full(cells: Cells, page: Codepage) -> Rows:
    if not cells.shape[1]:
        return _NONE
    return np.flatnonzero(cells[:, -1] != page.pad_single)


def decode_double(cells: Cells, page: Codepage) -> Text:
    """An N field: two bytes a character. Records with single bytes in it are read as mixed text and listed in ``half``."""
    records = cells.shape[0]
    pairs = np.ascontiguousarray(cells).view(">u2")
    filled = (pairs != page.pad_double) & (pairs != (page.pad_single << 8 | page.pad_single))
    width = _used_width(filled)
    if width == 0:
        return Text(pl.Series(values=[None], dtype=pl.String).new_from_index(0, records))
    rows = _sparse_rows(filled[:, :width])
    if rows is None:
        codes, lengths = page.double[pairs[:, :width]], _lengths(filled[:, :width])
    else:
        codes, part = page.double[pairs[rows, :width]], _lengths(filled[rows, :width])
        lengths = np.zeros(records, dtype=np.int64)
        lengths[rows] = part
    full = np.flatnonzero(filled[:, -1]) if width == pairs.shape[1] else _NONE
    text = _text(codes, lengths, full=full, rows=rows)
    if not text.bad.size:
        return text
    return _retry_mixed(text, cells, page)


def _retry_mixed(text: Text, cells: Cells, page: Codepage) -> Text:
    again = decode_mixed(np.ascontiguousarray(cells[text.bad]), page)
    values = text.values.scatter(text.bad, again.values)
    still_bad = np.zeros(text.bad.size, dtype=bool)
    still_bad[again.bad] = True
    gaiji = np.union1d(text.gaiji, text.bad[again.gaiji])
    return Text(values, text.bad[still_bad], gaiji, text.bad[~still_bad], text.full)


def decode_mixed(cells: Cells, page: Codepage) -> Text:
    """An M field: single bytes and pairs in turn; a lead byte without its trail is undefined."""
    records, whole_width = cells.shape
    filled = cells != page.pad_single
    width = min(_used_width(filled) + 1, whole_width)
    rows = _sparse_rows(filled[:, :width])
    columns = np.ascontiguousarray((cells[:, :width] if rows is None else cells[rows, :width]).T)
    codes = np.empty(columns.shape, dtype=np.uint16)
    kept = np.empty(columns.shape, dtype=np.bool_)
    trail = np.zeros(columns.shape[1], dtype=np.bool_)
    for at in range(width):
        byte = columns[at]
        lead = page.lead[byte] & ~trail
        kept[at] = ~trail
        after = columns[at + 1] if at + 1 < width else np.zeros_like(byte)
        pair = (byte.astype(np.uint16) << 8) | after
        codes[at] = np.where(lead, page.double[pair], page.single[byte])
        trail = lead
    blank = ((codes == 0x20) | (codes == 0x3000)) | ~kept
    used = np.zeros(columns.shape[1], dtype=np.int64)
    for at in range(width):
        np.maximum(used, np.where(blank[at], 0, at + 1), out=used)
    kept &= np.arange(width)[:, None] < used
    part = kept.sum(axis=0)
    lengths = part.astype(np.int64)
    if rows is not None:
        lengths = np.zeros(records, dtype=np.int64)
        lengths[rows] = part
    full = np.flatnonzero(filled[:, -1]) if width == whole_width else _NONE
    return _text(codes.T, lengths, full=full, rows=rows, kept=kept.T)


def printable(raw: bytes, page: Codepage) -> str:
    """Bytes of one cell for a person to read; what the encoding does not define stands as ``\\x..``."""
    return raw.decode(page.name, "backslashreplace").rstrip(" \u3000")


def _used_width(filled: npt.NDArray[np.bool_]) -> int:
    used = np.flatnonzero(filled.any(axis=0))
    return int(used[-1]) + 1 if used.size else 0


def _sparse_rows(filled: npt.NDArray[np.bool_]) -> Rows | None:
    """The rows worth decoding, or None where most are."""
    any_filled = filled.any(axis=1)
    return np.flatnonzero(any_filled) if np.count_nonzero(any_filled) < _SPARSE * any_filled.size else None


def _lengths(filled: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    width = filled.shape[1]
    if width == 0:
        return np.zeros(filled.shape[0], dtype=np.int64)
    lengths = width - np.argmax(filled[:, ::-1], axis=1)
    return np.where(filled.any(axis=1), lengths, 0)


def _text(
    codes: Codes,
    lengths: npt.NDArray[np.int64],
    *,
    full: Rows,
    rows: Rows | None = None,
    kept: npt.NDArray[np.bool_] | None = None,
) -> Text:
    """Code points (of ``rows``, if given) and characters a record → a text column."""
    if kept is None:
        part = lengths if rows is None else lengths[rows]
        kept = np.arange(codes.shape[1]) < part[:, None]
    flat = codes[kept]
    bad, gaiji = _NONE, _NONE
    if flat.size and int(flat.max()) >= 0xE000:
        bad = _rows_with((codes == BAD) & kept, rows)
        gaiji = _rows_with((codes >= 0xE000) & (codes < 0xF900) & kept, rows)
    values = _utf8(flat, lengths)
    if bad.size:
        values = values.scatter(bad, None)
    return Text(values, bad, gaiji, _NONE, full)


def _rows_with(hit: npt.NDArray[np.bool_], rows: Rows | None) -> Rows:
    found = np.flatnonzero(hit.any(axis=1))
    return found if rows is None else rows[found]


def _utf8(flat: Codes, lengths: npt.NDArray[np.int64]) -> pl.Series:
    """Flat BMP code points and characters a record → a String series; a record without characters is null."""
    offsets = np.zeros(lengths.size + 1, dtype=np.int64)
    if flat.size == 0 or int(flat.min()) >= 0x800:
        np.cumsum(lengths * 3, out=offsets[1:])
        data = np.empty((flat.size, 3), dtype=np.uint8)
        data[:, 0] = 0xE0 | (flat >> 12)
        data[:, 1] = 0x80 | ((flat >> 6) & 0x3F)
        data[:, 2] = 0x80 | (flat & 0x3F)
        buffer = pa.py_buffer(data)
    else:
        ends = np.cumsum(lengths)
        sizes = np.zeros(flat.size + 1, dtype=np.int64)
        np.cumsum(1 + (flat >= 0x80).astype(np.int64) + (flat >= 0x800), out=sizes[1:])
        offsets[1:] = sizes[ends]
        buffer = pa.py_buffer(flat.astype("<u2").tobytes().decode("utf-16-le").encode())
    valid = pa.py_buffer(np.packbits(lengths > 0, bitorder="little"))
    text = pa.LargeStringArray.from_buffers(lengths.size, pa.py_buffer(offsets), buffer, valid)
    return pl.Series(pl.from_arrow(text))


def _blank_to_null(values: pl.Series) -> pl.Series:
    return pl.select(pl.when(values.str.len_bytes() > 0).then(values)).to_series()
