"""Batches of one input file, decoded ahead; what is in doubt about the file is noted, and the run goes on."""

from collections.abc import Iterator

from migrate.io.batch import Batch, FileCount
from migrate.io.framing import FileRefused
from migrate.io.inputs import InputFile
from migrate.pipeline.checksums import refuse_other
from migrate.pipeline.formats import read_batches
from migrate.pipeline.prefetch import prefetch
from migrate.pipeline.run_state import FileBook, State
from migrate.plan.reading import DelimitedPlan
from migrate.stages.read import totals_that_differ


def batches(state: State, file: InputFile) -> Iterator[Batch]:
    """Every data record of the file; its book is opened, its stated totals and checksum are compared at the end."""
    read = state.plan.reads[file.file]
    count = FileCount(file.file, file.name)
    state.books[file.name] = FileBook(count, file.file, file.bytes)
    ahead = prefetch(read_batches(file, read, state.options.batch_bytes, count))
    try:
        while True:
            with state.watch("read (waiting)"):
                batch = next(ahead, None)
            if batch is None:
                break
            yield batch
    except FileRefused as reason:
        state.refuse(file, reason)
        return
    listed = state.intake.checksums.get(file.name)
    if listed is not None and (other := refuse_other(listed, count.tally.sha256)):
        state.refuse(file, other)
    if not isinstance(read, DelimitedPlan):
        for name, stated, found in totals_that_differ(read, count):
            if not state.waives(f"{read.file}.{name}", file.name, stated=stated, found=found):
                state.refuse(file, FileRefused("F-TOTAL", total=name, stated=stated, found=found))
