"""What passes from reading to mapping: data records of a block as columns."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.evidence import Evidence

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
    """``frame`` has one row per data record, with ``_record`` (from 1) and ``_offset`` (bytes); ``cells`` are its
    bytes.

    ``known`` says what holds for all values of a text column.
    """

    frame: pl.DataFrame
    cells: Cells
    troubles: tuple[CellTrouble, ...]
    known: Mapping[str, Evidence]
