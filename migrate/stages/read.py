"""Read: blocks of bytes → columns, and what is wrong with single cells. Headers, trailers and blanks are told apart
here."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from migrate.charset import (
    SEEN,
    Text,
    decode_double,
    decode_mixed,
    decode_packed,
    decode_single,
    decode_zoned,
    undefined,
)
from migrate.evidence import Evidence
from migrate.io.batch import Batch, BrokenRecord, Cells, CellTrouble, FileCount, Rows
from migrate.io.framing import Block, FileRefused, read_blocks
from migrate.io.inputs import InputFile
from migrate.plan.reading import ColumnPlan, DatePlan, FixedPlan, Place, TotalPlan
from migrate.vocab import daykey

ENCODING_DOUBT = 0.2
"""A file is refused when more than this share of a block's records holds undefined bytes …"""
ENCODING_DOUBT_MIN = 20
"""… and at least so many records do."""


def read_file(file: InputFile, plan: FixedPlan, *, batch_bytes: int, count: FileCount) -> Iterator[Batch]:
    """Every data record of a file, in order; ``count`` is complete after the last batch. FileRefused where it is in
    doubt."""
    for block in read_blocks(file.path, plan.framing, batch_bytes=batch_bytes, tally=count.tally):
        yield _batch(block, plan, count)
    _check_ends(plan, count)


def read_as_of(block: Block, plan: FixedPlan) -> str | None:
    """The 基準日 that the header states, as eight digits."""
    if plan.as_of is None or plan.types is None or not block.cells.shape[0]:
        return None
    record: bytes = block.cells[0].tobytes()
    if record[plan.types.by.start : plan.types.by.stop] != plan.types.header:
        return None
    return record[plan.as_of.start : plan.as_of.stop].decode("ascii", "replace")


def _batch(block: Block, plan: FixedPlan, count: FileCount) -> Batch:
    data = _data_rows(block, plan, count)
    cells = block.cells if data is None else block.cells[data]
    records = np.arange(block.cells.shape[0], dtype=np.uint64) + np.uint64(block.first_record)
    offsets = block.offsets()
    if data is not None:
        records, offsets = records[data], offsets[data]
    count.data += cells.shape[0]
    _add_sums(cells, plan, count)
    seen: list[pl.DataFrame] = []
    columns, troubles, known = decode(cells, plan, seen)
    _doubt_encoding(troubles, records, offsets)
    frame = pl.DataFrame({**columns, "_record": records, "_offset": offsets}).with_columns(
        _length=pl.lit(plan.framing.length, pl.UInt32)
    )

    def raw(row: int, column: str) -> bytes | None:
        place = plan.places.get(column)
        return None if place is None else cells[row, place.start : place.stop].tobytes()

    return Batch(frame, tuple(troubles), pl.concat([SEEN.to_frame(), *seen]), known, raw, cells.nbytes)


def _data_rows(block: Block, plan: FixedPlan, count: FileCount) -> Rows | None:
    """Rows that are data records, or None if all are; the others go to the books."""
    cells = block.cells
    types = plan.types
    if types is None:
        blank = _blank_rows(cells, slice(0, min(8, cells.shape[1])))
        count.blank += blank.size
        return None if not blank.size else np.setdiff1d(np.arange(cells.shape[0]), blank)
    by = cells[:, types.by.start : types.by.stop]

    def rows_of(value: bytes | None) -> Rows:
        if value is None:
            return np.empty(0, dtype=np.intp)
        return np.flatnonzero((by == np.frombuffer(value, dtype=np.uint8)).all(axis=1))

    data = rows_of(types.data)
    if data.size == cells.shape[0]:
        return None
    for kind, value in (("header", types.header), ("trailer", types.trailer)):
        for row in rows_of(value):
            _take_end(kind, int(row), block, plan, count)
    other = np.setdiff1d(
        np.arange(cells.shape[0]), np.concatenate([data, rows_of(types.header), rows_of(types.trailer)])
    )
    blank = other[(cells[other] == 0x20).all(axis=1)]
    count.blank += blank.size
    for row in np.setdiff1d(other, blank).tolist():
        record = row + block.first_record
        count.broken.append(BrokenRecord("R-RECORD-TYPE", record, (record - 1) * block.stride, cells.shape[1]))
    return data


def _blank_rows(cells: Cells, peek: slice) -> Rows:
    candidates = np.flatnonzero((cells[:, peek] == 0x20).all(axis=1))
    blank: Rows = candidates[(cells[candidates] == 0x20).all(axis=1)]
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
            text = block.cells[row, total.stated.start : total.stated.stop].tobytes()
            if not text.isdigit():
                raise FileRefused("F-TOTAL-DIGITS", **place)
            count.stated[_key(total)] = (int(text), 10 ** len(text))
    count.sums.setdefault("_last_trailer" if kind == "trailer" else "_header", record)


def _key(total: TotalPlan) -> str:
    return f"{total.name}:{total.field}" if total.field else total.name


def _add_sums(cells: Cells, plan: FixedPlan, count: FileCount) -> None:
    for total in plan.totals:
        if total.place is not None:
            count.sums[_key(total)] = count.sums.get(_key(total), 0) + _digit_sum(cells, total.place)


def _digit_sum(cells: Cells, place: Place) -> int:
    """Sum of a zero-padded number over the records; bytes that are no digits count as 0. Exact for any width."""
    digits = cells[:, place.start : place.stop] - np.uint8(0x30)
    digits = np.where(digits > 9, 0, digits)
    columns = digits.sum(axis=0, dtype=np.int64)
    return sum(int(total) * 10**power for power, total in enumerate(reversed(columns)))


def _check_ends(plan: FixedPlan, count: FileCount) -> None:
    if plan.types is None or not count.tally.records:
        return
    if plan.types.header is not None and count.header != 1:
        raise FileRefused("F-HEADER-MISSING", record=1, offset=0)
    if plan.types.trailer is not None:
        if not count.trailer:
            raise FileRefused("F-TRAILER-MISSING", record=count.tally.records)
        after = count.tally.records - count.sums["_last_trailer"]
        if after > count.blank:
            raise FileRefused("F-AFTER-TRAILER", record=count.sums["_last_trailer"] + 1, records=after)


def totals_that_differ(plan: FixedPlan, count: FileCount) -> Iterator[tuple[str, int, int]]:
    """(name, stated, found) of every total that the file states about itself and that is not so."""
    for total in plan.totals:
        if _key(total) in count.stated:
            stated, modulus = count.stated[_key(total)]
            found = count.data if total.field is None else count.sums.get(_key(total), 0) % modulus
            if stated != found:
                yield _key(total), stated, found


def _doubt_encoding(
    troubles: list[CellTrouble], records: npt.NDArray[np.uint64], offsets: npt.NDArray[np.uint64]
) -> None:
    rows = [t.rows for t in troubles if t.trouble == "bytes"]
    if rows:
        doubtful = np.unique(np.concatenate(rows))
        if doubtful.size >= ENCODING_DOUBT_MIN and doubtful.size > ENCODING_DOUBT * records.size:
            first = doubtful[0]
            place = {"record": int(records[first]), "offset": int(offsets[first])}
            raise FileRefused("F-ENCODING", **place, records=int(doubtful.size))


def decode(
    cells: Cells, plan: FixedPlan, seen: list[pl.DataFrame]
) -> tuple[dict[str, pl.Series], list[CellTrouble], dict[str, Evidence]]:
    """The planned columns of data records, the troubles found, and what is known of each text column; ``seen`` gets the
    characters that need a look."""
    columns: dict[str, pl.Series] = {}
    known: dict[str, Evidence] = {}
    troubles: list[CellTrouble] = []
    for column in plan.columns:
        part = cells[:, column.place.start : column.place.stop]
        if column.date is not None:
            columns[column.name] = _dates(part, column.name, column.date, plan.eras, troubles)
        else:
            columns[column.name], known[column.name] = _text(part, column, plan, troubles, seen)
    return columns, troubles, known


def _text(
    part: Cells, column: ColumnPlan, plan: FixedPlan, troubles: list[CellTrouble], seen: list[pl.DataFrame]
) -> tuple[pl.Series, Evidence]:
    if column.type in ("S9", "P"):
        number = _number(part, column)
        if number.bad.size:
            troubles.append(CellTrouble("number", column.name, number.bad))
        return number.values, number.known
    read = {"N": decode_double, "M": decode_mixed}.get(column.type, decode_single)
    text: Text = read(part, plan.page)
    values, gaiji, known = text.values, text.gaiji, text.known
    if gaiji.size:
        some, left, found = plan.glyphs.settle(values.gather(gaiji), column.name)
        seen.append(found.with_columns(row=pl.lit(pl.Series(gaiji.astype(np.uint32))).gather(pl.col("row"))))
        values = values.scatter(gaiji, some.set(pl.Series(left), None))
        known = replace(known, max_chars=known.max_chars + plan.glyphs.grows * known.max_chars)
        gaiji = gaiji[left]
    if text.bad.size:
        found = undefined(part[text.bad], plan.page, column.name, single=column.type not in ("N", "M"))
        seen.append(found.with_columns(row=pl.lit(pl.Series(text.bad.astype(np.uint32))).gather(pl.col("row"))))
    cells = {"bytes": text.bad, "gaiji": gaiji, "half": text.half, "full": text.full}
    troubles += [CellTrouble(trouble, column.name, rows) for trouble, rows in cells.items() if rows.size]
    return values, known


def _number(part: Cells, column: ColumnPlan) -> Text:
    if column.type == "P":
        return decode_packed(part, decimals=column.decimals)
    return decode_zoned(part, sign=column.sign, decimals=column.decimals)


def _dates(part: Cells, name: str, plan: DatePlan, eras: tuple[int, ...], troubles: list[CellTrouble]) -> pl.Series:
    """Digits of a date field → daykeys; null where the field is empty or holds no date."""
    digits = np.ascontiguousarray(part.T) - np.uint8(0x30)
    blank = (part == 0x20).all(axis=1) if (digits[0] == 0xF0).any() else np.zeros(part.shape[0], dtype=bool)
    numeric = (digits <= 9).all(axis=0)
    number = np.zeros(part.shape[0], dtype=np.int32)
    for row in digits:
        number = number * 10 + row
    day, month = number % 100, number // 100 % 100
    if plan.form == "GYYMMDD":
        table = np.array(eras, dtype=np.int32)
        era = table[np.where(numeric, digits[0], 0)]
        in_era = number // 10_000 % 100
        year = daykey.ERA_BASE[era] + in_era
        legal = numeric & (era > 0) & (in_era > 0)
    else:
        era = np.zeros_like(number)
        year = number // 10_000
        legal = numeric & (year > daykey.BASE_YEAR) & (year < daykey.BASE_YEAR + daykey.YEARS)
    empty = blank | (numeric & np.isin(number, list(plan.empty)))
    unknown = numeric & np.isin(number, list(plan.unknown))
    legal &= (month <= 12) & (day <= 31) & ((month > 0) | (day == 0)) & ~empty & ~unknown
    keys, found = daykey.classify(era, year, month, day, legal=legal)
    found["invalid"] = ~(legal | empty | unknown)
    found["unknown"] |= unknown
    if not plan.blank_is_declared:
        found["sentinel"] = blank
    for trouble, hit in found.items():
        if hit.any():
            troubles.append(CellTrouble(trouble, name, np.flatnonzero(hit)))
    valid = pa.py_buffer(np.packbits(legal | unknown, bitorder="little"))
    return pl.Series(pl.from_arrow(pa.Int32Array.from_buffers(pa.int32(), keys.size, [valid, pa.py_buffer(keys)])))
