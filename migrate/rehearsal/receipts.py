"""受領台帳: what was received from whom, when, and what it takes the place of (``receipts.jsonl``)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.errors import Problem, UsageError
from migrate.io.chain import Line, extend, read_chain
from migrate.io.publish import digest_of
from migrate.rehearsal.moment import Moment

FILE = "receipts.jsonl"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person says about files received: the sender, their 基準日 (YYYY-MM-DD), and the names of files received
    before that they take the place of."""

    sender: str
    as_of: str | None
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipts:
    """The ledger as a run needs it: the last receipt of each content by SHA-256, and what has been superseded."""

    by_sha256: Mapping[str, Line]
    superseded: frozenset[str]

    def told(self, sha256: str | None) -> dict[str, Any] | None:
        """The receipt of a file as it stands in ``run.json``; None where it was never received."""
        line = self.by_sha256.get(sha256 or "")
        if line is None:
            return None
        said = {key: line.says[key] for key in ("sender", "at", "as_of")}
        return {"line": line.number, **said, "superseded": sha256 in self.superseded}

    def identity(self, digests: Mapping[str, str]) -> dict[str, Any]:
        """What of the ledger a run with these files depends on."""
        return {name: self.told(sha256) for name, sha256 in digests.items()}


def receipts_of(project: Path) -> Receipts | None:
    """The ledger of a project, None where it keeps none; InputRefused where it is broken."""
    lines = read_chain(project / FILE)
    if not lines:
        return None
    return Receipts({line.says["sha256"]: line for line in lines}, frozenset(_standing(lines)[1]))


def _standing(lines: Sequence[Line]) -> tuple[dict[str, str], set[str]]:
    """SHA-256 by name of what counts now, and the SHA-256 of what has been superseded; what comes again counts
    again."""
    current: dict[str, str] = {}
    gone: set[str] = set()
    for line in lines:
        old = line.says["supersedes"]
        if old is not None:
            gone.add(old)
            current = {name: sha256 for name, sha256 in current.items() if sha256 != old}
        gone.discard(line.says["sha256"])
        current[line.says["file"]] = line.says["sha256"]
    return current, gone


def receive_files(project: Path, inputs: Path, files: Sequence[Path], sent: Sent, moment: Moment) -> list[Line]:
    """Enter files; a file that stands there with the same content is left out.

    UsageError where a name was received before with other content and is not said to be superseded, or where it is not
    clear what supersedes what.
    """
    told = [_about(path, inputs) for path in files]

    def more(lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
        current, _ = _standing(lines)
        _refuse_unknown(sent, current)
        for entry in told:
            old = _superseded(entry["file"], sent, len(told))
            known = current.get(entry["file"])
            if known == entry["sha256"]:
                continue
            if known is not None and old is None:
                raise UsageError(Problem("U-RECEIPT-AGAIN", {"file": entry["file"]}))
            said = {"sender": sent.sender, "as_of": sent.as_of, "supersedes": current.get(old) if old else None}
            yield entry | said | moment.says()

    return extend(project / FILE, more)


def _about(path: Path, inputs: Path) -> dict[str, Any]:
    whole, below = path.resolve(), inputs.resolve()
    name = whole.relative_to(below).as_posix() if whole.is_relative_to(below) else path.name
    return {"file": name, "sha256": digest_of(path), "bytes": path.stat().st_size}


def _refuse_unknown(sent: Sent, current: Mapping[str, str]) -> None:
    for name in sent.supersedes:
        if name not in current:
            raise UsageError(Problem("U-RECEIPT-UNKNOWN", {"file": name, "known": ", ".join(sorted(current)) or "—"}))


def _superseded(name: str, sent: Sent, files: int) -> str | None:
    """The name that a file takes the place of: its own, or the only one given for an only file."""
    if name in sent.supersedes:
        return name
    if files == 1 and len(sent.supersedes) == 1:
        return sent.supersedes[0]
    return None
