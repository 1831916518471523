"""A project from ``init`` to a verified delivery, and a town made on the way."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.towns import Towns


@pytest.fixture
def project(command: Command, towns: Towns, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, stood in, with a delivery in ``input``."""
    said = command("init", "さくら市", "--layout", "juki", "--source", "host_fixed")
    assert said.code == 0
    assert said.out == "cd さくら市 && migrate run\n"
    folder = Path("さくら市").absolute()
    for file in towns.town(60).inputs.iterdir():
        shutil.copy(file, folder / "input")
    monkeypatch.chdir(folder)
    return folder


def test_a_new_project_runs(command: Command, project: Path) -> None:
    assert command("check").code == 0
    assert command("run", "--dry-run").code == 0
    said = command("run")
    assert said.code == 0
    (run,) = (path for path in (project / "out").iterdir() if path.is_dir())
    assert command("verify", run).code == 0
    assert "KOJIN*.DAT" in (project / "README.md").read_text(encoding="utf-8")


def test_what_the_new_settings_propose_can_be_used(command: Command, project: Path) -> None:
    """Every line that is there to be uncommented."""
    settings = project / "migrate.yaml"
    text = re.sub(r"(?m)^# (?=[a-z_]+:|  )", "", settings.read_text(encoding="utf-8"))
    assert "\nwaivers:\n  - {total: counts." in text
    settings.write_text(text, encoding="utf-8")
    assert command("check").err == ""


@pytest.mark.parametrize(
    ("total", "meant"),
    [
        ("件数表 tables.jumin", "counts."),
        ("kojin.record", "「kojin.records」"),
        ("counts.tables.jumn", "「counts.tables.jumin」"),
    ],
)
@pytest.mark.parametrize("asked", [("check",), ("run", "--dry-run")])
def test_a_waiver_of_nothing_is_told(
    command: Command, project: Path, total: str, meant: str, asked: tuple[str, ...]
) -> None:
    """It would be found out in the night for which it was written."""
    with (project / "migrate.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"waivers:\n  - {{total: {total}, reason: 締め後の異動, person: 市民課}}\n")
    said = command(*asked)
    assert (said.code, said.out) == (2, "")
    assert "U-WAIVER-TOTAL" in said.err
    assert meant in said.err


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "ja",
            (
                "了承された合計 kojin.records: 締め後の異動（市民課）",
                "KOJIN.DAT: 示された数 1、数えた数 ",
                "了承された合計 counts.tables.jumin: 現存者だけ（住民課）",
                "件数表: 示された数 1、数えた数",
                "件数表 tables.jumin（了承）",
                "使われていません",
            ),
        ),
        ("en", ("waived total kojin.records: 締め後の異動 (市民課)", "count sheet: stated 1, counted", "not used")),
    ],
)
def test_what_is_waived_stands_on_the_summary(
    command: Command, project: Path, lang: str, told: tuple[str, ...]
) -> None:
    """Who answers for it, why, and both figures: from ``migrate.yaml`` to the page, and in the report."""
    (kojin,) = project.glob("input/KOJIN*.DAT")
    *data, trailer, rest = kojin.read_bytes().split(b"\r\n")
    stated = b"9" + b"%08d" % 1
    kojin.write_bytes(b"\r\n".join([*data, stated + trailer[len(stated) :], rest]))
    Path("counts.csv").write_text("name,expected\ntables.jumin,1\n", encoding="utf-8")
    waivers = {
        "kojin.records": "締め後の異動|市民課",
        "counts.tables.jumin": "現存者だけ|住民課",
        "shien.records": "x|y",
    }
    with (project / "migrate.yaml").open("a", encoding="utf-8") as settings:
        settings.write("waivers:\n")
        for total, (reason, person) in ((total, text.split("|")) for total, text in waivers.items()):
            settings.write(f"  - {{total: {total}, reason: {reason}, person: {person}}}\n")
    said = command("--lang", lang, "run", "--count-sheet", "counts.csv")
    assert said.code == 0
    assert [words for words in told if words not in said.out] == []
    (page,) = project.glob("out/*/report.html")
    assert all(person in page.read_text(encoding="utf-8") for person in ("市民課", "住民課"))


def test_it_runs_from_elsewhere(command: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.parent)
    assert command("run", "--project", project).code == 0
    assert any((project / "out").iterdir())


def test_its_definitions_and_gates_count(command: Command, project: Path) -> None:
    first = json.loads(command("run", "--json").out)
    with (project / "layouts/juki/sources/host_fixed/gaiji.csv").open("a", encoding="utf-8") as file:
        file.write("F0FC,魚,,試験\n")
    text = (project / "migrate.yaml").read_text(encoding="utf-8")
    (project / "migrate.yaml").write_text(text.replace("resident: 0", "resident: 5"), encoding="utf-8")
    second = json.loads(command("run", "--json").out)
    assert first["definitions"] != second["definitions"]
    assert second["gates"]["quarantined_resident"] == 5
    assert first["run_id"] != second["run_id"]


def test_data_of_residents_is_kept_out_of_version_control(project: Path) -> None:
    assert "/input/" in (project / ".gitignore").read_text(encoding="utf-8")
    assert (project / "input").stat().st_mode & 0o077 == 0


def test_init_overwrites_nothing(command: Command, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("x", encoding="utf-8")
    said = command("init", tmp_path / "full", "--layout", "juki", "--source", "host_fixed")
    assert said.code == 2
    assert "U-FOLDER-FILLED" in said.err


@pytest.mark.parametrize("harm", ["change", "remove", "add", "manifest", "rename"])
def test_verify_tells_what_differs(command: Command, towns: Towns, tmp_path: Path, harm: str) -> None:
    delivered = towns.run(60).folder
    folder = tmp_path / delivered.name
    shutil.copytree(delivered, folder)
    assert command("verify", folder).code == 0
    match harm:
        case "change":
            (folder / "run.json").write_bytes((folder / "run.json").read_bytes().replace(b"juki", b"zuki"))
        case "remove":
            (folder / "findings.parquet").unlink()
        case "add":
            (folder / "more.csv").write_bytes(b"")
        case "manifest":
            (folder / "manifest.json").unlink()
        case "rename":
            folder = folder.rename(tmp_path / "other")
    said = command("verify", folder)
    assert said.code == 1
    assert said.out
    document = json.loads(command("verify", folder, "--json").out)
    assert document["intact"] is False
    assert len(document["differences"]) == 1


def test_the_same_town_twice(command: Command, tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        said = command(
            "synth",
            "--layout",
            "juki",
            "--source",
            "host_fixed",
            "--rows",
            60,
            "--seed",
            3,
            "--faults",
            0.5,
            "--out",
            tmp_path / name,
        )
        assert (said.code, said.out) == (0, "")
    for file in (tmp_path / "a" / "in").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / "in" / file.name).read_bytes()
