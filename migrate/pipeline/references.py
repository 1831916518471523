"""What other systems delivered, and this run looks up: sealed run folders, opened and proved; their keys as hashes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from migrate.errors import DefinitionErrors, Problem, UsageError
from migrate.io.delivered import Hashes, OtherForm, hashed, key_hashes
from migrate.io.protected import people_of
from migrate.io.publish import MANIFEST, verify
from migrate.io.sealed import REPORT, read_report
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_profile
from migrate.spec.system import Profile


@dataclass(frozen=True, slots=True)
class Delivered:
    """One sealed run of another system, intact and accepted. ``tables`` are paths in ``folder`` by table, ``people``
    those whom it protects, where the system asks for them and it can be told."""

    folder: Path
    system: str
    run_id: str
    as_of: str
    verdict: str
    profile: Profile
    tables: Mapping[str, str]
    people: frozenset[str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ReferenceKeys:
    """The keys of one reference: for each part the name of its system, and sorted 64-bit hashes, eight bytes a key."""

    parts: tuple[tuple[str, Hashes], ...]

    def shared(self) -> int:
        """How many keys stand in more than one part."""
        _, held_by = np.unique(np.concatenate([known for _, known in self.parts]), return_counts=True)
        return int(np.count_nonzero(held_by > 1))

    def holding(self, keys: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
        """For each part its system, and which of the keys (one column for each field, none empty) stand in it."""
        wanted = keys.select(hashed(keys.columns)).to_series().to_numpy()
        for system, known in self.parts:
            at = np.minimum(np.searchsorted(known, wanted), max(known.size - 1, 0))
            held = known[at] == wanted if known.size else np.zeros(wanted.size, dtype=np.bool_)
            yield system, pl.Series(held, dtype=pl.Boolean)


def open_references(layout: Layout, folders: Iterable[Path], library: Library) -> tuple[Delivered, ...]:
    """Prove that each folder is a delivery that the system asks for, one for each other system; in their order.

    Every byte of the folders is read. UsageError with every folder that cannot be used.
    """
    asked = {part.system: None for reference in layout.system.references for part in reference.parts}
    opened: list[Delivered] = []
    problems: list[Problem] = []
    for folder in folders:
        found = _open(folder.resolve(), str(folder), layout, tuple(asked), library)
        if isinstance(found, Problem):
            problems.append(found)
        elif any(other.system == found.system for other in opened):
            problems.append(Problem("U-REF-TWICE", {"system": found.system}, str(folder)))
        else:
            opened.append(found)
    if problems:
        raise UsageError(*problems)
    return tuple(sorted(opened, key=lambda given: list(asked).index(given.system)))


def _open(folder: Path, name: str, layout: Layout, asked: tuple[str, ...], library: Library) -> Delivered | Problem:
    if not (folder / MANIFEST).is_file() or not (folder / REPORT).is_file():
        return Problem("U-REF-UNSEALED", {}, name)
    if damage := verify(folder):
        return Problem("U-REF-DAMAGED", {"what": damage[0][0], "inside": damage[0][1]}, name)
    try:
        report = read_report(folder)
    except UsageError as error:
        return replace(error.problems[0], file=name)
    system = report["layout"]
    if system not in asked:
        facts = {"system": system, "layout": layout.system.system, "known": ", ".join(asked) or "–"}
        return Problem("U-REF-SYSTEM", facts, name)
    if report["verdict"] == "fail":
        return Problem("U-REF-VERDICT", {"reasons": ", ".join(report["reasons"])}, name)
    try:
        profile = load_profile(library, report["profile"])
    except DefinitionErrors as error:
        return error.problems[0]
    tables = {entry["table"]: entry["file"] for entry in report["tables"]}
    asked_for = any(other.system == system for other in layout.system.protected_by)
    people = people_of(folder, report, library) if asked_for else None
    return Delivered(folder, system, report["run_id"], report["as_of"], report["verdict"], profile, tables, people)


def missing_references(layout: Layout, given: Iterable[Delivered]) -> tuple[str, ...]:
    """Names of references of which a part was not given. UsageError where one must be there."""
    there = {delivered.system for delivered in given}
    missing: list[str] = []
    problems: list[Problem] = []
    for reference in layout.system.references:
        lacking = [part.system for part in reference.parts if part.system not in there]
        if lacking:
            missing.append(reference.name)
            options = " ".join(f"--reference OUT/<{system} run id>" for system in lacking)
            if reference.required:
                facts = {"name": reference.ja, "layout": layout.system.system, "options": options}
                problems.append(Problem("U-REF-MISSING", facts))
    if problems:
        raise UsageError(*problems)
    return tuple(missing)


def refuse_other_days(given: Iterable[Delivered], as_of: str) -> None:
    """UsageError for references that were made as of another day than this run."""
    others = [delivered for delivered in given if delivered.as_of != as_of]
    if others:
        raise UsageError(
            *(Problem("U-REF-AS-OF", {"theirs": one.as_of, "ours": as_of}, str(one.folder)) for one in others)
        )


def load_references(layout: Layout, given: Iterable[Delivered]) -> dict[str, ReferenceKeys]:
    """The keys of every reference that is there whole, by name. UsageError where a table is of other items."""
    delivered = {one.system: one for one in given}
    found = {}
    for reference in layout.system.references:
        parts = []
        for part in reference.parts:
            if (one := delivered.get(part.system)) is not None:
                fields = layout.elsewhere[part.system, part.table].fields
                try:
                    path = one.folder / one.tables[part.table]
                    parts.append((part.system, key_hashes(path, one.profile, fields, part.fields)))
                except (KeyError, OtherForm):
                    facts = {"table": part.table, "fields": ", ".join(part.fields)}
                    raise UsageError(Problem("U-REF-FORM", facts, str(one.folder))) from None
        if len(parts) == len(reference.parts):
            found[reference.name] = ReferenceKeys(tuple(parts))
    return found
