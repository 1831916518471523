"""Byte layouts: every byte of a record belongs to exactly one field."""

from collections.abc import Iterator

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.layout import SLOT
from migrate.spec.semantics.dates import date_problems
from migrate.spec.semantics.names import Names, repeated
from migrate.spec.source import HOSTS, ExtraRecord, SourceField, SourceFile
from migrate.spec.yamltext import Path_

MAX_DIGITS = 18


def record_problems(draft: Draft) -> Iterator[Problem]:
    """Gaps, overlaps, wrong totals, fields that cannot be read as they say, record types that cannot be told apart."""
    for path, file in draft.sound_files():
        yield from _encoding(draft, path, file)
        if file.format == "delimited" or file.record is None:
            yield from _delimited(draft, path, file)
            continue
        if placeless := list(_placeless(draft, path, file)):
            yield from placeless
            continue
        for kind, fields in _records(file):
            where: Path_ = (kind, "fields") if kind else ("fields",)
            yield from _positions(draft, path, where, fields, file.record.length, "D-SRC-LENGTH")
            for i, name in repeated(field.name for field in fields):
                yield draft.problem(path, (*where, i, "name"), "D-NAME-DUPLICATE", name=name)
            for i, field in enumerate(fields):
                yield from _field(draft, path, (*where, i), field)
        yield from _types(draft, path, file)
        for kind, record in _extra(file).items():
            names = Names([field.name for field in record.fields], f"{file.file} {kind}", "D-NAME-SOURCE")
            for i, total in enumerate(record.totals):
                yield from names.check(draft, path, (kind, "totals", i, "field"), total.field)


def _encoding(draft: Draft, path: str, file: SourceFile) -> Iterator[Problem]:
    """Text is delimited in cp932 or UTF-8; fixed records are in any encoding but UTF-8."""
    encoding = file.encoding or (draft.source.encoding if draft.source else None)
    fits = encoding not in HOSTS if file.format == "delimited" else encoding != "utf-8"
    if encoding and not fits:
        where = ("encoding",) if file.encoding else ("format",)
        yield draft.problem(path, where, "D-SRC-ENCODING", encoding=encoding, format=file.format)


def _delimited(draft: Draft, path: str, file: SourceFile) -> Iterator[Problem]:
    """A delimited file says how it is delimited and names columns; a fixed one says how long its records are."""
    if file.format == "fixed":
        yield draft.problem(path, ("format",), "D-SRC-RECORD")
        return
    encoding = file.encoding or (draft.source.encoding if draft.source else None)
    if file.delimited is None or not _delimits(file.delimited.delimiter, encoding):
        yield draft.problem(path, ("delimited",), "D-SRC-DELIMITER")
    for key in ("record", "types", "header", "trailer"):
        if getattr(file, key) is not None:
            yield draft.problem(path, (key,), "D-SRC-FIXED-ONLY", key=key)
    for i, name in repeated(field.name for field in file.fields):
        yield draft.problem(path, ("fields", i, "name"), "D-NAME-DUPLICATE", name=name)
    for i, name in repeated(field.column or field.name for field in file.fields):
        yield draft.problem(path, ("fields", i, "column"), "D-NAME-DUPLICATE", name=name)
    for i, field in enumerate(file.fields):
        for key in ("at", "width", "type", "occurs"):
            if key in field.model_fields_set:
                yield draft.problem(path, ("fields", i, key), "D-SRC-FIXED-ONLY", key=key)
        if field.date:
            yield from date_problems(draft, path, ("fields", i), field, fixed=False)


def _delimits(delimiter: str, encoding: str | None) -> bool:
    """One ASCII character that ends no record and stands in none of another character (cp932: none from @ on)."""
    plain = len(delimiter) == 1 and delimiter.isascii() and delimiter not in '"\r\n\0'
    return plain and (encoding == "utf-8" or delimiter < "@")


def _placeless(draft: Draft, path: str, file: SourceFile) -> Iterator[Problem]:
    """Fields of a fixed record without a place."""
    for kind, fields in _records(file):
        where: Path_ = (kind, "fields") if kind else ("fields",)
        parts = [((*where, i), field) for i, field in enumerate(fields)]
        parts += [
            ((*place, "occurs", "fields", i), part)
            for place, field in list(parts)
            if field.occurs
            for i, part in enumerate(field.occurs.fields)
        ]
        for place, field in parts:
            for key in ("at", "width"):
                if key not in field.model_fields_set:
                    yield draft.problem(path, place, "D-KEY-MISSING", key=key)


def _extra(file: SourceFile) -> dict[str, ExtraRecord]:
    return {kind: record for kind, record in (("header", file.header), ("trailer", file.trailer)) if record}


def _records(file: SourceFile) -> Iterator[tuple[str, tuple[SourceField, ...]]]:
    yield "", file.fields
    yield from ((kind, record.fields) for kind, record in _extra(file).items())


def _positions(
    draft: Draft, path: str, where: Path_, fields: tuple[SourceField, ...], length: int, code: str
) -> Iterator[Problem]:
    """Fields in the order of their places lie end to end from 1 to ``length``; ``code`` says that the end is wrong."""
    end, before = 0, ""
    order = sorted(range(len(fields)), key=lambda i: (fields[i].at, i))
    for i in order:
        field = fields[i]
        facts = {"name": field.name, "at": str(field.at), "expected": str(end + 1)}
        if field.at > end + 1:
            yield draft.problem(path, (*where, i, "at"), "D-SRC-GAP", **facts, last=str(field.at - 1))
        elif field.at <= end:
            yield draft.problem(path, (*where, i, "at"), "D-SRC-OVERLAP", **facts, other=before)
        if field.at + field.width - 1 >= end:
            end, before = field.at + field.width - 1, field.name
    if end != length:
        place = (*where, order[-1]) if order else where
        yield draft.problem(path, place, code, end=str(end), length=str(length))


def _field(draft: Draft, path: str, where: Path_, field: SourceField) -> Iterator[Problem]:
    if field.type == "N" and field.width % 2:
        yield draft.problem(path, (*where, "width"), "D-SRC-EVEN", name=field.name, width=str(field.width))
    if (field.type == "S9") != (field.sign is not None):
        yield draft.problem(path, (*where, "sign"), "D-SRC-SIGN", name=field.name)
    digits = {"S9": field.width, "P": field.width * 2 - 1}.get(field.type, 0)
    if digits > MAX_DIGITS or field.decimals > digits:
        yield draft.problem(path, (*where, "width"), "D-SRC-NUMBER", name=field.name, most=str(MAX_DIGITS))
    if field.date:
        yield from date_problems(draft, path, where, field, fixed=True)
    if not field.occurs:
        return
    group = field.occurs
    inner = (*where, "occurs", "fields")
    if field.width != group.times * group.width:
        facts = {"name": field.name, "times": str(group.times), "slot": str(group.width), "width": str(field.width)}
        yield draft.problem(path, (*where, "width"), "D-SRC-OCCURS", **facts)
    yield from _positions(draft, path, inner, group.fields, group.width, "D-SRC-SLOT")
    for i, name in repeated([SLOT, *(part.name for part in group.fields)]):
        code = "D-SRC-RESERVED" if name == SLOT else "D-NAME-DUPLICATE"
        yield draft.problem(path, (*inner, i - 1, "name"), code, name=name)
    for i, part in enumerate(group.fields):
        if part.occurs:
            yield draft.problem(path, (*inner, i, "occurs"), "D-SRC-NESTED", name=part.name)
        else:
            yield from _field(draft, path, (*inner, i), part)


def _types(draft: Draft, path: str, file: SourceFile) -> Iterator[Problem]:
    extra = _extra(file)
    if file.types is None:
        for kind in extra:
            yield draft.problem(path, (kind,), "D-SRC-TYPE-RECORD", kind=kind)
        return
    values = {"data": file.types.data, "header": file.types.header, "trailer": file.types.trailer}
    for kind in ("header", "trailer"):
        if (values[kind] is None) != (kind not in extra):
            yield draft.problem(path, ("types", kind) if values[kind] else (kind,), "D-SRC-TYPE-RECORD", kind=kind)
    given = [(kind, value) for kind, value in values.items() if value is not None]
    for i, value in repeated(value for _, value in given):
        yield draft.problem(path, ("types", given[i][0]), "D-SRC-TYPE-VALUE", value=value)
    places = {kind: _place(fields, file.types.by) for kind, fields in _records(file)}
    for kind, place in places.items():
        if place is None or place != places[""]:
            where: Path_ = (kind, "fields") if kind and places[""] else ("types", "by")
            yield draft.problem(path, where, "D-SRC-TYPE-FIELD", name=file.types.by, kind=kind or "data")
    yield from _type_widths(draft, path, file, given)


def _type_widths(draft: Draft, path: str, file: SourceFile, given: list[tuple[str, str]]) -> Iterator[Problem]:
    """Values that no field of this width holds; in one of type N a letter takes two bytes."""
    by = next((field for field in file.fields if file.types and field.name == file.types.by), None)
    for kind, value in given if by else ():
        if by and len(value) * (2 if by.type == "N" else 1) > by.width:
            facts = {"value": value, "name": by.name, "width": str(by.width)}
            yield draft.problem(path, ("types", kind), "D-SRC-TYPE-WIDTH", **facts)


def _place(fields: tuple[SourceField, ...], name: str) -> tuple[int, int] | None:
    return next(((field.at, field.width) for field in fields if field.name == name), None)
