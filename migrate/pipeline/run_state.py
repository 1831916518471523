"""Everything one run holds while it goes: the plan, the folder in the making, spools, books and what was found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.io.batch import FileCount
from migrate.io.framing import FileRefused
from migrate.io.inputs import InputFile
from migrate.io.publish import RunFolder
from migrate.io.spool import Spool
from migrate.pipeline.intake import Intake, Refusal
from migrate.pipeline.options import Options, Waiver
from migrate.pipeline.prefetch import Room
from migrate.pipeline.references import ReferenceKeys
from migrate.pipeline.scopes import ScopeIndex
from migrate.pipeline.stopwatch import Stopwatch
from migrate.pipeline.store import CORRECTED, FOUND, GLYPHS, LEDGER, WITHHELD, Store
from migrate.pipeline.worker import Worker
from migrate.plan import Plan
from migrate.plan.rules import Rule
from migrate.stages.map import Lookup
from migrate.stages.reconcile import Ledger
from migrate.stages.validate import Foregone
from migrate.vocab.quiet import Asked

NARROW = 8
"""Wide rows that a few columns of a row stand for, by size."""
UNDER_WAY = 2
"""Blocks, and later buckets, between where they are read and where they are handed over; one more is being written."""


@dataclass(slots=True)
class FileBook:
    """The records of one input file by what became of them; ``count`` comes from reading, ``size`` (bytes) is what
    came."""

    count: FileCount
    kind: str
    size: int
    referenced: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    mapped: int = 0
    quarantined: int = 0

    @property
    def balanced(self) -> bool:
        """Every record is accounted for, and every byte."""
        ends = self.count.header + self.count.trailer + self.count.blank
        taken = self.referenced + self.mapped + sum(self.excluded.values()) + self.quarantined
        return self.count.tally.records == ends + taken and self.count.tally.bytes == self.size


@dataclass(frozen=True, slots=True)
class WaivedTotal:
    """A total that does not agree and that somebody answers for."""

    waiver: Waiver
    file: str | None
    stated: int
    found: int


@dataclass(slots=True)
class State:
    """One run in progress."""

    plan: Plan
    options: Options
    intake: Intake
    folder: RunFolder
    batch_bytes: int
    buckets: int
    bounds: pl.Series
    staging: Path
    watch: Stopwatch = field(default_factory=Stopwatch)
    books: dict[str, FileBook] = field(default_factory=dict)
    lookups: dict[str, Lookup] = field(default_factory=dict)
    foregone: dict[str, tuple[Foregone, ...]] = field(default_factory=dict)
    asked_steps: Asked = field(default_factory=Asked)
    asked_checks: Asked = field(default_factory=Asked)
    tables: dict[str, Spool] = field(default_factory=dict)
    sides: dict[int, Spool] = field(default_factory=dict)
    groups: dict[str, Spool] = field(default_factory=dict)
    found: Store = field(default_factory=lambda: Store(FOUND))
    withheld: Store = field(default_factory=lambda: Store(WITHHELD))
    glyphs: Store = field(default_factory=lambda: Store(GLYPHS))
    ledger: Store = field(default_factory=lambda: Store(LEDGER))
    corrections: dict[str, pl.DataFrame] = field(default_factory=dict)
    corrected: Store = field(default_factory=lambda: Store(CORRECTED))
    references: dict[str, ReferenceKeys] = field(default_factory=dict)
    shared: dict[str, int] = field(default_factory=dict)
    totals: Ledger = field(default_factory=Ledger)
    room: Room = field(default_factory=partial(Room, UNDER_WAY))
    stager: Worker = field(default_factory=partial(Worker, ahead=1))
    waived: list[WaivedTotal] = field(default_factory=list)
    closing: list[Callable[[], None]] = field(default_factory=list)
    scopes: ScopeIndex = field(init=False)

    def __post_init__(self) -> None:
        self.scopes = ScopeIndex(self.plan.scopes, as_of=self.plan.as_of, unit=self.plan.unit)
        given = self.options.corrections
        if given is not None:
            self.corrections = {name: given.of_table(name) for name in given.rows["table"].unique().to_list()}
        for name in self.plan.tables:
            self.tables[name] = self.spool(f"t-{name}")
        for check in self.plan.across:
            if not check.local:
                self.sides[check.number] = self.narrow_spool(f"x-{check.number}")
        for control in self.plan.controls:
            if control.control.value == "kinds":
                self.groups[control.name] = self.narrow_spool(f"g-{len(self.groups)}")

    def spool(self, name: str) -> Spool:
        """A new spool with as many buckets as the run has."""
        return Spool(self.staging, name, self.buckets)

    def narrow_spool(self, name: str) -> Spool:
        """A spool for a few columns: its buckets hold more rows."""
        return Spool(self.staging, name, -(-self.buckets // NARROW))

    def close(self) -> None:
        """Let go of all staging files."""
        self.stager.close()
        for close in self.closing:
            close()

    def bucket_of(self, units: pl.Series) -> npt.NDArray[np.int64]:
        """The bucket of each unit key: ranges in key order; rows without a key go to the first."""
        if self.buckets == 1:
            return np.zeros(len(units), dtype=np.int64)
        return self.bounds.search_sorted(units, side="right").fill_null(0).to_numpy().astype(np.int64)

    def file_number(self, name: str) -> int:
        """The number by which rows remember their file."""
        return next(i for i, file in enumerate(self.intake.files) if file.name == name)

    def place_of(self, name: str | None) -> int:
        """Where a file stands among those of the source; before all of them (-1) what is none."""
        return next((i for i, file in enumerate(self.intake.files) if file.name == name), -1)

    def waives(self, total: str, file: str | None, *, stated: int, found: int) -> bool:
        """Somebody answers for this total; it is noted, with a finding where it is a file's."""
        waiver = next((waiver for waiver in self.options.waivers if waiver.total == total), None)
        if waiver is None:
            return False
        self.waived.append(WaivedTotal(waiver, file, stated, found))
        owner = self.plan.source.source.owner
        self.file_finding(Rule("F-TOTAL-WAIVED", "件数", "alert", "keep", owner, ""), file)
        return True

    def refuse(self, file: InputFile, reason: FileRefused) -> None:
        """The file is in doubt; the run goes on to see the others."""
        self.intake.refusals.append(Refusal(file.name, reason))

    def file_finding(
        self, rule: Rule, name: str | None, *, record: int | None = None, offset: int | None = None
    ) -> None:
        """A finding about a file as a whole, or about one of its records."""
        place = self.place_of(name)
        file = None if place < 0 else place
        row = {"rule": self.plan.book.number(rule), "cause": -1, "file": file, "record": record, "offset": offset}
        self.found.add(pl.DataFrame([row], schema={k: v for k, v in FOUND.items() if k in row}))
