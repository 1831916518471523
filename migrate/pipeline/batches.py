"""Batches of input files, decoded ahead; what is in doubt about a file is noted, and the run goes on."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from migrate.io.batch import Batch, FileCount
from migrate.io.framing import Buffers, FileRefused
from migrate.io.inputs import InputFile
from migrate.pipeline.checksums import refuse_other
from migrate.pipeline.formats import read_batches
from migrate.pipeline.prefetch import Room
from migrate.pipeline.run_state import FileBook, State
from migrate.plan.reading import DelimitedPlan
from migrate.stages.read import totals_that_differ


@dataclass(frozen=True, slots=True)
class Ended:
    """A file was read to its end, or to where it is in doubt."""

    file: InputFile
    reason: FileRefused | None


def open_books(state: State, files: Iterable[InputFile]) -> None:
    """A book for each file that will be read."""
    for file in files:
        state.books[file.name] = FileBook(FileCount(file.file, file.name), file.file, file.bytes)


def batches(
    state: State, files: Iterable[InputFile], room: Room | None = None
) -> Generator[tuple[InputFile, Batch] | Ended, None, None]:
    """Every data record of the files, in order, and behind those of each file that it ended. Where a ``room`` is
    given, whoever takes a batch leaves it."""
    buffers = Buffers(state.batch_bytes)
    for file in files:
        read, count = state.plan.reads[file.file], state.books[file.name].count
        made, reason = read_batches(file, read, state.batch_bytes, count, buffers=buffers), None
        try:
            while (batch := _next(state, made, room)) is not None:
                yield file, batch
                del batch
        except FileRefused as refused:
            reason = refused
        yield Ended(file, reason)


def _next(state: State, made: Iterator[Batch], room: Room | None) -> Batch | None:
    batch = None
    if room is not None:
        room.enter()
    try:
        with state.watch("read"):
            batch = next(made, None)
    finally:
        if room is not None and batch is None:
            room.leave()
    return batch


def finish(state: State, ended: Ended) -> None:
    """What is in doubt about a file is noted; the totals that it states and its checksum are compared."""
    file, read = ended.file, state.plan.reads[ended.file.file]
    count = state.books[file.name].count
    if ended.reason is not None:
        state.refuse(file, ended.reason)
        return
    listed = state.intake.checksums.get(file.name)
    if listed is not None and (other := refuse_other(listed, count.tally.sha256)):
        state.refuse(file, other)
    if not isinstance(read, DelimitedPlan):
        for name, stated, found in totals_that_differ(read, count):
            if not state.waives(f"{read.file}.{name}", file.name, stated=stated, found=found):
                state.refuse(file, FileRefused("F-TOTAL", total=name, stated=stated, found=found))
