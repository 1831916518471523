"""受領台帳: what was received from whom, when, and what it takes the place of (``receipts.jsonl``)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from migrate.errors import Problem, UsageError
from migrate.io.chain import Line, extend, read_chain
from migrate.io.publish import digest_of
from migrate.rehearsal.moment import Moment

FILE = "receipts.jsonl"

Received: TypeAlias = tuple[str, str]
"""A file received: its name, and the SHA-256 of its content. Two files may hold the same."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person says about files received: the sender, their 基準日 (YYYY-MM-DD), and the names of files received
    before that they take the place of."""

    sender: str
    as_of: str | None
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipts:
    """The ledger as a run needs it: the last receipt of each file, and what has been superseded."""

    lines: Mapping[Received, Line]
    superseded: frozenset[Received]

    def told(self, name: str, sha256: str | None) -> dict[str, Any] | None:
        """The receipt of a file as it stands in ``run.json``; None where it was never received.

        What was received before it was put into a folder of the input has its bare name.
        """
        if sha256 is None:
            return None
        known = [(name, sha256), (PurePosixPath(name).name, sha256)]
        file = next((one for one in known if one in self.lines), None)
        if file is None:
            return None
        line = self.lines[file]
        said = {key: line.says[key] for key in ("sender", "at", "as_of")}
        return {"line": line.number, **said, "superseded": file in self.superseded}

    def identity(self, digests: Mapping[str, str]) -> dict[str, Any]:
        """What of the ledger a run with these files depends on."""
        return {name: self.told(name, sha256) for name, sha256 in digests.items()}


def receipts_of(project: Path) -> Receipts | None:
    """The ledger of a project, None where it keeps none; InputRefused where it is broken."""
    lines = read_chain(project / FILE)
    if not lines:
        return None
    return Receipts({_received(line.says): line for line in lines}, frozenset(_standing(lines)[1]))


def _received(says: Mapping[str, Any]) -> Received:
    return says["file"], says["sha256"]


def _standing(lines: Sequence[Line]) -> tuple[dict[str, str], set[Received]]:
    """SHA-256 by name of what counts now, and what has been superseded; what comes again counts again."""
    current: dict[str, str] = {}
    gone: set[Received] = set()
    for line in lines:
        old = _taken(line.says["supersedes"], current)
        gone |= old
        current = {name: sha256 for name, sha256 in current.items() if (name, sha256) not in old}
        gone.discard(_received(line.says))
        current[line.says["file"]] = line.says["sha256"]
    return current, gone


def _taken(supersedes: Any, current: Mapping[str, str]) -> set[Received]:
    """What a line takes the place of; the first ledgers named one content, or null."""
    if isinstance(supersedes, list):
        return {_received(one) for one in supersedes}
    return {(name, sha256) for name, sha256 in current.items() if sha256 == supersedes}


def receive_files(project: Path, inputs: Path, files: Sequence[Path], sent: Sent, moment: Moment) -> list[Line]:
    """Enter files; a file that stands there with the same content, and supersedes no other, is left out.

    An only file takes the place of every name that is said to be superseded, one of several that of its own.
    UsageError where a name was received before with other content and is not said to be superseded, or where it is not
    clear what supersedes what.
    """
    told = [_about(path, inputs) for path in files]

    def more(lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
        current, _ = _standing(lines)
        _refuse(sent, current, told)
        left = list(dict.fromkeys(sent.supersedes))
        for entry in told:
            name, sha256 = _received(entry)
            taken = left if len(told) == 1 else [one for one in left if one == name]
            left = [one for one in left if one not in taken]
            old = [{"file": one, "sha256": current[one]} for one in taken if (one, current[one]) != (name, sha256)]
            if current.get(name) == sha256 and not old:
                continue
            if current.get(name) not in (None, sha256) and name not in taken:
                raise UsageError(Problem("U-RECEIPT-AGAIN", {"file": name}))
            yield entry | {"sender": sent.sender, "as_of": sent.as_of, "supersedes": old} | moment.says()
            current[name] = sha256

    return extend(project / FILE, more)


def _about(path: Path, inputs: Path) -> dict[str, Any]:
    whole, below = path.resolve(), inputs.resolve()
    name = whole.relative_to(below).as_posix() if whole.is_relative_to(below) else path.name
    return {"file": name, "sha256": digest_of(path), "bytes": path.stat().st_size}


def _refuse(sent: Sent, current: Mapping[str, str], told: Sequence[Mapping[str, Any]]) -> None:
    """Names that were never received, and those that none of several files takes the place of."""
    unknown = [name for name in sent.supersedes if name not in current]
    if unknown:
        known = ", ".join(sorted(current)) or "—"
        raise UsageError(*(Problem("U-RECEIPT-UNKNOWN", {"file": name, "known": known}) for name in unknown))
    names = {entry["file"] for entry in told}
    untaken = [name for name in sent.supersedes if len(told) > 1 and name not in names]
    if untaken:
        raise UsageError(*(Problem("U-RECEIPT-UNTAKEN", {"file": name}) for name in untaken))
