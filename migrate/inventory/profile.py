"""``migrate profile``: every file of a delivery, as one plain document. No value of a person stands in it."""

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from migrate.charset import codepage
from migrate.inventory.columns import ColumnCensus
from migrate.inventory.encodings import ByteCensus, Candidate, candidates, gaiji_census, gaiji_totals
from migrate.inventory.fields import (
    LEAST_RECORDS,
    Field,
    Types,
    data_records,
    drafted,
    of_layout,
    readable,
    types_of,
)
from migrate.inventory.fitgap import place_of
from migrate.inventory.grid import Cells, sample_of
from migrate.inventory.records import Misfits, chunks, fixed_records, text_records
from migrate.inventory.shape import Shape, shape_of
from migrate.io.framing import FileRefused
from migrate.spec.layout import Layout
from migrate.spec.source import SourceFile

SCHEMA = "migrate.profile/1"
DOUBT = 0.98
"""An encoding that explains less than this share of the letters is in doubt, and so is one with a close second."""
BYTEWISE = ("cp932", "shift_jis_2004", "ascii", "ebcdic")
"""Encodings whose fixed records can be read."""

Document: TypeAlias = dict[str, Any]
Progress: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Claim:
    """A layout that a file's name belongs to."""

    name: str
    layout: Layout
    file: str

    def columns(self) -> dict[str, str]:
        """The names of its fields by what the header of a delimited file calls them."""
        return {one.column or one.name: one.name for one in self._file().fields if self._file().delimited}

    def coded(self) -> set[str]:
        """Fields that a code map translates."""
        assert self.layout.source is not None
        return {
            place[1]
            for mapping in self.layout.source.mappings.values()
            for field in mapping.fields.values()
            for place in (place_of(mapping, name) for name in field.origins() if field.codes)
            if place[0] == self.file
        }

    def fixed(self, length: int) -> list[Field]:
        """The fields of its record, if that is so long (bytes)."""
        record = self._file().record
        return of_layout(self._file()) if record and record.length == length else []

    def _file(self) -> SourceFile:
        assert self.layout.source is not None
        return self.layout.source.files[self.file]


def profile(paths: Iterable[tuple[str, Path]], layouts: Iterable[Layout], progress: Progress) -> Document:
    """All files, in the order given: ``paths`` are names to show, and where each is."""
    known = tuple(layouts)
    named = tuple(paths)
    sizes = [path.stat().st_size for _, path in named]
    files = []
    for number, (name, path) in enumerate(named):
        progress("stream", sum(sizes[:number]), sum(sizes))
        files.append(profile_file(name, path, claims(path.name, known)))
    return {"schema": SCHEMA, "files": files, "unclaimed": [one["file"] for one in files if not one["claimed_by"]]}


def claims(name: str, layouts: Iterable[Layout]) -> list[Claim]:
    """Every source that expects a file of this name."""
    found = []
    for layout in layouts:
        if layout.source is None:
            continue
        for entry in layout.source.source.files:
            if fnmatch.fnmatchcase(name, entry.pattern):
                full = f"{layout.system.system}/{layout.source.source.source}/{entry.file}"
                found.append(Claim(full, layout, entry.file))
                break
    return found


def profile_file(name: str, path: Path, claimed: list[Claim]) -> Document:
    """One file: encoding, shape, fields, gaiji, and what is in doubt."""
    seen = _looked(path, frozenset(column for claim in claimed for column in claim.columns()))
    encoding, shape = seen.encoding, seen.shape
    misfits = Misfits()
    doubts = list(_encoding_doubts([(one.name, one.share) for one in seen.candidates], seen.census))
    fields, types = _fields(path, encoding, shape, misfits, claimed, doubts)
    if shape.kind == "delimited" and fields:
        shape = replace(shape, records=fields[0]["rows"] + misfits.count)
    return {
        "file": name,
        "bytes": seen.census.size,
        "encoding": {"name": encoding, "candidates": [one.document() for one in seen.candidates]},
        "shape": _shape_document(shape, misfits, types),
        "claimed_by": [claim.name for claim in claimed],
        "fields": fields,
        "gaiji": _gaiji(encoding, seen.census),
        "doubts": doubts,
    }


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file as its bytes show it."""

    census: ByteCensus
    candidates: list[Candidate]
    encoding: str
    shape: Shape


def _looked(path: Path, names: frozenset[str] = frozenset()) -> _Looked:
    """``names`` are columns that the file may have."""
    census = ByteCensus()
    for chunk in chunks(path):
        census.add(chunk)
    found = candidates(census)
    encoding = found[0].name if found else "unknown"
    return _Looked(census, found, encoding, shape_of(path, encoding, census, names=names))


def _encoding_doubts(shares: list[tuple[str, float]], census: ByteCensus) -> Iterator[str]:
    if not shares:
        if census.size:
            yield "encoding-unknown"
        return
    if shares[0][1] < DOUBT:
        yield "encoding-share"
    if len(shares) > 1 and shares[0][1] <= 1 and shares[1][1] > 0.9 * shares[0][1]:
        yield "encoding-second"
    if any(name == "shift_jis_2004" for name, _ in shares) and shares[0][0] in ("cp932", "shift_jis_2004"):
        yield "encoding-2004"


def _shape_document(shape: Shape, misfits: Misfits, types: Types | None) -> Document:
    ends = {b"\r\n": "crlf", b"\n": "lf", b"": "none"}
    found: Document = {"kind": shape.kind, "records": shape.records}
    if shape.kind in ("fixed", "delimited"):
        found |= {"terminator": ends[shape.terminator]}
        found |= {"misfits": misfits.count, "first_misfits": [{"record": n, "has": has} for n, has in misfits.first]}
    if shape.kind == "fixed":
        found |= {"length": shape.length, "rest": shape.rest, "agreement": round(shape.agreement, 3)}
        found |= {"types": {"header": types.header, "data": types.data, "trailer": types.trailer} if types else None}
    if shape.kind == "delimited":
        found |= {"delimiter": shape.delimiter, "header": shape.header, "quoted": shape.quoted}
        found |= {"columns": len(shape.columns)}
    return found


def _gaiji(encoding: str, census: ByteCensus) -> Document | None:
    if encoding not in ("cp932", "shift_jis_2004"):
        return None
    return {"totals": gaiji_totals(census.pairs), "codes": gaiji_census(census.pairs)}


def _fields(
    path: Path, encoding: str, shape: Shape, misfits: Misfits, claimed: list[Claim], doubts: list[str]
) -> tuple[list[Document], Types | None]:
    try:
        if shape.kind == "delimited":
            return _text_fields(path, encoding, shape, misfits, claimed), None
        if shape.kind == "fixed" and encoding in BYTEWISE:
            return _fixed_fields(path, encoding, shape, misfits, claimed, doubts)
    except FileRefused as refused:
        doubts.append(f"refused-{refused.code}")
        return [], None
    if shape.kind != "empty":
        doubts.append("fields-unread")
    return [], None


def _text_fields(path: Path, encoding: str, shape: Shape, misfits: Misfits, claimed: list[Claim]) -> list[Document]:
    columns = [ColumnCensus() for _ in shape.columns]
    for frame in text_records(path, encoding, shape, misfits):
        for census, values in zip(columns, frame.get_columns(), strict=True):
            census.add(values)
    coded = {column for claim in claimed for column, name in claim.columns().items() if name in claim.coded()}
    named = enumerate(zip(shape.columns, columns, strict=True), start=1)
    return [{"name": name, "position": n, **one.document(coded=name in coded)} for n, (name, one) in named]


def sample_fields(path: Path, encoding: str, shape: Shape) -> tuple[list[Field], Types | None, int]:
    """Drafted fields of a fixed file, its record types, and the data records that the draft rests on."""
    data, types = _sample(path, encoding, shape)
    return (drafted(data, types) if data.shape[0] else []), types, data.shape[0]


def _sample(path: Path, encoding: str, shape: Shape) -> tuple[Cells, Types | None]:
    """Some data records, and the record types."""
    table = readable(encoding == "ebcdic")
    cells = sample_of(fixed_records(path, shape, Misfits()), shape.records)
    cells = cells if table is None else table[cells]
    types = types_of(cells)
    return data_records(cells, types), types


def _fixed_fields(
    path: Path, encoding: str, shape: Shape, misfits: Misfits, claimed: list[Claim], doubts: list[str]
) -> tuple[list[Document], Types | None]:
    sample, types = _sample(path, encoding, shape)
    claim = next((one for one in claimed if one.fixed(shape.length)), None)
    fields = claim.fixed(shape.length) if claim else []
    if claimed and not fields:
        doubts.append("length-differs")
    if not fields and sample.shape[0]:
        fields = drafted(sample, types)
        if sample.shape[0] < LEAST_RECORDS:
            doubts.append("draft-few-records")
    table, page = readable(encoding == "ebcdic"), codepage("cp932")
    columns = [ColumnCensus() for _ in fields]
    for cells in fixed_records(path, shape, misfits):
        data = data_records(cells if table is None else table[cells], types)
        for field, census in zip(fields, columns, strict=True):
            text = field.decode(data, page)
            census.add(text.values, bad=text.bad.size)
    coded = claim.coded() if claim else set()
    told = zip(fields, columns, strict=True)
    return [_with_place(field, census.document(coded=field.place in coded)) for field, census in told], types


def _with_place(field: Field, counted: Document) -> Document:
    place: Mapping[str, object] = {"at": field.at, "width": field.width, "type": field.type}
    found: Document = {"name": field.name, **({"ja": field.ja} if field.ja else {}), **place}
    if field.confidence is not None:
        found |= {"confidence": field.confidence, "why": list(field.why)}
    return found | counted


def fixed_shape(path: Path) -> tuple[str, Shape | None]:
    """Encoding and shape of a fixed file that can be drafted; None for another."""
    seen = _looked(path)
    return seen.encoding, seen.shape if seen.shape.kind == "fixed" and seen.encoding in BYTEWISE else None
