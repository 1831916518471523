"""``migrate profile`` and ``migrate fitgap`` as commands."""

import json
from pathlib import Path

from python_calamine import load_workbook

from tests.cli.conftest import Command
from tests.towns import Towns


def sheets(file: Path) -> dict[str, list[list[object]]]:
    with load_workbook(file) as book:
        return {name: list(map(list, book.get_sheet_by_name(name).to_python())) for name in book.sheet_names}


def test_a_delivery_is_profiled(command: Command, towns: Towns) -> None:
    for lang, title in (("ja", "ファイルの棚卸し"), ("en", "Inventory of files")):
        said = command("profile", towns.town(60).inputs, "--lang", lang)
        assert said.code == 0
        assert title in said.out
        assert "juki/host_fixed/kojin" in said.out


def test_the_profile_as_json_is_one_document(command: Command, towns: Towns) -> None:
    chosen = ("--layout", "juki", "--source", "host_fixed")
    said = command("profile", towns.town(60).inputs, *chosen, "--json")
    document = json.loads(said.out)
    assert document["schema"] == "migrate.profile/1"
    assert {file["file"] for file in document["files"]} >= {"KOJIN.DAT", "SETAI.DAT"}
    assert said.err == ""


def test_the_inventory_as_a_workbook(command: Command, towns: Towns) -> None:
    said = command("profile", towns.town(60).inputs / "KOJIN.DAT", "--excel", "ichiran.xlsx")
    assert said.code == 0
    rows = sheets(Path("ichiran.xlsx"))["現行システムデータ一覧"]
    assert rows[0][:5] == ["テーブル名称", "データ項目名称", "データ型", "桁数", "データ量（件）"]
    assert ["KOJIN.DAT", "birth 生年月日", "X", 7.0] in [row[:4] for row in rows]


def test_a_draft_is_written(command: Command, towns: Towns) -> None:
    said = command("profile", towns.town(60).inputs / "KOJIN.DAT", "--draft", "kojin.yaml", "--lang", "en")
    assert said.code == 0
    assert "record length 1200" in said.err
    text = Path("kojin.yaml").read_text(encoding="utf-8")
    assert text.startswith("# KOJIN.DAT")
    assert "types: {by: rectype" in text


def test_a_draft_needs_one_fixed_file(command: Command, towns: Towns) -> None:
    many = command("profile", towns.town(60).inputs, "--draft", "x.yaml")
    assert (many.code, many.err.split()[0]) == (2, "U-DRAFT-ONE")
    Path("note.txt").write_text("one\nanother line\n", encoding="utf-8")
    none = command("profile", "note.txt", "--draft", "x.yaml")
    assert (none.code, none.err.split()[0]) == (2, "U-DRAFT-KIND")
    missing = command("profile", "nowhere")
    assert (missing.code, missing.err.split()[0]) == (2, "U-FOLDER-MISSING")


def test_a_draft_never_takes_the_place_of_a_file(command: Command, towns: Towns) -> None:
    """It may be the layout that somebody corrected by hand."""
    Path("kojin.yaml").write_text("mine", encoding="utf-8")
    said = command("profile", towns.town(60).inputs / "KOJIN.DAT", "--draft", "kojin.yaml")
    assert (said.code, said.err.split()[0]) == (2, "U-FILE-THERE")
    assert Path("kojin.yaml").read_text(encoding="utf-8") == "mine"


def test_a_file_of_blank_lines_is_looked_into(command: Command) -> None:
    Path("blank.dat").write_bytes(b"\r\n" * 50)
    assert command("profile", "blank.dat").code == 0
    said = command("profile", "blank.dat", "--draft", "x.yaml")
    assert (said.code, said.err.split()[0]) == (2, "U-DRAFT-KIND")


def test_a_workbook_says_doubts_in_words_and_where_it_cannot_be_written(command: Command) -> None:
    Path("memo.txt").write_bytes("覚え書き\r\n一行だけではない\r\n".encode("cp932"))
    assert command("profile", "memo.txt", "--excel", "ichiran.xlsx").code == 0
    assert sheets(Path("ichiran.xlsx"))["ファイル一覧"][1][-1] == "この形のファイルの項目は調べません"
    said = command("profile", "memo.txt", "--excel", "nowhere/ichiran.xlsx")
    assert said.code == 5
    assert "nowhere/ichiran.xlsx" in said.err


def test_fit_and_gap(command: Command, towns: Towns) -> None:
    chosen = ("fitgap", "--layout", "juki", "--source", "host_fixed")
    said = command(*chosen)
    assert said.code == 0
    assert "桁あふれのおそれ: kojin.yubin は最大8文字、標準は7" in said.out
    document = json.loads(command(*chosen, towns.town(60).inputs, "--json").out)
    assert document["schema"] == "migrate.fitgap/1"
    assert document["files_read"] > 0
    english = command(*chosen, towns.town(60).inputs, "--lang", "en", "--excel", "fit.xlsx")
    assert "too long: the longest value of kojin.yubin has 8 letters before cleansing" in english.out
    assert sheets(Path("fit.xlsx"))["Standard items"][0][0] == "table"
