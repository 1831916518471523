"""A standard table: its items in order, with official names, types and digits (``layouts/<system>/<table>.yaml``)."""

from typing import Literal, TypeAlias

from pydantic import Field

from migrate.spec.words import Condition, Model, Name, Texts, Word, YesNo

Grade: TypeAlias = Literal["P", "S", "T", "model"]
Severity: TypeAlias = Literal["error", "alert", "info"]
Effect: TypeAlias = Literal["withhold", "quarantine", "keep"]
Class: TypeAlias = Literal["必須", "文字種", "桁数", "相関", "コード", "日付", "外字", "重複", "参照", "件数"]
Owner: TypeAlias = Literal["現行ベンダ", "新ベンダ", "団体"]
StandardType: TypeAlias = Literal["X", "N", "9", "9V", "S9", "M", "BLOB", "YEAR", "DATE", "TIME"]


class Unknown(Model):
    """The items beside a date: its 不詳フラグ, where the sheet has one, and its 不詳表記."""

    flag: Name | None = None
    text: Name

    def items(self) -> tuple[str, ...]:
        """Their names."""
        return (self.flag, self.text) if self.flag else (self.text,)


class Official(Model):
    """What the official sheet says of an item beside the other keys, word for word. It is shown, never computed with.

    ``output`` is データ出力条件, ``condition`` the ※※ prose of it, ``code`` the コード cell, ``implement`` the ○ of
    実装類型. ``repeat`` is how many values the item may have; one is delivered, for no sheet says how to write several.
    """

    id: str
    output: str
    condition: str | None = None
    code: str | None = None
    repeat: str | None = None
    foreign: YesNo = False
    implement: YesNo = False
    classes: Texts = ()
    definition: str | None = None
    rule: str | None = None
    spec: str | None = None
    sample: str | None = None
    remarks: str | None = None


KINDS = (
    *("address", "amount", "area", "code", "date", "id", "kana", "name"),
    *("number", "phone", "postal", "share", "text", "year"),
)
"""What an item can be, beside the kinds of cleansing rules."""


class StandardField(Model):
    """One item of a standard table. ``digits`` counts characters, never bytes ("n" or "n,m"). ``gaiji`` is how grave a
    letter is that nobody has identified yet; what becomes of its value is for ``on_error`` to say.

    Type M is text of both widths, for tables of your own: no official sheet has it, and no check of letters follows.
    ``kind`` is what the item is: cleansing rules go by it (address, code, id, kana, name, phone, postal, text, or one
    that a rule of your own names), and amounts are summed on both sides. area, date, number, share and year are names.
    """

    name: Name
    ja: str
    type: StandardType
    digits: str | None = None
    fixed: YesNo = False
    required: Literal["always", "optional"] | Condition = "optional"
    kind: str | None = None
    codes: Name | None = None
    unknown: Unknown | None = None
    noncalendar: YesNo = False
    secret: YesNo = False
    kosho: YesNo = False
    on_error: Effect = "withhold"
    gaiji: Literal["error", "alert"] = "error"
    grade: Grade
    source: str
    note: str | None = None
    official: Official | None = None

    @property
    def length(self) -> int:
        """Characters, or digits before the point; 0 where no number of them is stated."""
        before = (self.digits or "").partition(",")[0]
        return int(before) if before.isdecimal() else 0

    @property
    def decimals(self) -> int:
        """Digits behind the point."""
        return int((self.digits or "").partition(",")[2] or 0)


class Check(Condition):
    """A declared check: ``check`` is a word, ``field`` the item it is about, ``scope`` the population it is meant for.

    ``latest: yes`` leaves history rows alone: it runs only on rows of mappings that are ``latest: yes``.
    """

    id: str
    check: Word
    field: Name | None = None
    severity: Severity
    effect: Effect = "keep"
    scope: str = "all"
    latest: YesNo = False
    owner: Owner | None = None
    class_: Class = Field(default="相関", alias="class")
    basis: str
    why: str


class StandardTable(Model):
    """One standard table: one row per ``key``."""

    table: Name
    ja: str
    doc: str | None = None
    key: Texts
    folder: Name | None = None
    fields: tuple[StandardField, ...]
    checks: tuple[Check, ...] = ()

    def field(self, name: str) -> StandardField:
        """The item called ``name``; KeyError if there is none."""
        return self.by_name()[name]

    def by_name(self) -> dict[str, StandardField]:
        """Items by their romaji key."""
        return {field.name: field for field in self.fields}

    @property
    def secrets(self) -> frozenset[str]:
        """Names of secret items (個人番号, 住民票コード)."""
        return frozenset(field.name for field in self.fields if field.secret)

    @property
    def derived(self) -> frozenset[str]:
        """Names of 不詳 items that their date fills; no mapping names them."""
        return frozenset(name for field in self.fields if field.unknown for name in field.unknown.items())


class CodeValue(Model):
    """One row of a standard code table (``codes/<name>.csv``: code, name, source)."""

    code: str
    name: str
    source: str
