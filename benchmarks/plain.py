"""What one would write without this tool: a plain script that migrates the juki tables of the model host.

    python -m benchmarks.plain --input DIR --out DIR

It slices, decodes (``bytes.decode``), calls jaconv, ``datetime`` and ``csv``, one record after the other, and remembers
values that come again. It streams: rows go to sorted runs on disk and are merged by key. It writes the same tables as
``migrate run`` and counts the same findings (``findings.json``), and no more than that: no places of findings, no
ledger, no withheld values, no totals on both sides, no hashes, no reading back. It trusts the delivery as a whole:
file names, lengths and trailers are not checked.
"""

import argparse
import csv
import gc
import json
import operator
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO

from benchmarks import plain_sheet as sheets
from benchmarks.plain_mapping import TROUBLES, Conversion, Lookup, flatten
from benchmarks.plain_persons import NO_NUMBER, Persons, note_of
from benchmarks.plain_register import RESIDENTS_ONLY
from benchmarks.plain_rules import QUARANTINE, Hit, Row
from benchmarks.plain_sheet import File, Sheet
from benchmarks.plain_sort import Sorter
from benchmarks.plain_values import reader

READ_RECORDS = 1000
LOOKUP_IGNORES = {"half", "full", "unknown"}
Place = tuple[int, int]


class _Line:
    """A file for csv.writer that hands the line back."""

    def write(self, line: str) -> str:
        return line


class Table:
    """One standard table: its items in order, and the file it is written to."""

    def __init__(self, sheet: Sheet, number: int, out: Path, extras: Sequence[str]) -> None:
        self.name, self.number, self.key = sheet["table"], number, sheet["key"]
        self.row = operator.itemgetter(*sheet["items"])
        self.days = {
            name: (item["unknown"]["flag"], item["unknown"]["text"]) if "unknown" in item else None
            for name, item in sheet["items"].items()
            if item["type"] == "DATE"
        }
        self.is_number = [sheet["items"][name]["type"] == "9" for name in self.key]
        self.file = _create(out / sheet.get("folder", "standard") / f"{self.name}.csv", list(sheet["items"]))
        self.extra = _create(out / "extra" / f"{self.name}.csv", [*self.key, *extras]) if extras else None

    def key_of(self, row: Row) -> tuple[Any, ...]:
        """The key as it sorts: numbers by value, nothing first."""
        parts = zip(self.key, self.is_number, strict=True)
        return tuple([_number(row[name]) if number else row[name] or "" for name, number in parts])


def _number(text: str | None) -> int:
    return int(text) if text is not None else NO_NUMBER


def _create(path: Path, header: list[str]) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w", encoding="utf-8", newline="")
    csv.writer(file, lineterminator="\n").writerow(header)
    return file


class Migration:
    """One delivery."""

    def __init__(self, inputs: Path, out: Path) -> None:
        self.inputs, self.staging = inputs, out / "staging"
        self.staging.mkdir(parents=True)
        self.files, mappings = sheets.files(), sheets.mappings()
        self.counts: Counter[tuple[str, str | None, str | None]] = Counter()
        self.for_residents: list[tuple[tuple[str, str | None, str | None], str | None]] = []
        self.doomed_units: set[str] = set()
        self.doomed_places: set[Place] = set()
        self.persons = Persons(self.counts)
        self.sorter, self.line = Sorter(self.staging), csv.writer(_Line(), lineterminator="\n")
        self.mapped = {file: [m for m in mappings if m["from"] == file] for file in self.files}
        self.table_sheets = sheets.tables()
        extras: dict[str, dict[str, None]] = defaultdict(dict)
        for mapping in mappings:
            extras[mapping["to"]].update(dict.fromkeys(mapping.get("extra", {})))
        self.tables = {
            name: Table(sheet, number, out, list(extras[name]))
            for number, (name, sheet) in enumerate(self.table_sheets.items())
        }
        self.gaiji, self.eras = sheets.gaiji(), sheets.eras()

    def run(self) -> None:
        """Everything, to closed files and counted findings."""
        as_of = self._as_of()
        lookups = {name: self._lookup(file) for name, file in self.files.items() if not self.mapped[name]}
        self._count_doubles(lookups)
        number = 0
        for name, file in self.files.items():
            for path in sorted(self.inputs.glob(file.pattern)):
                if self.mapped[name]:
                    self._convert(file, path, number, lookups, as_of)
                number += 1
        self._deliver()
        self.persons.judge_all(self.for_residents)
        shutil.rmtree(self.staging)

    def _as_of(self) -> str:
        """The 基準日 in the header of the first file of persons."""
        path = min(self.inputs.glob(self.files["kojin"].pattern))
        at = next(f for f in self.files["kojin"].sheet["header"]["fields"] if f["name"] == "kijunbi")
        with path.open("rb") as file:
            text = file.read(100)[int(at["at"]) - 1 :][:8].decode("ascii")
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"

    def _records(self, file: File, path: Path) -> Iterator[tuple[int, bytes]]:
        """Data records with their numbers, from 1."""
        blank, number = b" " * file.length, 0
        with path.open("rb") as opened:
            while block := opened.read(READ_RECORDS * file.stride):
                for start in range(0, len(block) - file.length + 1, file.stride):
                    record, number = block[start : start + file.length], number + 1
                    kind = "data" if file.types is None else file.types[1].get(record[file.types[0]])
                    if record == blank:
                        continue
                    if kind == "data":
                        yield number, record
                    elif kind is None:
                        self.counts["R-RECORD-TYPE", None, None] += 1

    def _lookup(self, file: File) -> Lookup:
        """A look-up file read whole; what is wrong with the fields that a mapping uses is counted."""
        used = self._used(file.name)
        told = [set(TROUBLES) - LOOKUP_IGNORES if column.name in used else () for column in file.columns]
        readers = [reader(c, self.gaiji, self.eras, wanted) for c, wanted in zip(file.columns, told, strict=True)]
        records = []
        for path in sorted(self.inputs.glob(file.pattern)):
            for _, record in self._records(file, path):
                cells = [read(raw) for read, raw in zip(readers, file.cut.unpack(record), strict=True)]
                records.append(tuple([value for value, _ in cells]))
                for column, (_, troubles) in zip(file.columns, cells, strict=True):
                    for trouble in troubles:
                        self.counts[TROUBLES[trouble][0], None, column.name] += 1
        return Lookup([column.name for column in file.columns], records)

    def _used(self, file: str) -> set[str]:
        """Fields of a look-up file that a mapping goes by or carries."""
        used: set[str] = set()
        for mapping in (m for ms in self.mapped.values() for m in ms):
            for name, join in mapping.get("join", {}).items():
                if join["file"] == file:
                    used.update(join["on"].values())
                    text = json.dumps([mapping["fields"], mapping.get("checks", [])])
                    used.update(c.name for c in self.files[file].columns if f'"{name}.{c.name}"' in text)
        return used

    def _count_doubles(self, lookups: dict[str, Lookup]) -> None:
        joins = [j for ms in self.mapped.values() for m in ms for j in m.get("join", {}).values()]
        for file, on in sorted({(join["file"], tuple(join["on"].values())) for join in joins}):
            lookup = lookups[file]
            keys = Counter(tuple(values[lookup.place[name]] for name in on) for values in lookup.records)
            doubled = sum(n for key, n in keys.items() if n > 1 and None not in key)
            if doubled:
                self.counts["R-LOOKUP-DOUBLE", None, on[-1]] += doubled

    def _convert(self, file: File, path: Path, file_number: int, lookups: dict[str, Lookup], as_of: str) -> None:
        names = [column.name for column in file.columns]
        mappings = [
            Conversion(sheet, file, names, self.table_sheets[sheet["to"]], lookups, as_of)
            for sheet in self.mapped[file.name]
        ]
        readers = [
            reader(column, self.gaiji, self.eras, {t for c in mappings for t in c.meaning.get(base, ())})
            for column in file.columns
            for base in [column.name.partition("#")[0]]
        ]
        unpack = file.cut.unpack
        for number, record in self._records(file, path):
            cells = [read(raw) for read, raw in zip(readers, unpack(record), strict=True)]
            values = [value for value, _ in cells]
            troubles = [(name, trouble) for name, (_, wrong) in zip(names, cells, strict=True) for trouble in wrong]
            for mapping in mappings:
                found: list[list[Hit]] = []
                for row, hits, extra in mapping.rows(values, troubles):
                    self._take(mapping, row, hits, extra, (file_number, number), as_of)
                    found.append(hits)
                self._count(mapping.name, found, values[names.index("atena_no")] if found else None)

    def _take(
        self, mapping: Conversion, row: Row, hits: list[Hit], extra: Sequence[str | None], place: Place, as_of: str
    ) -> None:
        """A finished row: noted for the rules across rows, and sent to be sorted."""
        unit, table = row["atenabango"], self.tables[mapping.name]
        if any(effect == QUARANTINE for _, _, effect in hits):
            self.doomed_places.add(place)
            if unit is not None:
                self.doomed_units.add(unit)
        note = note_of(mapping.name, row, latest=mapping.latest)
        if mapping.latest and unit is not None:
            self.persons.take(mapping.name, row, unit, as_of)
        flatten(row, table.days)
        key = table.key_of(row)
        beside = self.line.writerow([*(row[name] for name in table.key), *extra]) if any(extra) else ""
        self.sorter.add((unit or "", table.number, key, place, note, self.line.writerow(table.row(row)), beside))

    def _count(self, table: str, found: list[list[Hit]], unit: str | None) -> None:
        """Findings of one record; a rule that several of its rows break counts once."""
        if not found:
            return
        hits = found[0] if len(found) == 1 else list(dict.fromkeys(hit for some in found for hit in some))
        for rule, item, _ in hits:
            if rule in RESIDENTS_ONLY:
                self.for_residents.append(((rule, table, item), unit))
            else:
                self.counts[rule, table, item] += 1

    def _deliver(self) -> None:
        """All rows in key order, unit by unit; units in quarantine are left out of every table."""
        tables = list(self.tables.values())
        for unit, grouped in groupby(self.sorter.rows(), key=operator.itemgetter(0)):
            rows = list(grouped)
            self._check_keys(unit, rows)
            if unit:
                self.persons.judge_unit(rows)
            doomed = unit in self.doomed_units
            caused: set[tuple[str, Place]] = set()
            for _, number, _, place, _, line, beside in rows:
                table = tables[number]
                if doomed and place not in self.doomed_places:
                    caused.add((table.name, place))
                elif not doomed and place not in self.doomed_places:
                    table.file.write(line)
                    if beside and table.extra is not None:
                        table.extra.write(beside)
            for name, _ in caused:
                self.counts["R-UNIT", name, None] += 1
        for table in tables:
            table.file.close()
            if table.extra is not None:
                table.extra.close()

    def _check_keys(self, unit: str, rows: list[tuple[Any, ...]]) -> None:
        """Every holder of a key that stands twice; its unit goes to quarantine."""
        if len(rows) < 2 or not unit:
            return
        for number, table in enumerate(self.tables.values()):
            keys = Counter(row[2] for row in rows if row[1] == number)
            for key, n in keys.items():
                if n > 1 and NO_NUMBER not in key and "" not in key:
                    self.counts["R-DUPLICATE", table.name, table.key[-1]] += n
                    self.doomed_units.add(unit)
                    self.doomed_places.update(row[3] for row in rows if row[1] == number and row[2] == key)


def migrate(inputs: Path, out: Path) -> None:
    """Tables and ``findings.json`` (rule, table, item, count) into a folder that does not exist yet."""
    migration = Migration(inputs, out)
    migration.run()
    rows = [{"rule": r, "table": t, "field": f, "count": n} for (r, t, f), n in migration.counts.items()]
    rows.sort(key=lambda row: (row["rule"], row["table"] or "", row["field"] or ""))
    (out / "findings.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plain", description=__doc__.splitlines()[0])
    parser.add_argument("--input", type=Path, required=True, help="folder of the legacy files")
    parser.add_argument("--out", type=Path, required=True, help="folder that does not exist yet")
    given = parser.parse_args()
    gc.disable()  # rows hold no cycles, and there are too many of them to be looked at again and again
    migrate(given.input, given.out)


if __name__ == "__main__":
    main()
