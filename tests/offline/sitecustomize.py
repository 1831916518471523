"""Forbids the network to a Python process. Imported by Python itself where this folder is on the path.

An audit hook cannot be taken away again. It sees every socket that is made through Python; those of native code are
seen by ``make faults``, which watches the calls to the kernel.
"""

import socket
import sys
from typing import Any

LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
USES = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
LOCAL = {getattr(socket, "AF_UNIX", None)}
_attempts: list[str] = []


class NetworkReached(BaseException):
    """Nothing that catches errors of a run catches this one."""


def forbid() -> None:
    """From here on an attempt to use a network is an error, and remembered."""
    sys.addaudithook(_look)


def taken() -> list[str]:
    """The attempts since it was last asked."""
    told = list(_attempts)
    _attempts.clear()
    return told


def _look(event: str, args: tuple[Any, ...]) -> None:
    outside = event in LOOKUPS or (event in USES and args[0].family not in LOCAL)
    if outside:
        _attempts.append(event)
        raise NetworkReached(event)


if __name__ == "sitecustomize":
    forbid()
