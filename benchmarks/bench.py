"""Time and memory of a whole run, against the floor and against a plain script, measured in the same run.

    python -m benchmarks.bench [--rows 200000] [--repeat 5] [--scale] [--profile] [--write]

First the results of the tool and of the plain script are compared: tables byte for byte, findings by count. Only then
are figures printed. Each measured run is a fresh process that writes into a fresh folder; seconds are from start to
exit, the page cache is warm. The three take turns, so that what disturbs one disturbs all.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import agree, figures
from benchmarks.bare import write_project
from benchmarks.figures import Figures, Line
from benchmarks.measure import ROOT, Measured, measure

RUN = "import sys; from migrate.cli import main; sys.exit(main())"
WORK = ROOT / "build" / "bench"
SEED = 1
VERDICTS = (0, 1)
"""Exit codes of a run that came to its end: 合格 or 条件付合格, 不合格."""
SCALE = 4


class Differs(Exception):
    """The tool and the plain script do not agree; one line for each difference."""


@dataclass(frozen=True)
class Town:
    """A delivery on disk, and room for results beside it."""

    folder: Path

    @property
    def inputs(self) -> Path:
        """The legacy files."""
        return self.folder / "in"

    @property
    def bytes(self) -> int:
        """Size of the legacy files."""
        return sum(path.stat().st_size for path in self.inputs.iterdir())

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """A folder that is not there yet, and not there any more afterwards."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="out-") as parent:
            yield Path(parent) / "out"


def town(work: Path, rows: int, faults: float) -> Town:
    """The town of these arguments, made if it is not there."""
    folder = work / f"juki-{rows}-{faults:g}-{SEED}"
    if not (folder / "truth.json").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"making a town of {rows:,} residents …", file=sys.stderr)
        layout = ["--layout", "juki", "--source", "host_fixed"]
        wanted = ["--rows", str(rows), "--seed", str(SEED), "--faults", str(faults)]
        measure(["-c", RUN, "synth", *layout, *wanted, "--out", folder])
    return Town(folder)


def run_arguments(place: Town, out: Path) -> list[str | Path]:
    """``migrate run`` with default options."""
    return ["run", "--layout", "juki", "--source", "host_fixed", "--input", place.inputs, "--out", out]


def run_tool(place: Town, out: Path, *, project: Path | None = None) -> tuple[Measured, Path]:
    """One measured run, and its folder."""
    given: list[str | Path] = ["--project", project] if project else []
    measured = measure(["-c", RUN, *run_arguments(place, out), *given], accept=VERDICTS)
    (folder,) = [path.parent for path in out.glob("*/manifest.json")]
    return measured, folder


def run_plain(place: Town, out: Path) -> Measured:
    """One measured run of the plain script."""
    return measure(["-m", "benchmarks.plain", "--input", place.inputs, "--out", out])


def compare(run: Path, plain: Path) -> None:
    """Differs where tables or counts are not the same."""
    differences = [*agree.tables_that_differ(run, plain), *agree.counts_that_differ(run, plain)]
    if differences:
        raise Differs(differences)


def measure_town(place: Town, rows: int, faults: float, repeat: int, plain_repeat: int) -> Figures:
    """Compare, then measure the three in turn. The plain run that is compared is its first measured one."""
    with place.fresh() as out, place.fresh() as plain_out, place.fresh() as prepared, place.fresh() as bare:
        _, folder = run_tool(place, out)
        plain = run_plain(place, plain_out)
        compare(folder, plain_out)
        figures_ = new_figures(place, rows, faults, folder)
        figures_.plain.append(plain)
        measure(["-m", "benchmarks.floor", "--prepare", prepared, "--input", place.inputs])
        files = [*sorted(prepared.glob("*.csv")), *agree.delivered(folder).values()]
        write_project(bare)
        for number in range(repeat):
            take_tool(place, figures_)
            with place.fresh() as out:
                without, folder = run_tool(place, out, project=bare)
                figures_.bare.append(without)
                figures_.bare_cleanse.append(stages_of(folder)["cleanse"])
            with place.fresh() as floor_out:
                figures_.floor.append(measure(["-m", "benchmarks.floor", "--pass", floor_out, *files]))
            if number + 1 < plain_repeat:
                with place.fresh() as again:
                    figures_.plain.append(run_plain(place, again))
    return figures_


def new_figures(place: Town, rows: int, faults: float, folder: Path) -> Figures:
    """No repetition yet; sizes from ``run.json``."""
    report = json.loads((folder / "run.json").read_bytes())
    records = sum(entry["records"] for entry in report["inputs"])
    return Figures(rows, faults, place.bytes, records, sum(table["written"] for table in report["tables"]))


def take_tool(place: Town, into: Figures) -> None:
    """One more repetition of the tool."""
    with place.fresh() as out:
        measured, folder = run_tool(place, out)
        into.tool.append(measured)
        into.stages.append(stages_of(folder))


def stages_of(folder: Path) -> dict[str, float]:
    """The run's own timings."""
    found: dict[str, float] = json.loads((folder / "timings.json").read_bytes())["timings"]["seconds"]
    return found


def watch(place: Town, how: str) -> dict[str, float]:
    """What ``benchmarks.where`` finds in one more run, which is not timed."""
    with place.fresh() as out, tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        measure(["-m", "benchmarks.where", how, report, *run_arguments(place, out)], accept=VERDICTS)
        found: dict[str, float] = json.loads(report.read_bytes())
    return found


def scale(work: Path, small: Figures, faults: float, repeat: int) -> list[Line]:
    """The tool alone on a town four times as large."""
    place = town(work, small.residents * SCALE, faults)
    with place.fresh() as out:
        _, folder = run_tool(place, out)
        large = new_figures(place, small.residents * SCALE, faults, folder)
    for _ in range(repeat):
        take_tool(place, large)
    return list(figures.scale_lines(small, large))


NOTES = """\
* Both results are compared before anything is timed: every table byte for byte, every finding by rule, table and item.
  The plain script knows the rules of juki and those that findings of such a town come of, no others: it trusts names,
  lengths, headers and trailers (`F-…`), and has none for delimited text, lunar dates, selectors, private use characters
  or a repertoire. It does less than a run: no place of a finding, no withheld values, no totals of both sides, no
  hashes, no reading back.
* Each run is a fresh process that writes into a fresh folder. Seconds are wall-clock from start to exit, imports
  included; median, with the least and the most. The page cache is warm, and bytecode stands ready as an installer
  leaves it: what is compared has been run. The three take turns.
* The floor reads the inputs, already trimmed and in UTF-8, and the published tables, and writes both again.
* Without the standard set: the same run with no declared check of juki, less its stage *cleanse* (without cleansing
  nearly every value would fail by its width). The checks that follow from the items and all books stay. The stage goes
  on beside others, so that taking it off whole makes the set look dearer than it is.
* Peak RSS: all processes together every 20 ms, or what the system counted for the largest, whichever is more.
* Python: own time of Python functions under cProfile, in the thread that has most, ÷ the run. An upper bound: the
  profiler's cost and array operators are in it.
"""


def results(first: str, asked: str, about: str, found: list[Line], stages: list[Line]) -> str:
    """RESULTS.md."""
    missed = [line.what for line in found if line.met is False]
    said = f"Missed: {'; '.join(missed)}." if missed else "Every target is met."
    table = "\n".join(figures.markdown(found, columns=("", "figure", "target")))
    costs = "\n".join(figures.markdown(stages, columns=("stage", "seconds", "share")))
    return (
        f"# Results\n\nWritten by `{asked}`.\n\n{first}\n\n{about}\n\n{said}\n\n{table}\n\n"
        f"## Cost of each stage\n\nWall-clock of the thread that does it. Reading, mapping and cleansing, checks, and "
        f"the work on key\nbuckets go on beside each other, so that all together are more than the run; *waiting* is "
        f"for threads that\nstage, check or write. The start is under no stage.\n\n{costs}\n\n"
        f"## How it is measured\n\n{NOTES}"
    )


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000, help="residents (default 200000: about 1.3 GB)")
    parser.add_argument("--faults", type=float, default=0.01, help="faults for each resident (default 0.01)")
    parser.add_argument("--repeat", type=int, default=5, help="measured runs of each (default 5)")
    parser.add_argument("--plain-repeat", type=int, help="measured runs of the plain script (default as --repeat)")
    parser.add_argument("--scale", action="store_true", help="also a town four times as large")
    parser.add_argument("--profile", action="store_true", help="also print where the threads are, by samples")
    parser.add_argument("--write", action="store_true", help="update benchmarks/RESULTS.md")
    parser.add_argument("--work", type=Path, default=WORK, help="where towns are kept (default build/bench)")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """The command; 1 where the results do not agree."""
    asked = arguments(given)
    first = figures.machine()
    line = figures.command(asked)
    print(f"{first}; {line}", flush=True)
    busy = figures.load()
    place = town(asked.work, asked.rows, asked.faults)
    try:
        measured = measure_town(place, asked.rows, asked.faults, asked.repeat, asked.plain_repeat or asked.repeat)
    except Differs as differs:
        print("the plain script and the tool do not agree:", *differs.args[0], sep="\n  ")
        return 1
    measured.python = watch(place, "profile")
    found = list(figures.lines(measured))
    if asked.scale:
        found += scale(asked.work, measured, asked.faults, asked.repeat)
    stages = list(figures.stage_lines(measured))
    about = (
        f"{measured.residents:,} residents, faults {measured.faults:g} for each, "
        f"{measured.source_bytes / 1e6:,.0f} MB in {measured.records:,} records, {measured.rows:,} rows delivered; "
        f"load average {busy} before and {figures.load()} after (a run makes about 2)"
    )
    print(f"{about}; tables and counts agree; page cache warm", *figures.shown(found), "stages", sep="\n")
    print(*figures.shown(stages), sep="\n")
    if asked.profile:
        print("samples: share of the run, by thread and place")
        print(*(f"  {share:>6.1%}  {where}" for where, share in watch(place, "samples").items()), sep="\n")
    if asked.write:
        figures.RESULTS.write_text(results(first, line, about, found, stages), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
