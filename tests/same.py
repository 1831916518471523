"""Same input, same bytes: one town in many surroundings, each run a process of its own.

    python -m tests.same [--rows 60] [--faults 0.1] [--workers N]

Threads, batches, clock and order of files in every combination, the rest so that any two of their values meet; see
``FACTORS``. Every source of every system (what one refers to was delivered before), tables as CSV and Parquet. What is
compared is SHA-256 and mode of every file but the content of ``timings.json``. Needs ``faketime``. Exit 1 unless all
cells are equal.
"""

import argparse
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from migrate.pipeline import Options, run
from migrate.pipeline.options import BATCH_BYTES, BUCKET_BYTES
from migrate.pipeline.references import open_references
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.synth import SOURCES, make_town
from migrate.vocab import daykey
from tests.towns import environment, references_of
from tests.trees import tree_of

CROSSED: Mapping[str, Sequence[str]] = {
    "POLARS_MAX_THREADS": ("1", "2"),
    "batch": ("30000", "333333", str(BATCH_BYTES)),
    "clock": ("", "1999-12-31 23:59:59", "2038-01-19 03:14:07", "2024-02-29 23:59:59"),
    "order": ("forwards", "backwards"),
}
"""Factors of which every combination is a cell. The clocks are about to strike; an empty one is that of the machine."""
PAIRED: Mapping[str, Sequence[str]] = {
    "bucket": ("100000", str(BUCKET_BYTES)),
    "PYTHONHASHSEED": ("0", "1", "4711", "random"),
    "TZ": ("UTC", "Asia/Tokyo", "Pacific/Apia"),
    "LC_ALL": ("C", "C.UTF-8", "ja_JP.UTF-8"),
    "umask": ("0", "22", "77"),
    "cwd": ("here", "inputs", "/"),
}
"""Factors whose values are drawn so that each meets each value of every other factor."""
FACTORS: Mapping[str, Sequence[str]] = {**CROSSED, **PAIRED}
REFERENCES = "references"
AS_OF = daykey.pack(2026, 10, 1)

Cell = Mapping[str, str]


def pairs(cells: Sequence[Cell]) -> set[tuple[str, str, str, str]]:
    """Any two values of different factors that meet in a cell."""
    return {(a, cell[a], b, cell[b]) for cell in cells for a, b in itertools.combinations(FACTORS, 2)}


def cells() -> list[Cell]:
    """All cells; the draw is the first in which all pairs meet."""
    crossed = [dict(zip(CROSSED, values, strict=True)) for values in itertools.product(*CROSSED.values())]
    wanted = sum(len(FACTORS[a]) * len(FACTORS[b]) for a, b in itertools.combinations(FACTORS, 2))
    for seed in itertools.count():
        dice = random.Random(seed)
        drawn = [cell | dict.fromkeys(PAIRED, "") for cell in crossed]
        for name, values in PAIRED.items():
            column = [values[number % len(values)] for number in range(len(drawn))]
            dice.shuffle(column)
            for cell, value in zip(drawn, column, strict=True):
                cell[name] = value
        if len(pairs(drawn)) == wanted:
            return list(drawn)
    raise AssertionError


def deliver(towns: Path, out: Path, cell: Cell) -> dict[str, Any]:
    """The trees of one cell, by source; run in a process of its own."""
    os.umask(int(cell["umask"], 8))
    year = time.localtime().tm_year
    assert not cell["clock"] or year in (int(cell["clock"][:4]), int(cell["clock"][:4]) + 1), "the clock is not faked"
    if cell["order"] == "backwards":
        _list_backwards()
    trees: dict[str, Any] = {}
    for name, layout in _layouts().items():
        options = Options(
            towns / name / cell["order"],
            out / name,
            as_of=AS_OF,
            references=open_references(layout, sorted((towns / name / REFERENCES).glob("*/out/*/")), Library()),
            parquet=True,
            batch_bytes=int(cell["batch"]),
            bucket_bytes=int(cell["bucket"]),
        )
        result = run(layout, options)
        trees[name] = {"folder": result.folder.name, "code": result.exit_code, "files": tree_of(result.folder)}
    return trees


@cache
def _layouts() -> dict[str, Layout]:
    """Every system and source, by its name."""
    return {"-".join(which): load_layout(Library(), *which) for which in SOURCES}


def _list_backwards() -> None:
    """Folders are listed in the other order, as on another file system."""
    listing, walking = os.listdir, os.scandir

    class Backwards(Iterator[Any]):
        """Entries of a folder, last name first; a pass over them, as the system gives it."""

        def __init__(self, entries: Iterable[Any]) -> None:
            self._left = sorted(entries, key=lambda entry: entry.name)

        def __next__(self) -> Any:
            if not self._left:
                raise StopIteration
            return self._left.pop()

        def __enter__(self) -> "Backwards":
            return self

        def __exit__(self, *_: object) -> None: ...

        def close(self) -> None: ...

    def scandir(*path: Any) -> Any:
        with walking(*path) as found:
            return Backwards(found)

    os.listdir = lambda *path: sorted(listing(*path), reverse=True)  # type: ignore[assignment]
    os.scandir = scandir  # type: ignore[assignment]


def command(cell: Cell) -> list[str]:
    """How the process of a cell is started."""
    faked = ["faketime", "-f", f"@{cell['clock']}"] if cell["clock"] else []
    return [*faked, sys.executable, "-m", "tests.same", "--cell", json.dumps(cell)]


def deliver_apart(cell: Cell, towns: Path) -> Any:
    """The same by a process in the surroundings of the cell; what went wrong as text."""
    variables = {name: value for name, value in cell.items() if name.isupper()}
    with tempfile.TemporaryDirectory(prefix="same-") as out:
        places = {"here": str(Path.cwd()), "inputs": str(towns), "/": "/"}
        surroundings = environment(**variables, FAKETIME_DONT_RESET="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
        told = [*command(cell), str(towns), out]
        ended = subprocess.run(told, env=surroundings, cwd=places[cell["cwd"]], capture_output=True, text=True)
    return json.loads(ended.stdout) if ended.returncode == 0 else ended.stderr


def make_towns(folder: Path, *, rows: int, faults: float) -> None:
    """A town for each source; its files made and dated in one order, and in the other."""
    for name, layout in _layouts().items():
        with_faults = faults if name.endswith("host_fixed") else 0
        made = folder / name / "made"
        made.mkdir(parents=True)
        make_town(layout, rows, 1, with_faults, made)
        references_of(layout, rows, 1, folder / name / REFERENCES)
        for order in CROSSED["order"]:
            target = folder / name / order
            target.mkdir()
            for number, path in enumerate(sorted((made / "in").iterdir(), reverse=order == "backwards")):
                shutil.copyfile(path, target / path.name)
                os.utime(target / path.name, (1e9 - number, 1e9 - number))


def difference(one: Any, other: Any) -> str:
    """Which files differ between two cells."""
    if isinstance(other, str):
        return other[-500:]
    told = []
    for source, tree in one.items():
        if tree != other[source]:
            mine, theirs = tree["files"], other[source]["files"]
            told += [f"{source}/{name}" for name in sorted({*mine, *theirs}) if mine.get(name) != theirs.get(name)]
            told += [f"{source}: {name}" for name in ("folder", "code") if tree[name] != other[source][name]]
    return ", ".join(told)


def main() -> int:
    """The command; 0 = all cells are equal."""
    if sys.argv[1:2] == ["--cell"]:
        print(json.dumps(deliver(Path(sys.argv[3]), Path(sys.argv[4]), json.loads(sys.argv[2]))))
        return 0
    parser = argparse.ArgumentParser(prog="python -m tests.same", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=60, help="residents of the town")
    parser.add_argument("--faults", type=float, default=0.1, help="faults for each resident")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes beside each other")
    given = parser.parse_args()
    if shutil.which("faketime") is None:
        parser.error("faketime is not installed (apt-get install faketime)")
    asked, different = cells(), 0
    with tempfile.TemporaryDirectory(prefix="same-") as folder, ThreadPoolExecutor(given.workers) as pool:
        make_towns(Path(folder), rows=given.rows, faults=given.faults)
        made = pool.map(lambda cell: deliver_apart(cell, Path(folder)), asked)
        first = None
        for number, (cell, trees) in enumerate(zip(asked, made, strict=True), start=1):
            first = trees if first is None else first
            told = difference(first, trees)
            different += bool(told)
            shown = " ".join(f"{name}={value or 'now'}" for name, value in cell.items())
            print(f"{number:>3} {'differs' if told else 'same   '}  {shown}  {told}", flush=True)
    files = sum(len(tree["files"]) for tree in first.values()) if isinstance(first, dict) else 0
    print(f"{len(asked)} cells of {files} files and folders, {len(pairs(asked))} pairs, {different} different")
    return int(different > 0 or not files)


if __name__ == "__main__":
    raise SystemExit(main())
