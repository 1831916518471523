"""``migrate check`` refuses a regular expression that is huge or none, at its line; the others end in linear time."""

import time
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Command, Said
from tests.towns import ROOT

TABLE = Path("layouts/kotei/tochi.yaml")
KNOWN = 'pattern: "[0-9]+"'
PATTERNS = {
    "huge": "(" + "|".join(f"a{n}" for n in range(40_000)) + ")",
    "huge when compiled": "((a{100}){100}){100}",
    "look-around": "(?=a)b",
    "back reference": r"(a)\1",
    "not closed": "(a",
    "closed too early": "a)|(b",
    "ends in a comment": "(?x)a # b",
}


def checked(command: Command, project: Path, pattern: str) -> tuple[Said, int]:
    """What is said of a project whose parcels have this pattern in a check, and at which line it stands."""
    before, _, after = (ROOT / TABLE).read_text(encoding="utf-8").partition(KNOWN)
    path = project / TABLE
    path.parent.mkdir(parents=True)
    path.write_text(f"{before}pattern: '{pattern}'{after}", encoding="utf-8")
    (project / "migrate.yaml").write_text("municipality: 見本\nlayout: kotei\nsource: host_fixed\n", encoding="utf-8")
    return command("check", "--project", project, "--layout", "kotei", "--lang", "en"), before.count("\n") + 1


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_that_is_huge_or_none_is_refused_at_its_line(name: str, command: Command, tmp_path: Path) -> None:
    start = time.process_time()
    said, line = checked(command, tmp_path, PATTERNS[name])
    assert time.process_time() - start < 5
    assert (said.code, said.out) == (2, "")
    assert f"{TABLE.name}:{line}:" in said.err
    assert "D-WORD-VALUE" in said.err
    assert len(said.err) < 1000, "the pattern is not told whole"


def test_a_pattern_that_other_engines_never_end_with_is_linear(command: Command, tmp_path: Path) -> None:
    said, _ = checked(command, tmp_path, "^(a+)+$")
    assert said.code == 0, said.err
    start = time.process_time()
    assert pl.Series(["a" * 100_000 + "b"]).str.contains("^(a+)+$").to_list() == [False]
    assert time.process_time() - start < 1
