"""Delimited text: a file's bytes cut into blocks of whole records, quotes respected, every byte accounted for.

Works on bytes, before decoding: in cp932 and UTF-8 no byte of a longer character is a quote, a comma or a line end.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.io.framing import EOF_MARK, FileRefused, Tally, refuse_magic, refuse_utf8

QUOTE, NEWLINE, RETURN = 0x22, 0x0A, 0x0D
BOM = b"\xef\xbb\xbf"
HEADER_BYTES = 1 << 16
"""A line of column names is shorter."""
MOST_RECORD = 1 << 24
"""Bytes; more than any record of a register has. One quote too many would otherwise make one record of the rest."""

Starts = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
"""One for each byte of a block: one byte each, for more would be fetched from the system anew for each block."""


@dataclass(frozen=True, slots=True)
class DelimitedForm:
    """One delimiter byte; ``bom`` allows a UTF-8 byte order mark."""

    delimiter: int
    bom: bool


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Whole records: ``data``, where each record begins in it and how many bytes it has with its line end, the
    delimiters outside quotes in each, whether a quote stands elsewhere than around a field or doubled inside one
    (``crooked``), the number of the first (from 1) and its byte offset in the file."""

    data: bytes
    starts: Starts
    lengths: Starts
    delimiters: Starts
    crooked: npt.NDArray[np.bool_]
    first_record: int
    offset: int

    def record(self, row: int) -> bytes:
        """The bytes of one record without its line end."""
        start = int(self.starts[row])
        return self.data[start : start + int(self.lengths[row])].rstrip(b"\r\n")

    def joined(self, rows: Starts) -> bytes:
        """The bytes of some records in their order, one after the other."""
        gaps = np.flatnonzero(np.diff(rows) != 1)
        firsts, lasts = np.append(rows[:1], rows[gaps + 1]), np.append(rows[gaps], rows[-1:])
        ends = self.starts[lasts] + self.lengths[lasts]
        whole = memoryview(self.data)
        return b"".join(
            whole[start:end] for start, end in zip(self.starts[firsts].tolist(), ends.tolist(), strict=True)
        )


def inspect_text(path: Path, form: DelimitedForm) -> None:
    """FileRefused where the first bytes are those of another kind of file."""
    with path.open("rb") as file:
        head = file.read(4096)
    refuse_magic(head.removeprefix(BOM) if form.bom else head)
    if not form.bom:
        refuse_utf8(head)


def read_text_blocks(path: Path, form: DelimitedForm, *, batch_bytes: int, tally: Tally) -> Iterator[TextBlock]:
    """The file's records in order, header and blank lines among them; fills ``tally`` when the last block was taken.

    FileRefused where a quote does not close, or the file changes while it is read.
    """
    inspect_text(path, form)
    before = path.stat()
    digest = hashlib.sha256()
    rest, offset, records = b"", 0, 0
    with path.open("rb") as file:
        while True:
            data = rest + (chunk := file.read(batch_bytes))
            digest.update(chunk)
            ended = not chunk
            del chunk
            if offset == 0 and not records and form.bom and data.startswith(BOM):
                data, offset = data[len(BOM) :], len(BOM)
            if not data:
                break
            block, rest = cut(data, form, last=ended, first_record=records + 1, offset=offset)
            del data
            _refuse_endless(block, rest, records, offset)
            if block is not None:
                records += block.starts.size
                offset += int(block.lengths.sum())
                yield block
            if ended:
                break
            del block
    after = path.stat()
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or before.st_size != offset:
        raise FileRefused("F-CHANGED")
    tally.bytes, tally.records, tally.sha256 = before.st_size, records, digest.hexdigest()


def _refuse_endless(block: TextBlock | None, rest: bytes, records: int, offset: int) -> None:
    """FileRefused where a record is longer than any can be: a quote opened that was not meant to."""
    lengths = block.lengths if block is not None else np.empty(0, dtype=np.int64)
    long = np.flatnonzero(lengths > MOST_RECORD)
    before = int(long[0]) if long.size else lengths.size
    if long.size or len(rest) > MOST_RECORD:
        place = {"record": records + before + 1, "offset": offset + int(lengths[:before].sum())}
        raise FileRefused("F-RECORD-ENDLESS", **place, most=MOST_RECORD)


def cut(
    data: bytes, form: DelimitedForm, *, last: bool, first_record: int, offset: int
) -> tuple[TextBlock | None, bytes]:
    """Whole records, and the bytes of a record that is not complete yet."""
    codes = np.frombuffer(data, dtype=np.uint8)
    quotes = codes == QUOTE if QUOTE in data else None
    inside = None if quotes is None else _inside_quotes(quotes)
    outside = None if inside is None else ~inside
    ends = _places(codes, NEWLINE, outside) + 1
    if last and (not ends.size or ends[-1] < len(data)):
        if inside is not None and inside[-1]:
            raise FileRefused("F-QUOTE", begins=first_record + ends.size, offset=offset)
        ends = np.append(ends, len(data))
    if not ends.size:
        return None, data
    starts = np.concatenate([[0], ends[:-1]])
    delimiters = np.diff(np.searchsorted(_places(codes, form.delimiter, outside), ends), prepend=0)
    crooked = np.zeros(starts.size, dtype=np.bool_)
    if quotes is not None and inside is not None:
        places = _crooked(codes[: ends[-1]], quotes[: ends[-1]], inside[: ends[-1]], form)
        crooked[np.searchsorted(starts, places, side="right") - 1] = True
    block = TextBlock(data[: ends[-1]], starts, ends - starts, delimiters, crooked, first_record, offset)
    return block, data[ends[-1] :]


def _inside_quotes(quotes: Marks) -> Marks:
    """Whether the number of quotes up to each byte is odd: 64 bytes at a time, each a bit."""
    bits = np.packbits(quotes, bitorder="little")
    words = np.pad(bits, (0, -bits.size % 8)).view("<u8")
    for step in (1, 2, 4, 8, 16, 32):
        words ^= words << np.uint64(step)
    odd = words >> np.uint64(63)
    words ^= np.uint64(0) - ((np.cumsum(odd, dtype=np.uint64) - odd) & np.uint64(1))
    return np.unpackbits(words.view(np.uint8), count=quotes.size, bitorder="little").view(np.bool_)


def _places(codes: npt.NDArray[np.uint8], byte: int, outside: Marks | None) -> Starts:
    """Places of a byte, those outside quotes where there are any."""
    hits: Marks = codes == byte
    if outside is not None:
        hits &= outside
    return np.flatnonzero(hits)


def _crooked(codes: npt.NDArray[np.uint8], quotes: Marks, inside: Marks, form: DelimitedForm) -> Starts:
    """Places of quotes that open where no field begins, or close where none ends."""
    places = np.flatnonzero(quotes)
    edges = np.zeros(256, dtype=np.bool_)
    edges[[form.delimiter, NEWLINE, QUOTE]] = True
    before, after, then = (_beside(codes, places + step) for step in (-1, 1, 2))
    ends = edges[after] | ((after == RETURN) & (then == NEWLINE))
    return places[np.where(inside[places], ~edges[before], ~ends)]


def _beside(codes: npt.NDArray[np.uint8], places: Starts) -> npt.NDArray[np.uint8]:
    """The bytes in these places, a line end where there are none."""
    found = codes.take(places, mode="clip")
    found[(places < 0) | (places >= codes.size)] = NEWLINE
    return found


def cells_of(record: str, delimiter: str) -> list[str]:
    """The fields of one record, quotes taken off, however long it is and whatever line ends stand in it.

    From a quote on that never closes the rest is one field.
    """
    cells: list[str] = []
    parts: list[str] = []
    inside = 0
    for part in record.split(delimiter):
        parts.append(part)
        inside ^= part.count('"') & 1
        if not inside:
            cells.append(delimiter.join(parts))
            parts = []
    cells += [delimiter.join(parts)] if parts else []
    return [c[1:-1].replace('""', '"') if len(c) > 1 and c[0] == c[-1] == '"' else c for c in cells]


def text_columns(data: bytes, names: Sequence[str], delimiter: str) -> pl.DataFrame:
    """Records in UTF-8, each with a field for every name, as text columns; an empty field is null, in quotes too."""
    frame = pl.read_csv(
        data,
        has_header=False,
        separator=delimiter,
        quote_char='"',
        schema=dict.fromkeys(names, pl.String),
        empty_string_is_null=True,
        truncate_ragged_lines=False,
        raise_if_empty=False,
    )
    if b'""' not in data:
        return frame
    shortest = frame.select(pl.all().str.len_bytes().min()).row(0, named=True)
    empty = [name for name, length in shortest.items() if length == 0]
    return frame.with_columns(pl.when(pl.col(name).str.len_bytes() > 0).then(pl.col(name)) for name in empty)


def is_blank(block: TextBlock) -> npt.NDArray[np.bool_]:
    """Records without any byte but a line end, or of an end-of-file mark only."""
    short = np.flatnonzero(block.lengths <= len(b"\x1a\r\n"))
    blank = np.zeros(block.starts.size, dtype=np.bool_)
    for row in short.tolist():
        blank[row] = block.record(row) in (b"", bytes([EOF_MARK]))
    return blank
