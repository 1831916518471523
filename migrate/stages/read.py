"""Read: blocks of bytes → columns, and what is wrong with single cells. Headers, trailers and blanks are told apart
here."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa

from migrate.charset import (
    Codepage,
    Text,
    decode_double,
    decode_mixed,
    decode_packed,
    decode_single,
    decode_zoned,
    side_by_side,
    undefined,
)
from migrate.evidence import NOTHING, Evidence
from migrate.io.batch import Batch, BrokenRecord, Cells, FileCount, Noted, Records, Rows
from migrate.io.framing import Block, Buffers, FileRefused, read_blocks
from migrate.io.inputs import InputFile
from migrate.plan.reading import ColumnPlan, FixedPlan, TotalPlan
from migrate.vocab import fusho
from migrate.vocab.dateforms import DateRule, Dates, of_numbers, of_texts
from migrate.vocab.daykey import Ints, Mask

PLAIN = "\u3000-\ud7ff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
"""Characters of full width that are public and stand for themselves, as in a regular expression."""
PLUS = (0x0A, 0x0C, 0x0E, 0x0F)
"""Signs of packed digits that are not minus."""
LAST_TRAILER, BLANK_BEHIND = "_last_trailer", "_blank_behind"
"""Among the sums of a file: where its trailer stands, and how many blank records stand behind it."""
ERA_LETTERS = np.array([fusho.SIGNS.get(chr(byte), 0) if byte < 0x80 else 0 for byte in range(256)], dtype=np.int32)
"""Era number by the byte of its letter."""


def read_file(
    file: InputFile,
    plan: FixedPlan,
    *,
    batch_bytes: int,
    count: FileCount,
    only: Records | None = None,
    buffers: Buffers | None = None,
) -> Iterator[Batch]:
    """Every data record of a file, in order; ``count`` is complete after the last batch. FileRefused where it is in
    doubt. ``only`` some records: the others are counted, and not decoded; nothing is said of the file by so few."""
    for block in read_blocks(file.path, plan.framing, batch_bytes=batch_bytes, tally=count.tally, buffers=buffers):
        yield _batch(block, plan, count, only)
        del block
    _check_ends(plan, count)
    if count.nothing and not file.empty:
        raise FileRefused("F-EMPTY")


def read_as_of(block: Block, plan: FixedPlan) -> str | None:
    """The 基準日 that the header states, as eight digits."""
    if plan.as_of is None or plan.types is None or not block.cells.shape[0]:
        return None
    record = block.cells[0]
    if record[plan.types.by.start : plan.types.by.stop].tobytes() != plan.types.header:
        return None
    stated = record[plan.as_of.start : plan.as_of.stop]
    return plan.page.in_ascii(stated).tobytes().decode("ascii", "replace")


def _batch(block: Block, plan: FixedPlan, count: FileCount, only: Records | None) -> Batch:
    data = _data_rows(block, plan, count)
    cells, offsets = block.cells[data], block.offsets()[data]
    records = (np.arange(block.cells.shape[0], dtype=np.uint64) + np.uint64(block.first_record))[data]
    count.data += cells.shape[0]
    _add_sums(cells, plan, count)
    if only is not None:
        chosen = np.flatnonzero(np.isin(records, only))
        cells, records, offsets = cells[chosen], records[chosen], offsets[chosen]
    columns, noted, known = decode(cells, plan)
    count.sentinels += noted.sentinels
    if only is None:
        noted.refuse_doubtful(records, offsets)
    frame = pl.DataFrame({**columns, "_record": records, "_offset": offsets}).with_columns(
        _length=pl.lit(plan.framing.length, pl.UInt32)
    )

    def raw(row: int, column: str) -> bytes | None:
        place = plan.places.get(column)
        return None if place is None else cells[row, place.start : place.stop].tobytes()

    return Batch(frame, tuple(noted.troubles), noted.glyphs(), known, raw, cells.nbytes)


def _data_rows(block: Block, plan: FixedPlan, count: FileCount) -> Rows | slice:
    """Rows that are data records, as a slice where they stand together: then no cell is copied. The others go to the
    books."""
    cells = block.cells
    types = plan.types
    if types is None:
        blank = _blank_rows(cells, plan.page.pad_single)
        count.blank += blank.size
        return _together(np.delete(np.arange(cells.shape[0]), blank)) if blank.size else slice(None)
    by = cells[:, types.by.start : types.by.stop]

    def rows_of(value: bytes | None) -> Rows:
        if value is None:
            return np.empty(0, dtype=np.intp)
        return np.flatnonzero((by == np.frombuffer(value, dtype=np.uint8)).all(axis=1))

    data = rows_of(types.data)
    if data.size == cells.shape[0]:
        return slice(None)
    other = np.ones(cells.shape[0], dtype=np.bool_)
    other[data] = False
    for kind, value in (("header", types.header), ("trailer", types.trailer)):
        for row in rows_of(value).tolist():
            _take_end(kind, row, block, plan, count)
            other[row] = False
    rest = np.flatnonzero(other)
    blank = (cells[rest] == plan.page.pad_single).all(axis=1)
    count.blank += int(np.count_nonzero(blank))
    behind = rest[blank] + block.first_record > count.sums.get(LAST_TRAILER, np.inf)
    count.sums[BLANK_BEHIND] = count.sums.get(BLANK_BEHIND, 0) + int(np.count_nonzero(behind))
    for row in rest[~blank].tolist():
        record = row + block.first_record
        count.broken.append(BrokenRecord("R-RECORD-TYPE", record, (record - 1) * block.stride, cells.shape[1]))
    return _together(data)


def _together(rows: Rows) -> Rows | slice:
    """The same rows, which are in order, as a slice where none is missing between the first and the last."""
    if not rows.size:
        return slice(0)
    first, last = int(rows[0]), int(rows[-1])
    return slice(first, last + 1) if last - first + 1 == rows.size else rows


def _blank_rows(cells: Cells, space: int) -> Rows:
    candidates = np.flatnonzero((cells[:, :8] == space).all(axis=1))
    blank: Rows = candidates[(cells[candidates] == space).all(axis=1)]
    return blank


def _take_end(kind: str, row: int, block: Block, plan: FixedPlan, count: FileCount) -> None:
    """A header or trailer record: count it, keep what it states."""
    record = block.first_record + row
    place = {"record": record, "offset": (record - 1) * block.stride}
    if kind == "header":
        if record != 1:
            raise FileRefused("F-HEADER-PLACE", **place)
        count.header += 1
    else:
        if count.trailer:
            raise FileRefused("F-TRAILER-TWICE", **place)
        count.trailer += 1
    for total in plan.totals:
        if total.stated_in == kind:
            cell = block.cells[row : row + 1, total.stated.place.start : total.stated.place.stop]
            stated, unread = _sum(cell, total.stated, plan.page)
            if unread:
                raise FileRefused("F-TOTAL-DIGITS", **place)
            count.stated[kind, _key(total)] = (stated, 10 ** cell.shape[1] if total.wraps else 0)
    if kind == "trailer":
        count.sums[LAST_TRAILER] = record


def _key(total: TotalPlan) -> str:
    return f"{total.name}:{total.field}" if total.field else total.name


def _add_sums(cells: Cells, plan: FixedPlan, count: FileCount) -> None:
    for key, total in {_key(total): total for total in plan.totals}.items():
        if total.column is not None:
            part = cells[:, total.column.place.start : total.column.place.stop]
            count.sums[key] = count.sums.get(key, 0) + _sum(part, total.column, plan.page)[0]


def _sum(part: Cells, column: ColumnPlan, page: Codepage) -> tuple[int, bool]:
    """The sum of a number over the records, in units of its last digit, and whether a cell holds none.

    Exact for any width. A signed number that cannot be read adds nothing, as does a byte that is no digit in one
    without a sign.
    """
    if column.type in ("S9", "P"):
        number = _number(part, replace(column, decimals=0), page)
        return int(number.values.cast(pl.Int128).sum()), bool(number.values.null_count())
    digits = page.in_ascii(part) - np.uint8(0x30)
    none = digits > 9
    columns = np.where(none, 0, digits).sum(axis=0, dtype=np.int64)
    return sum(int(total) * 10**power for power, total in enumerate(reversed(columns))), bool(none.any())


def _check_ends(plan: FixedPlan, count: FileCount) -> None:
    if plan.types is None or not count.tally.records:
        return
    if plan.types.header is not None and count.header != 1:
        raise FileRefused("F-HEADER-MISSING", record=1, offset=0)
    if plan.types.trailer is not None:
        if not count.trailer:
            raise FileRefused("F-TRAILER-MISSING", record=count.tally.records)
        after = count.tally.records - count.sums[LAST_TRAILER]
        after -= count.sums.get(BLANK_BEHIND, 0)
        if after:
            raise FileRefused("F-AFTER-TRAILER", record=count.sums[LAST_TRAILER] + 1, records=after)


def totals_that_differ(plan: FixedPlan, count: FileCount) -> Iterator[tuple[str, int, int]]:
    """(name, stated, found) of every total that the file states about itself and that is not so."""
    for total in plan.totals:
        if (total.stated_in, _key(total)) in count.stated:
            stated, modulus = count.stated[total.stated_in, _key(total)]
            found = count.data if total.field is None else count.sums.get(_key(total), 0)
            found = found % modulus if modulus else found
            if stated != found:
                yield _key(total), stated, found


def decode(cells: Cells, plan: FixedPlan) -> tuple[dict[str, pl.Series], Noted, dict[str, Evidence]]:
    """The planned columns of data records, what was noted of their cells, and what is known of each text column."""
    columns: dict[str, pl.Series] = {}
    known: dict[str, Evidence] = {}
    noted = Noted()
    for column in plan.columns:
        part = cells[:, column.place.start : column.place.stop]
        if column.date is not None:
            dates = _dates(part, column, column.date, plan, noted)
            noted.dates(column.name, dates)
            columns[column.name] = _series(dates)
        else:
            columns[column.name], known[column.name] = _text(part, column, plan, noted)
    return columns, noted, known


def _text(part: Cells, column: ColumnPlan, plan: FixedPlan, noted: Noted) -> tuple[pl.Series, Evidence]:
    if column.type in ("S9", "P"):
        number = _number(part, column, plan.page)
        noted.cells("number", column.name, number.bad)
        return number.values, number.known
    read = {"N": decode_double, "M": decode_mixed}.get(column.type, decode_single)
    text: Text = read(part, plan.page)
    values, gaiji, known = text.values, text.gaiji, text.known
    if gaiji.size:
        some, left, seen = plan.glyphs.settle(values.gather(gaiji), column.name)
        noted.seen(gaiji, seen)
        settled = some.set(pl.Series(left), None)
        values, gaiji, known = values.scatter(gaiji, settled), gaiji[left], _less_known(known, settled)
    if text.bad.size:
        noted.seen(text.bad, undefined(part[text.bad], plan.page, column.name, type=column.type))
    for trouble, rows in (("bytes", text.bad), ("gaiji", gaiji), ("half", text.half), ("full", text.full)):
        noted.cells(trouble, column.name, rows)
    return values, known


def _number(part: Cells, column: ColumnPlan, page: Codepage) -> Text:
    if column.type == "P":
        return decode_packed(part, decimals=column.decimals)
    if column.sign != "ebcdic":
        part = page.in_ascii(part)
    return decode_zoned(part, sign=column.sign, decimals=column.decimals)


def _less_known(known: Evidence, settled: pl.Series) -> Evidence:
    """What is known of a column after some of its values were changed to these."""
    plain = not settled.str.contains(f"[^{PLAIN}]").any()
    longest = settled.str.len_chars().max()
    return replace(
        known,
        wide=known.wide and plain,
        public=known != NOTHING and plain,
        max_chars=max(known.max_chars, int(longest) if isinstance(longest, int) else 0),
    )


def _dates(part: Cells, column: ColumnPlan, rule: DateRule, plan: FixedPlan, noted: Noted) -> Dates:
    """A date field: digits straight from its bytes, or text of another form."""
    if rule.digits:
        return _by_digits(part if column.type == "P" else plan.page.in_ascii(part), column, rule)
    before = len(noted.troubles)
    values, _ = _text(part, column, plan, noted)
    unread = [t.rows for t in noted.troubles[before:] if t.trouble in ("bytes", "gaiji")]
    values = values.fill_null("")
    return of_texts(rule, values.scatter(np.concatenate(unread), None) if unread else values)


def _by_digits(part: Cells, column: ColumnPlan, rule: DateRule) -> Dates:
    """The digits of a field, printed or packed, as one number a row."""
    packed = column.type == "P"
    digits = _halves(part) if packed else np.ascontiguousarray(side_by_side(part).T) - np.uint8(0x30)
    blank = _blank(part, packed=packed) if packed or (digits[0] > 9).any() else np.zeros(part.shape[0], dtype=bool)
    letter = ERA_LETTERS[part[:, 0]] if rule.forms[0] == "LYYMMDD" else None
    if letter is not None:
        digits[0][letter > 0] = 0
    numeric: Mask = np.asarray((digits <= 9).all(axis=0), dtype=np.bool_)
    number = np.zeros(part.shape[0], dtype=np.int32)
    for row in digits[-8:]:
        number *= 10
        number += row
    if len(digits) > 8:
        numeric = numeric & np.asarray((digits[:-8] == 0).all(axis=0), dtype=np.bool_)
    listed = {value: _holds(part, number, numeric, value, packed=packed) for value in rule.listed}
    return of_numbers(rule, number, numeric=numeric, letter=letter, blank=blank, listed=listed)


def _blank(part: Cells, *, packed: bool) -> Mask:
    blank = (part == 0x20).all(axis=1)
    if packed:
        blank |= (part == 0x40).all(axis=1) | (part == 0).all(axis=1)
    return np.asarray(blank, dtype=np.bool_)


def _halves(part: Cells) -> Cells:
    """Half bytes of a packed field, one row per digit; a sign that is none, or minus, spoils the last digit."""
    halves = np.empty((part.shape[1] * 2, part.shape[0]), dtype=np.uint8)
    halves[0::2], halves[1::2] = part.T >> 4, part.T & 0x0F
    halves[-2][np.isin(halves[-1], PLUS, invert=True)] = 0xFF
    return halves[:-1]


def _holds(part: Cells, number: Ints, numeric: Mask, value: str, *, packed: bool) -> Mask:
    if value.isdigit():
        hit: Mask = numeric & (number == int(value))
        return hit
    if packed:
        return np.zeros(numeric.size, dtype=np.bool_)
    held = part == np.frombuffer(value.encode("ascii"), dtype=np.uint8)
    return np.asarray(held.all(axis=1), dtype=np.bool_)


def _series(dates: Dates) -> pl.Series:
    valid = pa.py_buffer(np.packbits(dates.valid, bitorder="little"))
    keys = pa.py_buffer(dates.keys)
    return pl.Series(pl.from_arrow(pa.Int32Array.from_buffers(pa.int32(), dates.keys.size, [valid, keys])))
