"""Tables that people edit in a spreadsheet: CSV in UTF-8 with an exact header."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migrate.errors import DefinitionErrors, Problem

MAX_BYTES = 8_000_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
CODES = ("code", "name", "source")
MAP = ("from", "with", "to", "note")
CANDIDATES = "candidates"
"""A further column that a code map may have: what a code may mean that the standard does not hold."""
GAIJI = ("code", "text", "basis", "note")
PLACES = ("todofuken", "shikuchoson", "choaza", "dantai_code", "machiaza_id", "jusho_code", "yubin")
MUNICIPALITIES = ("dantai_code", "todofuken", "gun", "shikuchoson", "also")
REDUCTIONS = ("text", "to", "basis", "candidates", "note")
MAY_BE_EMPTY = frozenset(
    {"with", "basis", "note", CANDIDATES, "choaza", "machiaza_id", "jusho_code", "yubin", "gun", "also"}
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: ``line`` is where it stands in the file, ``cells`` its values by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file that are in order, and the problems of the others."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def parse(file: str, raw: bytes, *, header: tuple[str, ...], key: tuple[str, ...]) -> Table:
    """Read one table whose columns are ``header`` and whose rows differ in ``key``; never raises.

    A code map may have the column ``candidates`` beside; a row that fills it has no ``to``.
    """
    if len(raw) > MAX_BYTES:
        return Table((), (Problem("D-CSV-SIZE", {"limit": f"{MAX_BYTES:,}"}, file, 1, 1),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Table((), (Problem("D-CSV-UTF8", {}, file, raw[: error.start].count(b"\n") + 1, 1),))
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, ...], int] = {}
    for item in _rows(file, text, header):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        known = tuple(item.cells[column] for column in key)
        if known in seen:
            facts = {"key": " | ".join(filter(None, known)), "first": str(seen[known])}
            problems.append(Problem("D-CSV-DUPLICATE", facts, file, item.line, 1))
            continue
        seen[known] = item.line
        rows.append(item)
    return Table(tuple(rows), tuple(problems))


def keyed(file: Path | None, name: str, *, header: tuple[str, ...], key: str) -> dict[str, dict[str, str]]:
    """The cells of every row of one table by one column, nothing where there is no file; DefinitionErrors where it is
    not in order."""
    if file is None:
        return {}
    table = parse(name, file.read_bytes(), header=header, key=(key,))
    if table.problems:
        raise DefinitionErrors(*table.problems)
    return {row.cells[key]: row.cells for row in table.rows}


def _rows(file: str, text: str, header: tuple[str, ...]) -> Iterator[Row | Problem]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        first = next(reader, [])
        if header == MAP and tuple(first) == (*MAP, CANDIDATES):
            header = (*MAP, CANDIDATES)
        if tuple(first) != header:
            yield Problem("D-CSV-HEADER", {"expected": ",".join(header), "found": ",".join(first)}, file, 1, 1)
            return
        start = reader.line_num + 1
        for cells in reader:
            if cells:
                yield _row(file, start, header, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        yield Problem("D-CSV-SYNTAX", {"problem": str(error)}, file, max(reader.line_num, 1), 1)


def _row(file: str, line: int, header: tuple[str, ...], cells: list[str]) -> Row | Problem:
    if len(cells) != len(header):
        facts = {"expected": str(len(header)), "found": str(len(cells))}
        return Problem("D-CSV-COLUMNS", facts, file, line, 1)
    found = dict(zip(header, cells, strict=True))
    for column, cell in found.items():
        if not cell and column not in MAY_BE_EMPTY and not (column == "to" and found.get(CANDIDATES)):
            return Problem("D-CSV-EMPTY", {"column": column}, file, line, 1)
        if cell != cell.strip() and column != "text":
            return Problem("D-CSV-SPACE", {"column": column, "value": cell}, file, line, 1)
        if _CONTROL.search(cell):
            return Problem("D-CSV-CONTROL", {"column": column}, file, line, 1)
    return Row(line, found)
