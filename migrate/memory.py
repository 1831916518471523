"""Memory that is held and no longer used."""

import ctypes

import polars as pl
import pyarrow as pa


def give_back() -> None:
    """Ask the C library to return freed memory to the system. Only glibc keeps much of it, and only glibc has a call
    for it: elsewhere nothing happens."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library; Windows has none for the program itself
        return
    trim(0)


def share() -> None:
    """Let Arrow take its memory from the C library, as numpy does: what one frees, the other uses. An allocator of its
    own keeps 50 to 150 MB of a run."""
    pa.set_memory_pool(pa.system_memory_pool())


def copied(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows, their texts in memory of their own: a text column of Polars keeps the whole columns that its
    values were taken from. They are put together with nothing: that makes them anew, whatever they were."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.rechunk().with_columns(pl.concat_str(name, pl.lit("")).alias(name) for name in texts)
