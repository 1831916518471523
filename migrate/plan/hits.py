"""Findings while they are still sparse: a rule, the rows it hit, and the items it is about."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.plan.rules import RuleBook

Rows = npt.NDArray[np.intp]
_RANK = {"info": 0, "alert": 1, "error": 2}


def rows_where(failed: pl.Series) -> Rows:
    """Rows in which a Boolean column is True."""
    return failed.arg_true().to_numpy().astype(np.intp)


@dataclass(frozen=True, slots=True)
class Hit:
    """``rows`` of a frame that broke ``rule``; ``fields`` it depends on, the first the one it is about (empty = the
    row); ``cause`` is a rule that was broken elsewhere, of which this one follows."""

    rule: int
    rows: Rows
    fields: tuple[str, ...]
    withhold: bool = False
    taints: tuple[str, ...] = ()
    cause: int = -1


@dataclass(slots=True)
class Causes:
    """Which rule was first on a cell. Later hits on the same cell follow from it, unless they are graver."""

    book: RuleBook
    rows: int
    first: dict[str, npt.NDArray[np.int32]] = field(default_factory=dict)
    _ranks: npt.NDArray[np.int8] = field(init=False)

    def __post_init__(self) -> None:
        self._ranks = np.array([*(_RANK[rule.severity] for rule in self.book), -1], dtype=np.int8)

    def take(self, hit: Hit) -> npt.NDArray[np.int32]:
        """The rule that caused each row of the hit (-1 = it stands for itself), and note it as a cause of what
        follows."""
        caused = np.full(hit.rows.size, hit.cause, dtype=np.int32)
        grave = self._ranks[hit.rule]
        for name in hit.fields:
            before = self.first.get(name)
            if before is not None:
                earlier = before[hit.rows]
                follows = (self._ranks[earlier] >= grave) & (caused < 0)
                caused[follows] = earlier[follows]
        if grave > _RANK["info"]:
            for name in (*hit.fields[:1], *hit.taints):
                self._note(name, hit, caused)
        return caused

    def _note(self, name: str, hit: Hit, caused: npt.NDArray[np.int32]) -> None:
        noted = self.first.setdefault(name, np.full(self.rows, -1, dtype=np.int32))
        free = noted[hit.rows] < 0
        noted[hit.rows[free]] = np.where(caused[free] >= 0, caused[free], hit.rule)

    def tainted(self, names: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Rows in which one of the items has an error already."""
        tainted = np.zeros(self.rows, dtype=np.bool_)
        for name in names:
            noted = self.first.get(name)
            if noted is not None:
                tainted |= self._ranks[noted] == _RANK["error"]
        return tainted
