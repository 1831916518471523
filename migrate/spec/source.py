"""A legacy vendor's side: the files expected, their byte layouts, and the mappings onto standard tables."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from migrate.spec.table import Check, Owner, Severity
from migrate.spec.words import Condition, Count, Day, Model, Name, Number, Texts, Word, YesNo

Era: TypeAlias = Literal["明治", "大正", "昭和", "平成", "令和"]


class FileEntry(Model):
    """One kind of file the source delivers. ``pattern`` is a file-name glob; ``parts`` allows several files of it.

    Parts whose names number them (up to three digits, from 0 or 1) must all come, and once;
    with ``gaps`` they need not.
    """

    file: Name
    pattern: str
    required: YesNo = True
    parts: YesNo = False
    gaps: YesNo = False
    empty: YesNo = False


class AsOf(Model):
    """Where the 基準日 stands: a field of the header record of ``file``.

    Other files whose header has a date of that name must state the same day.
    """

    file: Name
    field: Name


class CountSheet(Model):
    """The old system's own counts: a CSV of ``name,expected``, by ``files.<file>``, ``tables.<table>`` or the name of a
    control."""

    pattern: str
    required: YesNo = False


class Checksums(Model):
    """Lists of what the sender's files hash to: lines of SHA-256 and name, as ``sha256sum`` writes them.

    A file that differs from its line is refused; with ``required`` so is one that no list names.
    """

    pattern: str
    required: YesNo = False


Encoding: TypeAlias = Literal["cp932", "utf-8", "ibm930", "ibm939", "ibm1390", "ibm1399", "jef", "keis83"]
"""Windows-31J, of fixed records and delimited text · UTF-8, of delimited text · EBCDIC of IBM with Japanese (290 + 300,
1027 + 300, and both with JIS X 0213) · Fujitsu JEF (JIS78) · Hitachi KEIS83, of fixed records"""
HOSTS: frozenset[Encoding] = frozenset({"ibm930", "ibm939", "ibm1390", "ibm1399", "jef", "keis83"})
"""EBCDIC, with shifts or fields of their own for pairs."""


class Source(Model):
    """One vendor's delivery (``sources/<vendor>/source.yaml``).

    ``encoding`` is that of its files: cp932; utf-8 for delimited text; for fixed records of a host as they are, IBM
    (ibm930, ibm939, ibm1390, ibm1399), Fujitsu JEF (jef) or Hitachi KEIS83 (keis83), which have no line ends. Text in
    another encoding (EUC-JP, UTF-16) is to be had again in one of these, or converted, with the copy that came kept.
    ``history`` says which history rows of a unit come: ``all``, those ``since`` a day (YYYY-MM-DD), or the ``latest``
    only. Where not all come, a check of all history does not miss the beginning, and ``within_history`` finds rows that
    were not to come.
    """

    source: Name
    ja: str
    doc: str | None = None
    owner: Owner
    encoding: Encoding
    eras: dict[str, Era] = {}
    as_of: AsOf | None = None
    history: Literal["all", "since", "latest"] = "all"
    since: Day | None = None
    ignore: Texts = ()
    counts: CountSheet | None = None
    checksums: Checksums | None = None
    files: tuple[FileEntry, ...]

    @property
    def sheet_encoding(self) -> str:
        """What lists beside the files are written in, if not UTF-8: those of a host come from a PC."""
        return "cp932" if self.encoding in HOSTS else self.encoding


FixedDate: TypeAlias = Literal["GYYMMDD", "GGYYMMDD", "LYYMMDD", "YYYYMMDD"]
"""3401231 · 03401231 (era by its code in ``eras``) · S401231 · 19651231"""
TextDate: TypeAlias = Literal[
    "Gyy.mm.dd",
    "年月日",
    "yyyy/mm/dd",
    "yyyy-mm-dd",
    "yyyy.mm.dd",
    "yyyymmdd",
    "GYYMMDD",
    "GGYYMMDD",
    "LYYMMDD",
    "不詳表記",
]
"""S40.12.31 · 昭和40年12月31日, 昭和四十年十二月三十一日, 1965年12月31日 · 1965/12/31 · 1965-12-31 · 1965.12.31 ·
19651231 · 3401231 · 03401231 (era by its code in ``eras``) · s401231 · 昭和49年頃 and the other 13 notations of 不詳"""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class DateForm(Model):
    """How a source field writes dates: ``form`` of digits in a fixed record; ``forms`` of text, the first that fits.

    ``empty`` values mean no date, ``unknown`` values a date nobody knows (不詳), ``open_start`` and ``open_end`` values
    a period without a beginning or an end (無期限), written as the profile says. A month or day of 00 is unknown;
    ``unknown_parts`` are further numbers that say so (99), ``unknown_years`` years that do (00, 0000). ``eras``
    replaces the codes of the source for this field. A date outside its era (昭和65年) is kept and flagged, or refused.
    """

    form: FixedDate | None = None
    forms: Annotated[tuple[TextDate, ...], BeforeValidator(_listed)] = ()
    empty: Texts = ()
    unknown: Texts = ()
    open_start: Texts = ()
    open_end: Texts = ()
    unknown_parts: Texts = ()
    unknown_years: Texts = ()
    eras: dict[str, Era] = {}
    out_of_era: Literal["flag", "refuse"] = "flag"

    @property
    def special(self) -> dict[str, Texts]:
        """Values that are taken at their word, by what they mean."""
        return {
            "empty": self.empty,
            "unknown": self.unknown,
            "open_start": self.open_start,
            "open_end": self.open_end,
        }


class Occurs(Model):
    """A group that repeats ``times`` times, ``width`` bytes each; ``at`` of its fields counts from 1 in the slot.

    A mapping names its fields ``group.field``, and the number of the slot (from 1) ``group.no``.
    """

    times: Count
    width: Count
    fields: tuple["SourceField", ...]


class SourceField(Model):
    """One field of a record: ``at`` and ``width`` in bytes, ``at`` from 1, as on the vendor's sheet.

    Types: X single-byte text, N double-byte text, M mixed text, 9 digits, S9 zoned with its ``sign`` in the last byte,
    P packed decimal, filler; ``decimals`` of S9 and P are digits behind a point that is not written. A field of a
    delimited file has no place and no type; ``column`` is its name in the header, if it is not ``name``.
    """

    name: Name
    at: Count = 0
    width: Count = 0
    column: str | None = None
    type: Literal["X", "N", "M", "9", "S9", "P", "filler"] = "X"
    sign: Literal["overpunch", "zone7", "ebcdic"] | None = None
    decimals: Number = 0
    ja: str | None = None
    date: DateForm | None = None
    occurs: Occurs | None = None
    note: str | None = None


class Total(Model):
    """A total that the file states about itself: ``total`` is ``records``, ``{hash_sum: field}`` or ``{sum: field}``.

    A hash sum is the last digits of the sum of a number without a sign, as many as ``field`` has; a sum is the sum
    itself, signed as the fields are. Both are in units of the last digit.
    """

    total: Word
    field: Name


class RecordTypes(Model):
    """Which records are what, by the value of the field ``by`` (same place in every type).

    There is one type of data: a file that holds several is cut into one file for each before it is received. Each part
    of a file that comes in ``parts`` has its own header and trailer.
    """

    by: Name
    header: str | None = None
    data: str
    trailer: str | None = None


class FixedRecord(Model):
    """Length in bytes without the terminator; ``none`` = blocks without line ends."""

    length: Count
    terminator: Literal["crlf", "lf", "none"]


class ExtraRecord(Model):
    """A header or trailer record: its fields, and the totals it states."""

    fields: tuple[SourceField, ...]
    totals: tuple[Total, ...] = ()


class Delimited(Model):
    """Text with ``delimiter`` between fields, quoted as RFC 4180 says where it must be; the first record names the
    columns."""

    delimiter: str = ","


class SourceFile(Model):
    """The layout of one file (``sources/<vendor>/<file>.yaml``): fixed records of bytes, or delimited text.

    ``encoding`` replaces that of the source for this file.
    """

    file: Name
    ja: str
    doc: str | None = None
    format: Literal["fixed", "delimited"]
    encoding: Encoding | None = None
    record: FixedRecord | None = None
    delimited: Delimited | None = None
    types: RecordTypes | None = None
    fields: tuple[SourceField, ...]
    header: ExtraRecord | None = None
    trailer: ExtraRecord | None = None


class Join(Condition):
    """A many-to-one look-up: ``on`` maps fields of this file to fields of ``file``; ``missing`` says what a miss is.

    With a condition only the records that meet it are looked up.
    """

    file: Name
    on: dict[str, str] = Field(min_length=1)
    missing: Severity
    class_: Literal["参照", "コード"] = Field(default="参照", alias="class")
    dropped: dict[str, str] = {}


class Exclusion(Condition):
    """Records that meet the condition are left out, and why."""

    reason: str


class FieldMapping(Model):
    """Where one standard item comes from. Exactly one of ``from``, ``first`` or ``value``.

    ``from`` is a source field (``join.field`` for a look-up); ``codes`` names a code map of the source, ``with`` the
    further fields it decides by; ``first`` takes the first filled of several fields, and says when two disagree;
    ``value`` is a constant with its ``reason``. ``on_miss`` is the severity of a code that the map does not hold.
    """

    from_: str | None = Field(default=None, alias="from")
    first: Texts = ()
    value: str | None = None
    reason: str | None = None
    codes: Name | None = None
    with_: Texts = Field(default=(), alias="with")
    on_miss: Literal["error", "alert"] = "error"
    steps: tuple[Word, ...] = ()

    @model_validator(mode="after")
    def _one_origin(self) -> "FieldMapping":
        if sum((self.from_ is not None, bool(self.first), self.value is not None)) != 1:
            raise PydanticCustomError("D-MAP-ORIGIN", "expected exactly one of: from, first, value")
        if self.value is not None and not self.reason:
            raise PydanticCustomError("D-MAP-REASON", "a constant value needs a reason")
        return self

    def origins(self) -> tuple[str, ...]:
        """The source fields read, in order."""
        return ((self.from_,) if self.from_ else self.first) + self.with_


class ExtraField(Model):
    """独自項目: something delivered beside the standard, under its own name. Exactly one of ``from`` or ``item``.

    ``from`` is a source field; ``item`` is an item of the table as it is delivered, after cleansing and checks (left
    out where it is withheld), such as a search key beside フリガナ. ``steps`` change the copy, never the original.
    """

    from_: str | None = Field(default=None, alias="from")
    item: Name | None = None
    ja: str
    steps: tuple[Word, ...] = ()

    @model_validator(mode="after")
    def _one_origin(self) -> "ExtraField":
        if (self.from_ is None) == (self.item is None):
            raise PydanticCustomError("D-MAP-EXTRA", "expected exactly one of: from, item")
        return self

    def origins(self) -> tuple[str, ...]:
        """The source field read, if it is one."""
        return (self.from_,) if self.from_ else ()


class Mapping(Model):
    """One file onto one standard table (``sources/<vendor>/to_<table>*.yaml``); ``rows``: one row per OCCURS slot."""

    to: Name
    from_: Name = Field(alias="from")
    rows: Name | None = None
    skip_slot: Condition | None = None
    latest: YesNo = False
    join: dict[str, Join] = {}
    exclude: tuple[Exclusion, ...] = ()
    fields: dict[str, FieldMapping]
    absent: dict[str, str] = {}
    dropped: dict[str, str] = {}
    extra: dict[str, ExtraField] = {}
    checks: tuple[Check, ...] = ()


class CleansingRule(Model):
    """Steps on every item of a ``kind``, or on one ``table`` and ``field`` (``cleansing_rules/*.yaml``).

    ``report: count`` counts what changed; ``each`` also writes record, field, before and after to the ledger.
    ``kosho: no`` leaves 公証事項 alone: for steps that may change more than how a value is written.
    """

    id: str
    kind: str | None = None
    table: Name | None = None
    field: Name | None = None
    steps: tuple[Word, ...]
    kosho: YesNo = True
    report: Literal["count", "each"] = "count"
    why: str | None = None
