"""Memory that is held and no longer used."""

import ctypes

import polars as pl


def give_back() -> None:
    """Ask the C library to return freed memory to the system. Only glibc keeps much of it, and only glibc has a call
    for it: elsewhere nothing happens."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library; Windows has none for the program itself
        return
    trim(0)


def copied(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows in memory of their own: a text column of Polars keeps the whole columns that its values were taken
    from."""
    made = pl.DataFrame(pl.from_arrow(frame.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())))
    return made.cast(frame.schema)
