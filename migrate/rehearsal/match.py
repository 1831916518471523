"""What was delivered against what the new system exports after loading: key by key, item by item."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from migrate.rehearsal.compare import tally
from migrate.rehearsal.explained import ROWS, Explanation
from migrate.rehearsal.pairs import Pair, pairs
from migrate.rehearsal.reading import open_rows
from migrate.rehearsal.sealed import SealedRun, TableFile
from migrate.rehearsal.workroom import Workroom
from migrate.spec.layout import Layout

SCHEMA = "migrate.match/1"
LISTED = pl.Schema({"table": pl.String, "item": pl.String, "key": pl.String})
"""One row per row that is ``missing`` or ``extra``, and per item of a row that differs; ``key`` as ``name=value``."""


def match(
    run: SealedRun,
    export: Path,
    layout: Layout,
    explained: Mapping[tuple[str, str], Explanation],
    listed: list[pl.DataFrame] | None = None,
) -> dict[str, Any]:
    """Counts of rows and items per table, each difference with its explanation; ``matches`` where none is without.

    Files of ``export`` have the names and the form of the delivery; they may stand in its folders or beside each
    other, and their rows in any order. A table that the export has no file for misses all its rows; 独自項目 are only
    compared where there is a file. ``listed`` takes the keys of what differs (LISTED). InputRefused where a file
    cannot be read in that form.
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
            found = pairs(table.rows(exact=True), rows, table.keys, room.folder)
            counts, items = tally(found if listed is None else _listing(found, table, listed), ROWS)
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


def _listing(found: Iterable[Pair], table: TableFile, lines: list[pl.DataFrame]) -> Iterator[Pair]:
    """The same ranges, with the keys of what differs noted on the way."""
    for pair in found:
        lines += [_keys(rows, table, item) for item, rows in zip(ROWS, (pair.first, pair.second), strict=True)]
        for name in pair.before.columns:
            differs = pair.before[name].ne_missing(pair.after[name])
            lines.append(_keys(pair.before.filter(differs), table, name))
        yield pair


def _keys(rows: pl.DataFrame, table: TableFile, item: str) -> pl.DataFrame:
    """Rows as lines of the list; a key that holds a secret item is left out."""
    named = [pl.concat_str(pl.lit(f"{name}="), pl.col(name).fill_null("")) for name in table.keys.names]
    secret = table.table.secrets.intersection(table.keys.names)
    key = pl.lit(None, pl.String) if secret else pl.concat_str(named, separator=" ")
    return rows.select(table=pl.lit(table.name), item=pl.lit(item), key=key).cast(LISTED)


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
