"""``migrate report``: beside a sealed run, never in it; in either language; with what changed since the last one."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from migrate.io.publish import verify
from tests.cli.conftest import RUN, Command
from tests.towns import Towns
from tests.trees import tree_of

WRITTEN = ["report.html", "report.json", "report.xlsx"]


def run_of(command: Command, towns: Towns, out: Path, residents: int, faults: float = 0.0) -> Path:
    said = command(*RUN, "--input", towns.town(residents, 1, faults).inputs, "--out", out, "--json")
    return out / str(json.loads(said.out)["run_id"])


def report_in(folder: Path, name: str = "report.json") -> dict[str, Any]:
    made: dict[str, Any] = json.loads((folder / name).read_bytes())
    return made


def section(made: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in made["sections"] if one["section"] == name]
    return dict(found)


def test_a_report_stands_beside_the_run_and_leaves_it_alone(command: Command, towns: Towns, tmp_path: Path) -> None:
    folder = run_of(command, towns, tmp_path / "out", 60)
    before = tree_of(folder)
    said = command("report", folder)
    assert said.code == 0
    made = folder.with_name(f"{folder.name}.report")
    assert sorted(path.name for path in made.iterdir()) == WRITTEN
    assert tree_of(folder) == before
    assert verify(folder) == []
    assert "所要（秒）" in (made / "report.html").read_text(encoding="utf-8")
    assert "所要（秒）" not in (folder / "report.html").read_text(encoding="utf-8")
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()} == {0o600}
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_the_sealed_report_is_japanese_and_can_be_had_in_english(
    command: Command, towns: Towns, tmp_path: Path
) -> None:
    said = command(*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out", "--json", "--lang", "en")
    folder = tmp_path / "out" / json.loads(said.out)["run_id"]
    assert report_in(folder)["lang"] == "ja"
    assert command("report", folder, "--lang", "en", "--out", tmp_path / "en").code == 0
    assert report_in(tmp_path / "en")["lang"] == "en"
    page = (tmp_path / "en" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "Migration report" in page


def test_made_again_it_takes_the_place_of_the_one_before(command: Command, towns: Towns, tmp_path: Path) -> None:
    folder = run_of(command, towns, tmp_path / "out", 60)
    made = folder.with_name(f"{folder.name}.report")
    command("report", folder)
    before = tree_of(made)
    (made / "report.html").write_text("old", encoding="utf-8")
    assert command("report", folder).code == 0
    assert tree_of(made) == before


def test_revealed_values_go_to_files_of_their_own(command: Command, towns: Towns, tmp_path: Path) -> None:
    folder = run_of(command, towns, tmp_path / "out", 60)
    command("report", folder, "--out", tmp_path / "made")
    assert command("report", folder, "--out", tmp_path / "made", "--reveal", "--suppress").code == 0
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        *("report-revealed.html", "report-revealed.json", "report-revealed.xlsx"),
        *WRITTEN,
    ]
    assert report_in(tmp_path / "made")["run"]["revealed"] is False
    assert report_in(tmp_path / "made", "report-revealed.json")["run"]["revealed"] is True
    assert report_in(tmp_path / "made", "report-revealed.json")["run"]["least"] == 5


def test_never_into_a_sealed_folder(command: Command, towns: Towns, tmp_path: Path) -> None:
    folder = run_of(command, towns, tmp_path / "out", 60)
    for out in (folder, folder / "report"):
        said = command("report", folder, "--out", out)
        assert (said.code, "U-OUT-SEALED" in said.err) == (2, True)
    assert verify(folder) == []


def test_never_into_another_sealed_folder(command: Command, towns: Towns, tmp_path: Path) -> None:
    one, other = (run_of(command, towns, tmp_path / name, 60) for name in ("one", "other"))
    for out in (other, other / "standard" / "made"):
        said = command("report", one, "--out", out)
        assert (said.code, "U-OUT-SEALED" in said.err) == (2, True)
    assert verify(other) == []


@pytest.mark.skipif(os.name != "posix", reason="no modes")
def test_a_folder_that_others_may_read_is_closed(command: Command, towns: Towns, tmp_path: Path) -> None:
    folder = run_of(command, towns, tmp_path / "out", 60)
    (tmp_path / "made").mkdir(mode=0o755)
    assert command("report", folder, "--out", tmp_path / "made", "--reveal").code == 0
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700


def test_a_changed_run_has_no_report(command: Command, towns: Towns, tmp_path: Path) -> None:
    folder = run_of(command, towns, tmp_path / "out", 60)
    (folder / "report.html").write_text("better", encoding="utf-8")
    assert command("report", folder).code == 5
    assert not folder.with_name(f"{folder.name}.report").exists()


def test_changes_since_an_earlier_run(command: Command, towns: Towns, tmp_path: Path) -> None:
    first, second = (run_of(command, towns, tmp_path / "out", 300, faults) for faults in (0.1, 0.0))
    command("report", second, "--previous", first, "--out", tmp_path / "made")
    rows = section(report_in(tmp_path / "made"), "progress")["tables"]["changes"]["rows"]
    found = json.loads((first / "run.json").read_bytes())["findings"]
    errors = sum(row["count"] for row in found if row["severity"] == "error")
    assert sum(row["before"] for row in rows if row["light"] == "error") == errors > 0
    assert sum(row["fixed"] for row in rows if row["light"] == "error") == errors
    assert "前回の実行" in (tmp_path / "made" / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def project(command: Command, tmp_path: Path) -> Path:
    folder = tmp_path / "sakura"
    assert command("init", folder, "--layout", "juki", "--source", "host_fixed").code == 0
    settings = folder / "migrate.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\nwindow_minutes: 480\n", encoding="utf-8")
    return folder


def test_rehearsals_of_the_ledger(command: Command, towns: Towns, project: Path) -> None:
    runs = []
    for number, faults in enumerate((0.1, 0.0), start=1):
        said = command(
            *("run", "--project", project, "--input", towns.town(300, 1, faults).inputs),
            *("--out", project / "out", "--json"),
        )
        runs.append(project / "out" / json.loads(said.out)["run_id"])
        held = (
            "rehearsal",
            "add",
            runs[-1],
            "--person",
            "係長",
            "--at",
            f"2026-10-0{number}T20:00",
            "--project",
            project,
        )
        assert command(*held).code == 0
    for folder in runs:
        assert command("report", folder, "--project", project).code == 0
    first, second = (report_in(folder.with_name(f"{folder.name}.report")) for folder in runs)
    assert section(first, "cover")["facts"]["rehearsal"] == "1回目"
    assert "changes" not in section(first, "progress")["tables"]
    told = section(second, "progress")
    assert section(second, "cover")["facts"]["window"] == "480"
    assert section(second, "cover")["facts"]["municipality"]
    assert [row["rehearsal"] for row in told["tables"]["trend"]["rows"]] == ["1回目", "2回目"]
    assert told["tables"]["trend"]["rows"][0]["errors"] > 0
    assert [note["facts"]["run"] for note in told["notes"]] == [f"1回目 {runs[0].name}"]
    assert set(told["charts"]) == {"trend"}
