"""How the bytes of one kind of file become columns: only the fields that something uses are decoded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from migrate.charset import Codepage, Glyphs, encode
from migrate.io.delimited import DelimitedForm
from migrate.io.framing import TERMINATORS, Framing
from migrate.spec.source import DateForm, ExtraRecord, SourceField, SourceFile
from migrate.vocab import daykey
from migrate.vocab.dateforms import DateRule


@dataclass(frozen=True, slots=True)
class Place:
    """Bytes of a record, from 0."""

    start: int
    stop: int

    @classmethod
    def of(cls, field: SourceField, *, base: int = 0) -> "Place":
        """Where a field stands; ``at`` in definition files counts from 1."""
        return cls(base + field.at - 1, base + field.at - 1 + field.width)


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One decoded column. ``name`` is the source field, ``group.field#slot`` for an OCCURS slot."""

    name: str
    place: Place
    type: str
    date: DateRule | None = None
    sign: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class TypesPlan:
    """Record types by the bytes of the discriminating field."""

    by: Place
    header: bytes | None
    data: bytes
    trailer: bytes | None


@dataclass(frozen=True, slots=True)
class TotalPlan:
    """A stated total: ``records``, ``hash_sum``: the sum of a numeric field of the data records modulo 10^digits of the
    stated field, or ``sum``: the sum itself, signed where the fields are."""

    name: str
    stated_in: Literal["header", "trailer"]
    stated: ColumnPlan
    column: ColumnPlan | None

    @property
    def field(self) -> str | None:
        """The field that is added up."""
        return self.column.name if self.column else None

    @property
    def wraps(self) -> bool:
        """Only the last digits of the total are stated."""
        return self.name == "hash_sum"


@dataclass(frozen=True, slots=True)
class FixedPlan:
    """All that reading one kind of fixed file needs; ``glyphs`` are the characters of ``page`` that need a look,
    ``places`` and ``kinds`` where each column stands and of which type it is."""

    file: str
    framing: Framing
    page: Codepage
    glyphs: Glyphs
    columns: tuple[ColumnPlan, ...]
    types: TypesPlan | None
    totals: tuple[TotalPlan, ...]
    as_of: Place | None
    places: Mapping[str, Place]
    kinds: Mapping[str, str]

    @property
    def codec(self) -> str:
        """The name of the encoding."""
        return self.page.name


@dataclass(frozen=True, slots=True)
class TextColumnPlan:
    """One column of a delimited file: the source field, and the name its header has for it."""

    name: str
    header: str
    date: DateRule | None


@dataclass(frozen=True, slots=True)
class DelimitedPlan:
    """All that reading one kind of delimited file needs. ``columns`` are all of the file, ``needed`` the names read."""

    file: str
    form: DelimitedForm
    codec: str
    glyphs: Glyphs
    columns: tuple[TextColumnPlan, ...]
    needed: frozenset[str]


Eras: TypeAlias = Mapping[str, str]
"""The name of an era by its code."""
NO_ERAS: Eras = MappingProxyType({})
ReadPlan: TypeAlias = FixedPlan | DelimitedPlan

TOTALS = ("records", "hash_sum", "sum")
"""The words a file may state totals with: its data records, the last digits of the sum of a numeric field over them, or
the sum of amounts, which may be below zero."""
ERA_NUMBER = {name: number for number, name in enumerate(daykey.ERAS) if name}


def all_columns(file: SourceFile, eras: Eras = NO_ERAS) -> dict[str, ColumnPlan]:
    """Every field of the data record by column name, OCCURS slots one by one; ``eras`` are those of the source."""
    columns: dict[str, ColumnPlan] = {}
    for field in file.fields:
        if field.type == "filler":
            continue
        if field.occurs is None:
            columns[field.name] = _column(field.name, Place.of(field), field, eras)
            continue
        for slot in range(field.occurs.times):
            base = field.at - 1 + slot * field.occurs.width
            for part in field.occurs.fields:
                if part.type != "filler":
                    name = f"{field.name}.{part.name}#{slot + 1}"
                    columns[name] = _column(name, Place.of(part, base=base), part, eras)
    return columns


def _column(name: str, place: Place, field: SourceField, eras: Eras) -> ColumnPlan:
    return ColumnPlan(name, place, field.type, _date(field.date, eras), field.sign or "", field.decimals)


def _date(date: DateForm | None, eras: Eras) -> DateRule | None:
    """What is declared of a date; its own eras go before those of the source."""
    if date is None:
        return None
    filled = [value for value in date.empty if value.strip()]
    return DateRule(
        forms=(date.form,) if date.form else date.forms,
        empty=tuple(filled),
        unknown=date.unknown,
        open_start=date.open_start,
        open_end=date.open_end,
        parts=tuple(int(value) for value in date.unknown_parts),
        years=tuple(int(value) for value in date.unknown_years),
        eras={code: ERA_NUMBER[name] for code, name in (date.eras or eras).items()},
        digits=date.form is not None,
        strict=date.out_of_era == "refuse",
        blank=not filled or len(filled) < len(date.empty),
    )


def plan_fixed(
    file: SourceFile,
    *,
    needed: Iterable[str],
    page: Codepage,
    glyphs: Glyphs,
    eras: Eras,
    as_of_field: str | None,
) -> FixedPlan:
    """The plan of one file, decoding the ``needed`` columns."""
    assert file.record is not None
    every = all_columns(file, eras)
    wanted = set(needed)
    terminator = TERMINATORS[file.record.terminator]
    header = _places(file.header)
    return FixedPlan(
        file=file.file,
        framing=Framing(file.record.length, terminator, host=page.ascii is not None),
        page=page,
        glyphs=glyphs,
        columns=tuple(column for name, column in every.items() if name in wanted),
        types=_types(file, page),
        totals=(*_totals(file.header, "header", every), *_totals(file.trailer, "trailer", every)),
        as_of=header[as_of_field] if as_of_field else None,
        places={name: column.place for name, column in every.items()},
        kinds={name: column.type for name, column in every.items()},
    )


def plan_delimited(file: SourceFile, *, needed: Iterable[str], codec: str, glyphs: Glyphs, eras: Eras) -> DelimitedPlan:
    """The plan of one delimited file, decoding the ``needed`` columns."""
    assert file.delimited is not None
    columns = tuple(
        TextColumnPlan(field.name, field.column or field.name, _date(field.date, eras)) for field in file.fields
    )
    form = DelimitedForm(ord(file.delimited.delimiter), bom=codec == "utf-8")
    return DelimitedPlan(file.file, form, codec, glyphs, columns, frozenset(needed))


def _places(record: ExtraRecord | None) -> dict[str, Place]:
    return {field.name: Place.of(field) for field in record.fields} if record else {}


def type_bytes(text: str, by: SourceField, page: Codepage) -> bytes:
    """A record type as its field holds it; UnicodeEncodeError where the encoding has no such letter."""
    return encode(text, page.name, type=by.type).ljust(by.width, bytes([page.pad_single]))


def _types(file: SourceFile, page: Codepage) -> TypesPlan | None:
    if file.types is None:
        return None
    by = next(field for field in file.fields if field.name == file.types.by)

    def value(text: str | None) -> bytes | None:
        return None if text is None else type_bytes(text, by, page)

    return TypesPlan(Place.of(by), value(file.types.header), value(file.types.data) or b"", value(file.types.trailer))


def _totals(
    record: ExtraRecord | None, where: Literal["header", "trailer"], every: Mapping[str, ColumnPlan]
) -> tuple[TotalPlan, ...]:
    if record is None:
        return ()
    stated = {field.name: _column(field.name, Place.of(field), field, {}) for field in record.fields if not field.date}
    plans = []
    for total in record.totals:
        column = None if total.total.name == "records" else every[str(total.total.positional)]
        plans.append(TotalPlan(total.total.name, where, stated[total.field], column))
    return tuple(plans)
