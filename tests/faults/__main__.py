"""Real faults on real runs: what was done, what came of it, and whether the promises held.

    python -m tests.faults [--parts kills,moments,errors,lasting,flips,limits,two,full,read_only]
                           [--scenes accepted,unaccepted] [--every N] [--only REGEX]
                           [--workers N] [--folder DIR] [--log FILE]

Each cell disturbs one ``migrate run`` beside an earlier delivery and looks at what is left: nothing half done under a
final name, the earlier delivery as it was, the right exit code and sentence, no number of the town outside the data
files, nothing written elsewhere, no network. Then the run is repeated and must give the bytes of an undisturbed one.
Needs Linux; ``full`` and ``read_only`` mount a small file system of their own. Exit 1 on any breach.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import parts
from tests.faults.scene import CODES, Scene, make_towns
from tests.towns import ROOT, environment

PARTS = {
    "kills": parts.kills,
    "moments": parts.moments,
    "errors": parts.errors,
    "lasting": parts.lasting,
    "flips": parts.flips,
    "limits": parts.limits,
    "two": parts.two,
    "full": parts.full,
    "read_only": parts.read_only,
}
MOUNTS = {"full", "read_only"}
DISK = "24m"
SHOWN = 10
SEED = 20261001


@dataclass
class Row:
    """What came of one part of one scene."""

    part: str
    scene: str
    steps: int = 0
    cells: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    again: int = 0
    broken: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ends = ", ".join(f"{name} × {count}" for name, count in sorted(self.ends.items()))
        return f"{self.part:<11}{self.scene:<12}{self.cells:>6}{self.again:>9}{len(self.broken):>10}   {ends}"


def share(part: str, scene: str, towns: Path, only: str, every: int, first: int) -> int:
    """The cells of one process, as JSON lines: of those that ``only`` finds, each ``every``-th from ``first``."""

    def pick(cells: list[str]) -> list[str]:
        named = [cell for cell in cells if re.search(only, cell)]
        return random.Random(SEED).sample(named, len(named))[first::every]

    with tempfile.TemporaryDirectory(prefix="faults-", dir=towns.parent) as folder:
        disk = Path(folder) / "disk"
        disk.mkdir()
        if part in MOUNTS:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)], check=True)
        stage = Scene(scene, towns, Path(folder))
        print(json.dumps({"steps": len(stage.steps)}), flush=True)
        for cell in PARTS[part](stage, pick):
            print(json.dumps(asdict(cell)), flush=True)
        stage.close()
        if part in MOUNTS:
            subprocess.run(["umount", str(disk)], check=True)
    return 0


def command(part: str, *arguments: object) -> list[str]:
    """How a process of its own is started; one that mounts sees a file system that nobody else sees."""
    own = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else [])] if part in MOUNTS else []
    return [*own, sys.executable, "-m", "tests.faults", "--share", part, *map(str, arguments)]


def measure(part: str, scene: str, towns: Path, *, only: str, every: int, workers: int) -> Row:
    """One part of one scene, split among processes."""
    row = Row(part, scene)
    shares = [command(part, scene, towns, only, every * workers, every * worker) for worker in range(workers)]

    def ran(shared: list[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(shared, cwd=ROOT, env=environment(), capture_output=True, text=True)

    with ThreadPoolExecutor(workers) as pool:
        for said in pool.map(ran, shares):
            for line in map(json.loads, said.stdout.splitlines()):
                _enter(row, line)
            if said.returncode:
                row.broken.append(f"the process ended with {said.returncode}: {said.stderr[-2000:]}")
    return row


def _enter(row: Row, line: dict[str, object]) -> None:
    if "steps" in line:
        row.steps = int(str(line["steps"]))
        return
    cell = parts.Cell(**line)  # type: ignore[arg-type]
    row.cells += 1
    row.ends[cell.ended] += 1
    row.again += cell.again
    row.log.append(json.dumps({"part": row.part, "scene": row.scene, **line}))
    if cell.complaints:
        row.broken.append(f"{cell.what}: {'; '.join(cell.complaints)}")


def prove(which: Iterable[str], scenes: Sequence[str], *, folder: Path | None, **how: Any) -> list[Row]:
    """All rows, printed as they come."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="faults-", dir=folder) as home:
        make_towns(Path(home) / "towns")
        print(f"{'part':<11}{'scene':<12}{'cells':>6}{'again':>9}{'breaches':>10}   ended", flush=True)
        for part in which:
            for scene in scenes:
                started = time.perf_counter()
                rows.append(measure(part, scene, Path(home) / "towns", **how))
                print(f"{rows[-1]}   {time.perf_counter() - started:.0f} s", flush=True)
                for told in rows[-1].broken[:SHOWN]:
                    print(f"    {told}", flush=True)
    return rows


def main() -> int:
    """The command; 0 = every promise held in every cell."""
    if sys.argv[1:2] == ["--share"]:
        part, scene, towns, only, every, first = sys.argv[2:]
        return share(part, scene, Path(towns), only, int(every), int(first))
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--scenes", default=",".join(CODES))
    parser.add_argument("--every", type=int, default=1, help="only every n-th cell")
    parser.add_argument("--only", default="", help="only cells whose name this expression finds, as in a breach told")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes beside each other")
    parser.add_argument("--folder", type=Path, help="where the runs write (default: the temporary folder)")
    parser.add_argument("--log", type=Path, help="a file for what came of each cell, one JSON line each")
    given = parser.parse_args()
    how = {"only": given.only, "every": given.every, "workers": given.workers}
    rows = prove(given.parts.split(","), given.scenes.split(","), folder=given.folder, **how)
    if given.log:
        given.log.write_text("".join(f"{line}\n" for row in rows for line in row.log), encoding="utf-8")
    broken = sum(len(row.broken) for row in rows)
    print(f"{sum(row.cells for row in rows)} cells, {sum(row.again for row in rows)} run again, {broken} breaches")
    seen = any if given.only or given.every > 1 else all
    return int(broken > 0 or not seen(row.cells for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
