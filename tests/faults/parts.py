"""The parts of the proof: each disturbs runs of a scene in one way, and yields what came of every one of them."""

import contextlib
import errno
import random
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.faults import NEEDS_ROOM, TOLD, Fail, FailFromThere, Fault, Flip, Kill, Meanwhile, Tear
from tests.faults.runner import Ended, Process
from tests.faults.scene import RENAME, Scene
from tests.faults.syscalls import IN

ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS)
MESSAGE = 1000
"""Bytes that a message needs."""
CHANGING = {"write", "fsync", "rename", "mkdir", "rmdir", "unlink", "unlinkat", "openat"}
MOMENTS = 100
"""Of each scene."""
EARLIER = 0.9
"""What part of a moment is tried next where the run was done before it."""
SEED = 20261001


@dataclass
class Cell:
    """One disturbed run: what was done, how it ended, whether it was run again, and what was broken."""

    what: str
    ended: str
    again: bool = False
    complaints: list[str] = field(default_factory=list)


Pick = Callable[[list[str]], list[str]]
"""Which of the steps this process takes."""


def _steps(scene: Scene, kinds: set[str]) -> list[str]:
    return [step for step in scene.aims if step.split()[0] in kinds and IN not in step]


def _outcome(ended: Ended) -> str:
    return signal.Signals(-ended.code).name if ended.code < 0 else f"exit {ended.code}"


def kills(scene: Scene, pick: Pick) -> Iterator[Cell]:
    """SIGKILL in front of every step that changes the disk, and in the middle of every write."""
    steps = _steps(scene, CHANGING)
    aims = pick([f"kill {step}" for step in steps] + [f"tear {step}" for step in _steps(scene, {"write"})])
    for aim in aims:
        how, _, step = aim.partition(" ")
        fault = {"kill": Kill, "tear": Tear}[how](step)
        victim = scene.runners.victim()
        victim.begin(scene.arguments(), fault)
        yield _after_kill(scene, aim, victim, fault)


def moments(scene: Scene, pick: Pick) -> Iterator[Cell]:
    """SIGKILL at random moments, to runs that nobody watches; where a run was done before, at an earlier one."""
    victim = scene.runners.victim(watched=False)
    started = time.perf_counter()
    victim.begin(scene.arguments())
    victim.end()
    seconds = time.perf_counter() - started
    scene.restore()
    dice = random.Random(SEED)
    for moment in map(float, pick([f"{1.05 * dice.random():.4f}" for _ in range(MOMENTS)])):
        killed = False
        while not killed:
            victim = scene.runners.victim(watched=False)
            victim.begin(scene.arguments())
            time.sleep(moment * seconds)
            victim.kill()
            cell = _after_kill(scene, f"after {moment:.4f} of the run", victim)
            killed = cell.ended == signal.SIGKILL.name
            yield cell
            moment *= EARLIER


def _after_kill(scene: Scene, what: str, victim: Process, fault: Fault | None = None) -> Cell:
    ended = victim.end()
    found = scene.look()
    complaints = found.complaints + scene.leaks(ended, victim)
    if fault is not None:
        late = _late(scene, fault.step)
        complaints += ["it was not killed"] * (ended.code != -signal.SIGKILL or not fault.hits)
        complaints += ["a delivery before the rename"] * (bool(found.whole) and not late)
        complaints += ["no delivery after the rename"] * (not found.whole and late)
    return Cell(what, _outcome(ended), again=True, complaints=complaints + scene.restore())


def _late(scene: Scene, step: str) -> bool:
    return scene.steps.index(step) > scene.steps.index(RENAME)


def errors(scene: Scene, pick: Pick) -> Iterator[Cell]:
    """Every step fails once, with each error of a disk; reading the files received, with that of a broken one."""
    errors_of = {step: (errno.EIO,) if IN in step else ERRORS for step in scene.aims}
    for aim in pick([f"{errno.errorcode[error]} {step}" for step, some in errors_of.items() for error in some]):
        name, _, step = aim.partition(" ")
        error = getattr(errno, name)
        yield _failing(scene, aim, Fail(step, error), error, late=_late(scene, step))


def lasting(scene: Scene, pick: Pick) -> Iterator[Cell]:
    """From a step on the disk takes nothing more: full, read-only or broken, while the run clears up, too."""
    aims = [f"ENOSPC {step}" for step in _steps(scene, NEEDS_ROOM)]
    aims += [f"EROFS {step}" for step in _steps(scene, CHANGING)]
    aims += [f"EIO {step}" for step in scene.aims if IN not in step]
    for aim in pick(aims):
        name, _, step = aim.partition(" ")
        error = getattr(errno, name)
        yield _failing(scene, aim, FailFromThere(step, error), error, late=_late(scene, step), lasts=True)


def _failing(scene: Scene, what: str, fault: Fault, error: int, *, late: bool, lasts: bool = False) -> Cell:
    ended = scene.rerun(decide=fault)
    found = scene.look()
    complaints = found.complaints + scene.leaks(ended, scene.worker)
    complaints += ["it did not happen"] * (not fault.hits)
    complaints += _told(ended, error) if ended.code == 5 else []
    if ended.code == scene.code:
        complaints += ["no delivery, and no word of it"] * (not found.whole)
    elif ended.code != 5:
        complaints.append(f"exit code {ended.code}: {ended.err.decode()[:200]}")
    complaints += ["a delivery, but told to have failed"] * (ended.code == 5 and bool(found.whole) and not late)
    complaints += [f"{path.name} is left" for path in found.stale if not lasts]
    return _cell(scene, what, ended, complaints, again=bool(found.whole or found.stale or complaints))


def _cell(scene: Scene, what: str, ended: Ended, complaints: list[str], *, again: bool = True) -> Cell:
    """Where the folder is as it was before, another run would be the one that was there before."""
    return Cell(what, _outcome(ended), again=again, complaints=complaints + (scene.restore() if again else []))


def _told(ended: Ended, *errors: int) -> list[str]:
    """Trouble is one sentence with the right code and a hint, and nothing on stdout."""
    code = re.match(rb"(E-[A-Z-]+) \S.*\n  \S.*\n$", ended.err)
    right = set().union(*(TOLD[error] for error in errors))
    told = [f"stderr says {ended.err[:200]!r}"] * (code is None or code[1] not in right)
    return told + [f"stdout says {ended.out[:100]!r}"] * bool(ended.out)


def flips(scene: Scene, pick: Pick) -> Iterator[Cell]:
    """One bit of a file of the delivery is wrong on the disk."""
    for path in pick(sorted(path for path, (mode, _) in scene.delivered.items() if stat.S_ISREG(mode))):
        written = next(name for name in _names(path) if f"write .run/{name} 1" in scene.steps)
        step = f"close .run/{written} 1"
        yield _failing(scene, f"flip {step}", Flip(step), errno.EIO, late=False)


def _names(path: str) -> tuple[str, ...]:
    """A file, and what it was called when it was written."""
    return path, path.replace("unaccepted", "standard", 1), path.removeprefix("unaccepted/")


def limits(scene: Scene, pick: Pick) -> Iterator[Cell]:
    """No file may grow past a limit; nor may what goes to stderr, which is a file here."""
    sizes = sorted({0, 1, 100, *(int(1.3**power) for power in range(20, 52))})
    for size in map(int, pick([str(size) for size in sizes])):
        victim = scene.runners.victim()
        victim.begin(scene.arguments(), RLIMIT_FSIZE=size)
        tellable = (errno.EFBIG,) if size >= MESSAGE else ()
        yield _whole_or_told(scene, f"files of {size} bytes", victim, victim.end(), *tellable)


def _whole_or_told(scene: Scene, what: str, process: Process, ended: Ended, *errors: int, late: bool = False) -> Cell:
    """Exit code 5 and nothing there (or all of it, where trouble came late), or the verdict and all of it."""
    found = scene.look()
    complaints = found.complaints + scene.leaks(ended, process)
    complaints += _told(ended, *errors) if ended.code == 5 and errors else []
    complaints += [f"exit code {ended.code}: {ended.err[:200]!r}"] * (ended.code not in (5, scene.code))
    agree = bool(found.whole) == (ended.code == scene.code) or (late and bool(found.whole))
    complaints += ["delivery and exit code do not agree"] * (not agree)
    complaints += [f"{path.name} is left" for path in found.stale]
    return _cell(scene, what, ended, complaints)


def two(scene: Scene, pick: Pick) -> Iterator[Cell]:
    """While one run is held at a step a second one starts into the same folder."""
    begin = max(at for at, step in enumerate(scene.steps) if step.startswith("openat .lock")) + 1
    end = scene.steps.index("close .lock 1")
    held = scene.steps[begin:end]
    for step in pick([*held[:: max(1, len(held) // 40)], RENAME]):
        told: list[str] = []

        def start_another(told: list[str] = told) -> None:
            other = scene.runners.victim(watched=False)
            other.begin(scene.arguments())
            ended = other.end()
            right = ended.code == 5 and ended.err.startswith(b"E-LOCKED") and not ended.out
            told += [] if right else [f"the second: exit code {ended.code}, {ended.err[:100]!r}"]

        fault = Meanwhile(step, start_another)
        ended = scene.rerun(decide=fault)
        found = scene.look()
        complaints = told + found.complaints + scene.leaks(ended, scene.worker)
        complaints += ["the first did not go on"] * (ended.code != scene.code or not found.whole or not fault.hits)
        yield _cell(scene, f"second at {step}", ended, complaints)


def full(scene: Scene, pick: Pick) -> Iterator[Cell]:
    """A small file system that another program fills to the last byte while the run goes; the room comes back."""
    ballast = scene.disk / "ballast"
    steps = _steps(scene, CHANGING)
    for step in pick(steps[:: max(1, len(steps) // 60)]):
        ended = scene.rerun(decide=Meanwhile(step, lambda: _fill(ballast)))
        ballast.unlink(missing_ok=True)
        late = _late(scene, step)
        yield _whole_or_told(scene, f"full at {step}", scene.worker, ended, errno.ENOSPC, late=late)
    needed = sum(path.stat().st_size for path in scene.towns.joinpath(scene.name, "in").iterdir())
    for share in map(float, pick([f"{share / 20:.2f}" for share in range(60)])):
        _fill(ballast, leave=int(needed * share))
        ended = scene.rerun()
        ballast.unlink()
        code = b"E-DISK-SPACE" if ended.err.startswith(b"E-DISK-SPACE") else b""
        yield _room(scene, f"room for {share:.2f} of the input", ended, code)


def _room(scene: Scene, what: str, ended: Ended, code: bytes) -> Cell:
    if not code:
        return _whole_or_told(scene, what, scene.worker, ended, errno.ENOSPC)
    found = scene.look()
    complaints = found.complaints + scene.leaks(ended, scene.worker)
    complaints += ["a delivery all the same"] * bool(found.whole) + [f"{p.name} is left" for p in found.stale]
    return _cell(scene, what, ended, complaints)


def _fill(path: Path, *, leave: int = 0) -> None:
    """A file that takes all the room there is, but some."""
    room = shutil.disk_usage(path.parent).free - leave
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while room > 0:
            room -= file.write(b"\0" * min(room, 4096 if leave == 0 else 512))


def read_only(scene: Scene, pick: Pick) -> Iterator[Cell]:
    """A file system that is read-only; whether there is an output folder or one would have to be made."""
    for name in pick(["out", "none"]):
        out, aside = scene.out, scene.disk / "aside"
        if name == "none":
            out.rename(aside)
        _remount(scene, "ro")
        ended = scene.rerun()
        _remount(scene, "rw")
        if name == "none":
            aside.rename(out)
        found = scene.look()
        complaints = found.complaints + scene.leaks(ended, scene.worker) + _told(ended, errno.EROFS)
        complaints += [f"exit code {ended.code}"] * (ended.code != 5) + [f"{path.name} is left" for path in found.stale]
        yield _cell(scene, f"a read-only disk, folder: {name}", ended, complaints)


def _remount(scene: Scene, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(scene.disk)], check=True)
