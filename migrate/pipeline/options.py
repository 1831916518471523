"""What a run is asked to do, and how it works while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from migrate.pipeline.references import Delivered
from migrate.rehearsal.corrections import Corrections
from migrate.rehearsal.ledger import Frozen
from migrate.rehearsal.receipts import Receipts

BATCH_BYTES = 64 * 1024 * 1024
BUCKET_BYTES = 56 * 1024 * 1024
"""Source bytes of a block, and those that a key bucket stands for, where little else stays in memory (``sizes.py``).
The number of both grows with the input. Three are in memory at once, each as it is at several stages."""
FINDING_CAP = 100_000
"""Rows of findings.parquet per rule and file; counts are never capped."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A total that others state and that need not agree: ``<file>.<total>`` or ``counts.<name>``, why, and who says
    so."""

    total: str
    reason: str
    person: str


@dataclass(frozen=True, slots=True)
class Options:
    """One run. ``as_of`` is a daykey; sizes are bytes; ``progress`` hears (stage, done, total) in bytes;
    ``municipality`` is whose data they are, as the report names it."""

    inputs: Path
    out: Path
    as_of: int | None = None
    parquet: bool = False
    batch_bytes: int = BATCH_BYTES
    bucket_bytes: int = BUCKET_BYTES
    finding_cap: int = FINDING_CAP
    gates: tuple[tuple[str, int], ...] = (("quarantined_resident", 0), ("lost_key", 0))
    waivers: tuple[Waiver, ...] = ()
    count_sheet: Path | None = None
    references: tuple[Delivered, ...] = ()
    municipality: str | None = None
    receipts: Receipts | None = None
    frozen: Frozen | None = None
    corrections: Corrections | None = None
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None
