"""The report as an Excel workbook: a sheet for each table, and long ones on further sheets."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from migrate.errors import Lang
from migrate.report.cells import head, shown
from migrate.report.model import Model
from migrate.report.model.parts import Cell, Column, Fact, Facts, Row, Signatures, Table
from migrate.report.texts import text
from migrate.report.visible import visible
from migrate.report.workbook import Sheet, workbook

SHEET_ROWS = 50_000
"""Rows of one sheet."""
MANY_ROWS = 20_000
"""Rows that are not held in memory."""


def book(model: Model, *, room: Path) -> bytes:
    """The workbook, as the bytes of its file; where there are many rows, they wait in ``room``."""
    title = f"{text('report-title', model.lang)} {model.run['run_id']}"
    tables = (block for section in model.sections for block in section.blocks if isinstance(block, Table))
    many = sum(len(table.rows) for table in tables) > MANY_ROWS
    return workbook(_sheets(model), title=title, room=room if many else None)


def _sheets(model: Model) -> Iterator[Sheet]:
    lang = model.lang
    blocks = [block for section in model.sections for block in section.blocks]
    tables = [block for block in blocks if isinstance(block, Table) and block.sheet]
    for block in blocks:
        if isinstance(block, Facts) and block.sheet:
            yield _cover(block, tables, lang)
        elif isinstance(block, Table) and block.sheet:
            yield from _table(block, lang)
        elif isinstance(block, Signatures):
            yield _signing(block, lang)


def _cover(facts: Facts, tables: Iterable[Table], lang: Lang) -> Sheet:
    """The facts, then what the other sheets hold."""
    rows: list[Row] = [(text(f"fact-{fact.name}", lang), _fact(fact, lang)) for fact in facts.facts]
    rows += [(text(f"sheet-{table.name}", lang), _held(table, lang)) for table in tables]
    return Sheet(text(f"sheet-{facts.name}", lang), [text(f"head-{name}", lang) for name in ("fact", "value")], rows)


def _fact(fact: Fact, lang: Lang) -> str:
    return shown(fact.value, Column(fact.name, "word" if fact.words else "text", fact.words), lang)


def _held(table: Table, lang: Lang) -> str:
    """How many rows there are, and how many of them stand here."""
    count, listed = f"{table.count:,}", f"{len(table.rows):,}"
    key = "report-count" if table.count == len(table.rows) else "report-listed"
    return text(key, lang, count=count, listed=listed)


def _table(table: Table, lang: Lang) -> Iterator[Sheet]:
    name, heads = text(f"sheet-{table.name}", lang), [head(column, lang) for column in table.columns]
    counts = frozenset(number for number, column in enumerate(table.columns) if column.kind == "count")
    rows, note = _cells(table, lang), _held(table, lang)
    for number in range(max(1, -(-len(table.rows) // SHEET_ROWS))):
        named = text("report-continued", lang, name=name, number=number + 1) if number else name
        yield Sheet(named, heads, islice(rows, SHEET_ROWS), counts, note)


def _cells(table: Table, lang: Lang) -> Iterator[Row]:
    for row in table.pieces():
        yield [_cell(cell, column, lang) for cell, column in zip(row, table.columns, strict=True)]


def _cell(cell: Cell, column: Column, lang: Lang) -> str | int | None:
    """Numbers stay numbers, everything else is text."""
    if cell is None or (isinstance(cell, int) and column.kind == "count"):
        return cell
    if isinstance(cell, str) and column.kind != "word":
        return visible(cell)
    return shown(cell, column, lang)


def _signing(block: Signatures, lang: Lang) -> Sheet:
    heads = [text(f"head-{name}", lang) for name in ("sign", "done-at", "person", "remark")]
    return Sheet(
        text(f"sheet-{block.name}", lang), heads, [(text(f"sign-{who}", lang), "", "", "") for who in block.who]
    )
