"""What is done to a run at one of its steps."""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.syscalls import KILL, Call, memory

TOLD = {
    errno.ENOSPC: {b"E-DISK-FULL", b"E-DISK-SPACE"},
    errno.EDQUOT: {b"E-DISK-FULL"},
    errno.EFBIG: {b"E-DISK-FULL"},
    errno.EIO: {b"E-DEVICE", b"E-READ-BACK"},
    errno.EROFS: {b"E-READ-ONLY"},
}
"""How each error of the system has to be told."""
NEEDS_ROOM = {"write", "pwrite64", "writev", "mkdir", "mkdirat"}


@dataclass
class Fault:
    """Aims at one step; ``hits`` counts the calls it befell."""

    step: str
    hits: int = field(default=0, init=False)

    def __call__(self, call: Call) -> int:
        if call.step != self.step:
            return 0
        self.hits += 1
        return self.befall(call)

    def befall(self, call: Call) -> int:
        """What becomes of the call."""
        return 0


@dataclass
class Kill(Fault):
    """SIGKILL in front of the step."""

    def befall(self, call: Call) -> int:
        return KILL


@dataclass
class Tear(Fault):
    """SIGKILL in the middle of a write: half of it reaches the file."""

    def befall(self, call: Call) -> int:
        _, address, size, *_ = call.args
        place = Path(f"/proc/{call.pid}/fdinfo/{call.args[0]}").read_text()
        at = int(next(line for line in place.splitlines() if line.startswith("pos:")).split()[1])
        file = os.open(f"/proc/{call.pid}/fd/{call.args[0]}", os.O_WRONLY)
        os.pwrite(file, memory(call.pid, address, size // 2), at)
        os.close(file)
        return KILL


@dataclass
class Fail(Fault):
    """The step fails with an error, once."""

    error: int

    def befall(self, call: Call) -> int:
        return self.error


@dataclass
class FailFromThere(Fault):
    """The step fails, and whatever would change the disk after it, too; where the disk is full, what needs room."""

    error: int

    def __call__(self, call: Call) -> int:
        if call.step != self.step and not self.hits:
            return 0
        if self.hits and not (self._needs_room(call) if self.error == errno.ENOSPC else call.changes):
            return 0
        self.hits += 1
        return self.error

    @staticmethod
    def _needs_room(call: Call) -> bool:
        return call.name in NEEDS_ROOM or bool(call.name == "openat" and call.args[2] & os.O_CREAT)


@dataclass
class Flip(Fault):
    """A bit of a file is not on the disk what was written: it changes when the file is closed."""

    def befall(self, call: Call) -> int:
        path = Path(call.full)
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)
        return 0


@dataclass
class Meanwhile(Fault):
    """Something else happens in front of the step; the run waits for it."""

    action: Callable[[], None]

    def befall(self, call: Call) -> int:
        self.action()
        return 0
