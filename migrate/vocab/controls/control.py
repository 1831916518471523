"""What a control is: totals of a table, the same computation on either side."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl


@dataclass(frozen=True, slots=True)
class Control:
    """Totals by ``keys`` of the rows of ``table`` (its latest rows, if ``latest``: the engine selects them).

    ``rows`` counts rows for each key. ``kinds`` asks only whether a key occurs at all. ``keys`` counts all rows and
    adds up a hash of the key: equal sums = the same keys, to all practical purposes, in bounded memory. ``sums``
    adds up the ``amount`` for each key, in units of its last decimal.
    """

    table: str
    value: Literal["rows", "keys", "kinds", "sums"]
    keys: tuple[str, ...] = ()
    latest: bool = False
    amount: str = ""
    decimals: int = 0

    @property
    def reads(self) -> tuple[str, ...]:
        """Every item it goes by."""
        return (*self.keys, self.amount) if self.amount else self.keys

    def keyed(self, key: tuple[str, ...]) -> "Control":
        """The same control; one of ``keys`` without items gets the key of its table."""
        return replace(self, keys=key) if self.value == "keys" and not self.keys else self

    def totals(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One row per key: the key items as text (null = empty), and ``n`` (Int64; Int128 of ``sums``: 10^38 units).

        An item that no mapping fills is empty; an amount that is empty or no number adds nothing. With ``keys`` one row
        in all: ``n`` and ``hash_sum`` (UInt64, wrapping). The hash is that of this version of
        Polars: for comparing within a run, never for writing down.
        """
        if absent := [name for name in self.reads if name not in frame.columns]:
            frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
        items = [pl.col(name).cast(pl.String) for name in self.keys]
        n = self._sum() if self.value == "sums" else pl.len().cast(pl.Int64)
        if self.value == "keys":
            key = pl.concat_str([item.fill_null("") for item in items], separator="\x1f")
            return frame.select(n=pl.len().cast(pl.Int64), hash_sum=key.hash(seed=0).sum().cast(pl.UInt64))
        if not items:
            return frame.select(n=n)
        return frame.group_by(items).agg(n=n)

    def _sum(self) -> pl.Expr:
        exact = pl.col(self.amount).cast(pl.String).cast(pl.Decimal(38, self.decimals), strict=False)
        return (exact * pl.lit(10**self.decimals)).cast(pl.Int128).sum()

    def settle(self, merged: pl.DataFrame) -> pl.DataFrame:
        """Merged totals as the two sides compare them: of ``kinds`` only the presence, ``n`` = 1."""
        return merged.with_columns(n=pl.lit(1, pl.Int64)) if self.value == "kinds" else merged


def merge(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Totals of batches → totals of all their rows, sorted by key."""
    stacked = pl.concat(parts)
    sums = [name for name in stacked.columns if name in ("n", "hash_sum")]
    keys = [name for name in stacked.columns if name not in sums]
    return stacked.group_by(keys).agg(pl.col(sums).sum()).sort(keys) if keys else stacked.select(pl.col(sums).sum())
