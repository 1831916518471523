"""What a record holds for a standard item: the bytes of its source fields, and how a person reads them."""

import re
from collections.abc import Callable, Iterator

import polars as pl

from migrate.charset import printable
from migrate.io.batch import Batch
from migrate.plan.mapping import MappingPlan
from migrate.plan.reading import DelimitedPlan, FixedPlan, ReadPlan
from migrate.spec.layout import WITH_SEPARATOR
from migrate.stages.map import SLOT
from migrate.vocab import daykey

NO_TEXT = ("P", "B")
"""Types of source fields whose bytes are no text."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def bytes_of(batch: Batch, mapping: MappingPlan, target: str, row: int, slot: str | None) -> bytes | None:
    """The bytes that a standard item was read from: those of the first field of this file that it comes from."""
    return next((raw for _, raw in _cells(batch, mapping, target, row, slot)), None)


def text_of(batch: Batch, mapping: MappingPlan, read: ReadPlan, target: str, row: int, slot: str | None) -> str | None:
    """The same bytes for a person to read."""
    return next((_printable(read, *cell) for cell in _cells(batch, mapping, target, row, slot)), None)


def _cells(batch: Batch, mapping: MappingPlan, target: str, row: int, slot: str | None) -> Iterator[tuple[str, bytes]]:
    """The source columns of an item that a record has, with their bytes."""
    for column in _columns(mapping, target, slot):
        raw = batch.raw(row, column)
        if raw is not None:
            yield column, raw


def _printable(read: ReadPlan, column: str, raw: bytes) -> str:
    return printable(raw, read.codec, type=read.kinds[column] if isinstance(read, FixedPlan) else "")


def seen_in(
    batch: Batch, mapping: MappingPlan, read: ReadPlan, frame: pl.DataFrame
) -> Callable[[int, str], str | None]:
    """For a row of a mapped frame and an item: what the record holds as text, without spaces around it; several fields
    are joined by a bar. What is looked up in another file is told as it was mapped. None = nothing.
    """
    binary = set() if isinstance(read, DelimitedPlan) else {c.name for c in read.columns if c.type in NO_TEXT}
    rows = frame["_row"].to_list()
    slots = frame[SLOT].to_list() if SLOT in frame.columns else None

    def seen(row: int, item: str) -> str | None:
        cells = _cells(batch, mapping, item, rows[row], slots[row] if slots else None)
        texts = [readable(_printable(read, column, raw)) for column, raw in cells if column not in binary]
        if not texts:
            return mapped_text(frame, row, item)
        return (WITH_SEPARATOR.join(texts) if any(texts) else "") or None

    return seen


def mapped_text(frame: pl.DataFrame, row: int, item: str) -> str | None:
    """A mapped value as text; a date as YYYY-MM-DD, unknown parts as zeros."""
    value = frame[item][row]
    if isinstance(value, int):
        return str(frame.select(daykey.iso(pl.col(item).slice(row, 1))).item())
    return readable(str(value)) or None if value is not None else None


def readable(text: str) -> str:
    """Without spaces around it, and control characters as escapes: what a cell of a sheet can hold and give back."""
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text).strip()


def _columns(mapping: MappingPlan, target: str, slot: str | None) -> list[str]:
    """Columns of a batch that an item comes from."""
    origins = next((f.origins for f in mapping.fields if f.target == target), ())
    in_slot = f"{mapping.group}."
    return [f"{origin}#{slot}" if slot and origin.startswith(in_slot) else origin for origin in origins]
