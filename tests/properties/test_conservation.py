"""Nothing is lost: every byte and record of the input is accounted for, by a count that knows nothing of the engine."""

import csv
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from migrate.pipeline import Options, RunResult, run
from tests.towns import Town, Towns, juki

STRIDES = {
    "KOJIN": 1202, "RIREKI": 1100, "SETAI": 302, "JUSHO": 202,
    "HOGAKI": 162, "GAIKOKU": 502, "SHIEN": 902, "KOBANGO": 82,
}  # fmt: skip
LOOKED_UP = ("SETAI", "JUSHO", "HOGAKI", "GAIKOKU")
TYPED = ("KOJIN", "SHIEN", "KOBANGO")
Key = tuple[str, str]


def stride_of(name: str) -> int:
    return next(stride for prefix, stride in STRIDES.items() if name.startswith(prefix))


def records_of(path: Path) -> list[bytes]:
    raw, stride = path.read_bytes(), stride_of(path.name)
    assert len(raw) % stride == 0
    return [raw[at : at + stride] for at in range(0, len(raw), stride)]


def key_of(record: bytes, file: str) -> Key:
    start = 0 if file.startswith("RIREKI") else 1
    return record[start : start + 15].decode().strip(), str(int(record[start + 15 : start + 18]))


def tables_of(result: RunResult) -> dict[str, Path]:
    return {t["table"]: result.folder / t["file"] for t in result.report["tables"] if t["file"]}


def keys_of(path: Path) -> list[Key]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["atenabango"], row["rirekibango"]) for row in csv.DictReader(file)]


def books(result: RunResult) -> dict[str, dict[str, Any]]:
    return {entry["file"]: entry for entry in result.report["inputs"]}


def adds_up(result: RunResult, inputs: Path) -> None:
    """The books of a run against a plain count of its input."""
    report = result.report
    assert report["balanced"], [c for c in report["controls"] if not c["balanced"]]
    entries = books(result)
    assert set(entries) == {path.name for path in inputs.iterdir()}
    for path in inputs.iterdir():
        book, records = entries[path.name], records_of(path)
        assert (book["bytes"], book["records"]) == (path.stat().st_size, len(records))
        parts = ("header", "trailer", "blank", "mapped", "referenced", "excluded", "quarantined")
        assert sum(book[part] for part in parts) == len(records), path.name
    for table in report["tables"]:
        assert table["mapped"] == table["written"] + table["quarantined"]
    for name, path in tables_of(result).items():
        assert len(keys_of(path)) == next(t["written"] for t in report["tables"] if t["table"] == name)


@pytest.mark.parametrize(("residents", "seed", "faults"), [(300, 1, 0.1), (300, 1, 0.0), (20, 1, 0.5), (2000, 4, 0.0)])
def test_books_against_a_plain_count(towns: Towns, residents: int, seed: int, faults: float) -> None:
    town, result = towns.town(residents, seed, faults), towns.run(residents, seed, faults)
    adds_up(result, town.inputs)
    for name, book in books(result).items():
        records = records_of(town.inputs / name)
        types = Counter(record[:1] for record in records) if name.startswith(TYPED) else Counter({b"2": len(records)})
        assert (book["header"], book["trailer"]) == (types[b"1"], types[b"9"])
        if name.startswith(LOOKED_UP):
            assert book["referenced"] == types[b"2"]
        if name.startswith("KOJIN"):
            assert book["excluded"] == sum(record[34:35] == b"9" for record in records if record[:1] == b"2")


@pytest.mark.parametrize(("residents", "faults"), [(300, 0.1), (20, 0.5)])
def test_every_person_is_delivered_or_in_quarantine(towns: Towns, residents: int, faults: float) -> None:
    """Key by key: what the host files hold is what stands in 住民情報 and in the quarantine, each once."""
    town, result = towns.town(residents, faults=faults), towns.run(residents, faults=faults)
    sources: Counter[Key] = Counter()
    for path in town.inputs.iterdir():
        if path.name.startswith(("KOJIN", "RIREKI")):
            data = [
                r for r in records_of(path) if path.name.startswith("RIREKI") or (r[:1] == b"2" and r[34:35] != b"9")
            ]
            sources.update(key_of(record, path.name) for record in data)
    there = Counter(keys_of(tables_of(result)["jumin"]))
    quarantine = pl.read_parquet(result.folder / "quarantine.parquet").unique(["source_file", "record"])
    for file, record, offset in quarantine.select("source_file", "record", "offset").iter_rows():
        if file.startswith(("KOJIN", "RIREKI")):
            raw = (town.inputs / file).read_bytes()
            assert offset == (record - 1) * stride_of(file)
            there[key_of(raw[offset : offset + stride_of(file)], file)] += 1
    assert there == sources


def test_many_small_batches_and_buckets(towns: Towns, tmp_path: Path) -> None:
    town = towns.town(20, faults=0.5)
    adds_up(run(juki(), Options(town.inputs, tmp_path, batch_bytes=10_000, bucket_bytes=10_000)), town.inputs)


def damaged(town: Town, folder: Path, seed: int) -> Path:
    """A copy in which bytes of data fields (not record types, ends, or the first and last record) are others."""
    inputs = folder / "in"
    shutil.copytree(town.inputs, inputs)
    chance = random.Random(seed)
    for path in sorted(inputs.iterdir()):
        raw, stride = bytearray(path.read_bytes()), stride_of(path.name)
        for _ in range(12 if path.name.startswith(("KOJIN", "RIREKI")) else 2):
            if len(raw) >= 4 * stride:
                record = chance.randrange(1, len(raw) // stride - 1)
                at = record * stride + chance.randrange(1, stride - 2)
                size = chance.choice((1, 1, 2, 7))
                end = min(at + size, (record + 1) * stride - 2)
                raw[at:end] = chance.randbytes(end - at)
        path.write_bytes(raw)
    return inputs


@pytest.mark.parametrize("seed", range(6))
def test_random_bytes_never_lose_a_record(towns: Towns, tmp_path: Path, seed: int) -> None:
    """Whatever stands in a record, it is delivered, excluded or in quarantine; a wrong hash total refuses its file."""
    inputs = damaged(towns.town(60, seed=3), tmp_path, seed)
    result = run(juki(), Options(inputs, tmp_path / "out"))
    refused = {entry["code"] for entry in result.report["refused"]}
    assert refused <= {"F-TOTAL"}
    for table in result.report["tables"]:
        assert table["mapped"] == table["written"] + table["quarantined"]
    for name, book in books(result).items():
        parts = ("header", "trailer", "blank", "mapped", "referenced", "excluded", "quarantined")
        assert sum(book[part] for part in parts) == book["records"] == len(records_of(inputs / name)), name
    assert [c for c in result.report["controls"] if not c["balanced"]] == []
