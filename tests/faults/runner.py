"""Processes that run ``migrate run`` to be disturbed: everything is imported once, each run is split off from there.

    python -m tests.faults.runner FD

waits on the socket FD for requests, one JSON line each, and forks for each a process of its own. A *victim* does one
run and ends as any process does. A *worker* does one run after the other (what a run costs is mostly its first use of
every library) and says the exit code of each. ``Runners`` is the other side.
"""

import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.faults.syscalls import Decision, Watcher, carry_out, watch_me
from tests.towns import environment

SMALL = {"batch_bytes": 1 << 20, "bucket_bytes": 150_000}
"""Sizes that give even a small town several buckets, as a large one has."""


def main() -> int:
    """The process that others are split off from; it starts no thread."""
    line = socket.socket(fileno=int(sys.argv[1]))
    prepare()
    line.send(b"ready")
    while True:
        message, handles, _, _ = socket.recv_fds(line, 4096, 1)
        if not message:
            return 0
        asked = json.loads(message)
        if "wait" in asked:
            line.send(str(os.waitpid(asked["wait"], 0)[1]).encode())
            continue
        child = os.fork()
        if child == 0:
            line.close()
            return serve(socket.socket(fileno=handles[0]), **asked)
        os.close(handles[0])
        line.send(str(child).encode())


def prepare() -> None:
    """Import and read what every run needs; small batches and buckets."""
    from migrate.cli import settings
    from migrate.spec.library import Library
    from migrate.spec.load import load_layout

    for name in ("pandera.polars", "pyarrow.parquet", "migrate.report.summary", "rich.progress"):
        import_module(name)
    layout = load_layout(Library(), "juki", "host_fixed")  # its words are not proved: Polars would start its threads
    settings.load_layout = lambda *_, **__: layout  # type: ignore[attr-defined]
    pipeline: Any = import_module("migrate.pipeline")
    whole = pipeline.run
    pipeline.run = lambda layout, options: whole(layout, replace(options, **SMALL))


def serve(line: socket.socket, *, watched: bool, worker: bool) -> int:
    """Runs as the other side asks for them; of a victim the exit code is that of its only run."""
    if watched:
        listener = watch_me()
        socket.send_fds(line, [b"watch"], [listener])
        os.close(listener)
    if worker:
        plan_once()
    while message := line.recv(1 << 16):
        code = one_run(**json.loads(message))
        if not worker:
            return code
        line.send(str(code).encode())
    return 0


def plan_once() -> None:
    """A worker builds its plan once; what a run adds to it are numbers of rules."""
    module: Any = import_module("migrate.pipeline.run")
    build = module.build
    built: dict[object, object] = {}

    def once(layout: Any, **asked: Any) -> Any:
        key = (id(layout), *asked.items())
        if key not in built:
            built[key] = build(layout, **asked)
        return built[key]

    module.build = once


def one_run(arguments: list[str], out: str, err: str, limits: dict[str, int]) -> int:
    """``migrate run`` as the process that it is."""
    from migrate.cli import main as migrate

    for number, name in ((1, out), (2, err)):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, name), (limit, limit))
    sys.argv = ["migrate", *arguments]
    code = migrate()
    sys.stdout.flush()
    sys.stderr.close()
    sys.stderr = sys.__stderr__
    return code


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code (below 0: killed by that signal), and what it wrote to its streams."""

    code: int
    out: bytes
    err: bytes


@dataclass
class Runners:
    """Processes that wait for runs; ``folder`` holds their streams and their temporary and current folders."""

    folder: Path
    out: Path
    inputs: Path
    _server: "subprocess.Popen[bytes]" = field(init=False)
    _line: socket.socket = field(init=False)
    _worker: "Process | None" = None

    def __post_init__(self) -> None:
        for name in ("tmp", "here"):
            (self.folder / name).mkdir(parents=True)
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.faults.runner", str(theirs.fileno())]
        told = environment(TMPDIR=str(self.folder / "tmp"), MIGRATE_LANG="en", PYTHONDONTWRITEBYTECODE="1")
        here = self.folder / "here"
        self._server = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=here, env=told)
        theirs.close()
        assert self._line.recv(16) == b"ready"

    def _split(self, *, watched: bool, worker: bool) -> "Process":
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        socket.send_fds(self._line, [json.dumps({"watched": watched, "worker": worker}).encode()], [theirs.fileno()])
        theirs.close()
        pid = int(self._line.recv(16))
        watcher = None
        if watched:
            _, handles, _, _ = socket.recv_fds(ours, 16, 1)
            watcher = Watcher(handles[0], self.out, self.inputs)
        return Process(self, pid, ours, watcher)

    def victim(self, *, watched: bool = True) -> "Process":
        """A process for one run, which may be killed."""
        return self._split(watched=watched, worker=False)

    def worker(self) -> "Process":
        """The process that does runs that end by themselves."""
        if self._worker is None:
            self._worker = self._split(watched=True, worker=True)
        return self._worker

    def wait(self, pid: int) -> int:
        """The exit code of a process that is at its end."""
        self._line.send(json.dumps({"wait": pid}).encode())
        return os.waitstatus_to_exitcode(int(self._line.recv(16)))

    def close(self) -> None:
        """End all of them."""
        if (worker := self._worker) is not None and worker.watcher is not None:
            worker.line.close()
            worker.watcher.serve()
            self.wait(worker.pid)
            worker.watcher.close()
            self._worker = None
        self._line.close()
        self._server.wait()


@dataclass
class Process:
    """One of them, seen from outside."""

    runners: Runners
    pid: int
    line: socket.socket
    watcher: Watcher | None

    @property
    def streams(self) -> tuple[Path, Path]:
        """Where stdout and stderr go."""
        return self.runners.folder / f"{self.pid}.out", self.runners.folder / f"{self.pid}.err"

    def begin(self, arguments: list[str], decide: Decision = carry_out, **limits: int) -> None:
        """Start a run."""
        out, err = map(str, self.streams)
        if self.watcher is not None:
            self.watcher.begin(decide, allowed=frozenset({out, err}))
        self.line.send(json.dumps({"arguments": arguments, "out": out, "err": err, "limits": limits}).encode())

    def kill(self) -> None:
        """SIGKILL, now."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def end(self, *, worker: bool = False) -> Ended:
        """Wait for the end of the run; that of a victim is the end of the process."""
        if self.watcher is not None:
            self.watcher.serve(self.line if worker else None)
        if worker:
            code = int(self.line.recv(16) or b"-1")
            return self._ended(code)
        code = self.runners.wait(self.pid)
        ended = self._ended(code)
        self.close()
        for path in self.streams:
            path.unlink(missing_ok=True)
        return ended

    def _ended(self, code: int) -> Ended:
        return Ended(code, *(path.read_bytes() if path.exists() else b"" for path in self.streams))

    def close(self) -> None:
        """Let go of it."""
        self.line.close()
        if self.watcher is not None:
            self.watcher.close()


if __name__ == "__main__":
    raise SystemExit(main())
