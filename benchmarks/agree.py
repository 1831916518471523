"""Do two results agree? The tables of the tool and of the plain script byte for byte, and findings by count."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

FOLDERS = ("standard", "kojin_bango", "extra")
CHUNK = 1 << 20
SHOWN = 20

Key = tuple[str, str | None, str | None]
"""Rule, table, item."""


def delivered(run: Path) -> dict[str, Path]:
    """The CSV files of a run folder, or of the plain script, by their name below ``standard/``, ``extra/`` …"""
    found: dict[str, Path] = {}
    for path in sorted(run.rglob("*.csv")):
        parts = [part for part in path.relative_to(run).parts if part != "unaccepted"]
        found["/".join(parts if parts[0] in FOLDERS else ("standard", *parts))] = path
    return found


def same_bytes(one: Path, other: Path) -> bool:
    """Two files hold the same bytes."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while chunk := first.read(CHUNK):
            if chunk != second.read(CHUNK):
                return False
    return True


def tables_that_differ(run: Path, plain: Path) -> Iterator[str]:
    """One line for each table that is not the same, naming keys and items of the first rows that differ, no values."""
    ours, theirs = delivered(run), delivered(plain)
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in ours or name not in theirs:
            yield f"{name}: only {'the plain script' if name in theirs else 'the tool'} has it"
        elif not same_bytes(ours[name], theirs[name]):
            yield f"{name}: {'; '.join(_differences(ours[name], theirs[name]))}"


def _differences(one: Path, other: Path) -> list[str]:
    found = []
    with one.open(encoding="utf-8", newline="") as first, other.open(encoding="utf-8", newline="") as second:
        for number, (ours, theirs) in enumerate(zip_longest(csv.DictReader(first), csv.DictReader(second)), start=1):
            if ours is None or theirs is None:
                found.append(f"row {number} only on one side")
                break
            items = [item for item in ours if ours[item] != theirs.get(item)]
            if items:
                found.append(f"row {number}: {', '.join(items[:5])}")
            if len(found) >= SHOWN or "atenabango" in items:
                break
    return found or ["same cells, other bytes"]


def counts_of_run(run: Path) -> Counter[Key]:
    """Findings of ``run.json`` by rule, table and item, those that follow from another included."""
    counts: Counter[Key] = Counter()
    for row in json.loads((run / "run.json").read_bytes())["findings"]:
        counts[row["rule"], row["table"], row["field"]] += row["count"]
    return counts


def counts_of_plain(plain: Path) -> Counter[Key]:
    """Findings of the plain script by rule, table and item."""
    rows = json.loads((plain / "findings.json").read_bytes())
    return Counter({(row["rule"], row["table"], row["field"]): row["count"] for row in rows})


def counts_that_differ(run: Path, plain: Path) -> Iterator[str]:
    """One line for each rule, table and item on which the counts are not the same."""
    ours, theirs = counts_of_run(run), counts_of_plain(plain)
    for key in sorted(ours.keys() | theirs.keys(), key=str):
        if ours[key] != theirs[key]:
            rule, table, item = key
            yield f"{rule} {table or '-'} {item or '-'}: the tool {ours[key]:,}, the plain script {theirs[key]:,}"
