"""Where the time of a run goes: ``migrate run`` in this process, watched.

    python -m benchmarks.where profile REPORT ARGUMENTS …    cProfile of every thread
    python -m benchmarks.where samples REPORT ARGUMENTS …    stacks of all threads, every 5 ms

``profile`` splits each thread into waiting for a lock, other native calls, and the rest, which is called Python. It is
an upper bound: the profiler's own cost is in it, and so are array operators, which are no calls. The threads of a run
go on beside each other, and which of them the others wait for changes: told is the thread that has most Python.

``samples`` names the innermost line of this project on every thread. A sample is taken when the interpreter lets the
sampler run, so native calls that hold the lock are seen late, at their end. Time shares, not call counts.
"""

import cProfile
import json
import pstats
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

EVERY = 0.005
WAITS = ("acquire", "'get' of '_queue", "'wait' of")


def profile(work: Callable[[], int]) -> dict[str, float]:
    """Seconds of the thread that has most ``python``, its ``native`` and ``waiting``, and those of the ``run``."""
    others: list[cProfile.Profile] = []

    def begin(*_: object) -> None:
        others.append(cProfile.Profile())
        others[-1].enable()

    threading.setprofile(begin)
    main, started = cProfile.Profile(), time.perf_counter()
    main.runcall(work)
    seconds = time.perf_counter() - started
    threading.setprofile(None)
    return {**max(map(_shares, (main, *others)), key=lambda shares: shares["python"]), "run": seconds}


def _shares(profiler: cProfile.Profile) -> dict[str, float]:
    shares = {"python": 0.0, "native": 0.0, "waiting": 0.0}
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    for (file, _, name), (_, _, own, _, _) in stats.items():
        if file != "~":
            shares["python"] += own
        elif any(wait in name for wait in WAITS):
            shares["waiting"] += own
        else:
            shares["native"] += own
    return shares


class Sampler(threading.Thread):
    """Counts, for every thread, where in this project it is."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.places: Counter[str] = Counter()
        self.samples = 0
        self.done = threading.Event()

    def run(self) -> None:
        main = threading.main_thread().ident
        while not self.done.is_set():
            time.sleep(EVERY)
            self.samples += 1
            for ident, frame in sys._current_frames().items():
                if ident != self.ident:
                    self.places[f"{'main' if ident == main else 'other'}  {place(frame)}"] += 1


def place(frame: FrameType | None) -> str:
    """The innermost function and line of this project, and what it calls if that is elsewhere."""
    inner = frame
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("migrate."):
            calls = "" if frame is inner or inner is None else f" → {inner.f_globals.get('__name__')}"
            return f"{module}.{frame.f_code.co_name}:{frame.f_lineno}{calls}"
        frame = frame.f_back
    return f"({inner.f_globals.get('__name__')})" if inner is not None else "(none)"


def sample(work: Callable[[], int]) -> dict[str, Any]:
    """Share of the samples by thread and place, the most first."""
    sampler = Sampler()
    sampler.start()
    work()
    sampler.done.set()
    sampler.join()
    return {where: n / sampler.samples for where, n in sampler.places.most_common(40)}


def main(arguments: Sequence[str]) -> None:
    """The command."""
    from migrate.cli import main as migrate

    how, report, *rest = arguments
    found = {"profile": profile, "samples": sample}[how](lambda: migrate(rest))
    Path(report).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
