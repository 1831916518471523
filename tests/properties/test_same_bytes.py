"""Same input, same bytes, whatever the batches, buckets, threads, hash seed, time zone, locale, clock, umask or order
of files. ``make same`` does it at full breadth."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from migrate.pipeline import Options, run
from migrate.vocab import registry
from tests.same import FACTORS, cells, deliver, deliver_apart, difference, make_towns, pairs
from tests.towns import Town, Towns, environment, juki

PROGRAM = """
import os, sys, time
from pathlib import Path
os.umask(int(sys.argv[3], 8))
time.time = lambda: float(sys.argv[4])
time.time_ns = lambda: int(sys.argv[4]) * 10**9
from migrate.pipeline import Options, run
from tests.towns import juki
print(run(juki(), Options(Path(sys.argv[1]), Path(sys.argv[2]))).folder)
"""

YEAR_1999, YEAR_2038 = 946684799, 2147483648
"""Seconds since 1970: the last of 1999, and one that takes more than 31 bits."""


def contents(folder: Path) -> dict[str, Any]:
    """SHA-256 of every file but timings, by name, and that of the manifest over all of them."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    files = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    return {**files, "run_id": manifest["run_id"], "manifest": manifest["sha256"]}


def delivered(town: Town, out: Path, **how: Any) -> dict[str, Any]:
    return contents(run(juki(), Options(town.inputs, out, **how)).folder)


@pytest.fixture
def town(towns: Towns) -> Town:
    return towns.town(300, faults=0.1)


@pytest.fixture
def expected(towns: Towns) -> dict[str, Any]:
    return contents(towns.run(300, faults=0.1).folder)


def test_a_town_with_faults_delivers_tables(expected: dict[str, Any]) -> None:
    """Else the comparisons below would compare nothing."""
    assert any(name.endswith("jumin.csv") for name in expected)


@pytest.mark.parametrize("batch_bytes", [50_000, 333_333, 1 << 30])
def test_batches(town: Town, expected: dict[str, Any], tmp_path: Path, batch_bytes: int) -> None:
    assert delivered(town, tmp_path, batch_bytes=batch_bytes) == expected


@pytest.mark.parametrize("bucket_bytes", [100_000, 450_000])
def test_buckets(town: Town, expected: dict[str, Any], tmp_path: Path, bucket_bytes: int) -> None:
    assert delivered(town, tmp_path, bucket_bytes=bucket_bytes) == expected


def test_one_record_a_batch(towns: Towns, tmp_path: Path) -> None:
    town = towns.town(20, faults=0.5)
    assert delivered(town, tmp_path, batch_bytes=1, bucket_bytes=20_000) == contents(towns.run(20, faults=0.5).folder)


def test_parquet_does_not_depend_on_batches_and_buckets(towns: Towns, tmp_path: Path) -> None:
    town = towns.town(20, faults=0.5)
    one = delivered(town, tmp_path / "a", parquet=True)
    assert one == delivered(town, tmp_path / "b", parquet=True, batch_bytes=20_000, bucket_bytes=20_000)
    assert any(name.endswith("jumin.parquet") for name in one)


def test_shortcuts_change_nothing(
    town: Town, expected: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that are skipped where they have nothing to do would have done nothing."""
    monkeypatch.setattr(registry.Bound, "quiet", lambda self, column: None)
    monkeypatch.setattr(registry.Bound, "clue", lambda self: None)
    monkeypatch.setattr(registry.Bound, "idle", lambda self, known: False, raising=False)
    assert delivered(town, tmp_path) == expected


def test_order_and_times_of_files(
    town: Town, expected: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    for number, path in enumerate(sorted(town.inputs.iterdir(), reverse=True)):
        shutil.copyfile(path, inputs / path.name)
        os.utime(inputs / path.name, (1e9 - number, 1e9 - number))
    listing = Path.rglob

    def backwards(self: Path, pattern: str) -> Iterable[Path]:
        return sorted(listing(self, pattern), reverse=True)

    monkeypatch.setattr(Path, "rglob", backwards)
    result = run(juki(), Options(inputs, tmp_path / "out"))
    monkeypatch.undo()
    assert contents(result.folder) == expected


@pytest.mark.parametrize(
    ("changes", "umask", "clock"),
    [
        ({"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}, "0", YEAR_1999),
        ({"POLARS_MAX_THREADS": "2", "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}, "22", YEAR_2038),
        ({"POLARS_MAX_THREADS": "7", "PYTHONHASHSEED": "47", "TZ": "Pacific/Apia", "LANG": "ja_JP.UTF-8"}, "77", 0),
    ],
    ids=["1 thread", "2 threads", "7 threads"],
)
def test_threads_hash_seed_time_zone_locale_umask_clock_and_folder(
    town: Town, expected: dict[str, Any], tmp_path: Path, changes: dict[str, str], umask: str, clock: int
) -> None:
    command = [sys.executable, "-c", PROGRAM, str(town.inputs), str(tmp_path / "out"), umask, str(clock)]
    ended = subprocess.run(
        command, env=environment(**changes), cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert contents(Path(ended.stdout.strip())) == expected


def test_surroundings_are_in_few_of_all_cells() -> None:
    """What ``make same`` runs: every combination of four factors, and any two values of all ten together."""
    asked = cells()
    assert len(asked) >= 48
    wanted = [len(FACTORS[a]) * len(FACTORS[b]) for a, b in itertools.combinations(FACTORS, 2)]
    assert len(pairs(asked)) == sum(wanted)


def test_a_cell_in_a_process_of_its_own_delivers_what_another_does_here(tmp_path: Path) -> None:
    """One of the first values of all factors, one of the last ones, by the clock of the machine."""
    first = {name: values[0] for name, values in FACTORS.items()}
    last = {name: values[-1] for name, values in FACTORS.items()} | {"clock": ""}
    make_towns(tmp_path / "towns", rows=20, faults=0.2)
    umask = os.umask(0)
    try:
        here = json.loads(json.dumps(deliver(tmp_path / "towns", tmp_path / "out", first)))
    finally:
        os.umask(umask)
    assert difference(here, deliver_apart(last, tmp_path / "towns")) == ""
    assert len(here) == 4
    changed = {name: tree | {"code": 7} for name, tree in here.items()}
    assert difference(here, changed) == ", ".join(f"{name}: code" for name in here)
