"""Batches of one input file, decoded ahead; what is in doubt about the file is noted, and the run goes on to the
others."""

from collections.abc import Iterator

from migrate.io.batch import Batch
from migrate.io.framing import FileRefused
from migrate.io.inputs import InputFile
from migrate.pipeline.prefetch import prefetch
from migrate.pipeline.run_state import FileBook, State
from migrate.stages.read import FileCount, read_file, totals_that_differ


def batches(state: State, file: InputFile) -> Iterator[Batch]:
    """Every data record of the file; its book is opened, its stated totals are compared at the end."""
    read = state.plan.reads[file.file]
    count = FileCount(file.file, file.name)
    state.books[file.name] = FileBook(count, file.file)
    ahead = prefetch(read_file(file, read, batch_bytes=state.options.batch_bytes, count=count))
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
    for name, stated, found in totals_that_differ(read, count):
        state.refuse(file, FileRefused("F-TOTAL", total=name, stated=stated, found=found))
