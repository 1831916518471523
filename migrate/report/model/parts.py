"""What a report is made of: sections of facts, tables, notes, charts and boxes to sign; no form of writing yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import polars as pl

from migrate.errors import Lang

Cell: TypeAlias = str | int | bool | None
Row: TypeAlias = Sequence[Cell]
Kind: TypeAlias = Literal["text", "count", "mark", "word"]

SHOWN = 200
"""Rows of a table on the page and in the document, unless it says otherwise; a workbook has them all."""
PIECE = 5_000
"""Rows of a frame that become Python objects at a time."""
KINDS: Mapping[str, Kind] = {">": "count", "?": "mark"}


@dataclass(frozen=True, slots=True)
class Column:
    """``kind``: text, count (a number, to the right), mark (agrees or not), word (the text ``<words>-<value>``).

    ``head`` is its heading, where that is no text of the catalogue (an item of a layout).
    """

    name: str
    kind: Kind = "text"
    words: str = ""
    head: str = ""


def columns(*names: str) -> tuple[Column, ...]:
    """``>name`` for counts, ``?name`` for marks, ``name=words`` for words, else text."""
    found = []
    for name in names:
        plain, _, words = name.lstrip(">?").partition("=")
        found.append(Column(plain, "word" if words else KINDS.get(name[0], "text"), words))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below heads, in an order that is their own. ``name`` is its title in the catalogue (``table-<name>``), and
    that of its sheet (``sheet-<name>``) where it has one.

    ``shown`` rows stand on the page and in the document. ``total`` says how many there are where some were left out
    already. A table with a ``title`` of its own stands on the page only: another one, not on the ``page``, holds its
    rows for the document and the workbook.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Row] | pl.DataFrame
    shown: int = SHOWN
    total: int | None = None
    sheet: bool = True
    page: bool = True
    title: str = ""

    @property
    def count(self) -> int:
        """Rows there are."""
        return len(self.rows) if self.total is None else self.total

    def pieces(self, most: int | None = None) -> Iterator[Row]:
        """The rows, at most ``most``."""
        if not isinstance(self.rows, pl.DataFrame):
            yield from self.rows[:most]
            return
        for start in range(0, min(most or self.rows.height, self.rows.height), PIECE):
            yield from self.rows.slice(start, min(PIECE, (most or self.rows.height) - start)).rows()


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts: a text of the catalogue (``fact-<name>``) and its value."""

    name: str
    value: Cell
    words: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts below each other."""

    name: str
    facts: tuple[Fact, ...]
    sheet: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the catalogue (``note-<name>``), and what fills it in."""

    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """``bars``: one bar for each (label, number). ``lines``: one line for each name, through (label, number)."""

    name: str
    kind: Literal["bars", "lines"]
    series: Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Signatures:
    """A box to sign for each, by its text of the catalogue (``sign-<name>``)."""

    name: str
    who: tuple[str, ...]


Block: TypeAlias = Facts | Table | Note | Chart | Signatures


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter; ``name`` is its title in the catalogue (``section-<name>``), ``about`` what fills that in."""

    name: str
    blocks: tuple[Block, ...]
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its name, and what makes it one of several."""
        return "-".join((self.name, *self.about.values()))


@dataclass(frozen=True, slots=True)
class Model:
    """A whole report in one language, in its order of reading."""

    lang: Lang
    run: Mapping[str, Cell]
    sections: tuple[Section, ...]
