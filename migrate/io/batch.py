"""What passes from reading to mapping: data records of a block as columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.evidence import Evidence
from migrate.io.framing import Tally

Rows = npt.NDArray[np.intp]
Cells = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class CellTrouble:
    """One kind of trouble in one source column; ``rows`` are row numbers of the batch."""

    trouble: str
    column: str
    rows: Rows


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
    """The books of one input file, in records; ``tally`` is filled when it was read to the end."""

    file: str
    name: str
    tally: Tally = field(default_factory=Tally)
    header: int = 0
    trailer: int = 0
    blank: int = 0
    data: int = 0
    broken: list[BrokenRecord] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)
    stated: dict[str, tuple[int, int]] = field(default_factory=dict)
