"""Tables read back; what is wrong with one is told by its name and record."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from migrate.errors import InputRefused, Problem
from migrate.io.framing import FileRefused
from migrate.io.rows import TableRows
from migrate.io.tables import Form


def open_rows(path: Path, form: Form, *, exact: bool = False) -> TableRows:
    """The table in a file; InputRefused where its head is not that of a table, or (``exact``) has other columns."""
    try:
        rows = TableRows.open(path, form)
        if exact:
            rows.refuse_other_columns()
        return rows
    except FileRefused as reason:
        raise _refused(path, reason) from None


def read_rows(table: TableRows, *, batch_bytes: int) -> Iterator[pl.DataFrame]:
    """Its rows, block by block; InputRefused where a record is none."""
    try:
        yield from table.read(batch_bytes=batch_bytes)
    except FileRefused as reason:
        raise _refused(table.path, reason) from None


def first_items(table: TableRows, name: str, *, batch_bytes: int) -> list[str | None]:
    """One item of the first row of each block."""
    try:
        return list(table.firsts(name, batch_bytes=batch_bytes))
    except FileRefused as reason:
        raise _refused(table.path, reason) from None


def _refused(path: Path, reason: FileRefused) -> InputRefused:
    return InputRefused(Problem(reason.code, reason.facts, path.name, reason.record))
