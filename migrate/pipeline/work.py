"""One batch mapped, corrected and cleansed, before anything of it is checked or booked.

Nothing of the run changes here, so that this goes on in a thread of its own while the batch before it is checked and
booked.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace

from migrate.io.batch import Batch
from migrate.io.inputs import InputFile
from migrate.pipeline.batches import Ended
from migrate.pipeline.origins import seen_in
from migrate.pipeline.run_state import State
from migrate.plan.mapping import MappingPlan
from migrate.stages.cleanse import Cleansed, cleanse
from migrate.stages.correct import Corrected, correct
from migrate.stages.map import Mapped, map_batch


@dataclass(frozen=True, slots=True)
class Worked:
    """One batch through one mapping; ``first`` and ``last`` of the mappings that the batch goes through.

    ``mapped`` is as the source has it, ``taken`` with the corrections of the project (``corrected``, None where none
    are given).
    """

    file: InputFile
    batch: Batch
    mapping: MappingPlan
    first: bool
    last: bool
    mapped: Mapped
    taken: Mapped
    corrected: Corrected | None
    cleansed: Cleansed

    @property
    def corrected_items(self) -> frozenset[str]:
        """Items that a correction changed."""
        return frozenset(self.corrected.books) if self.corrected else frozenset()


def work(state: State, read: Iterable[tuple[InputFile, Batch] | Ended]) -> Generator[Worked | Ended, None, None]:
    """Every batch through every mapping of its file; ends of files are passed on."""
    for piece in read:
        if isinstance(piece, Ended):
            yield piece
            continue
        file, batch = piece
        mappings = state.plan.mappings[file.file]
        for number, mapping in enumerate(mappings):
            yield _through(state, file, batch, mapping, first=number == 0, last=number == len(mappings) - 1)
        del piece, batch


def _through(state: State, file: InputFile, batch: Batch, mapping: MappingPlan, *, first: bool, last: bool) -> Worked:
    plan, watch = state.plan, state.watch
    with watch("map"):
        mapped = map_batch(batch, mapping, state.lookups)
    taken, corrected = _correct(state, batch, mapping, mapped)
    with watch("cleanse"):
        cleansed = cleanse(taken.frame, plan.cleansing[mapping.to], taken.known, state.asked_steps)
    return Worked(file, batch, mapping, first, last, mapped, taken, corrected, cleansed)


def _correct(state: State, batch: Batch, mapping: MappingPlan, mapped: Mapped) -> tuple[Mapped, Corrected | None]:
    """Mapped rows with the corrections of the project, and what became of them."""
    plan, given = state.plan, state.corrections.get(mapping.to)
    if given is None:
        return mapped, None
    with state.watch("correct"):
        seen = seen_in(batch, mapping, plan.reads[mapping.file], mapped.frame)
        whole = Corrected(mapped.frame, mapped.hits, mapped.known)
        done = correct(whole, given, plan.tables[mapping.to], plan.cleansing[mapping.to], seen)
    return replace(mapped, frame=done.frame, hits=done.hits, known=done.known), done
