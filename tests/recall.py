"""Recall: are all injected faults found, and is nothing else complained about?

    python -m tests.recall [--rows 20000] [--seeds 1,2,3] [--faults 0.01] [--file-rows 300]

Towns are made for every source that faults are known for. A fault is found when an error or alert without a cause
stands at its file and record (what is only told as info is not found). A false alarm is such a finding at a place that
the answer key does not name. Every fault of a whole file is put into a small town of its own, of every source that can
have it, and run beside an earlier delivery.
Prints rules, files and record numbers, never a value; exit 1 unless every fault is found and there is no false alarm.
"""

import argparse
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from migrate.pipeline import Options, run
from migrate.pipeline.references import Delivered
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.synth import FAULTY, FILE_KINDS, SOURCES, NoFileFits, make_town
from tests.spoilt import as_of, try_kind
from tests.towns import references_of

Place = tuple[str | None, int | None]
"""Physical file and record number (from 1); a finding about a whole file has no record."""


@dataclass
class Kind:
    """One kind of fault: how many there are, how many were found, and by which rules."""

    faults: int = 0
    found: int = 0
    rules: Counter[str] = field(default_factory=Counter)


@dataclass
class Recall:
    """What came out of one town or of several; ``misses`` and ``alarms`` name kind or rule, file and record."""

    kinds: dict[str, Kind] = field(default_factory=lambda: defaultdict(Kind))
    misses: list[tuple[str, Place]] = field(default_factory=list)
    alarms: list[tuple[str, Place]] = field(default_factory=list)

    @property
    def perfect(self) -> bool:
        """Everything was found, and nothing else."""
        return not self.misses and not self.alarms

    def take(self, faults: Iterable[Mapping[str, Any]], findings: pl.DataFrame, *, town: str = "") -> None:
        """Add one town: its answer key and its findings."""
        grave = findings.filter(pl.col("severity").ne("info") & pl.col("caused_by").is_null())
        told = set(grave.select("source_file", "record").iter_rows())
        rules: dict[Place, set[str]] = defaultdict(set)
        for rule, file, record in findings.select("rule", "source_file", "record").iter_rows():
            rules[file, record].add(rule)
        named: set[Place] = set()
        for fault in faults:
            place = (fault["file"], fault["record"])
            named.add(place)
            kind = self.kinds[fault["kind"]]
            kind.faults += 1
            kind.found += place in told
            kind.rules.update(rules.get(place, ()))
            if place not in told:
                self.misses.append((fault["kind"], (f"{town}{place[0]}", place[1])))
        for rule, file, record in grave.select("rule", "source_file", "record").iter_rows():
            if (file, record) not in named:
                self.alarms.append((rule, (f"{town}{file}", record)))

    def lines(self) -> Iterable[str]:
        """The result for a person to read."""
        yield f"{'kind':<24}{'faults':>8}{'found':>8}  rules"
        for name, kind in sorted(self.kinds.items()):
            by = ", ".join(f"{rule} {n}" for rule, n in kind.rules.most_common())
            yield f"{name:<24}{kind.faults:>8}{kind.found:>8}  {by}"
        for name, (file, record) in self.misses:
            yield f"missed       {name:<24}{file} {record}"
        for name, (file, record) in sorted(self.alarms, key=str):
            yield f"false alarm  {name:<24}{file} {record}"
        faults, found = (sum(getattr(k, what) for k in self.kinds.values()) for what in ("faults", "found"))
        yield f"{found} of {faults} faults found, {len(self.alarms)} false alarms"


def measure(recall: Recall, layout: Layout, *, rows: int, seed: int, faults: float, folder: Path) -> None:
    """Make a town, run it, and add what came out."""
    make_town(layout, rows, seed, faults, folder)
    given = references_of(layout, rows, seed, folder / "references")
    result = run(layout, Options(folder / "in", folder / "out", as_of=as_of(layout), references=given))
    truth = json.loads((folder / "truth.json").read_bytes())
    recall.take(truth["faults"], pl.read_parquet(result.folder / "findings.parquet"), town=f"seed {seed}: ")


@dataclass
class FileRecall:
    """Faults of whole files: by kind, how many towns had it, by which codes it was told, and what was not right."""

    towns: Counter[str] = field(default_factory=Counter)
    codes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    complaints: list[str] = field(default_factory=list)

    @property
    def perfect(self) -> bool:
        """Every kind was tried, and all went as it must."""
        return not self.complaints and set(self.towns) == set(FILE_KINDS)

    def measure(self, layout: Layout, *, rows: int, seed: int) -> None:
        """Every kind that the source of the layout can have, each in a town of its own, beside another's delivery."""
        with tempfile.TemporaryDirectory(prefix="recall-") as earlier:
            make_town(layout, rows, seed + 1, 0, Path(earlier))  # another town: an equal run would not be repeated
            given = references_of(layout, rows, seed, Path(earlier, "references"))
            run(layout, Options(Path(earlier, "in"), Path(earlier, "out"), as_of=as_of(layout), references=given))
            for kind in FILE_KINDS:
                with tempfile.TemporaryDirectory(prefix="recall-") as folder:
                    shutil.copytree(Path(earlier, "out"), Path(folder, "out"))
                    self._try(layout, kind, rows=rows, seed=seed, folder=Path(folder), references=given)

    def _try(
        self, layout: Layout, kind: str, *, rows: int, seed: int, folder: Path, references: tuple[Delivered, ...]
    ) -> None:
        assert layout.source is not None
        try:
            spoilt = try_kind(layout, kind, rows=rows, seed=seed, folder=folder, references=references)
        except NoFileFits:
            return
        self.towns[kind] += 1
        self.codes[kind].update(code for line in spoilt.key for code in line["codes"] or [f"({line['effect']})"])
        where = f"{kind:<24}{layout.system.system}/{layout.source.source.source}, seed {seed}"
        self.complaints += [f"{where}: {complaint}" for complaint in spoilt.complaints()]

    def lines(self) -> Iterable[str]:
        """The result for a person to read."""
        yield f"{'fault of a file':<24}{'towns':>8}  codes"
        for kind in FILE_KINDS:
            yield f"{kind:<24}{self.towns[kind]:>8}  {', '.join(sorted(self.codes[kind]))}"
        yield from self.complaints
        yield f"{sum(self.towns.values())} faults of files, {len(self.complaints)} complaints"


def main() -> int:
    """The command; 0 = all found and nothing else."""
    parser = argparse.ArgumentParser(prog="python -m tests.recall", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000, help="residents of each town")
    parser.add_argument("--seeds", default="1,2,3", help="one town for each")
    parser.add_argument("--faults", type=float, default=0.01, help="faults for each resident")
    parser.add_argument("--file-rows", type=int, default=300, help="residents of each town with a fault of a file")
    given = parser.parse_args()
    of_files, seeds = FileRecall(), [int(seed) for seed in given.seeds.split(",")]
    layouts = {which: load_layout(Library(), *which) for which in SOURCES}
    for layout in layouts.values():
        for seed in seeds:
            of_files.measure(layout, rows=given.file_rows, seed=seed)
    recalls = {which: Recall() for which in FAULTY}
    for which, recall in recalls.items():
        for seed in seeds:
            with tempfile.TemporaryDirectory(prefix="recall-") as folder:
                measure(recall, layouts[which], rows=given.rows, seed=seed, faults=given.faults, folder=Path(folder))
        print("\n".join(["/".join(which), *recall.lines(), ""]))
    print("\n".join(of_files.lines()))
    return 0 if of_files.perfect and all(recall.perfect for recall in recalls.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
