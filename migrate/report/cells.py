"""A cell of a report as people read it, the same on the page and in the workbook."""

from migrate.errors import Lang
from migrate.report.model.parts import Cell, Column
from migrate.report.tables import tick
from migrate.report.texts import text
from migrate.report.visible import visible


def head(column: Column, lang: Lang) -> str:
    """What stands above a column."""
    return column.head or text(f"head-{column.name}", lang)


def shown(cell: Cell, column: Column, lang: Lang) -> str:
    """A cell as text: counts with commas, marks as ✓ and ✗, words from the catalogue, nothing for null."""
    if cell is None:
        return ""
    if column.kind == "mark":
        return tick(bool(cell))
    if column.kind == "word":
        return text(f"{column.words}-{cell}", lang)
    return f"{cell:,}" if isinstance(cell, int) else visible(cell)
