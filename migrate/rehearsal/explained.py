"""Differences that somebody answers for: a CSV of table, item, reason, person."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from migrate.errors import DefinitionErrors, Problem, UsageError, nearest
from migrate.spec import csvtext
from migrate.spec.layout import Layout

HEAD = ("table", "item", "reason", "person")
ROWS = ("missing", "extra")
"""What stands for an item where whole rows are missing from the export, or are only there."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item of a table may differ, and who says so."""

    reason: str
    person: str


def read_explained(path: Path, layout: Layout) -> Mapping[tuple[str, str], Explanation]:
    """By table and item; DefinitionErrors with every line that names nothing known, or has no reason or person, or
    speaks of an item again. UsageError where there is no file to read."""
    try:
        with path.open("rb") as file:
            raw = file.read(csvtext.MAX_BYTES + 1)
    except OSError:
        raise UsageError(Problem("U-EXPLAINED-FILE", {"file": str(path), "header": ",".join(HEAD)})) from None
    table = csvtext.parse(path.name, raw, header=HEAD, key=("table", "item"))
    unknown = [_problem(row, layout, path.name) for row in table.rows]
    if problems := [*table.problems, *(problem for problem in unknown if problem)]:
        raise DefinitionErrors(*sorted(problems, key=lambda problem: problem.line or 0))
    return {
        (row.cells["table"], row.cells["item"]): Explanation(row.cells["reason"], row.cells["person"])
        for row in table.rows
    }


def _problem(row: csvtext.Row, layout: Layout, file: str) -> Problem | None:
    name, item = row.cells["table"], row.cells["item"]
    table = layout.tables.get(name.removeprefix("extra/"))
    if table is None:
        return Problem("U-EXPLAINED-TABLE", {"table": name, "guess": nearest(name, layout.tables)}, file, row.line)
    items = [*ROWS, *table.by_name()]
    if item not in items and not name.startswith("extra/"):
        return Problem("U-EXPLAINED-ITEM", {"table": name, "item": item, "guess": nearest(item, items)}, file, row.line)
    return None
