"""The nasty files, one seed of them, and the definition files that mean harm."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from migrate.cli import main
from tests.badinputs.__main__ import make_cases, score
from tests.badinputs.adapter import PROJECT

FIXED = "layouts/resident6/sources/fixed/resident.yaml"
TABLE = "layouts/resident6/resident.yaml"
PROFILE = "layouts/profiles/kihon-data-list.yaml"
RECORD = "file: resident\nja: x\nformat: fixed\nrecord: {{length: {length}, terminator: crlf}}\nfields:\n{fields}"


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cases(tmp_path_factory.mktemp("badinputs"), 1, 200)


@pytest.mark.slow
def test_every_file_is_processed_or_caught(cases: Path) -> None:
    found = score(cases)
    assert [(case["id"], case["verdict"], case["errors"]) for case in found.failed] == []
    assert (found.processed, found.caught, len(found.cases)) == ((29, 29), (34, 34), 58)


Check: TypeAlias = Callable[[str, str], tuple[int, str]]


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    """``migrate check`` of the project with other text in place of one file: exit code and what was said."""

    def run(path: str, text: str) -> tuple[int, str]:
        project = Path(shutil.copytree(PROJECT, tmp_path / "a" / "b" / "c" / "d" / "project"))
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
        before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
        monkeypatch.chdir(project)
        code = main(["check", "--project", ".", "--layout", "resident6", "--lang", "en"])
        said = capsys.readouterr().err
        assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
        assert "Traceback" not in said
        return code, said

    return run


HOSTILE = 8
"""Definition files among the cases."""


def test_no_hostile_definition_is_passed_over(cases: Path) -> None:
    assert len(list((cases / "layouts").iterdir())) == HOSTILE


@pytest.mark.parametrize("number", range(HOSTILE))
def test_a_hostile_definition_is_refused_with_its_place(cases: Path, check: Check, number: int) -> None:
    hostile = sorted((cases / "layouts").iterdir())[number]
    code, said = check(FIXED, hostile.read_text(encoding="utf-8"))
    assert code == 2
    assert f"{FIXED}:1:" in said


def field(name: str, at: int, width: int, more: str = "") -> str:
    return f"  - {{name: {name}, at: {at}, width: {width}{more}}}\n"


def in_project(path: str, change: Callable[[str], str]) -> str:
    return change((PROJECT / path).read_text(encoding="utf-8"))


TRANSLATED = {
    "overlap": (FIXED, RECORD.format(length=20, fields=field("a", 1, 12) + field("b", 11, 10)), "D-SRC-OVERLAP"),
    "beyond": (FIXED, RECORD.format(length=10, fields=field("a", 1, 5) + field("b", 6, 6)), "D-SRC-LENGTH"),
    "before": (FIXED, RECORD.format(length=10, fields=field("a", -1, 3) + field("b", 4, 7)), "D-VALUE-COUNT"),
    "twice": (FIXED, RECORD.format(length=9, fields=field("a", 1, 9, ", width: 1")), "D-YAML-DUPLICATE"),
    "bomb": (
        FIXED,
        RECORD.format(
            length=126,
            fields=field("a", 1, 126, ", occurs: {times: 99999999, width: 1, fields: [{name: b, at: 1, width: 1}]}"),
        ),
        "D-SRC-OCCURS",
    ),
    "traversal": (
        PROFILE,
        "profile: kihon-data-list\nja: x\ngrade: model\nsource: x\nencoding: utf-8\ndelimiter: ','\nquote: necessary\n"
        "header: romaji\nnewline: lf\nfile_name: ../../../../{table}.csv\ndate: YYYY-MM-DD\nunknown_date: empty\n"
        "open_start: ''\nopen_end: ''\n",
        "D-PROFILE-FILE",
    ),
}


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_same_in_the_words_of_this_project(check: Check, name: str) -> None:
    path, text, wanted = TRANSLATED[name]
    began = time.process_time()
    code, said = check(path, text)
    assert (code, wanted in said, f"{path}:" in said) == (2, True, True), said
    assert time.process_time() - began < 20


def test_a_pattern_that_takes_for_ever_elsewhere_does_not_here() -> None:
    import polars as pl

    from migrate.vocab.checks.text import matches

    began = time.process_time()
    cell = pl.DataFrame({"a": ["a" * 30 + "b"]})
    assert cell.select(matches(pl.col("a"), pattern="(a+)+")).item() is False
    assert time.process_time() - began < 1
