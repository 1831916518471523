"""What passes from reading to mapping: data records of a block as columns."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.charset import SEEN
from migrate.evidence import Evidence
from migrate.io.framing import FileRefused, Tally
from migrate.vocab.dateforms import Dates

Rows = npt.NDArray[np.intp]
Cells = npt.NDArray[np.uint8]
Records = npt.NDArray[np.uint64]
"""Numbers of records in their file, from 1."""

DOUBT, DOUBT_LEAST = 0.2, 20
"""A file is refused when more than this share of a block's records, and at least so many, holds undefined bytes."""


@dataclass(frozen=True, slots=True)
class CellTrouble:
    """One kind of trouble in one source column; ``rows`` are row numbers of the batch."""

    trouble: str
    column: str
    rows: Rows


@dataclass(slots=True)
class Noted:
    """What reading one batch found beside values: troubles of cells, characters that need a look, and how often a date
    field held each declared value that stands for no date or an unknown one ("" = blank), by column and value."""

    troubles: list[CellTrouble] = field(default_factory=list)
    sentinels: Counter[tuple[str, str]] = field(default_factory=Counter)
    _glyphs: list[pl.DataFrame] = field(default_factory=lambda: [SEEN.to_frame()])

    def seen(self, rows: Rows, glyphs: pl.DataFrame) -> None:
        """Note characters that need a look; ``row`` of ``glyphs`` (SEEN) counts within ``rows``."""
        of_batch = pl.lit(pl.Series(rows.astype(np.uint32)))
        self._glyphs.append(glyphs.with_columns(row=of_batch.gather(pl.col("row"))))

    def glyphs(self) -> pl.DataFrame:
        """All of them."""
        return pl.concat(self._glyphs)

    def refuse_doubtful(self, records: Records, offsets: npt.NDArray[np.uint64]) -> None:
        """FileRefused where so many of the records hold undefined bytes that the encoding must be another one; numbers
        and byte offsets of all records of the batch."""
        rows = [trouble.rows for trouble in self.troubles if trouble.trouble == "bytes"]
        doubtful = np.unique(np.concatenate(rows)) if rows else np.empty(0, dtype=np.intp)
        if doubtful.size >= DOUBT_LEAST and doubtful.size > DOUBT * records.size:
            first = doubtful[0]
            place = {"record": int(records[first]), "offset": int(offsets[first])}
            raise FileRefused("F-ENCODING", **place, records=int(doubtful.size))

    def cells(self, trouble: str, column: str, rows: Rows) -> None:
        """Note the rows in which something is wrong with a cell."""
        if rows.size:
            self.troubles.append(CellTrouble(trouble, column, rows))

    def dates(self, column: str, dates: Dates) -> None:
        """Note what was found in a column of dates."""
        for trouble, hit in dates.troubles.items():
            if hit.any():
                self.cells(trouble, column, np.flatnonzero(hit))
        for value, times in dates.sentinels.items():
            self.sentinels[column.partition("#")[0], value] += times


@dataclass(frozen=True, slots=True)
class Batch:
    """``frame`` has one row per data record, with ``_record`` (from 1), ``_offset`` and ``_length`` (bytes).

    ``glyphs`` are the characters that need a look, as ``charset.SEEN``.
    ``known`` says what holds for all values of a text column; ``raw`` gives the bytes of one cell by row and source
    column, None where the record has no such cell; ``bytes`` is how many were read for it.
    """

    frame: pl.DataFrame
    troubles: tuple[CellTrouble, ...]
    glyphs: pl.DataFrame
    known: Mapping[str, Evidence]
    raw: Callable[[int, str], bytes | None]
    bytes: int


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record that cannot be a data record: the rule that says why, its number, offset and length (bytes)."""

    rule: str
    record: int
    offset: int
    length: int


@dataclass(slots=True)
class FileCount:
    """The books of one input file, in records; ``tally`` is filled when it was read to the end.

    ``sentinels`` counts declared values of date fields that are no date, by source field and value ("" = blank).
    """

    file: str
    name: str
    tally: Tally = field(default_factory=Tally)
    header: int = 0
    trailer: int = 0
    blank: int = 0
    data: int = 0
    broken: list[BrokenRecord] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)
    stated: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    sentinels: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def nothing(self) -> bool:
        """No data came, and no trailer that says so."""
        return not (self.data or self.broken or self.trailer)
