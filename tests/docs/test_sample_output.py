"""What the two READMEs show of a run is what that run says."""

import re
from io import StringIO
from typing import get_args

import pytest
from rich.console import Console

from migrate.errors import Lang
from migrate.report.summary import Delivered, summary
from tests.towns import ROOT, Towns, juki

PAGES: dict[Lang, str] = {"en": "README.md", "ja": "README.ja.md"}
WIDTH = 125
CHANGES = re.compile(r"build/out|took|所要")
"""Lines with the run folder (its name is that of the definitions, too) and the time."""


def plain(line: str) -> str:
    return " ".join(re.sub("─+", "", line).split())


@pytest.mark.parametrize("lang", get_args(Lang))
def test_the_lines_shown_are_those_of_the_run(lang: Lang, towns: Towns) -> None:
    result = towns.run(2000, seed=1, faults=0.01)
    said = StringIO()
    console = Console(file=said, width=WIDTH)
    for part in summary(result.report, juki(), Delivered(result.folder), lang):
        console.print(part)
    known = {plain(line) for line in said.getvalue().splitlines()}
    page = (ROOT / PAGES[lang]).read_text(encoding="utf-8")
    (shown,) = re.findall(r"(?s)```text\n(.*?)\n```", page)
    lines = [line for line in shown.splitlines() if not CHANGES.search(line) and line.strip() != "…"]
    assert len(lines) > 25
    assert [line for line in lines if plain(line) not in known] == []
