"""``docs/rehearsal-json.md`` says what compare, match, delta and gate write: every key, and no other."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from migrate.io.sealed import TYPES
from migrate.rehearsal.compare import compare
from migrate.rehearsal.delta import make_delta
from migrate.rehearsal.explained import Explanation
from migrate.rehearsal.gates import Known, judge_gates
from migrate.rehearsal.match import match
from migrate.rehearsal.sealed import SealedRun
from migrate.spec.project import Project
from tests.docs.test_pages import ROW, walk
from tests.towns import ROOT, Towns, juki

KINDS: Mapping[str, tuple[type, ...]] = {
    **TYPES,
    "seconds or null": (float, int, type(None)),
    "seconds or number": (float, int),
    "number or yes/no": (int, bool),
}
WAIVERS = [
    {"gate": "error", "reason": "確認済み", "person": "課長", "until": "2027-03-31"},
    {"gate": "alert", "reason": "確認済み", "person": "課長", "until": "2020-03-31"},
]
GO = {"findings": [{"severity": "error"}, {"severity": "alert"}], "quarantined": "0", "waivers": WAIVERS}


def documented(command: str) -> dict[str, str]:
    """Type by key of one chapter."""
    page = (ROOT / "docs" / "rehearsal-json.md").read_text(encoding="utf-8")
    chapters = {part.partition("\n")[0]: part for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]}
    return {key: told.strip() for key, told in ROW.findall(chapters[command]) if key != "key"}


def documents(command: str, first: SealedRun, second: SealedRun, folder: Path) -> list[dict[str, Any]]:
    """What a command writes of a town without faults and the same one with faults."""
    if command == "compare":
        return [compare(one, other, juki(), references=3) for one, other in ((first, second), (second, first))]
    if command == "delta":
        return [make_delta(first, first, juki(), folder)[1]]
    if command == "gate":
        project = Project.model_validate({"municipality": "町", "layout": "juki", "go": GO, "window_minutes": "60"})
        return [judge_gates(second, project, juki(), Known(None, None))]
    shutil.copytree(first.folder / "standard", folder / "export")
    (folder / "export" / "memo.txt").write_text("-", encoding="utf-8")
    return [match(first, folder / "export", juki(), {("kojin_bango", "missing"): Explanation("別に渡す", "課長")})]


@pytest.mark.parametrize("command", ["compare", "match", "delta", "gate"])
def test_every_key_is_documented_and_no_other(command: str, towns: Towns, tmp_path: Path) -> None:
    known = documented(command)
    clean, faulty = SealedRun.open(towns.run(60).folder), SealedRun.open(towns.run(60, 1, 1.0).folder)
    found = set()
    told = documents(command, clean, faulty, tmp_path)
    for key, value in (pair for document in told for pair in walk(document, known)):
        assert key in known, key
        assert type(value) in KINDS[known[key]], (key, value)
        found.add(key)
    assert set(known) - found == set()
