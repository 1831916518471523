"""A run folder appears under its final name whole, or not at all; whatever is changed in it later is noticed."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from migrate.io import publish
from migrate.io.publish import Locked, RunFolder, canonical, locked, verify
from tests.towns import environment

FILES = {"standard/jumin.csv": b"a,b\n1,2\n", "run.json": b"{}\n", "findings.parquet": b"PAR1"}


def sealed(out: Path, run_id: str = "0123") -> Path:
    with locked(out):
        folder = RunFolder.open(out)
        (folder.staging() / "t.0").write_bytes(b"rows")
        for name, data in FILES.items():
            folder.add(name, data)
        return folder.seal(run_id, {"total": 1.5})


def test_a_sealed_folder_is_intact(tmp_path: Path) -> None:
    folder = sealed(tmp_path)
    assert verify(folder) == []
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == {
        *FILES,
        "manifest.json",
        "timings.json",
    }
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == ["0123"]


@pytest.mark.parametrize("name", [*FILES, "manifest.json", "timings.json"])
def test_any_flipped_byte_is_noticed(tmp_path: Path, name: str) -> None:
    path = sealed(tmp_path) / name
    raw = path.read_bytes()
    for at in range(len(raw)):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0x01]) + raw[at + 1 :])
        assert verify(path.parents[len(Path(name).parts) - 1]), f"byte {at} of {name}"
    path.write_bytes(raw)
    assert verify(path.parents[len(Path(name).parts) - 1]) == []


@pytest.mark.parametrize("name", [*FILES, "manifest.json", "timings.json"])
def test_a_missing_file_is_noticed(tmp_path: Path, name: str) -> None:
    folder = sealed(tmp_path)
    (folder / name).unlink()
    what = "manifest" if name == "manifest.json" else "missing"
    assert verify(folder) == [(what, name)]


def test_an_extra_file_is_noticed(tmp_path: Path) -> None:
    folder = sealed(tmp_path)
    (folder / "standard" / "more.csv").write_bytes(b"")
    assert verify(folder) == [("extra", "standard/more.csv")]


@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_a_symbolic_link_is_extra(tmp_path: Path) -> None:
    folder = sealed(tmp_path)
    (folder / "link").symlink_to(folder / "run.json")
    assert verify(folder) == [("extra", "link")]


def test_a_renamed_file_is_noticed(tmp_path: Path) -> None:
    folder = sealed(tmp_path)
    (folder / "run.json").rename(folder / "RUN.json")
    assert verify(folder) == [("missing", "run.json"), ("extra", "RUN.json")]


def test_a_renamed_folder_is_noticed(tmp_path: Path) -> None:
    folder = sealed(tmp_path).rename(tmp_path / "4567")
    assert verify(folder) == [("renamed", "4567")]


def test_exchanged_files_are_noticed(tmp_path: Path) -> None:
    folder = sealed(tmp_path)
    first, second = folder / "run.json", folder / "findings.parquet"
    a, b = first.read_bytes(), second.read_bytes()
    first.write_bytes(b)
    second.write_bytes(a)
    assert verify(folder) == [("changed", "findings.parquet"), ("changed", "run.json")]


def test_a_manifest_without_its_own_sum_is_none(tmp_path: Path) -> None:
    path = sealed(tmp_path) / "manifest.json"
    document = json.loads(path.read_bytes())
    document["files"].pop("run.json")
    path.write_bytes(canonical(document))
    assert verify(path.parent) == [("manifest", "manifest.json")]


def test_a_file_damaged_on_the_disk_is_not_delivered(tmp_path: Path) -> None:
    with locked(tmp_path):
        folder = RunFolder.open(tmp_path)
        folder.add("run.json", b"{}\n")
        (folder.work / "run.json").write_bytes(b"{]\n")
        with pytest.raises(OSError, match="read back"):
            folder.seal("0123", {})
    assert not (tmp_path / "0123").exists()


def test_a_file_damaged_before_it_is_read_back_ahead_is_not_delivered(tmp_path: Path) -> None:
    with locked(tmp_path):
        folder = RunFolder.open(tmp_path)
        for name, data in FILES.items():
            folder.add(name, data)
        (folder.work / "run.json").write_bytes(b"[]\n")
        folder.read_back_ahead()
        folder.add("report.html", b"later")
        with pytest.raises(OSError, match=r"read back differs: run\.json"):
            folder.seal("0123", {"total": 1.5})
        folder.abandon()
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


@pytest.mark.parametrize("name", ["manifest.json", "timings.json"])
def test_what_is_written_last_is_read_back_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    add = RunFolder.add

    def damage(folder: RunFolder, file: str, data: bytes) -> str:
        sha256 = add(folder, file, data)
        if file == name:
            (folder.work / file).write_bytes(data.replace(b"0", b"1"))
        return sha256

    monkeypatch.setattr(RunFolder, "add", damage)
    with pytest.raises(OSError, match=f"read back differs: {name}"):
        sealed(tmp_path)
    assert not (tmp_path / "0123").exists()


def test_a_file_name_is_written_once(tmp_path: Path) -> None:
    with locked(tmp_path):
        folder = RunFolder.open(tmp_path)
        folder.add("run.json", b"{}\n")
        with pytest.raises(FileExistsError):
            folder.add("run.json", b"[]\n")


def test_moved_and_discarded_files(tmp_path: Path) -> None:
    with locked(tmp_path):
        folder = RunFolder.open(tmp_path)
        folder.add("standard/a.csv", b"a")
        folder.add("standard/b.csv", b"b")
        folder.move("standard/a.csv", "unaccepted/a.csv")
        folder.discard("standard/b.csv")
        final = folder.seal("0123", {})
    assert verify(final) == []
    assert {p.relative_to(final).as_posix() for p in final.rglob("*.csv")} == {"unaccepted/a.csv"}
    assert not (final / "standard").exists()


def test_a_final_name_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    first = sealed(tmp_path)
    before = {p: p.read_bytes() for p in first.rglob("*") if p.is_file()}
    with locked(tmp_path):
        folder = RunFolder.open(tmp_path)
        folder.add("run.json", b"other\n")
        with pytest.raises(OSError, match="0123"):
            folder.seal("0123", {})
    assert {p: p.read_bytes() for p in first.rglob("*") if p.is_file()} == before


def test_what_killed_runs_left_is_wiped_under_the_lock(tmp_path: Path) -> None:
    earlier = sealed(tmp_path)
    stale = tmp_path / ".run-dead"
    (stale / "staging").mkdir(parents=True)
    (stale / "staging" / "t.0").write_bytes(b"rows")
    with locked(tmp_path):
        assert not stale.exists()
    assert verify(earlier) == []


def test_the_lock_is_held_by_one(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(Locked), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_the_lock_is_held_against_other_processes(tmp_path: Path) -> None:
    program = """
import sys; from pathlib import Path; from migrate.io.publish import Locked, locked
try:
    with locked(Path(sys.argv[1])): sys.exit(0)
except Locked: sys.exit(7)
"""
    (tmp_path / ".run-other").mkdir()
    command = [sys.executable, "-c", program, str(tmp_path)]
    with locked(tmp_path):
        (tmp_path / ".run-mine").mkdir()
        assert subprocess.run(command, env=environment(), check=False).returncode == 7
        assert (tmp_path / ".run-mine").is_dir(), "who does not hold the lock wipes nothing"
    assert subprocess.run(command, env=environment(), check=False).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_files_and_folders_are_for_the_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with locked(tmp_path / "out"):
            made = RunFolder.open(tmp_path / "out")
            made.add("standard/kojin_bango/a.csv", b"1")
            made.add("standard/b.csv", b"2")
            made.move("standard/b.csv", "unaccepted/more/b.csv")
            folder = made.seal("0123", {})
    finally:
        os.umask(old)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in folder.rglob("*") if p.is_file()}
    folders = {stat.S_IMODE(p.stat().st_mode) for p in (folder, *folder.rglob("*")) if p.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_a_large_file_goes_to_the_disk_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After every so many bytes, and at the end; what was written is the same."""
    at: list[int] = []
    sync = os.fsync
    monkeypatch.setattr(publish, "SYNC_BYTES", 100)

    def synced(handle: int) -> None:
        at.append(os.fstat(handle).st_size)
        sync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    part = publish.Part(tmp_path / "a")
    for _ in range(5):
        part.write(b"x" * 60)
    assert part.close() == hashlib.sha256(b"x" * 300).hexdigest()
    assert at == [120, 240, 300]
