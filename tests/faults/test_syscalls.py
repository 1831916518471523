"""The watcher sees each call that a process makes in a folder, in order, and decides what becomes of it."""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("seccomp is Linux's", allow_module_level=True)

from tests.faults.faults import Fail, FailFromThere, Fault, Kill, Tear
from tests.faults.syscalls import Watcher
from tests.towns import environment

PROGRAM = """
import os, socket, sys, threading
from tests.faults.syscalls import watch_me
os.chdir(sys.argv[2])
line = socket.socket(fileno=int(sys.argv[1]))
listener = watch_me()
socket.send_fds(line, [b"watch"], [listener])
os.close(listener)
def work():
    try:
        with open("a", "wb", buffering=0) as file:
            file.write(b"1234")
            file.write(b"5678")
        os.rename("a", "b")
    except OSError as error:
        os._exit(error.errno)
thread = threading.Thread(target=work)
thread.start()
thread.join()
os._exit(0)
"""
STEPS = ["openat a 1", "write a 1", "write a 2", "close a 1", "rename a 1"]


class Watched:
    """A process that writes eight bytes into a file, from a thread, and renames it."""

    def __init__(self, folder: Path, fault: Fault) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            command = [sys.executable, "-c", PROGRAM, str(theirs.fileno()), str(folder)]
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment())
            theirs.close()
            _, handles, _, _ = socket.recv_fds(ours, 16, 1)
            self.watcher = Watcher(handles[0], folder, folder / "none", fault)
            with contextlib.closing(self.watcher):
                self.watcher.serve()
            self.code = process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def test_every_step_is_seen_in_order(folder: Path) -> None:
    watched = Watched(folder, Fault("none"))
    assert watched.watcher.steps == STEPS
    assert (watched.code, (folder / "b").read_bytes(), watched.watcher.strays) == (0, b"12345678", [])


@pytest.mark.parametrize(("step", "left"), [(STEPS[0], None), (STEPS[1], b""), (STEPS[2], b"1234")])
def test_killed_in_front_of_a_step(folder: Path, step: str, left: bytes | None) -> None:
    assert Watched(folder, Kill(step)).code == -signal.SIGKILL
    assert ((folder / "a").read_bytes() if (folder / "a").exists() else None) == left


def test_killed_in_the_middle_of_a_write(folder: Path) -> None:
    assert Watched(folder, Tear("write a 2")).code == -signal.SIGKILL
    assert (folder / "a").read_bytes() == b"123456"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_fails(folder: Path, step: str) -> None:
    assert Watched(folder, Fail(step, errno.EDQUOT)).code == errno.EDQUOT
    assert not (folder / "b").exists()


def test_everything_fails_from_there_on(folder: Path) -> None:
    fault = FailFromThere("write a 1", errno.EROFS)
    assert Watched(folder, fault).code == errno.EROFS
    assert os.listdir(folder) == ["a"]
