"""A ledger that can only grow: JSON lines, each with the SHA-256 of the line before, so that a change to any of them
shows.

A line is added by writing the file anew beside the old one and renaming it: a power cut leaves the old ledger or the
new one, never half a line.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from filelock import FileLock, Timeout

from migrate.errors import EnvironmentTrouble, InputRefused, Problem
from migrate.io.publish import sync_folder

START = "0" * 64
"""What stands for the line before the first."""
PREVIOUS = "previous"
PATIENCE_SECONDS = 10

More: TypeAlias = "Callable[[Sequence[Line]], Iterable[Mapping[str, Any]]]"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, what it says, and its own SHA-256 (without the line end)."""

    number: int
    says: Mapping[str, Any]
    sha256: str


def read_chain(path: Path) -> tuple[Line, ...]:
    """Every line, none where there is no file; InputRefused at the first line that is not as it was written."""
    if not path.exists():
        return ()
    raw = path.read_bytes() or b"\n"  # an empty ledger has lost its lines
    lines: list[Line] = []
    previous = START
    for number, line in enumerate(raw.splitlines(keepends=True), start=1):
        says = _says(line)
        if says is None or says.get(PREVIOUS) != previous:
            raise InputRefused(Problem("I-LEDGER-BROKEN", {}, path.name, number))
        previous = _digest(line)
        lines.append(Line(number, says, previous))
    return tuple(lines)


def extend(path: Path, more: More) -> list[Line]:
    """Add the lines that ``more`` makes of those that are there, all or none, under a lock.

    InputRefused where the ledger is broken, EnvironmentTrouble where somebody else keeps writing.
    """
    with _alone(path):
        lines = read_chain(path)
        raw = path.read_bytes() if lines else b""
        previous = lines[-1].sha256 if lines else START
        added: list[Line] = []
        for says in more(lines):
            line = _line({**says, PREVIOUS: previous})
            previous = _digest(line)
            added.append(Line(len(lines) + len(added) + 1, json.loads(line), previous))
            raw += line
        if added:
            replace_file(path, raw)
        return added


def head_of(lines: Sequence[Line]) -> str:
    """The SHA-256 of the last line: who has noted it can tell later that nothing before it was changed or cut off."""
    return lines[-1].sha256 if lines else START


def _says(line: bytes) -> dict[str, Any] | None:
    try:
        says = json.loads(line)
    except ValueError:
        return None
    return says if isinstance(says, dict) and _line(says) == line else None


def _line(says: Mapping[str, Any]) -> bytes:
    return (json.dumps(says, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _digest(line: bytes) -> str:
    return hashlib.sha256(line.removesuffix(b"\n")).hexdigest()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = FileLock(path.with_name(f".{path.name}.lock"), mode=0o600)
    try:
        lock.acquire(timeout=PATIENCE_SECONDS)
    except Timeout:
        raise EnvironmentTrouble(Problem("E-LOCKED", {"folder": str(path)})) from None
    try:
        yield
    finally:
        lock.release()


def replace_file(path: Path, raw: bytes, *, mode: int = 0o600) -> None:
    """A file anew under its name: after a power cut the old one stands there or the new one, whole. ``mode`` is that of
    a new file before the umask."""
    beside = path.with_name(f".{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(beside, flags, mode), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    sync_folder(path.parent)
