"""Small synthetic towns and their deliveries, each made once per session and left alone by the tests."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import migrate
from migrate.pipeline import Options, RunResult, run
from migrate.pipeline.references import Delivered, open_references
from migrate.plan import word_problems
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.synth import make_town
from tests import offline

ROOT = Path(migrate.__file__).parents[1]
"""The tree under test: what a subprocess must import, too."""


@cache
def juki() -> Layout:
    """住民基本台帳 from the model host."""
    return load_layout(Library(), "juki", "host_fixed")


@cache
def layout_of(system: str, source: str = "host_fixed") -> Layout:
    """Any bundled system with a source, its words proved."""
    return load_layout(Library(), system, source, words=word_problems)


def edited(folder: Path, path: str, *changes: tuple[str, str]) -> Layout:
    """The host of a bundled system in a project of its own, with other texts in one of the system's files."""
    system, _, _ = path.partition("/")
    text = (ROOT / "layouts" / path).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    target = folder / "layouts" / path
    target.parent.mkdir(parents=True)
    target.write_text(text, encoding="utf-8")
    return load_layout(Library(folder), system, "host_fixed", words=word_problems)


def references_of(layout: Layout, rows: int, seed: int, folder: Path) -> tuple[Delivered, ...]:
    """What the layout must refer to: the town of this size and seed without a fault, delivered by each other system."""
    required = [part.system for one in layout.system.references if one.required for part in one.parts]
    runs = []
    for system in dict.fromkeys(required):
        (folder / system).mkdir(parents=True)
        make_town(layout_of(system), rows, seed, 0, folder / system)
        runs.append(run(layout_of(system), Options(folder / system / "in", folder / system / "out")).folder)
    return open_references(layout, runs, Library())


def environment(**changes: str) -> dict[str, str]:
    """The environment of a subprocess that tests this tree; it cannot reach a network."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(offline.FOLDER))), **changes}


@dataclass(frozen=True)
class Town:
    """A delivery on disk (``inputs``) and the answer key of its faults."""

    folder: Path
    faults: tuple[Mapping[str, Any], ...]

    @property
    def inputs(self) -> Path:
        """The folder of the legacy files."""
        return self.folder / "in"


class Towns:
    """Makes towns and runs on demand, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._towns: dict[tuple[int, int, float], Town] = {}
        self._runs: dict[tuple[int, int, float], RunResult] = {}
        self._references: dict[tuple[str, int, int], tuple[Delivered, ...]] = {}

    def town(self, residents: int, seed: int = 1, faults: float = 0.0) -> Town:
        """A town; equal arguments give the same folder. Do not write into it."""
        key = (residents, seed, faults)
        if key not in self._towns:
            folder = self._folder / f"{residents}-{seed}-{faults}"
            folder.mkdir()
            make_town(juki(), residents, seed, faults, folder)
            truth = json.loads((folder / "truth.json").read_bytes())
            self._towns[key] = Town(folder, tuple(truth["faults"]))
        return self._towns[key]

    def run(self, residents: int, seed: int = 1, faults: float = 0.0) -> RunResult:
        """The delivery of a town with default options. Do not write into it."""
        key = (residents, seed, faults)
        if key not in self._runs:
            town = self.town(residents, seed, faults)
            self._runs[key] = run(juki(), Options(town.inputs, town.folder / "out"))
        return self._runs[key]

    def references(self, layout: Layout, residents: int, seed: int = 1) -> tuple[Delivered, ...]:
        """What the layout must refer to, of the town without a fault. Do not write into it."""
        key = (layout.system.system, residents, seed)
        if key not in self._references:
            folder = self._folder / f"references-{'-'.join(map(str, key))}"
            self._references[key] = references_of(layout, residents, seed, folder)
        return self._references[key]
