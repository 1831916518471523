"""What ``docs/`` says is what the code does."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from migrate.io.sealed import KEYS, TYPES
from migrate.pipeline import Options, Waiver, run
from migrate.rehearsal.corrections import SCHEMA, Corrections, corrections_of, enter_corrections
from migrate.rehearsal.ledger import freeze, frozen_of
from migrate.rehearsal.moment import Moment
from migrate.rehearsal.receipts import Sent, receipts_of, receive_files
from migrate.rehearsal.sealed import SealedRun
from migrate.synth import make_town
from tests.delivery import Delivery
from tests.layouts.atena import also_outside, deliver, residents_of
from tests.towns import ROOT, Towns, environment, juki, layout_of

ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \|", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)(#[^)]*)?\)")


def documented() -> dict[str, str]:
    """Type by key."""
    page = (ROOT / "docs" / "run-json.md").read_text(encoding="utf-8")
    return {key: told.strip() for key, told in ROW.findall(page) if key != "key"}


def walk(value: Any, known: Mapping[str, str], at: str = "") -> Iterator[tuple[str, Any]]:
    """(key as documented, value) of everything below ``value``."""
    if isinstance(value, dict):
        for key, below in value.items():
            free = f"{at}{{}}" in known
            name = f"{at}{{}}" if free else f"{at}.{key}" if at else key
            yield name, below
            yield from walk(below, known, name)
    elif isinstance(value, list):
        for below in value:
            yield from walk(below, known, f"{at}[]")


def test_every_key_of_run_json_is_documented_and_no_other(towns: Towns, tmp_path: Path) -> None:
    known = documented()
    inputs = tmp_path / "in"
    shutil.copytree(towns.town(60).inputs, inputs)
    (inputs / "SETAI.DAT").write_bytes(b"?")
    refused = run(juki(), Options(inputs, tmp_path / "out"))
    sheet = tmp_path / "counts.csv"
    sheet.write_text("name,expected\ntables.jumin,1\n", encoding="utf-8")
    waiver = Waiver("counts.tables.jumin", "件数表は現存者だけ", "住民課")
    delivery = Delivery(towns.town(60), tmp_path / "undecided")
    delivery.put("kojin", delivery.find("kojin", zokugara_1="10")[0], "zokugara_1", "40")
    delivery.put("kojin", delivery.find("kojin")[0], "kanji", (b"\xf0\x40" * 2).ljust(80))
    waived = run(juki(), Options(delivery.save(), tmp_path / "out", waivers=(waiver,), count_sheet=sheet))
    received = run(juki(), _project_options(towns, tmp_path))
    given = towns.references(layout_of("kotei"), 40)
    apart = [
        run(layout_of("jutogai"), Options(deliver(tmp_path / n), tmp_path / "out", references=r))
        for n, r in (("a", given[:1]), ("b", ()))
    ]
    make_town(layout_of("kotei"), 40, 1, 0, tmp_path / "parcels")
    twice = also_outside(given, residents_of(given), tmp_path / "twice")
    apart.append(run(layout_of("kotei"), Options(tmp_path / "parcels/in", tmp_path / "out", references=twice)))
    found: set[str] = set()
    results = (towns.run(60), towns.run(60, 1, 1.0), refused, waived, received, *apart)
    for report in (result.report for result in results):
        for key, value in walk(report, known):
            assert key in known, key
            assert type(value) in TYPES[known[key]], key
            found.add(key)
    assert set(known) - found <= {"inputs[].excluded_by{}"}


def _project_options(towns: Towns, folder: Path) -> Options:
    """A project that froze its definitions and received one of its files."""
    inputs, moment = towns.town(60).inputs, Moment("2026-10-01T18:30", clock=False)
    receive_files(folder, inputs, [inputs / "KOJIN.DAT"], Sent("現行ベンダ", "2026-10-01"), moment)
    freeze(folder, SealedRun.open(towns.run(60).folder), "課長", moment)
    told = {"receipts": receipts_of(folder), "frozen": frozen_of(folder), "corrections": one_correction(folder)}
    return Options(inputs, folder / "out", **told)  # type: ignore[arg-type]


def one_correction(folder: Path) -> Corrections | None:
    """One that meets no row."""
    cell = {"layout": "juki", "source": "host_fixed", "table": "jumin", "key": ["0", "1"], "item": "shimei_furigana"}
    said = {"person": "課長", "at": "2026-10-01T18:30", "at_clock": False, "rule": "R-LETTERS"}
    enter_corrections(folder, pl.DataFrame([cell | said], schema=SCHEMA))
    return corrections_of(folder, juki())


def test_what_is_read_of_a_run_is_what_is_described() -> None:
    assert documented() == KEYS


def test_the_schema_it_describes_is_the_one_written(towns: Towns) -> None:
    page = (ROOT / "docs" / "run-json.md").read_text(encoding="utf-8")
    assert f"`{towns.run(60).report['schema']}`" in page


@pytest.mark.parametrize("harm", ["", "x"])
def test_generated_pages_are_up_to_date(harm: str, tmp_path: Path) -> None:
    """``--check`` says so, and says when they are not."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "gen_docs.py", tmp_path / "tools")
    with (tmp_path / "docs" / "vocabulary.md").open("a", encoding="utf-8") as page:
        page.write(harm)
    command = [sys.executable, "tools/gen_docs.py", "--check"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, check=False, text=True)
    assert done.returncode == (1 if harm else 0), done.stderr
    assert ("vocabulary.md is out of date" in done.stderr) == bool(harm)


def test_links_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    assert pages
    for page in pages:
        for target, _ in LINK.findall(page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"
