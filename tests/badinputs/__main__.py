"""How the tool fares with the nasty files: both sub-scores per seed and size.

    python -m tests.badinputs [--seeds 1,2,3,4,5] [--records 20,200,2000] [--tools DIR]

Makes the cases in a temporary folder and runs every one through ``adapter.py``; exit 1 unless all are handled.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.towns import ROOT, environment

TOOLS = Path(__file__).parent / "vendored"
OPTIONS = (
    "--file {file} --format {format} --encoding {encoding} --terminator {terminator} --out {out} {ctlopt} {twinopt}"
)
WORKERS = os.cpu_count() or 1


@dataclass(frozen=True)
class Score:
    """What became of every case of one seed and size."""

    seed: int
    records: int
    cases: tuple[dict[str, Any], ...]

    @property
    def failed(self) -> list[dict[str, Any]]:
        """Cases that were not handled."""
        return [case for case in self.cases if case["errors"]]

    @property
    def processed(self) -> tuple[int, int]:
        """Handled, and all, of the cases that may not be refused."""
        return self._count([case for case in self.cases if "refuse_file" not in case["allowed"]])

    @property
    def caught(self) -> tuple[int, int]:
        """Handled, and all, of the cases that may not be accepted."""
        return self._count([case for case in self.cases if "accept" not in case["allowed"]])

    @staticmethod
    def _count(cases: list[dict[str, Any]]) -> tuple[int, int]:
        return sum(not case["errors"] for case in cases), len(cases)

    def __str__(self) -> str:
        (done, all_done), (caught, all_caught) = self.processed, self.caught
        whole = f"{len(self.cases) - len(self.failed)}/{len(self.cases)}"
        must = f"must be processed {done}/{all_done}, must be caught {caught}/{all_caught}"
        return f"seed {self.seed}, {self.records} records: {must}, handled {whole}"


def make_cases(folder: Path, seed: int, records: int, tools: Path = TOOLS) -> Path:
    """The cases of one seed and size, below ``folder``."""
    cases = folder / f"{seed}-{records}"
    told = ("--out", str(cases), "--seed", str(seed), "--records", str(records))
    made = [sys.executable, str(tools / "make_badinputs.py"), *told]
    subprocess.run(made, check=True, env=environment(), stdout=subprocess.DEVNULL)
    return cases


def score(cases: Path, tools: Path = TOOLS, *, workers: int = WORKERS) -> Score:
    """Run the cases, split among ``workers`` runners."""
    manifest = json.loads((cases / "manifest.json").read_bytes())
    names = [case["id"] for case in manifest["cases"]]
    with ThreadPoolExecutor(workers) as pool:
        parts = [names[first::workers] for first in range(min(workers, len(names)))]
        ran = [case for part in pool.map(lambda part: _run(cases, part, tools), parts) for case in part]
    return Score(manifest["seed"], manifest["records"], tuple(sorted(ran, key=lambda case: names.index(case["id"]))))


def _run(cases: Path, names: Sequence[str], tools: Path) -> list[dict[str, Any]]:
    """Some of the cases through one runner: what it says of each."""
    report = cases / f"report-{names[0]}.json"
    adapter = f"{shlex.quote(sys.executable)} -m tests.badinputs.adapter {OPTIONS} {{ctlopt}} {{twinopt}}"
    told = ("--cases", str(cases), "--only", ",".join(names), "--json", str(report), "--adapter", adapter)
    command = [sys.executable, str(tools / "run_badinputs.py"), *told]
    ran = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)
    if not report.is_file():
        raise RuntimeError(ran.stderr)
    found: list[dict[str, Any]] = json.loads(report.read_bytes())
    return found


def main() -> int:
    """Every seed and size asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.badinputs", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--records", default="20,200,2000")
    parser.add_argument("--tools", type=Path, default=TOOLS, help="folder of make_badinputs.py and run_badinputs.py")
    given = parser.parse_args()
    failed = 0
    for records in map(int, given.records.split(",")):
        for seed in map(int, given.seeds.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                found = score(make_cases(Path(folder), seed, records, given.tools), given.tools)
            print(found, flush=True)
            for case in found.failed:
                print(f"  {case['id']}: {case['verdict']}, exit {case['rc']}: {'; '.join(case['errors'])}")
            failed += len(found.failed)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
