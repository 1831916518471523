"""Whom other systems protect, as a run says that referred to their deliveries."""

from collections.abc import Sequence
from pathlib import Path

from migrate.errors import Problem, UsageError
from migrate.io.protected import People, people_of
from migrate.io.publish import MANIFEST
from migrate.rehearsal.sealed import SealedRun
from migrate.spec.layout import Layout
from migrate.spec.library import Library


def people_elsewhere(run: SealedRun, layout: Layout, library: Library, given: Sequence[Path]) -> People:
    """By system that knows it and that the run referred to: the people. The run folders are ``given``, or stand beside
    the run; None where one is not there, or does not tell them.

    UsageError for a folder that the run did not refer to.
    """
    referred = {one["run_id"]: one["layout"] for one in run.report["references"]}
    for folder in given:
        if folder.resolve().name not in referred:
            known = ", ".join(f"{system} {name}" for name, system in referred.items()) or "–"
            raise UsageError(Problem("U-REF-OTHER", {"run": run.id, "known": known}, str(folder)))
    asked = {other.system for other in layout.system.protected_by}
    found: dict[str, frozenset[str] | None] = {}
    for name, system in referred.items():
        if system in asked:
            places = (*(folder.resolve() for folder in given), run.folder.with_name(name))
            there = next((place for place in places if place.name == name and (place / MANIFEST).is_file()), None)
            opened = SealedRun.open(there) if there else None
            found[system] = people_of(opened.folder, opened.report, library) if opened else None
    return found
