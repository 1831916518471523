"""From the first rehearsal's unknown characters to a second one that knows them."""

import csv
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from migrate.plan.reading import all_columns
from migrate.spec.library import bundled_root
from migrate.synth import make_town
from tests.cli.conftest import Command
from tests.delivery import Delivery
from tests.hosts import overlay
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


def test_a_code_that_no_table_holds(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor's letter beyond the published table of JEF: told by its code, decided by staff, read in the next run;
    what is no code of a letter at all is told, and not to be decided on."""
    assert command("init", "town", "--layout", "juki", "--source", "host_fixed").code == 0
    monkeypatch.chdir("town")
    layout = overlay(Path(), "jef")
    source = layout.source
    assert source is not None
    make_town(layout, 40, 1, 0, tmp_path)
    file, plan = tmp_path / "in" / "KOJIN.DAT", all_columns(source.files["kojin"])["kanji"].place
    record = source.files["kojin"].record
    assert record is not None
    raw = bytearray(file.read_bytes())
    for number, code in enumerate(("41A1", "FFFE"), start=1):
        at = record.length * number + plan.start
        raw[at : at + 2] = bytes.fromhex(code)
    file.write_bytes(raw)
    first = json.loads(command("run", "--input", file.parent, "--json").out)
    told = [(row["code"], row["kind"], row["state"], row["people"]) for row in first["gaiji"]]
    assert told == [("41A1", "undefined", "unidentified", 1), ("FFFE", "undefined", "unidentified", 1)]
    sheet = Path("gaiji-sheet.csv")
    assert "外字 1 件" in command("gaiji", "template", run_folder(), "--out", sheet).err
    fill_in(sheet, **{"文字（記入）": "MJ022335"})
    assert command("gaiji", "apply", sheet, "--mj", written_list(tmp_path / "mji.xlsx")).code == 0
    again = json.loads(command("run", "--input", file.parent, "--json").out)
    told = [(row["code"], row["kind"], row["state"], row["people"]) for row in again["gaiji"]]
    assert told == [("41A1", "gaiji", "identified", 1), ("FFFE", "undefined", "unidentified", 1)]


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


def test_a_run_that_changed_tells_nothing(command: Command, project: Path) -> None:
    """What is decided on must be what the run saw."""
    run = run_folder()
    (run / "findings.parquet").write_bytes(b"")
    for said in (command("gaiji", "list", run), command("gaiji", "template", run, "--out", "sheet.csv")):
        assert (said.code, said.err.split()[0]) == (5, "E-RUN-CHANGED")
    assert not Path("sheet.csv").exists()


LETTER, BASIS, NOTE = "文字（記入）", "根拠（記入）", "備考（記入）"


def fill_in_twice(command: Command, **again: str) -> Path:
    """A sheet with two rows of F040, as if it stood in two items: 葛 in the first, and what the second has."""
    sheet = Path("gaiji-sheet.csv")
    assert command("gaiji", "template", run_folder(), "--out", sheet).code == 0
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    row |= {"読み": "二行\nの読み", LETTER: "葛", BASIS: "戸籍統一文字", NOTE: "確認"}
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerows([row, row | again])
    return sheet


@pytest.mark.parametrize("again", [{LETTER: "蔦"}, {BASIS: ""}, {NOTE: "別の確認"}])
def test_two_decisions_on_one_code_are_refused(command: Command, project: Path, again: dict[str, str]) -> None:
    sheet, before = fill_in_twice(command, **again), Path(GAIJI).read_bytes()
    said = command("gaiji", "apply", sheet)
    assert (said.code, said.err.count("U-GAIJI-TWICE")) == (2, 1)
    assert "gaiji-sheet.csv:4:" in said.err, "a cell of the first row has two lines"
    assert "F040 の記入が 2 行目と違います" in said.err
    assert Path(GAIJI).read_bytes() == before


@pytest.mark.parametrize("again", [{}, {LETTER: "", BASIS: "", NOTE: "書きかけ"}])
def test_one_decision_is_entered_once(command: Command, project: Path, again: dict[str, str]) -> None:
    """Whether all rows of the code are filled in, or one."""
    sheet = fill_in_twice(command, **again)
    assert "に 1 件を登録しました" in command("gaiji", "apply", sheet).err
    assert "に 0 件を登録しました" in command("gaiji", "apply", sheet).err
    assert "F040,葛,戸籍統一文字,確認\n" in Path(GAIJI).read_text(encoding="utf-8")


def test_a_power_cut_leaves_a_whole_table(command: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new one is on disk before it takes the name of the old one."""
    sheet, done = fill_in_twice(command), list[str]()

    def told(name: str) -> Callable[..., None]:
        real = getattr(os, name)

        def call(*arguments: object) -> None:
            done.append(name)
            real(*arguments)

        return call

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, told(name))
    assert command("gaiji", "apply", sheet).code == 0
    assert done[:2] == ["fsync", "replace"]


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


@pytest.fixture
def limited(project: Path) -> Path:
    """The same project, for a receiving system that holds JIS X 0208; the name begins with a letter beyond it."""
    profiles = Path("layouts/profiles")
    profiles.mkdir(parents=True, exist_ok=True)
    text = (bundled_root() / "layouts/profiles/kihon-data-list.yaml").read_text(encoding="utf-8")
    (profiles / "kihon-data-list.yaml").write_text(text + "repertoire: jisx0208\n", encoding="utf-8")
    delivered = project / "KOJIN.DAT"
    delivered.write_bytes(delivered.read_bytes().replace(CODE, b"\xfb\xfc\x81\x40\x88\xea"))
    return project


def test_what_may_be_written_for_letters_that_are_not_held(command: Command, limited: Path) -> None:
    """The only candidate with its rules; after the next run the letter is reduced, and told with its basis."""
    said = command("run", "--input", limited, "--json")
    assert said.code == 0, said.err
    first = json.loads(said.out)
    assert [(row["code"], row["kind"], row["state"]) for row in first["gaiji"]] == [
        ("U+9AD9", "outside", "unidentified")
    ]
    assert command("gaiji", "reduce", Path("out") / first["run_id"]).code == 0
    table = Path("layouts/profiles/kihon-data-list.csv").read_text(encoding="utf-8").splitlines()
    assert table[1].startswith("髙,高,JIS包摂規準・UCS統合規則・法務省戸籍法関連通達・通知,,MJ縮退マップ")
    again = json.loads(command("run", "--input", limited, "--json").out)
    assert [(row["code"], row["state"]) for row in again["gaiji"]] == [("U+9AD9", "reduced")]
    (rule,) = (row for row in again["findings"] if row["rule"] == "R-REDUCE")
    assert (rule["count"], rule["severity"]) == (1, "info")
    said = command("gaiji", "reduce", Path("out") / again["run_id"])
    assert said.code == 0
    assert table == Path("layouts/profiles/kihon-data-list.csv").read_text(encoding="utf-8").splitlines()


def test_a_system_that_holds_all_letters_has_nothing_to_reduce(command: Command, project: Path) -> None:
    said = command("gaiji", "reduce", run_folder())
    assert (said.code, said.err.split()[0]) == (2, "U-REPERTOIRE-ALL")


def written_list(path: Path) -> Path:
    """A list of the published form: two lines above the heads, other columns between."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("一覧表")
    heads = ("図形", "MJ文字図形名", "対応するUCS", "実装したUCS", "実装したMoji_JohoコレクションIVS", "総画数")
    rows = (
        ("", "MJ022335", "U+845B", "U+845B", "845B_E0103;845B_E0101", 12),
        ("", "MJ000001", "U+3402", "U+3402", "", 6),
        ("", "MJ068101", "", "", "", 9),
    )
    for at, row in enumerate((("MJ文字情報一覧表",), (), heads, *rows)):
        sheet.write_row(at, 0, row)
    book.close()
    return path


def other_list(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    book.add_worksheet().write_row(0, 0, ("MJ文字図形名", "総画数"))
    book.close()
    return path


def test_a_letter_by_its_mj_name(command: Command, project: Path, tmp_path: Path) -> None:
    """The sequence of the list stands in the table, the name beside it."""
    sheet, given = Path("gaiji-sheet.csv"), written_list(tmp_path / "mji.xlsx")
    command("gaiji", "template", run_folder(), "--out", sheet)
    fill_in(sheet, **{"文字（記入）": "MJ022335", "備考（記入）": "戸籍で確認"})
    said = command("gaiji", "apply", sheet)
    assert (said.code, said.err.split()[0]) == (2, "U-MJ-LIST")
    assert command("gaiji", "apply", sheet, "--mj", given).code == 0
    assert "F040,葛\U000e0103,,MJ022335 戸籍で確認\n" in Path(GAIJI).read_text(encoding="utf-8")
    fill_in(sheet, **{"文字（記入）": "MJ068101"})
    said = command("gaiji", "apply", sheet, "--mj", given)
    assert (said.code, "U-MJ-NAME" in said.err) == (2, True)
    said = command("gaiji", "apply", sheet, "--mj", other_list(tmp_path / "other.xlsx"))
    assert (said.code, said.err.split()[1]) == (3, "I-MJ-LIST")


def test_a_letter_of_the_private_plane_that_the_new_system_holds(command: Command, project: Path) -> None:
    """行政事務標準文字 that Unicode does not have."""
    sheet = Path("gaiji-sheet.csv")
    command("gaiji", "template", run_folder(), "--out", sheet)
    fill_in(sheet, **{"文字（記入）": "U+10DE92", "備考（記入）": "文字同定"})
    assert command("gaiji", "apply", sheet).code == 0
    again = json.loads(command("run", "--input", project, "--json").out)
    assert [(row["code"], row["state"]) for row in again["gaiji"]] == [("F040", "identified")]
    assert [row for row in again["findings"] if row["rule"] == "R-PRIVATE"] == []
    said = command("run", "--input", project, "--profile", "chukan-v2.7")
    assert (said.code, "D-GAIJI-PRIVATE" in said.err) == (2, True)
