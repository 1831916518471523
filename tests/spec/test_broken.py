"""Each file in ``tests/broken`` is one file of the tiny system, broken; comments name the errors of their line."""

import re
from pathlib import Path

import pytest

from migrate.errors import catalogue
from tests.spec.tiny_system import copy_to, path_of, problems

BROKEN = Path(__file__).parents[1] / "broken"
MARK = re.compile(r"# ((?:D-[A-Z-]+ ?)+)\"?$")
CASES = sorted(path.name for path in BROKEN.iterdir())
ELSEWHERE = {
    "D-CSV-SIZE", "D-CSV-UTF8", "D-YAML-SIZE", "D-YAML-UTF8", "D-YAML-CHARACTER", "D-YAML-DEPTH",  # test_hostile
    "D-PATH-NAME", "D-PATH-OUTSIDE", "D-PATH-KIND", "D-FILE-READ",  # test_library
    "D-SRC-ERAS", "D-SRC-UNREAD", "D-MAP-UNUSED", "D-NAME-FILE", "D-NAME-TABLE",  # test_semantics
    "D-GAIJI-AREA", "D-GAIJI-ENCODINGS", "D-GAIJI-MANY",  # test_semantics, too
    "D-GAIJI-PRIVATE", "D-REDUCE-ALL", "D-REDUCE-TEXT", "D-REDUCE-TO", "D-REDUCE-DECIDED",
    "D-PLACE-DIGIT",  # test_municipalities
    "D-PROFILE-LETTERS",  # test_reductions, cli/test_gaiji
}  # fmt: skip
"""Errors that no comment can stand beside."""


def expected(text: str) -> list[tuple[int, str]]:
    lines = enumerate(text.split("\n"), start=1)
    return sorted((n, code) for n, line in lines if (found := MARK.search(line)) for code in found[1].split())


@pytest.mark.parametrize("case", CASES)
def test_every_problem_is_found_at_its_line_and_no_other(case: str, tmp_path: Path) -> None:
    raw = (BROKEN / case).read_bytes()
    project = copy_to(tmp_path)
    path = path_of(case.partition(".")[2])
    (project / path).write_bytes(raw)
    found = problems(project)
    assert {problem.file for problem in found} == {path.as_posix()}
    assert sorted((problem.line or 0, problem.code) for problem in found) == expected(raw.decode())


def test_every_definition_error_has_a_broken_file() -> None:
    tried = {code for case in CASES for _, code in expected((BROKEN / case).read_text(encoding="utf-8"))}
    definition = {code for code in catalogue() if code.startswith("D-") and not code.startswith("D-WORD-")}
    assert definition - tried - ELSEWHERE == set()


def test_the_tiny_system_itself_is_in_order(tmp_path: Path) -> None:
    assert problems(copy_to(tmp_path)) == ()
