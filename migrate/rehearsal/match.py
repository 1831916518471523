"""What was delivered against what the new system exports after loading: key by key, item by item."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migrate.rehearsal.compare import tally
from migrate.rehearsal.explained import ROWS, Explanation
from migrate.rehearsal.pairs import pairs
from migrate.rehearsal.reading import open_rows
from migrate.rehearsal.sealed import SealedRun, TableFile
from migrate.rehearsal.workroom import Workroom
from migrate.spec.layout import Layout

SCHEMA = "migrate.match/1"


def match(
    run: SealedRun, export: Path, layout: Layout, explained: Mapping[tuple[str, str], Explanation]
) -> dict[str, Any]:
    """Counts of rows and items per table, each difference with its explanation; ``matches`` where none is without.

    Files of ``export`` have the names and the form of the delivery; they may stand in its folders or beside each
    other, and their rows in any order. A table that the export has no file for misses all its rows; 独自項目 are only
    compared where there is a file. InputRefused where a file cannot be read in that form.
    """
    tables: list[dict[str, Any]] = []
    differences: list[dict[str, Any]] = []
    claimed: set[Path] = set()
    with Workroom(run.folder.parent) as room:
        for table in run.tables(layout):
            path = _exported(table, export)
            if table.file is None or (path is None and table.name.startswith("extra/")):
                continue
            claimed |= {path} if path else set()
            rows = None if path is None else open_rows(path, table.form, exact=True)
            counts, items = tally(pairs(table.rows(exact=True), rows, table.keys, room.folder), ROWS)
            items = {name: counts[name] for name in ROWS if counts[name]} | items
            tables.append({"table": table.name, "file": path.relative_to(export).as_posix() if path else None} | counts)
            differences += [_told(table.name, item, count, explained) for item, count in items.items()]
    others = sorted(path.relative_to(export).as_posix() for path in export.rglob("*") if path.is_file())
    return {
        "schema": SCHEMA,
        "run_id": run.id,
        "matches": all(difference["explained"] for difference in differences),
        "tables": tables,
        "differences": differences,
        "unclaimed": [name for name in others if export / name not in claimed],
    }


def _exported(table: TableFile, export: Path) -> Path | None:
    if table.file is None:
        return None
    name = table.file.removeprefix("unaccepted/")
    own = [export / name] if table.name.startswith("extra/") else [export / name, export / Path(name).name]
    return next((path for path in own if path.is_file()), None)


def _told(table: str, item: str, count: int, explained: Mapping[tuple[str, str], Explanation]) -> dict[str, Any]:
    why = explained.get((table, item))
    told = {"table": table, "item": item, "count": count, "explained": why is not None}
    return told | {"reason": why.reason if why else None, "person": why.person if why else None}
