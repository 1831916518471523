"""The benchmark itself: what it measures, and what it says about the machine."""

import re
import sys
from pathlib import Path

import pytest

from benchmarks import bench, figures
from benchmarks.bare import write_project
from benchmarks.figures import Figures
from benchmarks.measure import Measured, RunFailed, measure
from migrate.plan import word_problems
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from tests.towns import juki

MIB = 1 << 20


def _figures(residents: int, seconds: float, peak: int) -> Figures:
    made = Figures(residents, 0.01, 1_300_000_000, 1_000_000, 900_000)
    made.tool = [Measured(seconds, seconds, peak)]
    made.floor, made.plain = [Measured(4.0, 5.0, MIB)], [Measured(100.0, 100.0, MIB)]
    made.stages = [{"map": 2.0}]
    made.python = {"python": 1.0, "native": 6.0, "waiting": 3.0, "run": 10.0}
    return made


def test_a_process_is_measured_with_its_children() -> None:
    child = "bytearray(b'x' * 60_000_000); import time; time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    measured = measure(["-c", parent])
    assert measured.seconds > 0.4
    if sys.platform == "linux":
        assert measured.peak > 60 * MIB


def test_a_failed_process_is_no_figure() -> None:
    with pytest.raises(RunFailed, match="exit 3"):
        measure(["-c", "raise SystemExit(3)"])


def test_targets_are_judged_and_misses_are_stated() -> None:
    found = {line.what: line for line in figures.lines(_figures(200_000, 13.0, 900 * MIB))}
    assert found["÷ floor"].met is False
    assert found["source MB/s (10⁶ bytes)"].met is True
    assert found["peak RSS, all processes"].met is True
    assert found["Python in the thread that has most of it, at most"].figure == "10%"
    text = bench.results("CPU, 2 cores", "python -m benchmarks.bench", "a town", list(found.values()), [])
    assert "Missed: ÷ floor; times as fast as the plain script." in text


def test_the_standard_set_is_held_against_a_run_without_it(tmp_path: Path) -> None:
    made = _figures(200_000, 13.0, MIB)
    made.bare, made.bare_cleanse = [Measured(9.0, 9.0, MIB)], [1.0]
    found = {line.what: line for line in figures.lines(made)}
    assert (found["÷ that"].figure, found["÷ that"].met) == ("1.62", False)
    write_project(tmp_path / "bare")
    layout = load_layout(Library(tmp_path / "bare"), "juki", "host_fixed", words=word_problems)
    assert layout.rules == juki().rules
    declared = [*layout.system.checks, *(check for table in layout.tables.values() for check in table.checks)]
    assert declared == []
    assert layout.tables.keys() == juki().tables.keys()


def test_memory_that_grows_with_rows_misses() -> None:
    small, large = _figures(200_000, 10.0, 500 * MIB), _figures(800_000, 43.0, 600 * MIB)
    met = [line.met for line in figures.scale_lines(small, large)]
    assert met == [None, None, True, False]


def test_nothing_that_names_the_machine_is_written() -> None:
    asked = bench.arguments(["--rows", "300", "--work", "/some/where", "--write"])
    assert "/some/where" not in figures.command(asked)
    assert "--rows 300" in figures.command(asked)


def test_the_written_results_hold_no_path() -> None:
    if figures.RESULTS.exists():
        assert re.search(r"(^|[\s`])/\w", figures.RESULTS.read_text(encoding="utf-8")) is None
