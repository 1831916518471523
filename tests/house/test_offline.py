"""The guard over all tests is there: who reaches for a network fails, in this process and in those it starts."""

import socket
import subprocess
import sys

import pytest

from tests.offline import taken
from tests.offline.sitecustomize import NetworkReached
from tests.towns import environment

NOWHERE = ("192.0.2.1", 9)


def test_a_connection_is_refused_and_remembered() -> None:
    with socket.socket() as made, pytest.raises(NetworkReached):
        made.connect(NOWHERE)
    assert taken() == ["socket.connect"]


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(NetworkReached):
        socket.getaddrinfo("example.invalid", 80)
    assert taken() == ["socket.getaddrinfo"]


def test_no_port_is_opened() -> None:
    with socket.socket() as made, pytest.raises(NetworkReached):
        made.bind(("127.0.0.1", 0))
    assert taken() == ["socket.bind"]


def test_processes_of_tests_are_guarded() -> None:
    program = f"import socket; socket.create_connection({NOWHERE})"
    ended = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True, text=True)
    assert ended.returncode != 0
    assert "NetworkReached: socket.getaddrinfo" in ended.stderr
