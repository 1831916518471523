"""``docs/report-json.md`` says what ``report.json`` holds, and no more."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrate.io.sealed import TYPES
from migrate.pipeline import Options, run
from migrate.rehearsal.later import later_of
from migrate.rehearsal.sealed import SealedRun
from migrate.report.document import SCHEMA, document
from migrate.report.model import Evidence, model_of
from tests.docs.test_pages import ROW, one_correction, walk
from tests.layouts.atena import deliver
from tests.towns import ROOT, Towns, juki, layout_of

PAGE = (ROOT / "docs" / "report-json.md").read_text(encoding="utf-8")
TABLES = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| [^|]+ \| ((?:`[^`]+`(?:, )?)+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def written(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Reports of runs that have all kinds of things to tell."""
    folder = tmp_path_factory.mktemp("reports")
    inputs = folder / "in"
    shutil.copytree(towns.town(60).inputs, inputs)
    (inputs / "SETAI.DAT").write_bytes(b"?")
    (inputs / "NOTES.XLS").write_bytes(b"?")
    refused = run(juki(), Options(inputs, folder / "out"))
    given = towns.references(layout_of("kotei"), 40)[:1]
    other = run(layout_of("jutogai"), Options(deliver(folder / "a"), folder / "out", references=given))
    sheet = folder / "counts.csv"
    sheet.write_text("name,expected\ntables.jumin,1\n", encoding="utf-8")
    corrections = one_correction(folder)
    apart = run(juki(), Options(towns.town(60).inputs, folder / "out", count_sheet=sheet, corrections=corrections))
    results = (towns.run(60), towns.run(300, faults=0.1), refused, other, apart)
    found = [json.loads((result.folder / "report.json").read_bytes()) for result in results]
    sealed = SealedRun.open(towns.run(300, faults=0.1).folder)
    later = later_of(sealed, SealedRun.open(towns.run(60).folder), None, unread=print)
    later = replace(later, trend=(*later.trend, ("本番", dict(later.trend[0][1]))))
    return [*found, document(model_of(replace(Evidence.of(sealed.folder, juki(), "ja"), later=later)))]


def test_every_key_is_documented_and_no_other(written: list[dict[str, Any]]) -> None:
    known = {key: told.strip() for key, told in ROW.findall(PAGE) if key != "key" and told.strip() in TYPES}
    found = set()
    for one in written:
        for key, value in walk(one, known):
            if key.startswith(("sections[].tables{}.rows[]", "sections[].charts{}{}[]")):
                continue  # columns are told table by table
            assert key in known, key
            assert type(value) in TYPES[known[key]], key
            found.add(key)
    assert found == set(known)


def test_every_table_is_documented_with_its_columns(written: list[dict[str, Any]]) -> None:
    known = {(section, table): re.findall(r"`([^`]+)`", names) for section, table, names in TABLES.findall(PAGE)}
    found = set()
    for section in (section for one in written for section in one["sections"]):
        for name, table in section["tables"].items():
            place = (section["section"], name)
            assert place in known
            found.add(place)
            assert len(table["rows"]) <= table["count"]
            for row in table["rows"]:
                assert list(row) == known[place], place
    assert found == set(known)


def test_the_schema_it_describes_is_the_one_written(written: list[dict[str, Any]]) -> None:
    assert {one["schema"] for one in written} == {SCHEMA}
    assert f"`{SCHEMA}`" in PAGE


def test_the_document_of_a_run_is_its_model(towns: Towns) -> None:
    folder = towns.run(60).folder
    made = document(model_of(Evidence.of(folder, juki(), "ja")))
    assert json.loads((folder / "report.json").read_bytes()) == json.loads(json.dumps(made))


def test_a_document_is_one_line(towns: Towns) -> None:
    assert (Path(towns.run(60).folder) / "report.json").read_bytes().count(b"\n") == 1
