"""``migrate layouts import``: what it writes, what it says, and when it refuses."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from migrate.spec.library import bundled_root
from tests.cli.conftest import Command
from tests.layouts.workbook import write_workbook

SHEET = Path(__file__).parents[1] / "official" / "jutogai-atena-item-definition.xlsx"
OUT = Path("layouts/jutogai")


def test_cells_not_understood_are_rows(command: Command) -> None:
    said = command("layouts", "import", SHEET, "--out", OUT)
    assert said.code == 0
    rows = {line.split()[0]: line for line in said.out.splitlines() if line.strip()}
    assert "名寄せ元となった" in rows["R32"]
    assert "group_1" in rows["F7"]
    assert "凡例" not in said.out
    assert "表 1、項目 29、コード表 2。読み取れなかったセル 17" in said.err
    assert sorted(path.relative_to(OUT).as_posix() for path in OUT.rglob("*.*")) == [
        "codes/daihyoatenafuragu.csv", "codes/seibetsu.csv", "group_1.yaml", "system.yaml",
    ]  # fmt: skip


def test_a_skeleton_is_in_order_as_it_is(command: Command) -> None:
    out = Path("layouts/atena")
    assert command("layouts", "import", SHEET, "--out", out).code == 0
    Path("migrate.yaml").write_text("municipality: 例市\nlayout: atena\n", encoding="utf-8")
    assert command("check", "--layout", "atena").code == 0
    assert "atena.group_1" in command("layouts").out


def test_one_json_document(command: Command) -> None:
    said = command("layouts", "import", SHEET, "--out", OUT, "--json", "--lang", "en")
    document = json.loads(said.out)
    assert (document["schema"], document["system"]) == ("migrate.import/1", "jutogai")
    assert document["files"][:2] == ["system.yaml", "group_1.yaml"]
    (row,) = (row for row in document["remarks"] if row["cell"] == "N31")
    assert row == {
        "sheet": "項目定義書（住登外者宛名番号管理）住登外者宛名基本情報", "cell": "N31", "says": "002",
        "code": "I-SHEET-CODE-ZEROS", "sentence": "コードID is written differently in the code list",
        "assumed": "Taken for コードID 2.",
    }  # fmt: skip


def test_decisions_beside_the_output_are_read(command: Command) -> None:
    OUT.mkdir(parents=True)
    decided = bundled_root() / OUT / "import.yaml"
    (OUT / "import.yaml").write_bytes(decided.read_bytes())
    assert command("layouts", "import", SHEET, "--out", OUT).code == 0
    for name in ("system.yaml", "atena_kihon.yaml"):
        assert (OUT / name).read_bytes() == (bundled_root() / OUT / name).read_bytes()
    (OUT / "import.yaml").write_text("tables: {宛名: {name: atena}}\n", encoding="utf-8")
    said = command("layouts", "import", SHEET, "--out", OUT)
    assert said.code == 2
    assert f"{OUT.as_posix()}/import.yaml:1:" in said.err
    assert "U-IMPORT-GROUP" in said.err
    assert command("layouts", "import", SHEET, "--out", OUT, "--decisions", decided).code == 0


def test_what_was_written_by_hand_is_not_overwritten(command: Command) -> None:
    assert command("layouts", "import", SHEET, "--out", OUT).code == 0
    assert command("layouts", "import", SHEET, "--out", OUT).code == 0
    text = (bundled_root() / "layouts" / "juki" / "system.yaml").read_text(encoding="utf-8")
    (OUT / "system.yaml").write_text(text, encoding="utf-8")
    said = command("layouts", "import", SHEET, "--out", OUT)
    assert (said.code, "U-IMPORT-HAND" in said.err) == (2, True)
    assert (OUT / "system.yaml").read_text(encoding="utf-8") == text


def test_what_cannot_be_imported(command: Command) -> None:
    Path("note.xlsx").write_bytes(b"no workbook")
    empty = write_workbook(Path("empty.xlsx"), {"表": [("a",)]})
    for file, code, exit_code in (("note.xlsx", "I-SHEET-FILE", 3), (empty, "I-SHEET-NONE", 3)):
        said = command("layouts", "import", file, "--out", OUT)
        assert (said.code, code in said.err, OUT.exists()) == (exit_code, True, False)
    assert command("layouts", "import", "nowhere.xlsx", "--out", OUT).code == 2
    said = command("layouts", "import", SHEET, "--out", "住登外")
    assert (said.code, "U-IMPORT-NAME" in said.err) == (2, True)


def test_without_the_reader_of_excel_files(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    said = command("layouts", "import", SHEET, "--out", OUT)
    assert said.code == 5
    assert "migrate-chukan[excel]" in said.err
    assert command("layouts").code == 0


def test_no_town_is_made_of_a_system_without_one(command: Command) -> None:
    there, out = bundled_root() / "layouts" / "jutogai", Path("layouts/atena")
    assert command("layouts", "import", SHEET, "--out", out, "--decisions", there / "import.yaml").code == 0
    shutil.copytree(there / "sources", out / "sources")
    Path("migrate.yaml").write_text("municipality: 例市\nlayout: atena\nsource: host_fixed\n", encoding="utf-8")
    said = command("synth", "--rows", "60", "--out", "town")
    assert (said.code, "U-SYNTH-SOURCE" in said.err, "atena/host_fixed" in said.err) == (2, True, True)
    assert "juki/package_csv, jutogai/host_fixed" in said.err
