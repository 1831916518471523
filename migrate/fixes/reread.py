"""The files of a sealed run, read again: the same records, mapped by the same definitions, and nothing written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from migrate.errors import Problem, UsageError
from migrate.io.batch import Batch, FileCount, Records
from migrate.io.framing import FileRefused
from migrate.io.inputs import InputFile
from migrate.io.publish import digest_of
from migrate.pipeline import Options
from migrate.pipeline.formats import no_rows, read_batches
from migrate.pipeline.intake import receive
from migrate.pipeline.options import BATCH_BYTES
from migrate.pipeline.origins import seen_in
from migrate.plan import Plan, build, framing_plans
from migrate.plan.mapping import MappingPlan
from migrate.rehearsal.sealed import SealedRun
from migrate.spec.layout import Layout
from migrate.stages.map import Lookup, map_batch
from migrate.vocab import daykey


def day_of(run: SealedRun) -> int:
    """The 基準日 of a run as a daykey; UsageError where it has none, for every file that states it was refused."""
    as_of = daykey.of_digits((run.report["as_of"] or "").replace("-", ""))
    if as_of is None:
        raise UsageError(Problem("U-FIX-AS-OF", {"run": run.id}))
    return as_of


@dataclass(frozen=True, slots=True)
class Reread:
    """The mapped rows of one batch of a file: ``frame`` with ``_record``, and ``seen``, what the record of a row holds
    for an item."""

    file: str
    mapping: MappingPlan
    frame: pl.DataFrame
    seen: Callable[[int, str], str | None]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files that a run was made of, proved to be the same, and the plan that reads them."""

    plan: Plan
    files: tuple[InputFile, ...]

    @classmethod
    def open(cls, run: SealedRun, layout: Layout, folder: Path) -> "Inputs":
        """UsageError where the definitions or any file are not those of the run, or it has no 基準日."""
        if run.report["definitions"] != layout.definition_hash:
            raise UsageError(Problem("U-FIX-DEFINITIONS", {"run": run.id}))
        assert layout.source is not None
        as_of = day_of(run)
        options = Options(folder, run.folder.parent, as_of=as_of)
        files = receive(options, layout.source, framing_plans(layout)).files
        digests = {entry["file"]: entry["sha256"] for entry in run.report["inputs"]}
        there = {file.name: digest_of(file.path) for file in files}
        if other := sorted(name for name in {*digests, *there} if digests.get(name) != there.get(name)):
            raise UsageError(*(Problem("U-FIX-INPUT", {"file": name, "run": run.id}) for name in other))
        return cls(build(layout, as_of=as_of), files)

    def lookups(self) -> dict[str, Lookup]:
        """Every look-up file whole."""
        found = {}
        for kind in self.plan.lookups:
            frames = [batch.frame for file in self.files if file.file == kind for batch in self._batches(file)]
            empty = no_rows(self.plan.reads[kind])
            found[kind] = Lookup(pl.concat(frames) if frames else empty)
        return found

    def rows(self, wanted: Mapping[str, Records] | None = None) -> Iterator[Reread]:
        """The mapped rows of every record, or of those ``wanted`` by file, batch by batch."""
        lookups = self.lookups()
        for file in self.files:
            mappings, chosen = self.plan.mappings.get(file.file, ()), (wanted or {}).get(file.name)
            if wanted is not None and chosen is None:
                continue
            for batch in self._batches(file, chosen) if mappings else ():
                for mapping in mappings if batch.frame.height else ():
                    frame = map_batch(batch, mapping, lookups).frame
                    if frame.height:
                        read = self.plan.reads[file.file]
                        yield Reread(file.name, mapping, frame, seen_in(batch, mapping, read, frame))

    def _batches(self, file: InputFile, only: Records | None = None) -> Iterator[Batch]:
        read, count = self.plan.reads[file.file], FileCount(file.file, file.name)
        try:
            yield from read_batches(file, read, BATCH_BYTES, count, only)
        except FileRefused:
            return  # the run refused it as well, after the same records
