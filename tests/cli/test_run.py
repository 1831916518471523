"""``migrate run`` from end to end, on small towns."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import RUN, Command
from tests.towns import Towns


def test_a_clean_town_is_accepted(command: Command, towns: Towns, tmp_path: Path) -> None:
    said = command(*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out")
    assert said.code == 0
    assert said.err == ""
    assert "\x1b" not in said.out
    assert "合格" in said.out.splitlines()[0]
    assert "基準日: 2026-10-01" in said.out
    assert "KOJIN.DAT" in said.out
    assert "住民情報" in said.out
    assert "✗" not in said.out
    (folder,) = (path for path in (tmp_path / "out").iterdir() if path.is_dir())
    assert str(folder) in said.out.replace("\n", "")


def test_a_faulty_town_is_not(command: Command, towns: Towns, tmp_path: Path) -> None:
    said = command(*RUN, "--input", towns.town(60, 1, 1).inputs, "--out", tmp_path / "out")
    assert said.code == 1
    assert "不合格" in said.out.splitlines()[0]
    assert "エラー" in said.out


def test_english(command: Command, towns: Towns, tmp_path: Path) -> None:
    arguments = (*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out")
    said = command(*arguments, "--lang", "en")
    assert said.code == 0
    assert said.out.startswith("verdict: accepted")
    assert "balance" in said.out


def test_the_language_of_the_environment(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATE_LANG", "en")
    assert "it is not said which system" in command("run").err
    assert "どの業務" in command("run", "--lang", "ja").err
    assert "どの業務" in command("--lang", "ja", "run").err
    monkeypatch.setenv("MIGRATE_LANG", "fr")
    assert command("run").code == 2


def test_the_same_run_again_writes_nothing(command: Command, towns: Towns, tmp_path: Path) -> None:
    arguments = (*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out")
    first = command(*arguments)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.name != ".lock"}
    again = command(*arguments)
    assert again.code == first.code
    assert "何も書いていません" in again.out
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.name != ".lock"} == before


def test_json_is_run_json_and_nothing_else(command: Command, towns: Towns, tmp_path: Path) -> None:
    arguments = (*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out", "--json")
    said = command(*arguments)
    document = json.loads(said.out)
    assert said.err == ""
    assert said.out.encode() == (tmp_path / "out" / document["run_id"] / "run.json").read_bytes()
    assert command(*arguments).out == said.out


def test_a_dry_run_writes_nothing(command: Command, towns: Towns, tmp_path: Path) -> None:
    arguments = (*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out", "--dry-run")
    said = command(*arguments)
    assert said.code == 0
    assert "RIREKI.DAT" in said.out
    assert "何も書いていません" in said.err
    document = json.loads(command(*arguments, "--json").out)
    assert document["as_of"] == "2026-10-01"
    assert {"file", "kind", "bytes", "records", "refused"} == set(document["files"][0])
    assert not (tmp_path / "out").exists()


def test_a_dry_run_tells_what_is_refused(command: Command, towns: Towns, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    for file in towns.town(60).inputs.iterdir():
        data = file.read_bytes()
        (inputs / file.name).write_bytes(data[:-7] if file.name == "SETAI.DAT" else data)
    (inputs / "JUSHO.DAT").rename(inputs / "JUSYO.DAT")
    said = command(*RUN, "--input", inputs, "--dry-run")
    assert said.code == 3
    for part in ("F-LENGTH", "F-MISSING", "JUSHO.DAT", "JUSYO.DAT: F-UNCLAIMED"):
        assert part in said.err
    assert "{" not in said.err


def test_a_refused_file_fails_the_run_and_is_named(command: Command, towns: Towns, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    for file in towns.town(60).inputs.iterdir():
        (inputs / file.name).write_bytes(
            b"PK\x03\x04" + file.read_bytes()[4:] if "SHIEN" in file.name else file.read_bytes()
        )
    said = command(*RUN, "--input", inputs, "--out", tmp_path / "out")
    assert said.code == 3
    assert "不合格" in said.out.splitlines()[0]
    assert "SHIEN.DAT: F-ZIP" in said.out
    assert "納品していません" in said.out


def test_the_as_of_date_of_the_command_line_counts(command: Command, towns: Towns, tmp_path: Path) -> None:
    arguments = (*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out", "--json")
    said = command(*arguments, "--as-of", "2026-09-30")
    assert json.loads(said.out)["as_of"] == "2026-09-30"
    assert command(*arguments, "--as-of", "2026-02-30").code == 2


def test_parquet_beside_the_csv(command: Command, towns: Towns, tmp_path: Path) -> None:
    arguments = (*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out")
    assert command(*arguments, "--also", "parquet").code == 0
    assert list((tmp_path / "out").glob("*/standard/jumin*.parquet"))


def test_a_count_sheet_that_agrees(command: Command, towns: Towns, tmp_path: Path) -> None:
    rows = {row["table"]: row["mapped"] for row in towns.run(60).report["tables"]}
    sheet = tmp_path / "counts.csv"
    sheet.write_text(f"name,expected\ntables.jumin,{rows['jumin']}\n", encoding="utf-8")
    arguments = (*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out")
    assert command(*arguments, "--count-sheet", sheet).code == 0


def test_color_only_where_it_is_wanted(
    command: Command, towns: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = (*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;3" in command(*arguments).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;3" not in command(*arguments).out


def test_the_source_is_the_one_whose_files_are_all_there(command: Command, towns: Towns, tmp_path: Path) -> None:
    shutil.copytree(towns.town(60).inputs, tmp_path / "in")
    given = ("run", "--layout", "juki", "--out", tmp_path / "out", "--input", tmp_path / "in", "--dry-run")
    assert command(*given).code == 0
    (tmp_path / "in" / "JUSHO.DAT").unlink()
    said = command(*given)
    assert (said.code, "U-SOURCE-MISSING" in said.err) == (2, True)
