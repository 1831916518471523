"""One run at a time, and whatever happens to it, an earlier delivery stands as it stood."""

import threading
from pathlib import Path
from typing import Any

import pytest

from migrate.io.publish import Locked, Part, RunFolder, locked, verify
from migrate.pipeline import Options, run
from tests.towns import Town, Towns, juki


@pytest.fixture
def town(towns: Towns) -> Town:
    return towns.town(20, 7)


@pytest.fixture
def other(towns: Towns) -> Town:
    return towns.town(20, 8)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_second_run_into_the_same_folder_is_told_so(town: Town, tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(Locked):
        run(juki(), Options(town.inputs, tmp_path))
    assert run(juki(), Options(town.inputs, tmp_path)).exit_code == 0


def test_the_lock_is_held_while_a_run_goes(town: Town, tmp_path: Path) -> None:
    told: list[str] = []

    def start_another(stage: str, done: int, total: int) -> None:
        if not told:
            try:
                run(juki(), Options(town.inputs, tmp_path))
            except Locked:
                told.append(stage)

    assert run(juki(), Options(town.inputs, tmp_path, progress=start_another)).exit_code == 0
    assert told


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError, MemoryError])
@pytest.mark.parametrize("stage", ["stream", "publish"])
def test_a_run_that_breaks_off_leaves_nothing_and_harms_nothing(
    town: Town, other: Town, tmp_path: Path, error: type[BaseException], stage: str
) -> None:
    earlier = run(juki(), Options(town.inputs, tmp_path)).folder
    before = everything(earlier)

    def fail(at: str, done: int, total: int) -> None:
        if at == stage:
            raise error

    with pytest.raises(error):
        run(juki(), Options(other.inputs, tmp_path, progress=fail))
    assert everything(earlier) == before
    assert verify(earlier) == []
    assert {path.name for path in tmp_path.iterdir()} <= {earlier.name, ".lock"}


@pytest.mark.parametrize("step", ["seal", "add", "keep"])
def test_a_failure_while_sealing_leaves_no_folder_under_a_final_name(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from migrate.io import publish

    calls: list[Any] = []
    if step == "seal":
        monkeypatch.setattr(publish, "digest_of", lambda path: "0" * 64)
    else:

        def full(self: publish.Part) -> str:
            calls.append(self)
            sha256 = close(self)
            if len(calls) >= (2 if step == "keep" else 6):
                raise OSError(28, "No space left on device")
            return sha256

        close = publish.Part.close
        monkeypatch.setattr(publish.Part, "close", full)
    with pytest.raises(OSError, match=r"read back|No space"):
        run(juki(), Options(town.inputs, tmp_path))
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("name", ["quarantine.parquet", "run.json", "shien_sochi.csv"])
def test_what_the_report_is_made_of_is_trouble_of_the_disk_where_it_was_damaged(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whatever the reader of it says: no definition, file or line of ours is wrong."""
    keep = RunFolder.keep

    def damage(folder: RunFolder, file: str, part: Part) -> str:
        sha256 = keep(folder, file, part)
        if file.endswith(name):
            path = folder.work / file
            data = path.read_bytes()
            half = len(data) // 2
            path.write_bytes(data[:half] + bytes([data[half] ^ 0xFF]) + data[half + 1 :])
        return sha256

    monkeypatch.setattr(RunFolder, "keep", damage)
    with pytest.raises(OSError, match="read back differs"):
        run(juki(), Options(town.inputs, tmp_path))
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_run_that_breaks_off_leaves_no_thread_behind(town: Town, tmp_path: Path) -> None:
    """A thread that waits for rows for ever holds its file open: the folder cannot be removed everywhere."""

    def fail(at: str, done: int, total: int) -> None:
        if at == "publish":
            raise RuntimeError

    before = set(threading.enumerate())
    with pytest.raises(RuntimeError):
        run(juki(), Options(town.inputs, tmp_path, progress=fail))
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=1)
    assert set(threading.enumerate()) - before == set()


def test_progress_never_goes_back(town: Town, tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    run(juki(), Options(town.inputs, tmp_path, batch_bytes=10_000, progress=lambda *said: heard.append(said)))
    for stage in {stage for stage, _, _ in heard}:
        done = [(d, t) for s, d, t in heard if s == stage]
        assert [d for d, _ in done] == sorted(d for d, _ in done)
        assert all(0 < d <= t for d, t in done)
