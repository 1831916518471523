"""Steps and checks that have nothing to do in a batch, asked as long as asking helps."""

from collections import Counter
from collections.abc import Hashable, Mapping

import polars as pl

PATIENCE = 3
"""Batches in a row in which somebody had something to do, before nobody asks any more."""


class Asked:
    """Knows who had something to do in every batch of late: they will have in the next, and a look at the column first
    would be in vain. For the batches of one run, in one thread."""

    def __init__(self) -> None:
        self._vain: Counter[Hashable] = Counter()

    def quiet(self, frame: pl.DataFrame, tests: Mapping[Hashable, pl.Expr | None]) -> frozenset[Hashable]:
        """Those with nothing to do in these rows, by the tests of words (``Traits.quiet``). Who is not among them may
        have something to do."""
        asked = {name: test for name, test in tests.items() if test is not None and self._vain[name] < PATIENCE}
        if not asked or not frame.height:
            return frozenset()
        told = frame.select(test.alias(str(i)) for i, test in enumerate(asked.values())).row(0)
        for name, quiet in zip(asked, told, strict=True):
            self._vain[name] = 0 if quiet else self._vain[name] + 1
        return frozenset(name for name, quiet in zip(asked, told, strict=True) if quiet)
