"""The report as one HTML file: opens without a network, asks for nothing, runs no script, prints on A4."""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from migrate.errors import Lang
from migrate.report.cells import head, shown
from migrate.report.charts import svg
from migrate.report.model import Model
from migrate.report.model.parts import Block, Column, Fact, Section, Table
from migrate.report.texts import text
from migrate.report.visible import visible

if TYPE_CHECKING:
    from jinja2 import Template

LIGHTS = {"error": "error", "alert": "alert", "info": "info", "fail": "error", "conditional": "alert", "pass": "good"}
NARROW = {"sha256": "h", "owner": "w", "class": "w", "rule": "w", "unit": "w"}
"""Columns of short texts that are never folded."""
NAMES = ("file", "table", "scope")
"""Columns of names, which may be long: those of up to ``WHOLE`` letters are not folded."""
WHOLE = 12


def html(model: Model) -> bytes:
    """The page, UTF-8."""
    lang = model.lang
    style = _style()
    facts = {"model": model, "lang": lang, "style": style, "policy": _policy(style), "text": _texts(lang)}
    return _template().render(**facts, page=Page(lang)).encode()


class Page:
    """What the template asks for, in one language."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def title(self, section: Section) -> str:
        """The heading of a section."""
        return text(f"section-{section.name}", self._lang, **section.about)

    def kind(self, block: Block) -> str:
        """Which part of the template writes it."""
        return type(block).__name__

    def name(self, table: Table) -> str:
        """The heading of a table."""
        return table.title or text(f"table-{table.name}", self._lang)

    def head(self, column: Column) -> str:
        """What stands above a column."""
        return head(column, self._lang)

    def rows(self, table: Table) -> Iterator[list[tuple[str, str]]]:
        """The rows that are shown: (class, text) for each cell."""
        for row in table.pieces(table.shown):
            yield [
                (cell_class(column, cell), shown(cell, column, self._lang))
                for column, cell in zip(table.columns, row, strict=True)
            ]

    def caption(self, table: Table) -> str:
        """How many rows there are, and where the others stand."""
        count, some = f"{table.count:,}", f"{table.shown:,}"
        if table.count > table.shown:
            return text("report-shown", self._lang, count=count, shown=some)
        return text("report-count", self._lang, count=count)

    def fact(self, fact: Fact) -> str:
        """The value of a fact."""
        column = Column(fact.name, "word" if fact.words else "text", fact.words)
        return shown(fact.value, column, self._lang) or "－"

    def light(self, fact: Fact) -> str:
        """The colour of a fact that is a verdict."""
        return LIGHTS.get(str(fact.value), "") if fact.name == "verdict" else ""

    def note(self, name: str, facts: dict[str, Any]) -> str:
        """A sentence."""
        return visible(text(f"note-{name}", self._lang, **facts))

    def svg(self, chart: Any) -> str:
        """A chart; the one part that is no text."""
        from markupsafe import Markup

        return Markup(svg(chart))  # made by us: labels are escaped where they are drawn


def cell_class(column: Column, cell: object) -> str:
    """How a cell looks: its alignment, its colour, and whether it may be folded."""
    if column.kind == "count" and (cell is None or isinstance(cell, int)):
        return "n"
    if column.kind == "mark":
        return "m good" if cell else "m error"
    if column.name in NARROW:
        return NARROW[column.name]
    if column.name in NAMES and len(str(cell or "")) <= WHOLE:
        return "w"
    return f"w {LIGHTS.get(str(cell), '')}".strip() if column.words == "severity" else ""


def _texts(lang: Lang) -> Any:
    return lambda key, **facts: text(key, lang, **facts)


def _policy(style: str) -> str:
    """Nothing may be fetched, run, framed or sent; this one style sheet may be used."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return (files("migrate.report") / "page" / "report.css").read_text(encoding="utf-8")


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.from_string((files("migrate.report") / "page" / "report.html.j2").read_text(encoding="utf-8"))
