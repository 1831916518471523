"""One measured run: a fresh process, its wall-clock seconds, and the peak memory of it and all its children."""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EVERY = 0.02
"""Seconds between two looks at the memory."""
KIB = 1 if sys.platform == "darwin" else 1024
"""Bytes of one unit of ``ru_maxrss``."""


class RunFailed(Exception):
    """A measured command ended with an exit code that is no result; its last lines."""


_BYTECODE = tempfile.TemporaryDirectory(prefix="migrate-bytecode-")
"""Where all measured runs keep their bytecode, whatever the environment says of it; gone with this process."""


@dataclass(frozen=True)
class Measured:
    """Wall-clock and CPU seconds, and bytes."""

    seconds: float
    cpu: float
    peak: int


def measure(arguments: Sequence[str | Path], *, accept: Sequence[int] = (0,)) -> Measured:
    """Run ``python ARGUMENTS`` in the tree under test. Seconds are from start to exit, imports included; the first run
    of all compiles what it imports, later ones find that, as those of an installed package do.

    The peak is the greater of two: all processes of the tree together, looked at every 20 ms (Linux), and what the
    system says was the most of the process itself.
    """
    command = [sys.executable, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": _BYTECODE.name}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        watcher = _Watcher(process.pid)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        watcher.done.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accept:
            errors.seek(0)
            raise RunFailed(f"exit {process.returncode}: {' '.join(errors.read().splitlines()[-3:])}")
    peak = max(watcher.peak, usage.ru_maxrss * KIB)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak)


class _Watcher(threading.Thread):
    """Looks at the resident memory of a process tree until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.done = pid, 0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(EVERY):
            self.peak = max(self.peak, sum(_resident(pid) for pid in _tree(self.pid)))


def _tree(pid: int) -> list[int]:
    pids = [pid]
    for parent in pids:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                pids += map(int, children.read_text().split())
            except OSError:  # gone meanwhile
                continue
    return pids


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):  # gone meanwhile, or a system without /proc
        return 0
