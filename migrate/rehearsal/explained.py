"""Differences that somebody answers for: a CSV of table, item, reason, person."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from migrate.errors import DefinitionErrors, Problem, UsageError, nearest
from migrate.spec.layout import Layout

HEAD = ("table", "item", "reason", "person")
ROWS = ("missing", "extra")
"""What stands for an item where whole rows are missing from the export, or are only there."""
MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item of a table may differ, and who says so."""

    reason: str
    person: str


def read_explained(path: Path, layout: Layout) -> Mapping[tuple[str, str], Explanation]:
    """By table and item; DefinitionErrors with every line that names nothing known, or has no reason or person."""
    try:
        text = path.read_bytes()[:MAX_BYTES].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UsageError(Problem("U-EXPLAINED-FILE", {"file": str(path), "header": ",".join(HEAD)})) from None
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or tuple(rows[0]) != HEAD:
        raise UsageError(Problem("U-EXPLAINED-FILE", {"file": str(path), "header": ",".join(HEAD)}))
    found: dict[tuple[str, str], Explanation] = {}
    problems = []
    for line, row in enumerate(rows[1:], start=2):
        if problem := _problem(row, layout, path.name, line):
            problems.append(problem)
        elif row:
            found[row[0], row[1]] = Explanation(row[2], row[3])
    if problems:
        raise DefinitionErrors(*problems)
    return found


def _problem(row: list[str], layout: Layout, file: str, line: int) -> Problem | None:
    if not row:
        return None
    if len(row) != len(HEAD) or not all(cell.strip() for cell in row):
        return Problem("U-EXPLAINED-ROW", {"header": ",".join(HEAD)}, file, line)
    table = layout.tables.get(row[0].removeprefix("extra/"))
    if table is None:
        guess = nearest(row[0], layout.tables)
        return Problem("U-EXPLAINED-TABLE", {"table": row[0], "guess": guess}, file, line)
    items = [*ROWS, *table.by_name()]
    if row[1] not in items and not row[0].startswith("extra/"):
        facts = {"table": row[0], "item": row[1], "guess": nearest(row[1], items)}
        return Problem("U-EXPLAINED-ITEM", facts, file, line)
    return None
