"""Every call by which a run touches the disk fails once, and from there on: in process, on any system."""

import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from migrate.cli.boundary import known
from migrate.io.publish import WORK_PREFIX, RunFolder, locked
from migrate.pipeline import Options, run
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.vocab import daykey
from tests.properties.systems import Made, Part
from tests.trees import Tree, tree_of

SEAMS = ("open", "fsync", "rename", "replace", "mkdir", "rmdir", "unlink")
"""Functions of ``os``; writing and closing are those of the files that ``os.fdopen`` gives."""
CODES = {errno.ENOSPC: "E-DISK-FULL", errno.EIO: "E-DEVICE", errno.EROFS: "E-READ-ONLY", errno.EDQUOT: "E-DISK-FULL"}
ERRORS = tuple(CODES)
RENAME = "rename"


@dataclass
class Disk:
    """Counts the calls, and lets those fail that ``fails`` says, by number from 0."""

    fails: Callable[[int], bool] = lambda step: False
    error: int = errno.EIO
    steps: list[str] = field(default_factory=list)

    def step(self, name: str) -> None:
        """One call is about to be made."""
        self.steps.append(name)
        if self.fails(len(self.steps) - 1):
            raise OSError(self.error, os.strerror(self.error))


class File:
    """A file that is written through the disk; closing it may fail, and closes it all the same."""

    def __init__(self, file: Any, disk: Disk) -> None:
        self._file, self._disk = file, disk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "File":
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def write(self, data: Any) -> int:
        self._disk.step("write")
        return int(self._file.write(data))

    def close(self) -> None:
        if not self._file.closed:
            try:
                self._disk.step("close")
            finally:
                self._file.close()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Disk]]:
    """Puts a disk under everything that runs from now on; called again, another one."""
    real = {name: getattr(os, name) for name in SEAMS}
    fdopen, opens = os.fdopen, io.open
    now = Disk()

    def counted(name: str) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            now_().step(name)
            return real[name](*args, **named)

        return call

    def now_() -> Disk:
        return now

    def put(**how: Any) -> Disk:
        nonlocal now
        now = Disk(**how)
        return now

    def read(*args: Any, **named: Any) -> Any:
        now.step("read")
        return opens(*args, **named)

    for name in SEAMS:
        monkeypatch.setattr(os, name, counted(name))
    monkeypatch.setattr(os, "fdopen", lambda *args, **named: File(fdopen(*args, **named), now))
    monkeypatch.setattr(io, "open", read)
    yield put
    put()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, Path]:
    """Six persons in two buckets, two tables."""
    parts = [Part("id", "X", 8), Part("name", "N", 12), Part("birth", "era", 7, triple=True)]
    persons = [{"id": f"K{number:07}", "name": "山田太郎", "birth": (1970, 1, number)} for number in range(1, 7)]
    slots: list[list[dict[str, Any]]] = [[{"code": "001"}, {"code": None}] for _ in persons]
    system = Made(parts, [Part("code", "X", 3)], 2, persons, slots, "crlf", False, 1, 1, True, [0, 1, 2])
    folder = tmp_path_factory.mktemp("made")
    system.write(folder)
    return load_layout(Library(project=folder), "made", "host"), folder / "in"


def options(inputs: Path, out: Path, as_of: int = 1) -> Options:
    return Options(inputs, out, as_of=daykey.pack(2026, 10, as_of), batch_bytes=130, bucket_bytes=130, parquet=True)


@pytest.fixture
def earlier(made: tuple[Layout, Path], tmp_path: Path) -> Path:
    """A delivery that must survive; the output folder is its parent."""
    return run(made[0], options(made[1], tmp_path / "out", as_of=2)).folder


@pytest.fixture
def whole(made: tuple[Layout, Path], tmp_path: Path) -> Path:
    """What an undisturbed run delivers."""
    return run(made[0], options(made[1], tmp_path / "undisturbed")).folder


def left(out: Path, earlier: Path, before: Tree) -> list[Path]:
    """What stands beside the earlier delivery, which stands as before."""
    assert tree_of(earlier) == before
    return [path for path in out.iterdir() if path not in (earlier, out / ".lock")]


def test_every_call_of_sealing_fails_while_rows_are_staged(tmp_path: Path, disk: Callable[..., Disk]) -> None:
    """Rows that were kept aside are personal data: where they cannot be removed there is no delivery."""

    def seal(out: Path) -> Path:
        with locked(out):
            folder = RunFolder.open(out)
            try:
                for name in ("t.0", "t.1"):
                    (folder.staging() / name).write_bytes(b"rows")
                folder.add("standard/jumin.csv", b"1,2\n")
                folder.move("standard/jumin.csv", "unaccepted/jumin.csv")
                folder.add("run.json", b"{}\n")
                return folder.seal("0123", {})
            except BaseException:
                folder.abandon()
                raise

    steps = disk().steps
    expected = tree_of(seal(tmp_path / "undisturbed"))
    for step, name in enumerate(list(steps)):
        out = tmp_path / str(step)
        after = disk(fails=lambda at, step=step: at == step).steps
        with suppress(OSError):
            seal(out)
        disk()
        folders = [path for path in out.glob("*") if path.is_dir()] if out.exists() else []
        assert [tree_of(folder) for folder in folders] in ([], [expected]), f"{name}, step {step}"
        assert not folders or name == "mkdir" or RENAME in after[:step], f"{name}, step {step}"
        assert tree_of(folders[0] if folders else seal(out)) == expected


def trouble_of(layout: Layout, asked: Options) -> str:
    """The code by which a user is told of what the machine did to a run; empty if there is no trouble."""
    try:
        run(layout, asked)
    except Exception as error:
        return known(error).problems[0].code
    return ""


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from there on"])
def test_every_call_fails(
    made: tuple[Layout, Path], earlier: Path, whole: Path, disk: Callable[..., Disk], lasting: bool
) -> None:
    """Told as trouble of the machine with nothing there, or all of it is there; that a disk stays broken is tried from
    every fourth call on."""
    layout, inputs = made
    out, before, expected = earlier.parent, tree_of(earlier), tree_of(whole)
    asked = options(inputs, out)
    steps = disk().steps
    shutil.rmtree(run(layout, asked).folder)
    names = list(steps)
    assert {"open", "write", "fsync", "rename", "mkdir", "rmdir", "unlink", "close", "read"} <= set(names)
    for step, name in list(enumerate(names))[:: 4 if lasting else 1]:
        error = ERRORS[step % len(ERRORS)]
        steps = disk(fails=lambda at, step=step: at >= step if lasting else at == step, error=error).steps
        told = trouble_of(layout, asked)
        disk()
        folders = left(out, earlier, before)
        delivered = [folder for folder in folders if not folder.name.startswith(WORK_PREFIX)]
        assert all(tree_of(folder) == expected for folder in delivered), f"{name}, step {step}"
        assert told in ("", CODES[error]), f"{name}, step {step}"
        assert bool(delivered) == (not told or RENAME in steps[:step]), f"{name}, step {step}: {told}"
        assert lasting or folders == delivered, f"{name}, step {step} leaves {folders}"
        for folder in folders:
            shutil.rmtree(folder)
    assert tree_of(run(layout, asked).folder) == expected
    assert len(left(out, earlier, before)) == 1
