"""Killed at any moment: nothing half done under a final name, no harm to what stood there, and a clean next run."""

import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from migrate.io.publish import verify
from migrate.pipeline import Options, run
from tests.towns import Town, Towns, environment, juki

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
SEED = 20261001
KILLS = 20
PROGRAM = """
import os, signal, sys
from pathlib import Path
from migrate.pipeline import Options, run
from tests.towns import juki
layout = juki()
def die_at(step):
    # SIGKILL before the given one of the calls that make something durable
    steps = []
    def counted(function):
        def call(*args):
            steps.append(function.__name__)
            if len(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args)
        return call
    os.fsync, os.rename = counted(os.fsync), counted(os.rename)
    return steps
for line in sys.stdin:
    out, step = line.split("\\t")
    child = os.fork()
    if child == 0:
        print(os.getpid(), flush=True)
        steps = die_at(int(step))
        result = run(layout, Options(Path(sys.argv[1]), Path(out), batch_bytes=3_000_000, bucket_bytes=4_000_000))
        print(result.folder, len(steps), steps.index("rename") + 1, sep="\\t", flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


class Runner:
    """A process that imported everything and started nothing; for each run it splits off one that can be killed."""

    def __init__(self, inputs: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(inputs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        self._child = 0
        self.steps = self.rename = 0

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def begin(self, out: Path, *, die_at: int = 0) -> None:
        """Start a run; returns when it has started. It kills itself at a step of sealing, if one is given."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{out}\t{die_at}\n")
        self._process.stdin.flush()
        self._child = int(self._line())

    def end(self) -> Path:
        """Wait for the run; its folder. Notes how many steps sealing took, and which one was the rename."""
        folder, steps, rename = self._line().split("\t")
        self.steps, self.rename = int(steps), int(rename)
        assert self._line() == "gone"
        return Path(folder)

    def wait(self) -> None:
        """Wait for a run that kills itself."""
        assert self._line() == "gone"

    def kill(self) -> None:
        """SIGKILL to the run, and wait until it is gone; it may have ended before."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        while self._line() != "gone":
            pass

    def close(self) -> None:
        """Let it go."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 by name of every file but the lock."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in (".lock", "timings.json"))
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def town(towns: Towns) -> Town:
    return towns.town(2000, 1, 0.02)


@pytest.fixture
def earlier(towns: Towns, tmp_path: Path) -> Path:
    """A delivery that must survive everything; others go into the same folder."""
    return run(juki(), Options(towns.town(20, 7).inputs, tmp_path / "out")).folder


def finals(out: Path) -> list[Path]:
    return [path for path in out.iterdir() if path.is_dir() and not path.name.startswith(".run-")]


def test_killed_at_the_steps_of_sealing(towns: Towns, earlier: Path, tmp_path: Path) -> None:
    """Before and after the rename there is nothing, or all of it."""
    out, before = earlier.parent, contents(earlier)
    runner = Runner(towns.town(20, 8).inputs)
    runner.begin(tmp_path / "undisturbed")
    expected = contents(runner.end())
    rename, steps = runner.rename, runner.steps
    for step in (1, rename // 2, *range(rename - 2, steps + 1)):
        runner.begin(out, die_at=step)
        runner.wait()
        folders = [folder for folder in finals(out) if folder != earlier]
        assert len(folders) == (1 if step > rename else 0), f"step {step} of {steps}"
        assert all(verify(folder) == [] and contents(folder) == expected for folder in folders)
        assert contents(earlier) == before
        for folder in folders:
            shutil.rmtree(folder)
    runner.close()


def test_twenty_kills(town: Town, earlier: Path, tmp_path: Path) -> None:
    out = earlier.parent
    before = contents(earlier)
    runner = Runner(town.inputs)
    seconds = 1e9
    for attempt in ("first", "second"):
        started = time.perf_counter()
        runner.begin(tmp_path / attempt)
        expected = contents(runner.end())
        seconds = min(seconds, time.perf_counter() - started)
    chance = random.Random(SEED)
    moments = [seconds * 1.05 * (kill + chance.random()) / KILLS for kill in range(KILLS)]
    print(f"seed {SEED}, an undisturbed run takes {seconds:.2f} s")
    whole = broken = 0
    for moment in moments:
        runner.begin(out)
        time.sleep(moment)
        runner.kill()
        folders = [folder for folder in finals(out) if folder != earlier]
        print(f"killed after {moment:.3f} s: {[folder.name for folder in folders]}")
        assert contents(earlier) == before
        for folder in folders:
            assert verify(folder) == []
            assert contents(folder) == expected
            whole += 1
            shutil.rmtree(folder)
        broken += not folders
    assert broken >= KILLS // 4, "kills must hit the run, not its end; one that was measured under load is done sooner"
    runner.begin(out)
    final = runner.end()
    runner.close()
    assert contents(final) == expected
    assert contents(earlier) == before
    assert sorted(path.name for path in out.iterdir()) == sorted([".lock", earlier.name, final.name])
