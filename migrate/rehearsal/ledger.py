"""The ledger of a project's rehearsals (1回目 … 本番) and of what was approved: ``rehearsals.jsonl``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.errors import InputRefused, Problem, UsageError
from migrate.io.chain import Line, extend, read_chain
from migrate.io.publish import MANIFEST, digest_of
from migrate.rehearsal.moment import Moment
from migrate.rehearsal.sealed import SealedRun

FILE = "rehearsals.jsonl"
REHEARSAL, FREEZE = "rehearsal", "freeze"


@dataclass(frozen=True, slots=True)
class Held:
    """What a person says about a rehearsal: its name (``本番``; else its number), who held it, how long the way back
    took (minutes), and a remark."""

    person: str
    name: str | None = None
    note: str | None = None
    rollback_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """The definitions that were approved: their SHA-256, the run that used them, who said so and when."""

    definitions: str
    run: str
    person: str
    at: str

    def report(self, definitions: str) -> dict[str, Any]:
        """As it stands in ``run.json`` of a run with ``definitions``."""
        same = definitions == self.definitions
        told = {"definitions": self.definitions, "run": self.run, "person": self.person, "at": self.at}
        return {**told, "same": same}


def add_rehearsal(project: Path, run: SealedRun, held: Held, moment: Moment) -> Line:
    """Enter one run; UsageError where it stands there already."""

    def more(lines: Sequence[Line]) -> list[dict[str, Any]]:
        told = rehearsals(lines)
        if any(line.says["run"] == run.id for line in told):
            raise UsageError(Problem("U-REHEARSAL-TWICE", {"run": run.id}))
        number = len(told) + 1
        about = {"kind": REHEARSAL, "number": number, "name": held.name or f"{number}回目", "person": held.person}
        said = {"note": held.note, "rollback_minutes": held.rollback_minutes}
        return [about | said | _about(run) | moment.says()]

    return extend(project / FILE, more)[0]


def freeze(project: Path, run: SealedRun, person: str, moment: Moment) -> Line:
    """Approve the definitions of a run; UsageError where it was not accepted."""
    if run.report["verdict"] == "fail":
        raise UsageError(Problem("U-FREEZE-VERDICT", {"run": run.id}))
    says = {"kind": FREEZE, "person": person} | _about(run) | moment.says()
    return extend(project / FILE, lambda lines: [says])[0]


def _about(run: SealedRun) -> dict[str, Any]:
    told = {key: run.report[key] for key in ("verdict", "as_of", "definitions")}
    return {"run": run.id, "manifest": run.sha256, "seconds": round(run.seconds["total"]), **told}


def rehearsals(lines: Iterable[Line]) -> list[Line]:
    """Those lines that are rehearsals."""
    return [line for line in lines if line.says["kind"] == REHEARSAL]


def frozen_of(project: Path) -> Frozen | None:
    """What was approved last; InputRefused where the ledger is broken."""
    lines = [line.says for line in read_chain(project / FILE) if line.says["kind"] == FREEZE]
    return Frozen(*(lines[-1][key] for key in ("definitions", "run", "person", "at"))) if lines else None


def verify_ledger(project: Path, runs: Path, *, head: str | None) -> tuple[Line, ...]:
    """Every line, proved: the chain holds, ``head`` (a SHA-256 noted earlier) is in it, and the run folders that are
    still there are those that were entered. InputRefused otherwise."""
    lines = read_chain(project / FILE)
    if head is not None and head not in {line.sha256 for line in lines}:
        raise InputRefused(Problem("I-LEDGER-HEAD", {"head": head}, FILE))
    for line in lines:
        manifest = runs / line.says["run"] / MANIFEST
        if manifest.is_file() and digest_of(manifest) != line.says["manifest"]:
            raise InputRefused(Problem("I-LEDGER-RUN", {"run": line.says["run"]}, FILE, line.number))
    return lines
