"""The disk is full, or a file grows past what is allowed: the run says so and leaves nothing half done."""

import errno
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from migrate.errors import EnvironmentTrouble
from migrate.io import publish, spool
from migrate.io.publish import verify
from migrate.pipeline import Options, run
from tests.towns import Town, Towns, environment, juki

PROGRAM = """
import resource, signal, sys
from pathlib import Path
from migrate.pipeline import Options, run
from tests.towns import juki
layout = juki()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    run(layout, Options(Path(sys.argv[1]), Path(sys.argv[2])))
except OSError as error:
    sys.exit(error.errno)
"""


@pytest.fixture
def town(towns: Towns) -> Town:
    return towns.town(60, 2)


def folders(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir() if path.is_dir())


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [0, 4_000, 60_000, 150_000])
def test_a_file_that_may_not_grow(town: Town, towns: Towns, tmp_path: Path, limit: int) -> None:
    """Whether a spool, a table or the manifest hits the limit."""
    earlier = run(juki(), Options(towns.town(20, 7).inputs, tmp_path)).folder
    command = [sys.executable, "-c", PROGRAM, str(town.inputs), str(tmp_path), str(limit)]
    ended = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert ended.returncode == errno.EFBIG, ended.stderr
    assert folders(tmp_path) == [earlier.name]
    assert verify(earlier) == []


class FullDisk:
    """Lets so many bytes be written and then no more."""

    def __init__(self, room: int) -> None:
        self.room = room

    def take(self, size: int) -> None:
        """Use some room."""
        self.room -= size
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("room", [0, 50_000, 500_000, 900_000])
def test_no_space_left(town: Town, towns: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    earlier = run(juki(), Options(towns.town(20, 7).inputs, tmp_path)).folder
    disk = FullDisk(room)
    write, append = publish.Part.write, spool.Spool.append

    def write_part(self: publish.Part, data: Any) -> None:
        disk.take(len(data))
        write(self, data)

    def append_rows(self: spool.Spool, frame: Any, *bucket: Any) -> None:
        disk.take(frame.estimated_size())
        append(self, frame, *bucket)

    monkeypatch.setattr(publish.Part, "write", write_part)
    monkeypatch.setattr(spool.Spool, "append", append_rows)
    with pytest.raises(OSError, match="No space left"):
        run(juki(), Options(town.inputs, tmp_path))
    monkeypatch.undo()
    assert folders(tmp_path) == [earlier.name]
    assert verify(earlier) == []
    assert len(folders(tmp_path)) == 1
    assert run(juki(), Options(town.inputs, tmp_path)).exit_code == 0


def test_no_run_begins_without_room_for_it(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(10**6, 10**6 - 1000, 1000))
    with pytest.raises(EnvironmentTrouble) as trouble:
        run(juki(), Options(town.inputs, tmp_path))
    assert [problem.code for problem in trouble.value.problems] == ["E-DISK-SPACE"]
    assert trouble.value.exit_code == 5
    assert folders(tmp_path) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="POSIX permissions, and not for root")
def test_a_folder_that_may_not_be_written(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o500)
    with pytest.raises(PermissionError):
        run(juki(), Options(town.inputs, out))
