"""How the bytes of one kind of file become columns: only the fields that something uses are decoded."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from migrate.charset import Codepage, Glyphs
from migrate.io.delimited import DelimitedForm
from migrate.io.framing import TERMINATORS, Framing
from migrate.spec.source import DateForm, ExtraRecord, SourceField, SourceFile
from migrate.vocab import daykey


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
class DatePlan:
    """A date field: its form, and by number which values mean empty and unknown; eras by their digit."""

    form: Literal["GYYMMDD", "YYYYMMDD"]
    empty: frozenset[int]
    unknown: frozenset[int]
    blank_is_declared: bool


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One decoded column. ``name`` is the source field, ``group.field#slot`` for an OCCURS slot."""

    name: str
    place: Place
    type: str
    date: DatePlan | None = None
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
    """A stated total: ``records``, or the sum of a numeric field of the data records modulo 10^digits of the stated
    field."""

    name: str
    stated_in: Literal["header", "trailer"]
    stated: Place
    field: str | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class FixedPlan:
    """All that reading one kind of fixed file needs; ``glyphs`` are the characters of ``page`` that need a look."""

    file: str
    framing: Framing
    page: Codepage
    glyphs: Glyphs
    eras: tuple[int, ...]
    columns: tuple[ColumnPlan, ...]
    types: TypesPlan | None
    totals: tuple[TotalPlan, ...]
    as_of: Place | None
    places: Mapping[str, Place]

    @property
    def codec(self) -> str:
        """The name of the encoding."""
        return self.page.name


@dataclass(frozen=True, slots=True)
class TextDatePlan:
    """A date in text: its forms in the order they are tried, which texts mean empty and unknown, and the number of
    the era that a digit stands for."""

    forms: tuple[str, ...]
    empty: frozenset[str]
    unknown: frozenset[str]
    eras: Mapping[str, int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextColumnPlan:
    """One column of a delimited file: the source field, and the name its header has for it."""

    name: str
    header: str
    date: TextDatePlan | None


@dataclass(frozen=True, slots=True)
class DelimitedPlan:
    """All that reading one kind of delimited file needs. ``columns`` are all of the file, ``needed`` the names read."""

    file: str
    form: DelimitedForm
    codec: str
    glyphs: Glyphs
    columns: tuple[TextColumnPlan, ...]
    needed: frozenset[str]


ReadPlan: TypeAlias = FixedPlan | DelimitedPlan

TOTALS = ("records", "hash_sum")
"""The words a file may state totals with: its data records, or the sum of a numeric field over them."""
ERA_NUMBER = {name: number for number, name in enumerate(daykey.ERAS) if name}


def all_columns(file: SourceFile) -> dict[str, ColumnPlan]:
    """Every field of the data record by column name, OCCURS slots one by one."""
    columns: dict[str, ColumnPlan] = {}
    for field in file.fields:
        if field.type == "filler":
            continue
        if field.occurs is None:
            columns[field.name] = _column(field.name, Place.of(field), field)
            continue
        for slot in range(field.occurs.times):
            base = field.at - 1 + slot * field.occurs.width
            for part in field.occurs.fields:
                if part.type != "filler":
                    name = f"{field.name}.{part.name}#{slot + 1}"
                    columns[name] = _column(name, Place.of(part, base=base), part)
    return columns


def _column(name: str, place: Place, field: SourceField) -> ColumnPlan:
    return ColumnPlan(name, place, field.type, _date(field.date), field.sign or "", field.decimals)


def _date(form: DateForm | None) -> DatePlan | None:
    if form is None:
        return None
    assert form.form is not None
    digits = [value for value in form.empty if value.strip()]
    return DatePlan(
        form.form,
        frozenset(int(value) for value in digits),
        frozenset(int(value) for value in form.unknown),
        blank_is_declared=not digits or len(digits) < len(form.empty),
    )


def plan_fixed(
    file: SourceFile,
    *,
    needed: Iterable[str],
    page: Codepage,
    glyphs: Glyphs,
    eras: Mapping[str, str],
    as_of_field: str | None,
) -> FixedPlan:
    """The plan of one file, decoding the ``needed`` columns."""
    assert file.record is not None
    every = all_columns(file)
    wanted = set(needed)
    terminator = TERMINATORS[file.record.terminator]
    header = _places(file.header)
    era_numbers = [-1] * 10
    for digit, name in eras.items():
        era_numbers[int(digit)] = ERA_NUMBER[name]
    return FixedPlan(
        file=file.file,
        framing=Framing(file.record.length, terminator),
        page=page,
        glyphs=glyphs,
        eras=tuple(era_numbers),
        columns=tuple(column for name, column in every.items() if name in wanted),
        types=_types(file),
        totals=(*_totals(file.header, "header", every), *_totals(file.trailer, "trailer", every)),
        as_of=header[as_of_field] if as_of_field else None,
        places={name: column.place for name, column in every.items()},
    )


def plan_delimited(
    file: SourceFile, *, needed: Iterable[str], codec: str, glyphs: Glyphs, eras: Mapping[str, str]
) -> DelimitedPlan:
    """The plan of one delimited file, decoding the ``needed`` columns."""
    assert file.delimited is not None
    columns = tuple(
        TextColumnPlan(field.name, field.column or field.name, _text_date(field.date, eras)) for field in file.fields
    )
    form = DelimitedForm(ord(file.delimited.delimiter), bom=codec == "utf-8")
    return DelimitedPlan(file.file, form, codec, glyphs, columns, frozenset(needed))


def _text_date(form: DateForm | None, eras: Mapping[str, str]) -> TextDatePlan | None:
    if form is None:
        return None
    numbers = {digit: ERA_NUMBER[name] for digit, name in eras.items()}
    return TextDatePlan(form.forms, frozenset(form.empty), frozenset(form.unknown), numbers)


def _places(record: ExtraRecord | None) -> dict[str, Place]:
    return {field.name: Place.of(field) for field in record.fields} if record else {}


def _types(file: SourceFile) -> TypesPlan | None:
    if file.types is None:
        return None
    by = next(field for field in file.fields if field.name == file.types.by)

    def value(text: str | None) -> bytes | None:
        return None if text is None else text.encode("ascii").ljust(by.width)

    return TypesPlan(Place.of(by), value(file.types.header), value(file.types.data) or b"", value(file.types.trailer))


def _totals(
    record: ExtraRecord | None, where: Literal["header", "trailer"], every: Mapping[str, ColumnPlan]
) -> tuple[TotalPlan, ...]:
    if record is None:
        return ()
    places = _places(record)
    plans = []
    for total in record.totals:
        field = None if total.total.name == "records" else str(total.total.positional)
        place = every[field].place if field else None
        plans.append(TotalPlan(total.total.name, where, places[total.field], field, place))
    return tuple(plans)
