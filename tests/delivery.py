"""A delivery that a test changes: fields by name, records dropped or repeated, totals kept right."""

import csv
import shutil
from pathlib import Path
from typing import Any

import polars as pl

from migrate.io.framing import TERMINATORS
from migrate.pipeline import RunResult
from migrate.plan.reading import Place, all_columns
from migrate.spec.source import SourceFile
from tests.towns import Town, juki

PATHS = {
    "kojin": "KOJIN.DAT", "rireki": "RIREKI.DAT", "setai": "SETAI.DAT", "jusho": "JUSHO.DAT", "hogaki": "HOGAKI.DAT",
    "gaikokujin": "GAIKOKU.DAT", "shien": "SHIEN.DAT", "kobango": "KOBANGO.DAT",
}  # fmt: skip
WIDE_SPACE = "　".encode("cp932")


class Delivery:
    """The files of a town (small enough to come in one part each) in a folder of its own; ``save`` writes them back."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.inputs = folder / "in"
        shutil.copytree(town.inputs, self.inputs)
        assert juki().source is not None
        self._layouts: dict[str, SourceFile] = dict(juki().source.files)  # type: ignore[union-attr]
        self._records: dict[str, list[bytearray]] = {}

    def stride(self, file: str) -> int:
        """Bytes from one record to the next."""
        record = self._layouts[file].record
        assert record is not None
        return record.length + len(TERMINATORS[record.terminator])

    def records(self, file: str) -> list[bytearray]:
        """All records with their ends, headers and trailers, too; record 1 is ``[0]``."""
        if file not in self._records:
            raw, stride = (self.inputs / PATHS[file]).read_bytes(), self.stride(file)
            self._records[file] = [bytearray(raw[at : at + stride]) for at in range(0, len(raw), stride)]
        return self._records[file]

    def place(self, file: str, name: str) -> Place:
        """Bytes of a field."""
        return all_columns(self._layouts[file])[name].place

    def get(self, file: str, record: int, name: str) -> bytes:
        """The bytes of a field; ``record`` from 1."""
        place = self.place(file, name)
        return bytes(self.records(file)[record - 1][place.start : place.stop])

    def text(self, file: str, record: int, name: str) -> str:
        """The same as text, without padding."""
        return self.get(file, record, name).decode("cp932").rstrip(" \u3000")

    def put(self, file: str, record: int, name: str, value: str | bytes) -> None:
        """Write a field: text is padded as its type wants, bytes with spaces."""
        column = all_columns(self._layouts[file])[name]
        raw = value.encode("cp932") if isinstance(value, str) else value
        pad = WIDE_SPACE if column.type == "N" and isinstance(value, str) else b" "
        size = column.place.stop - column.place.start
        assert len(raw) <= size
        raw += pad * ((size - len(raw)) // len(pad))
        self.records(file)[record - 1][column.place.start : column.place.stop] = raw

    def find(self, file: str, **fields: str) -> list[int]:
        """Numbers of the data records that hold these values."""
        typed = self._layouts[file].types is not None
        return [
            number
            for number, raw in enumerate(self.records(file), start=1)
            if not (typed and raw[:1] != b"2") and all(self.text(file, number, n) == v for n, v in fields.items())
        ]

    def one(self, file: str, **fields: str) -> int:
        """The only such record."""
        (number,) = self.find(file, **fields)
        return number

    def drop(self, file: str, record: int) -> None:
        """Leave a record out."""
        del self.records(file)[record - 1]

    def repeat(self, file: str, record: int) -> int:
        """Put a copy behind a record; the number of the copy."""
        self.records(file).insert(record, bytearray(self.records(file)[record - 1]))
        return record + 1

    def save(self, *, retotal: bool = True) -> Path:
        """Write what was changed, with trailers that say so; the input folder."""
        for file, records in self._records.items():
            trailer = self._layouts[file].trailer
            if retotal and trailer and records:
                self._retotal(file, {field.name: Place.of(field) for field in trailer.fields})
            (self.inputs / PATHS[file]).write_bytes(b"".join(records))
        return self.inputs

    def _retotal(self, file: str, places: dict[str, Place]) -> None:
        data = self.find(file)
        numbers = [self.get(file, record, "atena_no") for record in data]
        totals: dict[str, Any] = {"kensu": len(data), "hash": sum(int(n) for n in numbers if n.isdigit())}
        for name, total in totals.items():
            place = places[name]
            width = place.stop - place.start
            self.records(file)[-1][place.start : place.stop] = f"{total % 10**width:0{width}}".encode()


def table(result: RunResult, name: str) -> list[dict[str, str]]:
    """Rows of a delivered table, wherever the verdict put it."""
    (entry,) = (entry for entry in result.report["tables"] if entry["table"] == name)
    path = result.folder / entry["file"]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def person(result: RunResult, name: str, unit: str) -> list[dict[str, str]]:
    """Rows of one person."""
    return [row for row in table(result, name) if row["atenabango"] == unit]


def sparse(result: RunResult, name: str) -> pl.DataFrame:
    """``findings``, ``withheld``, ``quarantine`` or ``ledger``."""
    return pl.read_parquet(result.folder / f"{name}.parquet")


def found(result: RunResult, file: str | None = None, record: int | None = None) -> set[tuple[str, str, str | None]]:
    """(rule, severity, caused by) of the findings at a record (of ``kojin`` …), or of all that are no info."""
    rows = sparse(result, "findings")
    if file is None:
        rows = rows.filter(pl.col("severity") != "info")
    else:
        rows = rows.filter(pl.col("source_file").eq(PATHS[file]) & pl.col("record").eq(record))
    return set(rows.select("rule", "severity", "caused_by").iter_rows())
