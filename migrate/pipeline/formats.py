"""The formats a file can have, each behind the same few questions."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from migrate.io.batch import Batch, FileCount, Records
from migrate.io.delimited import BOM, QUOTE, inspect_text
from migrate.io.framing import Buffers, FileRefused, inspect, read_sample
from migrate.io.inputs import InputFile
from migrate.plan.reading import DelimitedPlan, ReadPlan
from migrate.stages.read import decode, read_as_of, read_file
from migrate.stages.read_text import empty_frame, header_names, read_text_file, sample_text

HEADER_BYTES = 1 << 16
"""A line of column names is shorter."""
DENSE = 3
"""Bytes of a fixed record that one of delimited text stands for: it is not padded, and a row takes its room."""


def size_of(file: InputFile, plan: ReadPlan) -> int:
    """The bytes of a file as the sizes of a run count them."""
    return file.bytes * DENSE if isinstance(plan, DelimitedPlan) else file.bytes


def read_batches(
    file: InputFile,
    plan: ReadPlan,
    batch_bytes: int,
    count: FileCount,
    only: Records | None = None,
    buffers: Buffers | None = None,
) -> Iterator[Batch]:
    """Every data record of a file, in order, or ``only`` those of these numbers; FileRefused where it is in doubt, or
    not as it was when it came. ``buffers`` go from file to file."""
    if file.path.stat().st_size != file.bytes:
        raise FileRefused("F-CHANGED")
    if isinstance(plan, DelimitedPlan):
        yield from read_text_file(file, plan, batch_bytes=max(1, batch_bytes // DENSE), count=count, only=only)
    else:
        yield from read_file(file, plan, batch_bytes=batch_bytes, count=count, only=only, buffers=buffers)


def look_into(file: InputFile, plan: ReadPlan) -> int | None:
    """Records of a file by its size, None where only reading tells; FileRefused where it cannot be what it should."""
    if isinstance(plan, DelimitedPlan):
        inspect_text(file.path, plan.form)
        _look_at_names(file, plan)
        return None
    return inspect(file.path, plan.framing)[0]


def _look_at_names(file: InputFile, plan: DelimitedPlan) -> None:
    """FileRefused where the first line names other columns; one that goes on within quotes is left to reading."""
    with file.path.open("rb") as opened:
        line = opened.readline(HEADER_BYTES).removeprefix(BOM).rstrip(b"\r\n")
    if line and line.count(QUOTE) % 2 == 0:
        header_names(line, plan)


def stated_as_of(file: InputFile, plan: ReadPlan) -> str | None:
    """The 基準日 in the file's header record, as it stands there."""
    if isinstance(plan, DelimitedPlan) or plan.as_of is None:
        return None
    return read_as_of(read_sample(file.path, plan.framing, records=1), plan)


def sample(file: InputFile, plan: ReadPlan, names: Collection[str], *, records: int) -> pl.DataFrame:
    """These columns of about so many records evenly spread over the file."""
    if isinstance(plan, DelimitedPlan):
        return sample_text(file.path, plan, records=records).select(names)
    some = replace(plan, columns=tuple(column for column in plan.columns if column.name in names))
    columns, _, _ = decode(read_sample(file.path, plan.framing, records=records).cells, some)
    return pl.DataFrame(columns)


def no_rows(plan: ReadPlan) -> pl.DataFrame:
    """The columns of a file that has no record."""
    if isinstance(plan, DelimitedPlan):
        return empty_frame(plan)
    columns, _, _ = decode(np.empty((0, plan.framing.length), np.uint8), plan)
    return pl.DataFrame(columns)
