"""A project from the first rehearsal to the night: received, run, compared, frozen, gated, entered."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.towns import Towns

SAID = ("--person", "市民課 課長", "--at", "2026-10-01T18:30")


@pytest.fixture
def project(command: Command, towns: Towns, monkeypatch: pytest.MonkeyPatch) -> Path:
    command("init", "さくら市", "--layout", "juki", "--source", "host_fixed")
    folder = Path("さくら市").absolute()
    for file in towns.town(60).inputs.iterdir():
        shutil.copy(file, folder / "input")
    monkeypatch.chdir(folder)
    return folder


def say(project: Path, more: str) -> None:
    with (project / "migrate.yaml").open("a", encoding="utf-8") as file:
        file.write(more)


def run(command: Command) -> dict[str, object]:
    document: dict[str, object] = json.loads(command("run", "--json").out)
    return document


def rules(document: dict[str, object]) -> set[str]:
    return {row["rule"] for row in document["findings"]}  # type: ignore[attr-defined]


def test_receipts_are_named_in_the_run(command: Command, project: Path) -> None:
    files = sorted((project / "input").iterdir())
    stated = ("--sender", "現行ベンダ", "--at", "2026-10-01T18:30", "--as-of", "2026-10-01")
    assert command("receive", *files[1:], *stated).code == 0
    again = command("receive", *files[1:], *stated)
    assert "0 件" in again.err
    told = run(command)
    receipts = {entry["file"]: entry["receipt"] for entry in told["inputs"]}  # type: ignore[attr-defined]
    assert receipts.pop(files[0].name) is None
    assert all(one == {**one, "sender": "現行ベンダ", "superseded": False} for one in receipts.values())
    assert "F-RECEIPT-NONE" in rules(told)
    assert "F-RECEIPT-OLD" not in rules(told)


def test_one_file_is_extracted_again_without_the_rest(command: Command, project: Path) -> None:
    files = sorted((project / "input").iterdir())
    stated = ("--sender", "現行ベンダ", "--at", "2026-10-01T18:30")
    command("receive", *files, *stated)
    shien = project / "input" / "SHIEN.DAT"
    old = shien.read_bytes()
    new = project / "new" / "SHIEN.DAT"
    new.parent.mkdir()
    new.write_bytes(old[:-1] + bytes([old[-1] ^ 1]))
    assert "U-RECEIPT-AGAIN" in command("receive", new, *stated).err
    assert "U-RECEIPT-UNKNOWN" in command("receive", new, *stated, "--supersedes", "SHIEN").err
    assert command("receive", new, *stated, "--supersedes", "SHIEN.DAT").code == 0
    assert "F-RECEIPT-OLD" in rules(run(command)), "the file in input is the one that was superseded"
    assert command("receive", shien, *stated, "--supersedes", "SHIEN.DAT").code == 0
    assert "F-RECEIPT-OLD" not in rules(run(command)), "what comes again counts again"


def test_frozen_definitions_are_held_to(command: Command, project: Path) -> None:
    say(project, "\ngo:\n  frozen: yes\n")
    first = run(command)
    folder = project / "out" / str(first["run_id"])
    assert first["frozen"] is None
    assert command("gate", folder).code == 1
    assert command("freeze", folder, *SAID).code == 0
    assert command("gate", folder).code == 0
    again = run(command)
    assert again["run_id"] != first["run_id"]
    assert again["frozen"]["same"] is True  # type: ignore[index]
    assert "F-FROZEN" not in rules(again)
    with (project / "layouts/juki/sources/host_fixed/gaiji.csv").open("a", encoding="utf-8") as file:
        file.write("F0FC,魚,,試験\n")
    said = command("run")
    assert "凍結したもの" in said.out
    second = run(command)
    assert second["frozen"]["same"] is False  # type: ignore[index]
    assert "F-FROZEN" in rules(second)
    folder = project / "out" / str(second["run_id"])
    assert command("gate", folder).code == 1
    say(project, "  waivers:\n    - {gate: frozen, reason: 外字1字の追加, person: 課長, until: 2026-10-01}\n")
    assert command("gate", folder).code == 0
    text = (project / "migrate.yaml").read_text(encoding="utf-8")
    (project / "migrate.yaml").write_text(text.replace("until: 2026-10-01}", "until: 2026-09-30}"), encoding="utf-8")
    said = command("gate", folder)
    assert said.code == 1
    assert "2026-09-30 で終わっています" in said.out.replace("\n", "")
    say(project, "    - {gate: frozen, reason: 延長, person: 課長, until: 2026-09-29}\n")
    assert "2026-09-30 で終わっています" in command("gate", folder).out.replace("\n", ""), "the one that ended last"
    say(project, "    - {gate: frozen, reason: 再延長, person: 課長, until: 2026-10-01}\n")
    assert command("gate", folder).code == 0


def test_gates_print_their_figures(command: Command, towns: Towns, project: Path) -> None:
    folder, report = towns.run(60, 1, 1.0).folder, towns.run(60, 1, 1.0).report
    (rule, *_) = (row["rule"] for row in report["findings"] if row["severity"] == "error")
    say(project, "\nwindow_minutes: 1\ngo:\n  quarantined: 0\n  totals: 0\n  received: yes\n  findings:\n")
    say(
        project,
        f"    - {{rule: {rule}, most: 0}}\n" + "    - {class: 日付, most: 999}\n    - {severity: error, most: 1}\n",
    )
    said = command("gate", folder, "--json")
    assert said.code == 1
    gates = {gate["gate"]: gate for gate in json.loads(said.out)["gates"]}
    counts = [row["count"] for row in report["findings"] if row["rule"] == rule and not row["caused"]]
    assert gates[rule]["figure"] == sum(counts) > 0
    assert gates["received"]["figure"] == len(report["inputs"])
    assert gates["quarantined"]["figure"] == sum(entry["quarantined"] for entry in report["inputs"]) > 0
    assert (gates["日付"]["holds"], gates["window"]["holds"], gates["verdict"]["holds"]) == (True, True, False)
    assert rule in command("gate", folder, "--lang", "en").out


@pytest.mark.parametrize(
    ("go", "code"),
    [
        ("  findings: [{rule: R-CODES}]", "U-GATE-RULE"),
        ("  findings: [{rule: R-CODE, severity: error}]", "D-GATE-WHAT"),
        ("  waivers: [{gate: verdict, reason: x, person: y, until: 2026-10-01}]", "U-GATE-WAIVER"),
    ],
)
def test_a_gate_that_names_nothing_is_told_by_check(command: Command, project: Path, go: str, code: str) -> None:
    say(project, f"\ngo:\n{go}\n")
    said = command("check")
    assert said.code == 2
    assert code in said.err


def test_the_ledger_of_rehearsals(command: Command, project: Path) -> None:
    folder = project / "out" / str(run(command)["run_id"])
    assert "U-AT" in command("rehearsal", "add", folder, "--person", "課長", "--at", "きのう").err
    added = command("rehearsal", "add", folder, *SAID, "--rollback-minutes", "40")
    assert added.code == 0
    assert "1回目" in added.err
    assert "U-REHEARSAL-TWICE" in command("rehearsal", "add", folder, *SAID).err
    command("freeze", folder, "--person", "課長", "--at", "now")
    assert "切戻し 40 分" in command("rehearsal", "list").out.replace("\n", "")
    lines = json.loads(command("rehearsal", "list", "--json").out)
    assert [(line["kind"], line["at_clock"]) for line in lines] == [("rehearsal", False), ("freeze", True)]
    assert command("rehearsal", "verify", "--head", lines[0]["sha256"]).code == 0
    assert "I-LEDGER-HEAD" in command("rehearsal", "verify", "--head", "0" * 64).err
    text = (project / "rehearsals.jsonl").read_text(encoding="utf-8")
    (project / "rehearsals.jsonl").write_text(text.replace("課長", "部長", 1), encoding="utf-8")
    broken = command("rehearsal", "verify")
    assert broken.code == 3
    assert "rehearsals.jsonl:2: I-LEDGER-BROKEN" in broken.err
    assert command("run").code == 3, "a run would not know what was approved"


def test_compare_match_and_delta(command: Command, towns: Towns, tmp_path: Path) -> None:
    clean, faulty = towns.run(60).folder, towns.run(60, 1, 1.0).folder
    said = command("compare", clean, faulty)
    assert said.code == 0
    assert "KOJIN.DAT" in said.out
    assert "only before" in command("compare", clean, faulty, "--lang", "en").out
    assert json.loads(command("compare", clean, faulty, "--json").out)["schema"] == "migrate.compare/1"
    said = command("match", clean, clean / "standard", "--list", "apart.csv")
    assert said.code == 1, "kojin_bango is not there"
    listed = Path("apart.csv").read_text(encoding="utf-8-sig").splitlines()
    assert listed[0] == "table,item,key"
    assert {line.rsplit(",", 1)[0] for line in listed[1:]} == {"kojin_bango,missing"}
    assert os.name == "nt" or Path("apart.csv").stat().st_mode & 0o777 == 0o600
    assert command("match", clean, clean / "standard", "--list", "apart.csv").code == 2, "it is there already"
    assert command("match", clean, clean).code == 0
    said = command("delta", clean, clean, "--out", tmp_path / "delta")
    assert said.code == 0
    (folder,) = (path for path in (tmp_path / "delta").iterdir() if path.is_dir())
    assert command("verify", folder).code == 0
    assert command("delta", clean, faulty, "--out", tmp_path / "delta").code == 2
