"""What a report says of a run that is sealed: how long it took, and what became better or worse since the last one."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from migrate.errors import Problem, UsageError
from migrate.findings import SEVERITIES
from migrate.io.chain import read_chain
from migrate.io.publish import MANIFEST, digest_of
from migrate.rehearsal.compare import refuse_others
from migrate.rehearsal.ledger import FILE, rehearsals
from migrate.rehearsal.recurring import recurring
from migrate.rehearsal.sealed import SealedRun
from migrate.report.model import Later
from migrate.spec.project import Loaded

Held = tuple[str, SealedRun]


def later_of(
    run: SealedRun, previous: SealedRun | None, project: Loaded | None, *, unread: Callable[[Problem], object]
) -> Later:
    """The rehearsals of the project as far as their run folders are still there, up to this run; without ``previous``
    the one before this run is what it is compared with. One that another version of the tool wrote, and this one cannot
    read, is left out and told to ``unread``.

    UsageError where ``previous`` is of another layout or profile.
    """
    held = _held(run, project.folder, unread) if project else []
    names = {one.id: name for name, one in held}
    before = previous or next((one for _, one in reversed(held) if one.id != run.id), None)
    if before is not None:
        refuse_others(before, run)
    trend = held if run.id in names else [*held, (run.id, run)]
    return Later(
        seconds=run.seconds,
        window_minutes=project.project.window_minutes if project else None,
        rehearsal=names.get(run.id),
        previous=None if before is None else " ".join(filter(None, (names.get(before.id), before.id))),
        changes=tuple(recurring(before, run, references=0)) if before else (),
        trend=tuple((name, _counts(one.report)) for name, one in trend),
    )


def _held(run: SealedRun, project: Path, unread: Callable[[Problem], object]) -> list[Held]:
    """Rehearsals of this layout and form, oldest first, none after this run; InputRefused where the ledger is
    broken."""
    found: list[Held] = []
    for line in rehearsals(read_chain(project / FILE)):
        folder = run.folder.parent / line.says["run"]
        if not (folder / MANIFEST).is_file() or digest_of(folder / MANIFEST) != line.says["manifest"]:
            continue
        try:
            one = run if folder.name == run.id else SealedRun.open(folder)
        except UsageError as error:
            unread(error.problems[0])
            continue
        if all(one.report[what] == run.report[what] for what in ("layout", "profile")):
            found.append((line.says["name"], one))
        if one is run:
            break
    return found


def _counts(report: dict[str, Any]) -> dict[str, int]:
    counted: Counter[str] = Counter(dict.fromkeys(SEVERITIES, 0))
    findings: Sequence[dict[str, Any]] = report["findings"]
    for row in findings:
        counted[row["severity"]] += row["count"]
    return dict(counted)
