import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.synth import make_town
from migrate.synth.render import places_of

NEWLINES = {"crlf": b"\r\n", "lf": b"\n", "none": b""}


@dataclass(frozen=True)
class Folder:
    """One town on disk."""

    layout: Layout
    path: Path

    @property
    def key(self) -> list[dict[str, Any]]:
        key: list[dict[str, Any]] = json.loads((self.path / "truth.json").read_text(encoding="utf-8"))["faults"]
        return key

    def blocks(self, name: str, physical: str = "") -> np.ndarray[Any, Any]:
        """The records of one kind of file (or of one physical file), line ends included. [n, length]"""
        assert self.layout.source
        layout = self.layout.source.files[name]
        entry = next(entry for entry in self.layout.source.source.files if entry.file == name)
        paths = sorted((self.path / "in").glob(physical or entry.pattern))
        assert layout.record
        newline = NEWLINES[layout.record.terminator]
        width = layout.record.length + len(newline)
        raw = b"".join(path.read_bytes() for path in paths)
        assert len(raw) % width == 0
        records = np.frombuffer(raw, dtype=np.uint8).reshape(-1, width)
        assert all(record.tobytes().endswith(newline) for record in records)
        return records

    def frame(self, name: str, physical: str = "", *, every: bool = False) -> pl.DataFrame:
        """Data records (``every``: all) as text by field, without padding; what is no cp932 is replaced."""
        assert self.layout.source
        layout = self.layout.source.files[name]
        records = self.blocks(name, physical)
        if layout.types and not every:
            place = places_of(layout.fields)[layout.types.by]
            records = records[records[:, place.start] == ord(layout.types.data)]
        return pl.DataFrame(
            {
                place.name: [_text(record[place.start : place.start + place.width]) for record in records]
                for place in places_of(layout.fields).values()
                if place.type != "filler"
            }
        )


def _text(raw: np.ndarray[Any, Any]) -> str:
    return raw.tobytes().decode("cp932", "replace").strip(" \u3000")


Make = Callable[..., Folder]


@pytest.fixture(scope="session")
def layout() -> Layout:
    return load_layout(Library(), "juki", "host_fixed")


@pytest.fixture(scope="session")
def make(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Make:
    def make(rows: int, seed: int, faults: float) -> Folder:
        path = tmp_path_factory.mktemp("town")
        make_town(layout, rows, seed, faults, path)
        return Folder(layout, path)

    return make


@pytest.fixture(scope="session")
def clean(make: Make) -> Folder:
    return make(400, 7, 0)


@pytest.fixture(scope="session")
def sound(make: Make) -> Folder:
    """The town that ``faulty`` was before."""
    return make(1200, 11, 0)


@pytest.fixture(scope="session")
def faulty(make: Make) -> Folder:
    return make(1200, 11, 0.08)
