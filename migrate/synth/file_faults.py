"""Faults of whole files: each spoils a clean delivery on disk, and says what has to be said of it.

They go by what the source says of its files (a trailer, parts, a header with the 基準日 …), never by a name.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from gzip import compress
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from migrate.spec.layout import SourceLayout
from migrate.spec.source import ExtraRecord, SourceField
from migrate.synth.on_disk import NoFileFits, OnDisk, Shelf
from migrate.synth.render import places_of, signed, zoned

Effect: TypeAlias = Literal["refused", "reported", "unbalanced", "silent"]
"""``refused``: no table is delivered; ``reported``: a finding says it; ``unbalanced``: a control does, and no table is
delivered; ``silent``: it is no fault, and nothing does."""
FileKey: TypeAlias = list[dict[str, Any]]
"""Lines of ``kind``, ``file`` (a pattern where a file is missing), ``codes`` (each is said of it), ``effect``."""
Told: TypeAlias = tuple[str, tuple[str, ...], Effect]
FileFault: TypeAlias = Callable[[Shelf], Iterator[Told]]

FILE_KINDS: dict[str, FileFault] = {}
"""Every kind of file fault by name."""
STRAY = ".bak"
"""What the name of a stray copy ends in."""
EOF_MARK = b"\x1a"
WIDE, WIDE_LEAST = "\u0800", 8
"""The first character of three bytes in UTF-8, and how many of them tell a text in UTF-8."""
HEAD = 4096


def spoil(kind: str, source: SourceLayout, folder: Path, seed: int) -> FileKey:
    """Put one fault into the clean delivery in ``folder``; the answer key. NoFileFits where no file can have it."""
    told = sorted(FILE_KINDS[kind](Shelf(folder, source, seed)))
    return [{"kind": kind, "file": name, "codes": list(codes), "effect": effect} for name, codes, effect in told]


def clear(source: SourceLayout, folder: Path) -> None:
    """Take an earlier town of this source out of the way, with what was left beside it."""
    counts = source.source.counts
    patterns = [*(entry.pattern for entry in source.source.files), *([counts.pattern] if counts else [])]
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if any(fnmatchcase(path.name.removesuffix(STRAY), pattern) for pattern in patterns):
            path.unlink()


def _kind(function: FileFault) -> FileFault:
    FILE_KINDS[function.__name__] = function
    return function


def _refused(file: OnDisk, code: str) -> Told:
    return file.name, (code,), "refused"


# Records of fixed length


@_kind
def wrong_record_length(shelf: Shelf) -> Iterator[Told]:
    """Every record is longer than the layout says."""
    file = shelf.pick(lambda file: file.fixed)
    records = file.records
    longer = next(n for n in range(1, file.stride) if not file.fits(len(records) * (file.stride + n)))
    end = file.stride - len(file.terminator)
    file.path.write_bytes(b"".join(record[:end] + b" " * longer + record[end:] for record in records))
    yield _refused(file, "F-LENGTH")


@_kind
def lost_crlf(shelf: Shelf) -> Iterator[Told]:
    """One line end in the middle is missing; the size is that of a file without its last one."""
    file = shelf.pick(lambda file: file.terminator and len(file.records) > 1)
    records = file.records
    middle = len(records) // 2 - 1
    records[middle] = records[middle].removesuffix(file.terminator)
    file.path.write_bytes(b"".join(records))
    yield _refused(file, "F-TERMINATOR")


@_kind
def short_last_record(shelf: Shelf) -> Iterator[Told]:
    """The file ends within a record."""
    file = shelf.pick(lambda file: file.fixed)
    file.path.write_bytes(file.raw[: -(file.stride // 2)])
    yield _refused(file, "F-LENGTH")


@_kind
def file_of_another_layout(shelf: Shelf) -> Iterator[Told]:
    """Two files have changed their names."""

    def others(file: OnDisk) -> list[OnDisk]:
        return [other for other in shelf.files() if other.entry != file.entry and _unlike(file, other)]

    one = shelf.pick(others)
    other = others(one)[0]
    first, second = one.raw, other.raw
    one.path.write_bytes(second)
    other.path.write_bytes(first)
    for named, content in ((one, other), (other, one)):
        names = {field.column or field.name for field in named.layout.fields}
        shared = names & {field.column or field.name for field in content.layout.fields}
        yield _refused(named, "F-LENGTH" if named.fixed else "F-COLUMNS" if shared else "F-HEADER-MISSING")


def _unlike(one: OnDisk, other: OnDisk) -> bool:
    """Neither can pass for the other."""
    if one.fixed and other.fixed:
        return not one.fits(len(other.raw)) and not other.fits(len(one.raw))
    return not one.fixed and not other.fixed and one.encoding == other.encoding


@_kind
def csv_instead(shelf: Shelf) -> Iterator[Told]:
    """The records came as text with commas."""
    file = shelf.pick(lambda file: file.fixed)
    places = [place for place in places_of(file.layout.fields).values() if place.type != "filler"]
    lines = [",".join(place.name for place in places).encode()]
    for record in file.data:
        lines.append(b",".join(record[place.start : place.start + place.width].strip() for place in places))
    text = b"\r\n".join(lines)
    while file.fits(len(text)):
        text += b"\r\n"
    file.path.write_bytes(text)
    yield _refused(file, "F-LENGTH")


# What the file says of itself


@_kind
def bytes_after_trailer(shelf: Shelf) -> Iterator[Told]:
    """A record follows the trailer, which does not count it."""
    file = shelf.pick(lambda file: file.layout.trailer and file.data)
    file.path.write_bytes(file.raw + file.data[-1])
    yield _refused(file, "F-AFTER-TRAILER")


@_kind
def wrong_trailer_count(shelf: Shelf) -> Iterator[Told]:
    """The trailer counts one record too many."""
    yield _overstate(shelf, "records")


@_kind
def wrong_hash_total(shelf: Shelf) -> Iterator[Told]:
    """The trailer's sum over a number is one too much."""
    yield _overstate(shelf, "hash_sum")


@_kind
def wrong_amount_total(shelf: Shelf) -> Iterator[Told]:
    """The trailer's sum over an amount is one yen too much."""
    yield _overstate(shelf, "sum")


@_kind
def wrong_count_sheet(shelf: Shelf) -> Iterator[Told]:
    """The sheet of the old system's own figures has one yen, or one record, too much in one of them."""
    counts = shelf.source.source.counts
    found = [path for path in sorted(shelf.folder.iterdir()) if counts and fnmatchcase(path.name, counts.pattern)]
    if not found:
        raise NoFileFits
    encoding = shelf.source.source.encoding
    head, *lines = found[0].read_bytes().decode(encoding).splitlines()
    at = shelf.seed % len(lines)
    name, _, figure = lines[at].rpartition(",")
    lines[at] = f"{name},{int(figure) + 1}"
    found[0].write_bytes("\r\n".join([head, *lines, ""]).encode(encoding))
    yield found[0].name, (), "unbalanced"


def _overstate(shelf: Shelf, word: str) -> Told:
    def stated(file: OnDisk) -> list[SourceField]:
        trailer = file.layout.trailer
        names = [total.field for total in trailer.totals if total.total.name == word] if trailer else []
        return [field for field in trailer.fields if field.name in names] if trailer else []

    file = shelf.pick(stated)
    field, raw = stated(file)[0], file.raw
    place = places_of([field])[field.name]
    start = len(raw) - file.stride + place.start
    stop = start + place.width
    if place.sign:
        last = np.frombuffer(raw[-file.stride :], dtype=np.uint8)[None]
        wrong = zoned(signed(last, place) + 1, place).tobytes()
    else:
        wrong = str((int(raw[start:stop]) + 1) % 10**place.width).zfill(place.width).encode()
    file.path.write_bytes(raw[:start] + wrong + raw[stop:])
    return _refused(file, "F-TOTAL")


@_kind
def mixed_as_of(shelf: Shelf) -> Iterator[Told]:
    """One header states the day before; all that state a day are named."""
    as_of = shelf.source.source.as_of

    def place(file: OnDisk) -> list[SourceField]:
        header: ExtraRecord | None = file.layout.header
        return [field for field in header.fields if as_of and field.name == as_of.field] if header else []

    dated = [file for file in shelf.files() if place(file)]
    if len(dated) < 2:
        raise NoFileFits
    one = shelf.pick(place)
    at, raw = place(one)[0], bytearray(one.raw)
    start, stop = at.at - 1, at.at - 1 + at.width
    earlier = datetime.strptime(raw[start:stop].decode(), "%Y%m%d") - timedelta(days=1)
    raw[start:stop] = earlier.strftime("%Y%m%d").encode()
    one.path.write_bytes(raw)
    for file in dated:
        yield _refused(file, "F-AS-OF")


# Which files came


@_kind
def missing_file(shelf: Shelf) -> Iterator[Told]:
    """A file that must come did not."""
    file = shelf.pick(lambda file: file.entry.required)
    for part in shelf.parts(file):
        part.path.unlink()
    yield file.entry.pattern, ("F-MISSING",), "refused"


@_kind
def missing_part(shelf: Shelf) -> Iterator[Told]:
    """The second of three parts did not come."""
    file = shelf.pick(lambda file: file.entry.parts and len(file.data) > 2)
    shelf.split(file, 3)[1].unlink()
    yield file.entry.pattern, ("F-PART-GAP",), "refused"


@_kind
def missing_last_part(shelf: Shelf) -> Iterator[Told]:
    """The last of three parts, of the file with the present rows, did not come: no name tells, only other files do."""
    mappings = shelf.source.mappings.values()
    with_past = {mapping.to for mapping in mappings if not mapping.latest}
    latest = {mapping.from_ for mapping in mappings if mapping.latest and mapping.to in with_past}
    file = shelf.pick(lambda file: file.entry.parts and len(file.data) > 2 and file.entry.file in latest)
    last = shelf.split(file, 3)[2]
    last.unlink()
    yield last.name, ("R-NO-PRESENT",), "reported"


@_kind
def part_number_twice(shelf: Shelf) -> Iterator[Told]:
    """The third of three parts came under the number of the second, written otherwise."""
    file = shelf.pick(lambda file: file.entry.parts and len(file.data) > 2)
    _, second, third = shelf.split(file, 3)
    again = third.rename(shelf.folder / file.entry.pattern.replace("*", "02"))
    for path in (second, again):
        yield path.name, ("F-PART-TWICE",), "refused"


@_kind
def same_file_twice(shelf: Shelf) -> Iterator[Told]:
    """A part came under two names."""
    file = shelf.pick(lambda file: file.entry.parts)
    copy = shelf.folder / file.entry.pattern.replace("*", str(len(shelf.parts(file)) + 1))
    copy.write_bytes(file.raw)
    for name in (file.name, copy.name):
        yield name, ("F-TWIN",), "refused"


@_kind
def unclaimed_file(shelf: Shelf) -> Iterator[Told]:
    """A file under a name that nobody expects."""
    source, end = shelf.source.source, STRAY
    file = shelf.pick(lambda f: not any(fnmatchcase(f.name + end, p) for p in (*_patterns(shelf), *source.ignore)))
    (shelf.folder / f"{file.name}{end}").write_bytes(file.raw)
    yield f"{file.name}{end}", ("F-UNCLAIMED",), "reported"


def _patterns(shelf: Shelf) -> list[str]:
    return [entry.pattern for entry in shelf.source.source.files]


@_kind
def empty_file(shelf: Shelf) -> Iterator[Told]:
    """Nothing came but the name."""
    file = shelf.pick(lambda file: not file.entry.empty)
    file.path.write_bytes(b"")
    yield _refused(file, "F-EMPTY")


# What happens on the way


@_kind
def utf16(shelf: Shelf) -> Iterator[Told]:
    """Converted to UTF-16."""
    file = shelf.pick(lambda file: True)
    file.path.write_bytes(file.raw.decode(file.encoding, "replace").encode("utf-16"))
    yield _refused(file, "F-UTF16")


@_kind
def utf8(shelf: Shelf) -> Iterator[Told]:
    """Converted to UTF-8, without a mark."""

    def converted(file: OnDisk) -> bytes:
        return file.raw.decode(file.encoding, "replace").encode()

    def tells(file: OnDisk) -> bool:
        head = converted(file)[:HEAD].decode("utf-8", "ignore")
        return file.encoding != "utf-8" and sum(letter >= WIDE for letter in head) >= WIDE_LEAST

    file = shelf.pick(tells)
    file.path.write_bytes(converted(file))
    yield _refused(file, "F-UTF8")


@_kind
def gzip(shelf: Shelf) -> Iterator[Told]:
    """Compressed, under the name that was agreed."""
    file = shelf.pick(lambda file: True)
    file.path.write_bytes(compress(file.raw, mtime=0))
    yield _refused(file, "F-GZIP")


@_kind
def growing_file(shelf: Shelf) -> Iterator[Told]:
    """Still being written: on disk it is whole; whoever holds the rehearsal lets it grow during the run."""
    yield _refused(shelf.pick(lambda file: True), "F-CHANGED")


@_kind
def eof_mark(shelf: Shelf) -> Iterator[Told]:
    """A mark of the end of the file (1A) stands behind the last record, as some hosts write it: no fault."""
    file = shelf.pick(lambda file: True)
    file.path.write_bytes(file.raw + EOF_MARK)
    yield file.name, (), "silent"
