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
@pytest.mark.parametrize("limit", [0, 60_000])
def test_a_file_that_may_not_grow(town: Town, towns: Towns, tmp_path: Path, limit: int) -> None:
    """Whether a spool, a table or the manifest hits the limit."""
    earlier = run(juki(), Options(towns.town(20, 7).inputs, tmp_path)).folder
    command = [sys.executable, "-c", PROGRAM, str(town.inputs), str(tmp_path), str(limit)]
    ended = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert ended.returncode == errno.EFBIG, ended.stderr
    assert folders(tmp_path) == [earlier.name]
    assert verify(earlier) == []


class Disk:
    """Counts what is written, and lets only so many bytes be written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: float) -> None:
        self.used = 0
        write, append = publish.Part.write, spool.Spool.append

        def write_part(part: publish.Part, data: Any) -> None:
            self._take(len(data), room)
            write(part, data)

        def append_rows(rows: spool.Spool, frame: Any, *bucket: Any) -> None:
            self._take(frame.estimated_size(), room)
            append(rows, frame, *bucket)

        monkeypatch.setattr(publish.Part, "write", write_part)
        monkeypatch.setattr(spool.Spool, "append", append_rows)

    def _take(self, size: int, room: float) -> None:
        self.used += size
        if self.used > room:
            raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("share", [0, 0.6, 0.999])
def test_no_space_left(town: Town, towns: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    earlier = run(juki(), Options(towns.town(20, 7).inputs, tmp_path / "out")).folder
    with monkeypatch.context() as patch:
        needed = Disk(patch, float("inf"))
        run(juki(), Options(town.inputs, tmp_path / "roomy"))
    with monkeypatch.context() as patch:
        Disk(patch, needed.used * share)
        with pytest.raises(OSError, match="No space left"):
            run(juki(), Options(town.inputs, tmp_path / "out"))
    assert folders(tmp_path / "out") == [earlier.name]
    assert verify(earlier) == []


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
