"""System calls of a process, seen and decided one by one before the kernel carries them out (Linux).

A process that calls ``watch_me`` hands over a listener: from then on each of its calls in ``CALLS``, from any of its
threads, waits until a ``Watcher`` says what becomes of it: it is carried out, fails with an error, or the process is
killed in front of it. This is seccomp's user notification: real calls of real processes, at full speed elsewhere.

A step is one call on one path of the output folder, by its number among equal calls on that path: ``write
.run/standard/jumin.csv 2``. So every step of a run can be aimed at, whatever order its threads come in. (The counts of
``strace --inject`` are one thread's, and its paths are whole paths: neither tells the writes of a run apart.)
"""

import ctypes
import errno
import os
import platform
import re
import select
import signal
import socket
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fcntl import ioctl
from pathlib import Path

ABI = {
    "x86_64": (
        0xC000003E,
        317,
        {
            "read": 0, "write": 1, "open": 2, "close": 3, "pread64": 17, "pwrite64": 18, "writev": 20, "socket": 41,
            "connect": 42, "fsync": 74, "fdatasync": 75, "truncate": 76, "ftruncate": 77, "rename": 82, "mkdir": 83,
            "rmdir": 84, "creat": 85, "link": 86, "unlink": 87, "openat": 257, "mkdirat": 258, "unlinkat": 263,
            "renameat": 264, "renameat2": 316,
        },
    ),
    "aarch64": (
        0xC00000B7,
        277,
        {
            "read": 63, "write": 64, "close": 57, "pread64": 67, "pwrite64": 68, "writev": 66, "socket": 198,
            "connect": 203, "fsync": 82, "fdatasync": 83, "truncate": 45, "ftruncate": 46, "openat": 56, "mkdirat": 34,
            "unlinkat": 35, "renameat": 38, "renameat2": 276,
        },
    ),
}  # fmt: skip
"""By machine: the kernel's name of it, its number of ``seccomp``, and those of the calls that are watched."""
BY_PATH = {"open", "creat", "mkdir", "rmdir", "unlink", "rename", "link", "truncate"}
BY_FOLDER = {"openat", "mkdirat", "unlinkat", "renameat", "renameat2"}
OPENS = {"open": 1, "openat": 2}
"""Calls that open a file, and which argument holds the flags."""
CHANGES = {"write", "pwrite64", "writev", "ftruncate", "truncate", "creat", "mkdir", "mkdirat", "rmdir", "unlink"} | {
    "unlinkat", "rename", "renameat", "renameat2", "link",
}  # fmt: skip
"""Calls that change a file system, beside opening for writing."""
IN = "<in>"
SAME = re.compile(r"^\.run-[0-9a-f]{16}")

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_NOTIFICATION = struct.Struct("=QIIiIQ6Q")
_ANSWER = struct.Struct("=QqiI")
_CONTINUE = 1


class Unwatchable(Exception):
    """This machine cannot watch system calls."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _abi() -> tuple[int, int, dict[str, int]]:
    if platform.system() != "Linux" or platform.machine() not in ABI:
        raise Unwatchable(f"{platform.system()} {platform.machine()}: only Linux on {' or '.join(ABI)}")
    return ABI[platform.machine()]


def watch_me() -> int:
    """From here on the calls of this process wait for a watcher; the listener to be handed to it."""
    machine, seccomp, numbers = _abi()
    lines = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _ALLOW), (_LOAD, 0, 0, 0)]
    wanted = sorted(numbers.values())
    lines += [(_EQUAL, len(wanted) - at, 0, number) for at, number in enumerate(wanted)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOTIFY)]
    code = b"".join(struct.pack("=HBBI", *line) for line in lines)
    program = _Program(len(lines), code)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(38, 1, 0, 0, 0)  # no new privileges: else only root may filter
    listener: int = libc.syscall(seccomp, 1, 8, ctypes.byref(program))
    if listener < 0:
        raise Unwatchable(f"seccomp: {os.strerror(ctypes.get_errno())}")
    return listener


@dataclass(frozen=True, slots=True)
class Call:
    """One call that waits. ``path`` is below the folder that is watched, with ``/`` and one name for all working
    folders; None elsewhere. ``step`` names it within its run."""

    name: str
    pid: int
    args: tuple[int, ...]
    path: str | None
    full: str
    nth: int

    @property
    def step(self) -> str:
        return f"{self.name} {self.path} {self.nth}"

    @property
    def changes(self) -> bool:
        """It would change the file system."""
        opens = OPENS.get(self.name)
        return self.name in CHANGES or (opens is not None and bool(self.args[opens] & (os.O_ACCMODE | os.O_CREAT)))


Decision = Callable[[Call], int]
"""What becomes of a call below the folder: 0 = it is carried out, a number of ``errno`` = it fails so, KILL."""
KILL = -1


def carry_out(call: Call) -> int:
    """Nothing happens."""
    return 0


@dataclass
class Watcher:
    """Decides the calls of a process. ``steps`` are the calls below ``folder``, and those below ``inputs`` (as
    ``<in>/NAME``), in order; ``strays`` what it wrote elsewhere, or asked of a network."""

    listener: int
    folder: Path
    inputs: Path
    decide: Decision = carry_out
    allowed: frozenset[str] = frozenset({os.devnull})
    steps: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._names = {number: name for name, number in _abi()[2].items()}

    def begin(self, decide: Decision, *, allowed: frozenset[str]) -> None:
        """A run starts: count from the beginning. Files that are ``allowed`` may be written beside the folder."""
        self.decide, self.allowed = decide, allowed | {os.devnull}
        self.steps, self.strays, self._counts = [], [], Counter()

    def serve(self, line: socket.socket | None = None) -> None:
        """Decide calls until the process says something on ``line``, or is gone."""
        poll = select.poll()
        poll.register(self.listener, select.POLLIN)
        if line is not None:
            poll.register(line, select.POLLIN)
        while True:
            ready = dict(poll.poll())
            if ready.get(self.listener, 0) & select.POLLIN:
                self._one()
            elif ready:
                return

    def close(self) -> None:
        """Let go of the listener: calls that still come fail."""
        os.close(self.listener)

    def _one(self) -> None:
        asked = bytearray(_NOTIFICATION.size)
        try:
            ioctl(self.listener, _RECEIVE, asked)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EINTR):  # killed meanwhile
                return
            raise
        number, pid, _, call, _, _, *args = _NOTIFICATION.unpack(asked)
        verdict = self._verdict(self._names[call], pid, tuple(args))
        if verdict == KILL:
            os.kill(pid, signal.SIGKILL)
            return
        answer = _ANSWER.pack(number, 0, -verdict, 0 if verdict else _CONTINUE)
        try:
            ioctl(self.listener, _SEND, answer)
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise

    def _verdict(self, name: str, pid: int, args: tuple[int, ...]) -> int:
        if name in ("socket", "connect"):
            if name == "socket" and args[0] != socket.AF_UNIX:
                self.strays.append(f"socket of family {args[0]}")
            return 0
        full = _path(name, pid, args)
        path = self._below(full)
        call = Call(name, pid, args, path, full, self._counts[f"{name} {path}"] + 1)
        if path is None:
            if call.changes and full.startswith("/") and full not in self.allowed:
                self.strays.append(f"{name} {full}")
            return 0
        self._counts[f"{name} {path}"] += 1
        self.steps.append(call.step)
        return self.decide(call)

    def _below(self, full: str) -> str | None:
        root = str(self.folder)
        if full == root:
            return "."
        if full.startswith(root + "/"):
            return SAME.sub(".run", full[len(root) + 1 :])
        return full.replace(str(self.inputs), IN, 1) if full.startswith(f"{self.inputs}/") else None


def _path(name: str, pid: int, args: tuple[int, ...]) -> str:
    """What a call is about; of a rename the old name. Of no file: the kernel's word for it, as ``pipe:[1]``."""
    try:
        if name in BY_PATH:
            return os.path.normpath(os.path.join(os.readlink(f"/proc/{pid}/cwd"), _text(pid, args[0])))
        if name in BY_FOLDER:
            here = args[0] & 0xFFFFFFFF
            base = f"/proc/{pid}/cwd" if here == 0xFFFFFF9C else f"/proc/{pid}/fd/{here}"
            return os.path.normpath(os.path.join(os.readlink(base), _text(pid, args[1])))
        return os.readlink(f"/proc/{pid}/fd/{args[0] & 0xFFFFFFFF}")
    except OSError:
        return ""


def _text(pid: int, address: int) -> str:
    return memory(pid, address, 4096).split(b"\0", 1)[0].decode(errors="surrogateescape")


def memory(pid: int, address: int, size: int) -> bytes:
    """Bytes of a process; fewer where its memory ends."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
        page = 4096 - address % 4096
        file.seek(address)
        first = file.read(min(size, page))
        try:
            return first + (file.read(size - len(first)) if size > page else b"")
        except OSError:
            return first
