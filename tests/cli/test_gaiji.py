"""From the first rehearsal's unknown characters to a second one that knows them."""

import csv
import json
import os
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.delivery import Delivery
from tests.towns import Towns

CODE = b"\xf0\x40\x81\x40\x88\xea"
GAIJI = "layouts/juki/sources/host_fixed/gaiji.csv"


@pytest.fixture
def project(command: Command, towns: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose delivery has a name that begins with F040."""
    delivery = Delivery(towns.town(60), tmp_path)
    record = delivery.find("kojin")[0]
    delivery.put("kojin", record, "kanji", CODE + b"\x81\x40" * ((80 - len(CODE)) // 2))
    inputs = delivery.save()
    assert command("init", "town", "--layout", "juki", "--source", "host_fixed").code == 0
    monkeypatch.chdir("town")
    assert command("run", "--input", inputs).code == 0
    return inputs


def run_folder() -> Path:
    return next(path for path in Path("out").iterdir() if path.is_dir())


def fill_in(sheet: Path, **cells: str) -> None:
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0].update(cells)
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_from_a_list_to_a_known_character(command: Command, project: Path) -> None:
    run = run_folder()
    said = command("gaiji", "list", run)
    assert said.code == 0
    assert "F040" in said.out
    assert "未同定" in said.out
    told = json.loads(command("gaiji", "list", run, "--json").out)
    assert [(row["code"], row["people"]) for row in told["gaiji"]] == [("F040", 1)]
    assert "readings" not in told["gaiji"][0]
    sheet = Path("gaiji-sheet.csv")
    assert command("gaiji", "template", run, "--out", sheet).code == 0
    fill_in(sheet, **{"文字（記入）": "U+845B U+E0100", "根拠（記入）": "", "備考（記入）": "戸籍で確認"})
    assert command("gaiji", "apply", sheet).code == 0
    assert "F040,葛\U000e0100,,戸籍で確認\n" in Path(GAIJI).read_text(encoding="utf-8")
    again = json.loads(command("run", "--input", project, "--json").out)
    assert [(row["code"], row["state"]) for row in again["gaiji"]] == [("F040", "identified")]
    assert again["verdict"] == "pass"


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_a_sheet_is_for_the_owner_only(command: Command, project: Path) -> None:
    umask = os.umask(0)
    try:
        command("gaiji", "template", run_folder(), "--out", "gaiji-sheet.csv")
    finally:
        os.umask(umask)
    assert stat.S_IMODE(Path("gaiji-sheet.csv").stat().st_mode) == 0o600


def test_a_reduced_character_says_so(command: Command, project: Path) -> None:
    sheet = Path("gaiji-sheet.csv")
    command("gaiji", "template", run_folder(), "--out", sheet)
    fill_in(sheet, **{"文字（記入）": "葛", "根拠（記入）": "戸籍統一文字"})
    command("gaiji", "apply", sheet)
    again = json.loads(command("run", "--input", project, "--json").out)
    assert [row["state"] for row in again["gaiji"]] == ["reduced"]


@pytest.mark.parametrize("text", ["〓", "\ue000", "二字", "U+D800"])
def test_what_is_no_character_is_refused_with_its_line(command: Command, project: Path, text: str) -> None:
    sheet = Path("gaiji-sheet.csv")
    command("gaiji", "template", run_folder(), "--out", sheet)
    fill_in(sheet, **{"文字（記入）": text})
    before = Path(GAIJI).read_bytes()
    said = command("gaiji", "apply", sheet)
    assert said.code == 2
    assert "gaiji-sheet.csv:2:" in said.err
    assert Path(GAIJI).read_bytes() == before


def test_what_is_no_sheet(command: Command, project: Path) -> None:
    Path("other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert command("gaiji", "apply", "other.csv").code == 2
    assert command("gaiji", "list", "layouts").code == 2
    sheet = Path("gaiji-sheet.csv")
    assert command("gaiji", "template", run_folder(), "--out", sheet).code == 0
    assert "gaiji-sheet.csv" in command("gaiji", "template", run_folder(), "--out", sheet).err
