"""Rows in key order with bounded memory: sorted runs on disk, merged at the end."""

import heapq
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RUN = 50_000
BLOCK = 500


class Sorter:
    """Takes tuples in any order and gives them back sorted; ``RUN`` of them are in memory at most."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: list[tuple[Any, ...]] = []
        self._runs: list[Path] = []

    def add(self, row: tuple[Any, ...]) -> None:
        """One row; what makes it unique stands in front."""
        self._rows.append(row)
        if len(self._rows) >= RUN:
            self._spill()

    def _spill(self) -> None:
        self._rows.sort()
        path = self._folder / f"run.{len(self._runs)}"
        with path.open("wb") as file:
            for start in range(0, len(self._rows), BLOCK):
                pickle.dump(self._rows[start : start + BLOCK], file, pickle.HIGHEST_PROTOCOL)
        self._runs.append(path)
        self._rows = []

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """All rows, sorted."""
        self._spill()
        return heapq.merge(*map(_read, self._runs))


def _read(path: Path) -> Iterator[tuple[Any, ...]]:
    with path.open("rb") as file:
        while True:
            try:
                yield from pickle.load(file)
            except EOFError:
                return
