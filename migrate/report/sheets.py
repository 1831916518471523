"""A standard table or a source file as a sheet, to be laid beside the one of the standard or of the vendor."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.table import Table

from migrate.errors import Lang
from migrate.report.destinations import destinations, end_destinations
from migrate.report.tables import grid
from migrate.report.texts import text
from migrate.spec.layout import SourceLayout
from migrate.spec.source import SourceField, SourceFile
from migrate.spec.table import StandardField, StandardTable
from migrate.spec.words import Condition

PROSE = 32
"""Characters of a condition in prose; the whole of it stands in the definition."""


def standard_sheet(table: StandardTable, lang: Lang) -> Table:
    """One row per item, in the order of the standard."""
    heads = (">no", "name", "ja", "type", ">digits", "required", "key", "codes", "grade", "origin")
    sheet = grid(lang, *heads, title=f"{table.table} {table.ja}")
    for position, field in enumerate(table.fields, start=1):
        key = str(table.key.index(field.name) + 1) if field.name in table.key else ""
        sheet.add_row(
            str(position),
            field.name,
            field.ja,
            field.type,
            digits_text(field),
            required_text(field, lang),
            key,
            field.codes or "",
            field.grade,
            field.source,
        )
    return sheet


def digits_text(field: StandardField) -> str:
    return f"{field.digits or '-'}{'' if field.fixed else '以内'}" if field.type in ("X", "N") else field.digits or "-"


def required_text(field: StandardField, lang: Lang) -> str:
    if field.required == "optional" and field.official and field.official.condition:
        return text("required-when", lang, condition=shorten(f"※※{field.official.condition}", PROSE))
    if isinstance(field.required, str):
        return text(f"required-{field.required}", lang)
    return text("required-when", lang, condition=condition_text(field.required))


def shorten(prose: str, most: int) -> str:
    """On one line, cut where it is too long."""
    line = " ".join(prose.split("\n"))
    return line if len(line) <= most else line[: most - 1] + "…"


def condition_text(condition: Condition) -> str:
    """Every clause, joined by ``&``."""
    clauses = [f"{name}={'|'.join(values)}" for name, values in condition.when.items()]
    clauses += [f"{name}≠{'|'.join(values)}" for name, values in condition.unless.items()]
    clauses += [f"{name}≠''" for name in condition.filled] + [f"{name}=''" for name in condition.empty]
    clauses += [f"{condition.after_as_of}>基準日"] if condition.after_as_of else []
    clauses += [f"{condition.not_after_as_of}≦基準日"] if condition.not_after_as_of else []
    return " & ".join(clauses)


@dataclass(frozen=True, slots=True)
class Slice:
    """One field where it stands: bytes ``start`` to ``end`` of the record, from 1; mappings name it ``place``."""

    name: str
    place: str
    field: SourceField
    start: int

    @property
    def end(self) -> int:
        """Its last byte."""
        return self.start + self.field.width - 1


def slices(fields: Iterable[SourceField]) -> Iterator[Slice]:
    """Fields in the order of the record; a group that repeats is written out slot by slot."""
    for field in fields:
        if field.occurs is None:
            yield Slice(field.name, field.name, field, field.at)
            continue
        for slot in range(field.occurs.times):
            start = field.at + slot * field.occurs.width
            for part in field.occurs.fields:
                name, place = f"{field.name}[{slot + 1}].{part.name}", f"{field.name}.{part.name}"
                yield Slice(name, place, part, start + part.at - 1)


def source_sheets(source: SourceLayout, name: str, lang: Lang) -> Iterator[Table]:
    """One sheet per record type: header, data, trailer; one in all for a delimited file."""
    file = source.files[name]
    data, ends = destinations(source, lang), end_destinations(source, name, lang)
    if file.record is None:
        yield _delimited_sheet(file, data, lang)
        return
    for kind, fields in _records(file):
        goes = data if kind == "data" else ends
        length = file.record.length
        title = f"{name} {file.ja} {text(f'record-{kind}', lang)} {text('record-length', lang, length=length)}"
        heads = (">no", "name", "ja", ">start", ">end", ">length", "type", "goes", "note")
        sheet = grid(lang, *heads, title=title)
        for position, part in enumerate(slices(fields), start=1):
            sheet.add_row(str(position), *_cells(part, goes.get((name, part.place), ())))
        yield sheet


def _delimited_sheet(file: SourceFile, goes: Mapping[tuple[str, str], tuple[str, ...]], lang: Lang) -> Table:
    """The columns of a delimited file."""
    sheet = grid(lang, ">no", "name", "column", "ja", "type", "goes", "note", title=f"{file.file} {file.ja}")
    for position, field in enumerate(file.fields, start=1):
        forms = " ".join(field.date.forms) if field.date else ""
        places = "、".join(goes.get((file.file, field.name), ()))
        sheet.add_row(
            str(position), field.name, field.column or field.name, field.ja or "", forms, places, field.note or ""
        )
    return sheet


def _records(file: SourceFile) -> Iterator[tuple[str, tuple[SourceField, ...]]]:
    if file.header:
        yield "header", file.header.fields
    yield "data", file.fields
    if file.trailer:
        yield "trailer", file.trailer.fields


def _cells(part: Slice, goes: tuple[str, ...]) -> tuple[str, ...]:
    field = part.field
    numbers = (str(part.start), str(part.end), str(field.width))
    return (part.name, field.ja or "", *numbers, _type(field), "、".join(goes), field.note or "")


def _type(field: SourceField) -> str:
    """The type with what the vendor's sheet says of its digits: ``X GYYMMDD``, ``P 9(3)V9(2)``, ``S9 overpunch``."""
    digits = 2 * field.width - 1 if field.type == "P" else field.width
    picture = f"9({digits - field.decimals})V9({field.decimals})" if field.decimals else ""
    form = field.date.form if field.date else ""
    return " ".join(filter(None, (field.type, form, picture, field.sign)))
