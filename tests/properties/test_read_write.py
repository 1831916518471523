"""Read ∘ write = identity: what a plain loop writes as host records comes back from the tables, value by value."""

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from migrate.pipeline import Options, RunResult, run
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.vocab import daykey
from tests.properties.systems import Made, systems

AS_OF = daykey.pack(2026, 10, 1)


def rows_of(result: RunResult, table: str) -> list[dict[str, str]]:
    with (result.folder / "standard" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=systems())
def test_values_come_back(tmp_path_factory: pytest.TempPathFactory, made: Made) -> None:
    folder: Path = tmp_path_factory.mktemp("made")
    inputs = made.write(folder)
    layout = load_layout(Library(project=folder), "made", "host")
    options = Options(inputs, folder / "out", as_of=AS_OF, batch_bytes=made.batch_bytes, bucket_bytes=made.bucket_bytes)
    result = run(layout, options)
    found = pl.read_parquet(result.folder / "findings.parquet")
    assert found.filter(pl.col("severity") == "error").to_dicts() == []
    assert result.report["verdict"] != "fail", result.report["reasons"]
    expected = made.expected()
    names = list(expected[0])
    assert [{name: row[name] for name in names} for row in rows_of(result, "hito")] == expected
    if made.slot:
        wanted = made.expected_slots()
        got = rows_of(result, "sub")
        assert [{name: row[name] for name in (wanted[0] if wanted else {})} for row in got] == wanted
