"""What a run collects is small: a few rows of a batch do not hold the batch."""

import gc
import os
from pathlib import Path

import polars as pl
import pytest

from migrate.pipeline.store import FOUND, Store

ROWS, BATCHES = 200_000, 20
STATM = Path("/proc/self/statm")


def resident() -> int:
    gc.collect()
    return int(STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not STATM.exists(), reason="/proc")
def test_a_store_does_not_keep_the_batches_its_rows_come_from() -> None:
    store = Store(FOUND)
    before = resident()
    for batch in range(BATCHES):
        frame = pl.DataFrame({"unit": [f"{batch:03}{n:017}" for n in range(ROWS)]})
        store.add(frame[[0, ROWS // 2]].with_columns(rule=0, cause=-1, file=0, record=1, offset=0))
        del frame
    assert store.all().height == 2 * BATCHES
    assert resident() - before < 6 * ROWS * 20
