"""Read delimited text: blocks of bytes → columns; headers, blanks and records with too many fields are told apart
here."""

import codecs
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl

from migrate.charset import SEEN, second_codes_in, second_texts
from migrate.io.batch import Batch, BrokenRecord, FileCount, Noted, Records, Rows
from migrate.io.delimited import BOM, DelimitedForm, TextBlock, cells_of, is_blank, read_text_blocks, text_columns
from migrate.io.framing import FileRefused
from migrate.io.inputs import InputFile
from migrate.plan.hits import rows_where
from migrate.plan.reading import DelimitedPlan
from migrate.vocab.dateforms import of_texts

BAD = "\uffff"
"""Stands for bytes that the encoding does not define, until they are found."""
UNDEFINED = "[\u0080\uf8f0-\uf8f3\ufffd\uffff]"
"""BAD, what Python's cp932 makes of 80, A0 and FD–FF, and the sign that an earlier conversion lost a character."""
GAIJI = r"[\u{e000}-\u{f8ff}\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}]"
UNREAD = re.compile("[\udc80-\udcff\u0080\uf8f0-\uf8f3\ufffd\uffff]")
"""What is UNDEFINED, where each byte that cannot be read stands as a surrogate."""
WINDOW = 1 << 14
"""Bytes looked at around each sampled place."""
QUOTED = re.compile(rb'"[^"]*"')

Raw: TypeAlias = Callable[[int, str], bytes | None]
"""The bytes of one cell by row and source column."""

codecs.register_error("migrate-mark", lambda error: (BAD, getattr(error, "end", 0)))


def read_text_file(
    file: InputFile, plan: DelimitedPlan, *, batch_bytes: int, count: FileCount, only: Records | None = None
) -> Iterator[Batch]:
    """Every data record of a file, in order; ``count`` is complete after the last batch. FileRefused where in doubt.
    ``only`` some records: the others are counted, and not decoded; nothing is said of the file by so few."""
    names: tuple[str, ...] = ()
    for block in read_text_blocks(file.path, plan.form, batch_bytes=batch_bytes, tally=count.tally):
        rows = np.arange(block.starts.size)
        if not names:
            names = header_names(block.record(0), plan)
            rows = rows[1:]
            count.header = 1
        yield _batch(block, rows, names, plan, count, only)
        del block, rows
    if count.nothing and not file.empty:
        raise FileRefused("F-EMPTY")


def header_names(record: bytes, plan: DelimitedPlan) -> tuple[str, ...]:
    """Source fields in the order of the header; FileRefused where it does not have just the columns of the layout."""
    if b"\r" in QUOTED.sub(b"", record):
        raise FileRefused("F-LINE-END", record=1, offset=0)
    found = _cells(record, plan.codec, plan.form)
    by_header = {column.header: column.name for column in plan.columns}
    missing = [header for header in by_header if header not in found]
    if len(missing) == len(by_header):
        raise FileRefused("F-HEADER-MISSING", record=1, offset=0)  # what stands there may be values: never quote it
    extra = [header for header in found if header not in by_header]
    double = sorted({header for header in found if found.count(header) > 1})
    if missing or extra or double:
        facts = {"missing": missing, "extra": extra, "double": double}
        told = {name: ", ".join(values) or "—" for name, values in facts.items()}
        raise FileRefused("F-COLUMNS", record=1, offset=0, **told)
    return tuple(by_header[header] for header in found)


def _cells(record: bytes, codec: str, form: DelimitedForm) -> list[str]:
    return cells_of(record.decode(codec, "backslashreplace"), chr(form.delimiter))


def _batch(
    block: TextBlock,
    rows: Rows,
    names: tuple[str, ...],
    plan: DelimitedPlan,
    count: FileCount,
    only: Records | None,
) -> Batch:
    blank = is_blank(block)
    count.blank += int(blank[rows].sum())
    right = (block.delimiters == len(names) - 1) & ~block.crooked
    for row in rows[~right[rows] & ~blank[rows]].tolist():
        rule = "R-QUOTE" if block.crooked[row] else "R-FIELD-COUNT"
        offset = block.offset + int(block.starts[row])
        count.broken.append(BrokenRecord(rule, block.first_record + row, offset, len(block.record(row))))
    rows = rows[right[rows] & ~blank[rows]]
    count.data += rows.size
    if only is not None:
        rows = rows[np.isin((rows + block.first_record).astype(np.uint64), only)]
    text = _parse(block.joined(rows), names, plan, records=rows.size)
    noted = Noted()

    def raw(row: int, column: str) -> bytes | None:
        if column not in names:
            return None
        cells = _cells(block.record(int(rows[row])), "latin-1", plan.form)
        return cells[names.index(column)].encode("latin-1")

    columns = {name: _column(text[name], name, plan, noted, raw) for name in names if name in plan.needed}
    count.sentinels += noted.sentinels
    records = (rows + block.first_record).astype(np.uint64)
    offsets = (block.starts[rows] + block.offset).astype(np.uint64)
    if only is None:
        noted.refuse_doubtful(records, offsets)
    frame = pl.DataFrame(columns).with_columns(
        _record=pl.Series(records),
        _offset=pl.Series(offsets),
        _length=pl.Series(block.lengths[rows].astype(np.uint32)),
    )
    return Batch(frame, tuple(noted.troubles), noted.glyphs(), {}, raw, int(block.lengths.sum()))


def _parse(data: bytes, names: tuple[str, ...], plan: DelimitedPlan, *, records: int) -> pl.DataFrame:
    """Records of the right number of fields as text columns; an empty field is null."""
    if not records:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    text = data.decode(plan.codec, "migrate-mark")
    del data
    encoded = text.encode("utf-8", "surrogatepass")
    del text
    frame = text_columns(encoded, names, chr(plan.form.delimiter))
    if frame.height != records:
        raise FileRefused("F-QUOTE", begins=1)
    return frame


def _column(values: pl.Series, name: str, plan: DelimitedPlan, noted: Noted, raw: Raw | None = None) -> pl.Series:
    """One column as it is passed on; what needs a look is noted by its code, where the bytes of cells are ``raw``."""
    rule = next(column.date for column in plan.columns if column.name == name)
    special = rows_where(values.str.contains(_special()))
    if special.size:
        values = _settled(values, special, name, plan, noted, raw)
    if rule is None:
        return values
    dates = of_texts(rule, values)
    noted.dates(name, dates)
    return pl.Series(dates.keys).set(pl.Series(~dates.valid), None)


def _settled(
    values: pl.Series, special: Rows, name: str, plan: DelimitedPlan, noted: Noted, raw: Raw | None
) -> pl.Series:
    """The ``special`` rows of a column looked at: undefined bytes, characters of the site, second codes."""
    values = _without_undefined(values, special, name, plan.codec, noted, raw)
    own = _rows_with(GAIJI, values, special)
    if own.size:
        some, left, seen = plan.glyphs.settle(values.gather(own), name)
        noted.seen(own, seen)
        noted.cells("gaiji", name, own[left])
        values = values.scatter(own, some.set(pl.Series(left), None))
    if raw is not None and plan.codec == "cp932":
        _note_second_codes(values, special, name, noted, raw)
    return values


def _rows_with(pattern: str, values: pl.Series, among: Rows) -> Rows:
    """Those of some rows whose text has a match."""
    return among[rows_where(values.gather(among).str.contains(pattern))]


def _without_undefined(
    values: pl.Series, special: Rows, name: str, codec: str, noted: Noted, raw: Raw | None
) -> pl.Series:
    """Cells with undefined bytes are noted, and empty from now on."""
    rows = _rows_with(UNDEFINED, values, special)
    if not rows.size:
        return values
    noted.cells("bytes", name, rows)
    if raw is not None:
        cells = [(raw(row, name) or b"").decode(codec, "surrogateescape") for row in rows.tolist()]
        codes = [[part.encode(codec, "surrogateescape").hex().upper() for part in UNREAD.findall(c)] for c in cells]
        noted.seen(rows, _seen(name, "undefined", codes))
    return values.scatter(rows, None)


def _note_second_codes(values: pl.Series, special: Rows, name: str, noted: Noted, raw: Raw) -> None:
    """Note second codes, which read as their characters, in the few cells that may have one."""
    rows = _rows_with(_with_second_codes(), values, special)
    if rows.size:
        noted.seen(rows, _seen(name, "twin", [second_codes_in(raw(row, name) or b"") for row in rows.tolist()]))


@cache
def _special() -> str:
    """A pattern of one character that needs a look, whatever it is: a column is searched once for all of them."""
    return f"[{''.join(kind[1:-1] for kind in (UNDEFINED, GAIJI, _with_second_codes()))}]"


@cache
def _with_second_codes() -> str:
    """A pattern of one character for which cp932 has a second code."""
    return f"[{''.join(sorted(set(second_texts().values())))}]"


def _seen(name: str, kind: str, codes: list[list[str]]) -> pl.DataFrame:
    """Codes of each row, as SEEN."""
    found = [(name, row, kind, code) for row, some in enumerate(codes) for code in some]
    return pl.DataFrame(found, schema=SEEN, orient="row")


def sample_text(path: Path, plan: DelimitedPlan, *, records: int) -> pl.DataFrame:
    """Some records from places evenly spread over the file; which ones does not matter, only that they are spread."""
    size = path.stat().st_size
    with path.open("rb") as file:
        names = header_names(file.readline().removeprefix(BOM).rstrip(b"\r\n"), plan)
        parts = []
        for place in np.linspace(0, max(0, size - WINDOW), max(1, min(records, 256))).astype(np.int64).tolist():
            file.seek(place)
            lines = file.read(WINDOW).split(b"\n")[1:-1]
            whole = [line for line in lines if _is_record(line, len(names), plan)]
            parts += whole[: max(1, records // 256)]
    text = _parse(b"".join(part + b"\n" for part in parts), names, plan, records=len(parts))
    return pl.DataFrame({name: _column(text[name], name, plan, Noted()) for name in names if name in plan.needed})


def _is_record(line: bytes, fields: int, plan: DelimitedPlan) -> bool:
    """The line is very likely a whole record: its quotes close, and it has the fields it should have."""
    return line.count(b'"') % 2 == 0 and len(_cells(line.rstrip(b"\r"), plan.codec, plan.form)) == fields


def empty_frame(plan: DelimitedPlan) -> pl.DataFrame:
    """The columns of a file without records."""
    return pl.DataFrame(
        schema={c.name: pl.String if c.date is None else pl.Int32 for c in plan.columns if c.name in plan.needed}
    )
