"""Cells of fixed width → text columns, whole columns at a time.

Every function takes ``cells``, an array of shape (records, bytes), and returns a :class:`Text`: one value per record,
right padding removed, a blank cell null. A cell with a byte that the encoding does not define is null and in ``bad``.
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from migrate.charset.codepage import AFTER_PRIVATE, BAD, PRIVATE, SHIFTS, SPACE, WIDE_SPACE, Codepage, codepage
from migrate.charset.shifts import scan
from migrate.evidence import NOTHING, Evidence
from migrate.letters import Codes, Lengths, text_of

Cells = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

SELECTORS, AFTER_SELECTORS = 0xFE00, 0xFE10
HALF_KANA, AFTER_HALF_KANA = 0xFF61, 0xFFA0
_NONE: Rows = np.empty(0, dtype=np.intp)
_SPARSE = 0.5
"""Below this share of filled cells only the filled ones are decoded."""


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded column, and what is known of all its values.

    ``bad``, ``gaiji``, ``half`` and ``full`` are row numbers: undefined bytes; private-use characters; single bytes
    in a double-byte field; cells used to their last byte.
    """

    values: pl.Series
    bad: Rows = field(default_factory=lambda: _NONE)
    gaiji: Rows = field(default_factory=lambda: _NONE)
    half: Rows = field(default_factory=lambda: _NONE)
    full: Rows = field(default_factory=lambda: _NONE)
    known: Evidence = NOTHING


def decode_single(cells: Cells, page: Codepage) -> Text:
    """An X field: one byte a character."""
    if cells.size == 0:
        return Text(_nulls(cells.shape[0]))
    cells = side_by_side(cells)
    plain = page.in_ascii(cells)
    if int(plain.max()) >= 0x7F or int(plain.min()) < SPACE:
        return _single_codes(cells, page)
    if cells.shape[1] <= 2:
        return _short(plain)
    return _ascii(plain)


def side_by_side(cells: Cells) -> Cells:
    """The same cells without what stands between them. Copied cell by cell, which takes half the time of byte by
    byte."""
    if cells.size == 0 or cells.strides[1] != 1:
        return np.ascontiguousarray(cells)
    return np.ascontiguousarray(cells.view(f"V{cells.shape[1]}")).view(np.uint8)


def _short(cells: Cells) -> Text:
    """One or two ASCII characters a cell: taken from a table of all of them."""
    width = cells.shape[1]
    codes = cells.view("<u2").ravel() if width == 2 else cells.ravel()
    values = _ascii_table(width).gather(pl.Series(codes.astype(np.uint32)))
    last, first = cells[:, -1] != SPACE, cells[:, 0] != SPACE
    aligned = bool((last == first).all()) if width == 2 else True
    known = Evidence(ascii=True, public=True, trimmed=aligned, min_chars=width if aligned else 1, max_chars=width)
    return Text(values, full=np.flatnonzero(last), known=known)


@cache
def _ascii_table(width: int) -> pl.Series:
    """By the bytes of a cell as a little-endian number: its text without right padding, null if blank or not ASCII."""
    texts: list[str | None] = [None] * 256**width
    for code in range(256**width):
        raw = code.to_bytes(width, "little")
        if all(SPACE <= byte < 0x80 for byte in raw):
            texts[code] = raw.decode("ascii").rstrip(" ") or None
    return pl.Series(texts, dtype=pl.String)


def _ascii(cells: Cells) -> Text:
    records, width = cells.shape
    first, last = cells[:, 0] != SPACE, cells[:, -1] != SPACE
    filled = first
    if not first.all() and (cells[~first] != SPACE).any():
        filled = (cells != SPACE).any(axis=1)
    rows = _sparse_rows(filled)
    if rows is None:
        some, offsets = cells, np.arange(records + 1, dtype=np.int64) * width
    else:
        some, offsets = cells[rows], np.zeros(records + 1, dtype=np.int64)
        np.cumsum(np.where(filled, width, 0), out=offsets[1:])
    valid = None if filled.all() else pa.py_buffer(np.packbits(filled, bitorder="little"))
    text = pa.LargeStringArray.from_buffers(records, pa.py_buffer(offsets), pa.py_buffer(some), valid)
    values = pl.Series(pl.from_arrow(text))
    whole = bool((last == filled).all())
    if not whole:
        values = values.str.strip_chars_end(" ")
    trimmed = bool((first == filled).all())
    known = Evidence(ascii=True, public=True, trimmed=trimmed, min_chars=width if whole else 1, max_chars=width)
    return Text(values, full=np.flatnonzero(last), known=known)


def _single_codes(cells: Cells, page: Codepage) -> Text:
    lengths = _lengths(cells != page.pad_single)
    if not lengths.any():
        return Text(_nulls(cells.shape[0]))
    full = np.flatnonzero(lengths == cells.shape[1])
    rows = _sparse_rows(lengths > 0)
    some, part = (cells, lengths) if rows is None else (cells[rows], lengths[rows])
    return _text(page.single.take(_used(some, part)), part, page, records=cells.shape[0], rows=rows, full=full)


def decode_double(cells: Cells, page: Codepage) -> Text:
    """An N field: two bytes a character. Cells with single bytes in them are read as mixed text and listed in
    ``half``, unless a pair could be two single bytes: then nothing tells what they are."""
    records = cells.shape[0]
    pairs = side_by_side(cells).view("<u2")
    filled = pairs != page.blanks[0]
    for blank in page.blanks[1:]:
        filled &= pairs != blank
    lengths = _lengths(filled)
    if not lengths.any():
        return Text(_nulls(records))
    full = np.flatnonzero(lengths == pairs.shape[1])
    rows = _sparse_rows(lengths > 0)
    some, part = (pairs, lengths) if rows is None else (pairs[rows], lengths[rows])
    text = _text(page.swapped.take(_used(some, part)), part, page, records=records, rows=rows, full=full)
    return _retry_mixed(text, cells, page) if text.bad.size and page.pairs_tell else text


def _retry_mixed(text: Text, cells: Cells, page: Codepage) -> Text:
    again = _decode_mixed(np.ascontiguousarray(cells[text.bad]), page)
    still_bad = np.zeros(text.bad.size, dtype=np.bool_)
    still_bad[again.bad] = True
    gaiji = np.union1d(np.setdiff1d(text.gaiji, text.bad), text.bad[again.gaiji])
    return Text(
        text.values.scatter(text.bad, again.values), text.bad[still_bad], gaiji, text.bad[~still_bad], text.full
    )


def decode_mixed(cells: Cells, page: Codepage) -> Text:
    """An M field: single bytes and pairs in turn; a lead byte without its trail, or a shift without its other, is
    undefined.

    Read as pairs first: where every pair of a cell is defined, reading it byte by byte would come to the same.
    """
    if cells.shape[1] % 2 or not page.pairs_tell:
        return _decode_mixed(cells, page)
    text = decode_double(cells, page)
    return Text(text.values, text.bad, text.gaiji, _NONE, text.full, text.known)


def _decode_mixed(cells: Cells, page: Codepage) -> Text:
    records, whole_width = cells.shape
    filled = cells != page.pad_single
    width = min(_used_width(filled) + 1, whole_width)
    full = np.flatnonzero(filled[:, -1]) if whole_width else _NONE
    rows = _sparse_rows(filled.any(axis=1))
    columns = np.ascontiguousarray((cells[:, :width] if rows is None else cells[rows, :width]).T)
    codes, kept = _shifted_codes(columns, page) if page.shifts else _mixed_codes(columns, page)
    blank = (codes == SPACE) | (codes == WIDE_SPACE) | ~kept
    used = np.zeros(columns.shape[1], dtype=np.int64)
    for at in range(width):
        np.maximum(used, np.where(blank[at], 0, at + 1), out=used)
    kept &= np.arange(width)[:, None] < used
    return _text(codes.T[kept.T], kept.sum(axis=0), page, records=records, rows=rows, full=full)


def _mixed_codes(columns: Cells, page: Codepage) -> tuple[Codes, Mask]:
    """Byte columns of shape (width, records) → the character that begins at each byte, and whether one does."""
    codes = np.empty(columns.shape, dtype=page.double.dtype)
    kept = np.empty(columns.shape, dtype=np.bool_)
    trail = np.zeros(columns.shape[1], dtype=np.bool_)
    for at, byte in enumerate(columns):
        lead = page.lead[byte] & ~trail
        after = columns[at + 1] if at + 1 < len(columns) else np.zeros_like(byte)
        pair = (byte.astype(np.uint16) << 8) | after
        codes[at] = np.where(lead, page.double[pair], page.single[byte])
        kept[at] = ~trail
        trail = lead
    return codes, kept


def _shifted_codes(columns: Cells, page: Codepage) -> tuple[Codes, Mask]:
    found = scan(columns, page)
    return found.codes, found.kept


def printable(raw: bytes, codec: str, *, type: str = "M") -> str:
    """Bytes of one field of a type for a person to read; what the encoding does not define stands as ``\\x..``."""
    if codec not in SHIFTS:
        return raw.decode(codec, "backslashreplace").rstrip(" \u3000")
    page, cells = codepage(codec), np.frombuffer(raw, dtype=np.uint8)
    if type == "N":
        pairs = [(int(page.double[code]), code.to_bytes(2, "big")) for code in cells.view(">u2").tolist()]
    elif type == "M":
        found = scan(cells[:, None], page)
        ends = found.pair.ravel() + 1 + np.arange(cells.size)
        pairs = [(int(found.codes[at, 0]), raw[at : ends[at]]) for at in np.flatnonzero(found.kept)]
    else:
        pairs = [(int(page.single[byte]), bytes([byte])) for byte in raw]
    return "".join(_shown(point, part, page) for point, part in pairs).rstrip(" \u3000")


def _shown(point: int, part: bytes, page: Codepage) -> str:
    if point != BAD:
        return chr(point)
    several = page.several.get(int.from_bytes(part, "big")) if len(part) == 2 else None
    return several or "".join(f"\\x{byte:02x}" for byte in part)


def _nulls(records: int) -> pl.Series:
    return pl.Series(values=[None], dtype=pl.String).new_from_index(0, records)


def _used_width(filled: Mask) -> int:
    used = np.flatnonzero(filled.any(axis=0))
    return int(used[-1]) + 1 if used.size else 0


def _sparse_rows(filled: Mask) -> Rows | None:
    """The rows worth decoding, or None where most are."""
    return np.flatnonzero(filled) if np.count_nonzero(filled) < _SPARSE * filled.size else None


def _lengths(filled: Mask) -> Lengths:
    """Characters up to the last that is no padding. Eight cells are looked at together, as a number: its highest bit
    is in the last one that is filled."""
    records, width = filled.shape
    lengths = np.zeros(records, dtype=np.int64)
    if not filled.size:
        return lengths
    room = filled
    if width % 8:
        room = np.zeros((records, -(-width // 8) * 8), dtype=np.bool_)
        room[:, :width] = filled
    eights = room.view("<u8")
    last = eights[:, 0].copy()
    for at in range(1, eights.shape[1]):
        some = eights[:, at] != 0
        np.copyto(last, eights[:, at], where=some)
        lengths[some] = at * 8
    _, bits = np.frexp(last.astype(np.float64))
    lengths += (bits + 7) // 8
    return lengths


def _used(cells: Cells | Codes, lengths: Lengths) -> Cells | Codes:
    """What stands in the first ``lengths`` places of each record, one record behind the other; the places of a record
    are side by side with those of the next."""
    begins = np.arange(lengths.size) * cells.shape[1] - (np.cumsum(lengths) - lengths)
    places = np.repeat(begins, lengths)
    places += np.arange(places.size)
    return cells.reshape(-1).take(places)


def _text(flat: Codes, part: Lengths, page: Codepage, *, records: int, rows: Rows | None, full: Rows) -> Text:
    """Code points of all records and characters a record (of ``rows``, if given, else of all) → a text column."""
    bad, gaiji = _NONE, _NONE
    if flat.size and int(flat.max()) >= PRIVATE:
        bad = _rows_with(flat == BAD, part, rows)
        gaiji = _rows_with((flat >= PRIVATE) & (flat < AFTER_PRIVATE), part, rows)
    lengths = part
    if rows is not None:
        lengths = np.zeros(records, dtype=np.int64)
        lengths[rows] = part
    values = text_of(flat, lengths, lengths > 0)
    if bad.size:
        values = values.scatter(bad, None)
    unsure = bad.size or (page.marks.size and np.isin(flat, page.marks).any())
    return Text(values, bad, gaiji, _NONE, full, NOTHING if unsure else _evidence(flat, part, gaiji))


def _evidence(flat: Codes, lengths: Lengths, gaiji: Rows) -> Evidence:
    """``flat`` are the characters of all records behind each other; in its cell a shift may stand before the first."""
    if not flat.size:
        return NOTHING
    high = int(flat.max()) >= AFTER_PRIVATE
    spaces = flat == WIDE_SPACE
    begins = flat[(np.cumsum(lengths) - lengths)[lengths > 0]]
    half_kana = high and bool(((flat >= HALF_KANA) & (flat < AFTER_HALF_KANA)).any())
    selectors = high and bool(((flat >= SELECTORS) & (flat < AFTER_SELECTORS)).any())
    return Evidence(
        wide=int(flat.min()) >= 0x3000 and not half_kana,
        public=not selectors and not gaiji.size,
        trimmed=int(flat.min()) >= SPACE and not ((begins == SPACE) | (begins == WIDE_SPACE)).any(),
        single_spaced=not (spaces[1:] & spaces[:-1]).any(),
        min_chars=1,
        max_chars=int(lengths.max()),
    )


def _rows_with(hit: Mask, lengths: Lengths, rows: Rows | None) -> Rows:
    """The records of the characters that are hit."""
    found = np.unique(np.searchsorted(np.cumsum(lengths), np.flatnonzero(hit), side="right"))
    return found if rows is None else rows[found]
