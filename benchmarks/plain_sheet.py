"""What the plain script knows beforehand: the sheets of the source and of the standard, as plain dicts and tuples.

They are read from the definition files of the tool, so that both do the same work; every scalar is text there.
Nothing of the tool itself is used.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

import yaml

LAYOUTS = Path(__file__).resolve().parents[1] / "layouts"
SYSTEM = LAYOUTS / "juki"
SOURCE = SYSTEM / "sources" / "host_fixed"
TERMINATORS = {"crlf": 2, "lf": 1, "none": 0}

Sheet = dict[str, Any]


class Column(NamedTuple):
    """A source field; ``name`` is ``group.field#slot`` in a group that repeats. ``date`` says how it writes dates."""

    name: str
    type: str
    date: Sheet | None = None


class File(NamedTuple):
    """One kind of source file: how a record is cut, and which record types it has (discriminating bytes first)."""

    name: str
    pattern: str
    length: int
    stride: int
    columns: tuple[Column, ...]
    cut: Struct
    types: tuple[slice, dict[bytes, str]] | None
    sheet: Sheet


def load(path: Path) -> Any:
    """A definition file; every scalar is text."""
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, yaml.BaseLoader)


def files() -> dict[str, File]:
    """All files of the source, in its order."""
    return {entry["file"]: _file(entry) for entry in load(SOURCE / "source.yaml")["files"]}


def mappings() -> list[Sheet]:
    """All mappings of the source."""
    return [load(path) for path in sorted(SOURCE.glob("to_*.yaml"))]


def tables() -> dict[str, Sheet]:
    """All standard tables, in load order; ``items`` by name."""
    found = {name: load(SYSTEM / f"{name}.yaml") for name in load(SYSTEM / "system.yaml")["tables"]}
    for table in found.values():
        table["items"] = {field["name"]: field for field in table["fields"]}
    return found


def eras() -> dict[str, str]:
    """Era by its digit."""
    return dict(load(SOURCE / "source.yaml")["eras"])


def codes(name: str) -> frozenset[str]:
    """A code table of the standard."""
    return frozenset(row["code"] for row in _rows(SYSTEM / "codes" / f"{name}.csv"))


def code_map(name: str) -> dict[tuple[str, str], str]:
    """A code map of the source: (code, code beside it) → standard code, "" where only candidates are listed."""
    return {(row["from"], row["with"]): row["to"] for row in _rows(SOURCE / "codes" / f"{name}.csv")}


def gaiji() -> dict[int, str]:
    """Private-use character → the text that the site says it is."""
    return {ord(bytes.fromhex(row["code"]).decode("cp932")): row["text"] for row in _rows(SOURCE / "gaiji.csv")}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _file(entry: Sheet) -> File:
    sheet = load(SOURCE / f"{entry['file']}.yaml")
    length = int(sheet["record"]["length"])
    parts = [part for field in sheet["fields"] for part in _parts(field)]
    return File(
        entry["file"],
        entry["pattern"],
        length,
        length + TERMINATORS[sheet["record"]["terminator"]],
        tuple(column for column, _ in parts if column.type != "filler"),
        Struct("".join(f"{width}x" if column.type == "filler" else f"{width}s" for column, width in parts)),
        _types(sheet),
        sheet,
    )


def _parts(field: Sheet) -> Iterator[tuple[Column, int]]:
    if "occurs" not in field:
        yield Column(field["name"], field["type"], field.get("date")), int(field["width"])
        return
    for slot in range(1, int(field["occurs"]["times"]) + 1):
        for part in field["occurs"]["fields"]:
            yield Column(f"{field['name']}.{part['name']}#{slot}", part["type"], part.get("date")), int(part["width"])


def _types(sheet: Sheet) -> tuple[slice, dict[bytes, str]] | None:
    if "types" not in sheet:
        return None
    by = next(field for field in sheet["fields"] if field["name"] == sheet["types"]["by"])
    start, width = int(by["at"]) - 1, int(by["width"])
    kinds = {sheet["types"][kind].encode().ljust(width): kind for kind in ("header", "data", "trailer")}
    return slice(start, start + width), kinds
