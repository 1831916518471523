"""Which population a unit belongs to at the 基準日: nine bytes a unit, looked up by a 64-bit hash of its key."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.plan.conditions import any_holds
from migrate.spec.words import Condition


def hashed(units: pl.Series) -> npt.NDArray[np.uint64]:
    """The hash of unit keys that the index goes by."""
    return units.hash(seed=0).to_numpy()


class ScopeIndex:
    """Filled from the rows that hold the present state of a unit; asked when the last of them is in."""

    def __init__(self, scopes: Mapping[str, Sequence[Condition]], *, as_of: int, unit: str) -> None:
        self._names = tuple(scopes)
        self._tests = [any_holds(conditions, as_of=as_of).alias(name) for name, conditions in scopes.items()]
        self._unit = unit
        conditions = (condition for parts in scopes.values() for condition in parts)
        self._reads = sorted({name for condition in conditions for name in condition.fields()} - {unit})
        self._parts: list[tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]] = []
        self._keys: npt.NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        self._bits: npt.NDArray[np.uint8] = np.empty(0, dtype=np.uint8)

    @property
    def first(self) -> str | None:
        """The first scope of the system: the population a municipality answers for."""
        return self._names[0] if self._names else None

    def take(self, rows: pl.DataFrame) -> None:
        """Note the scopes of these rows' units; rows without a unit are nobody's."""
        if not self._tests or not rows.height:
            return
        rows = rows.select(self._unit, *self._reads).drop_nulls(self._unit)
        held = rows.select(self._tests)
        bits = np.zeros(rows.height, dtype=np.uint8)
        for number, name in enumerate(self._names):
            bits |= held[name].to_numpy().astype(np.uint8) << number
        self._parts.append((hashed(rows[self._unit]), bits))

    def close(self) -> None:
        """No more units come."""
        if self._parts:
            keys = np.concatenate([keys for keys, _ in self._parts])
            order = np.argsort(keys, kind="stable")
            self._keys = keys[order]
            self._bits = np.concatenate([bits for _, bits in self._parts])[order]
            self._parts = []

    def holds(self, scope: str, units: pl.Series) -> npt.NDArray[np.bool_]:
        """Whether each unit is in the scope; ``all`` holds for every unit, others for known units only."""
        if scope == "all":
            return np.ones(len(units), dtype=np.bool_)
        if not self._keys.size:
            return np.zeros(len(units), dtype=np.bool_)
        wanted = hashed(units)
        at = np.minimum(np.searchsorted(self._keys, wanted), self._keys.size - 1)
        bit = np.uint8(1 << self._names.index(scope))
        held: npt.NDArray[np.bool_] = (self._keys[at] == wanted) & ((self._bits[at] & bit) > 0)
        present: npt.NDArray[np.bool_] = units.is_not_null().to_numpy()
        return held & present

    def known(self, units: pl.Series) -> npt.NDArray[np.bool_]:
        """Whether the present state of each unit is known at all."""
        if not self._keys.size:
            return np.zeros(len(units), dtype=np.bool_)
        wanted = hashed(units)
        at = np.minimum(np.searchsorted(self._keys, wanted), self._keys.size - 1)
        known: npt.NDArray[np.bool_] = (self._keys[at] == wanted) & (self._bits[at] > 0)
        return known
