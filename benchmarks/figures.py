"""What was measured, as figures and as lines to read."""

import os
import platform
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.measure import Measured

MIB, GIB = 1 << 20, 1 << 30
RESULTS = Path(__file__).with_name("RESULTS.md")


@dataclass
class Figures:
    """All repetitions of one town. ``stages`` are the runs' own timings."""

    residents: int
    faults: float
    source_bytes: int
    records: int
    rows: int
    tool: list[Measured] = field(default_factory=list)
    floor: list[Measured] = field(default_factory=list)
    plain: list[Measured] = field(default_factory=list)
    bare: list[Measured] = field(default_factory=list)
    bare_cleanse: list[float] = field(default_factory=list)
    stages: list[Mapping[str, float]] = field(default_factory=list)
    python: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One figure beside its target; ``met`` is None where there is no target."""

    what: str
    figure: str
    target: str = ""
    met: bool | None = None


def machine() -> str:
    """CPU, cores, date and versions; nothing that names the machine."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("polars", "numpy", "pyarrow", "jaconv"))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_cpu()}, {os.cpu_count()} cores, {platform.system()}; {date.today().isoformat()}; {python}, {libraries}"


def command(asked: Namespace) -> str:
    """The command with every option that changes what is measured; folders of this machine are left out."""
    flags = [f"--{name}" for name in ("scale", "profile", "write") if getattr(asked, name)]
    sizes = [f"--{name} {getattr(asked, name)}" for name in ("rows", "faults", "repeat")]
    if asked.plain_repeat is not None:
        sizes.append(f"--plain-repeat {asked.plain_repeat}")
    return " ".join(["python -m benchmarks.bench", *sizes, *flags])


def load() -> str:
    """How busy the machine is, as the system says (1 minute)."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def seconds_of(runs: Sequence[Measured]) -> float:
    """Median wall-clock seconds."""
    return median(run.seconds for run in runs)


def peak_of(runs: Sequence[Measured]) -> int:
    """Greatest peak, in bytes."""
    return max(run.peak for run in runs)


def lines(figures: Figures) -> Iterator[Line]:
    """The figures of one town."""
    tool, floor, plain = (seconds_of(runs) for runs in (figures.tool, figures.floor, figures.plain))
    rate = figures.source_bytes / tool / 1e6
    yield Line("`migrate run`, everything on", f"{tool:.2f} s ({_spread(figures.tool)})")
    yield Line("floor: Polars `scan_csv → sink_csv`", f"{floor:.2f} s ({_spread(figures.floor)})")
    yield Line("plain Python script", f"{plain:.1f} s ({_spread(figures.plain)})")
    if figures.bare:
        bare = seconds_of(figures.bare) - median(figures.bare_cleanse)
        yield Line("without declared checks", f"{seconds_of(figures.bare):.2f} s ({_spread(figures.bare)})")
        yield Line("without them and the stage *cleanse*", f"{bare:.2f} s")
        yield Line("÷ that", f"{tool / bare:.2f}", "≤ 1.5", tool / bare <= 1.5)
    yield Line("÷ floor", f"{tool / floor:.2f}", "≤ 3.0", tool / floor <= 3.0)
    yield Line("times as fast as the plain script", f"{plain / tool:.1f}", "≥ 10", plain / tool >= 10)
    yield Line("source MB/s (10⁶ bytes)", f"{rate:.0f}", "≥ 100, aim 150", rate >= 100)
    yield Line("records read/s", f"{figures.records / tool:,.0f}")
    yield Line("rows delivered/s", f"{figures.rows / tool:,.0f}")
    peak = peak_of(figures.tool)
    yield Line("peak RSS, all processes", f"{peak / MIB:,.0f} MiB", "≤ 1 GiB", peak <= GIB)
    yield Line("peak RSS of the plain script", f"{peak_of(figures.plain) / MIB:,.0f} MiB")
    yield Line("CPU seconds ÷ wall-clock", f"{median(run.cpu / run.seconds for run in figures.tool):.2f}")
    if figures.python:
        share = figures.python["python"] / figures.python["run"]
        yield Line("Python in the thread that has most of it, at most", f"{share:.0%}")


def stage_lines(figures: Figures) -> Iterator[Line]:
    """Median seconds of each stage as ``timings.json`` has them, the longest first."""
    names = dict.fromkeys(name for stages in figures.stages for name in stages)
    medians = {name: median(stages.get(name, 0.0) for stages in figures.stages) for name in names}
    total = seconds_of(figures.tool)
    for name, seconds in sorted(medians.items(), key=lambda item: -item[1]):
        yield Line(name, f"{seconds:.2f} s", f"{seconds / total:.0%}")


def scale_lines(small: Figures, large: Figures) -> Iterator[Line]:
    """Four times the residents against the first town."""
    memory = peak_of(large.tool) / peak_of(small.tool)
    time = seconds_of(large.tool) / seconds_of(small.tool)
    yield Line(f"{large.residents:,} residents: seconds", f"{seconds_of(large.tool):.2f}")
    yield Line(f"{large.residents:,} residents: peak RSS", f"{peak_of(large.tool) / MIB:,.0f} MiB")
    yield Line(f"seconds, × those of {small.residents:,}", f"{time:.2f}", "≤ 4.4", time <= 4.4)
    yield Line(f"peak RSS, × that of {small.residents:,}", f"{memory:.2f}", "≤ 1.1", memory <= 1.1)


def _spread(runs: Sequence[Measured]) -> str:
    if len(runs) == 1:
        return "one run"
    seconds = [run.seconds for run in runs]
    return f"{min(seconds):.2f}–{max(seconds):.2f}, {len(runs)} runs"


def shown(found: Sequence[Line]) -> Iterator[str]:
    """Lines for a terminal."""
    for line in found:
        verdict = {True: "met", False: "MISSED", None: ""}[line.met]
        yield f"  {line.what:<44}{line.figure:>28}  {line.target:<16}{verdict}".rstrip()


def markdown(found: Sequence[Line], *, columns: tuple[str, str, str]) -> Iterator[str]:
    """Lines as a table."""
    judged = any(line.met is not None for line in found)
    heads = [*columns, *([""] if judged else [])]
    yield f"| {' | '.join(heads)} |"
    yield "|".join(["", *["---"] * len(heads), ""])
    for line in found:
        verdict = {True: "met", False: "**missed**", None: ""}[line.met]
        cells = [line.what, line.figure, line.target, *([verdict] if judged else [])]
        yield f"| {' | '.join(cells)} |"
