"""The sheet of findings: who is to mend what, and what of it is never written down or taken back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from migrate.errors import UsageError
from migrate.fixes.apply import corrections_from, read_filled
from migrate.pipeline import Options, RunResult, run
from migrate.rehearsal.corrections import enter_corrections, read_corrections
from migrate.rehearsal.moment import Moment
from tests.cli.conftest import Command
from tests.delivery import Delivery
from tests.fixes.sheets import Line, fill, lines, named, written
from tests.towns import Towns, juki

WHEN = Moment("2026-10-02T09:00", clock=False)
OWNERS = ("--owner", "団体", "--owner", "現行ベンダ", "--owner", "新ベンダ")


@dataclass(frozen=True)
class Faulty:
    """A delivery with known faults, and its run."""

    inputs: Path
    result: RunResult
    records: tuple[int, ...]


@pytest.fixture(scope="module")
def faulty(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    """Two unknown states, a date that is none, a stray letter in a reading; a sex (公証事項), a 住民票コード."""
    delivery = Delivery(towns.town(60), tmp_path_factory.mktemp("faulty"))
    persons = tuple(delivery.find("kojin", jotai="10", shubetsu="1", zokugara_1="10")[:6])
    changes = (("jotai", "50"), ("jotai", "50"), ("kaisei_ymd", "3991345"), ("kana", "ｱ\x01"), ("sex", "9"))
    for person, (name, value) in zip(persons, (*changes, ("juminhyo_cd", "12345678901")), strict=True):
        delivery.put("kojin", person, name, value)
    inputs = delivery.save()
    return Faulty(inputs, run(juki(), Options(inputs, inputs.parent / "out")), persons)


@pytest.fixture(scope="module")
def exported(faulty: Faulty) -> bytes:
    return written(faulty.result, faulty.inputs)


@pytest.fixture
def sheet(command: Command, exported: bytes) -> Path:
    """The findings of the town, in the current folder."""
    Path("f.xlsx").write_bytes(exported)
    return Path("f.xlsx")


def states(value: str) -> Callable[[Line], Line]:
    """This state for everybody whose state is to be corrected, decided by 山田."""
    return lambda line: {"fix-value": value, "fix-person": "山田"} if line["cell-item"] == "juminjotai" else {}


def test_the_command_writes_for_its_readers_only(command: Command, faulty: Faulty, exported: bytes) -> None:
    arguments = ("findings", "export", faulty.result.folder, *OWNERS, "--input", faulty.inputs, "--out", "f.xlsx")
    said = command(*arguments)
    assert said.code == 0, said.err
    assert "個人情報" in said.err
    assert Path("f.xlsx").stat().st_mode & 0o077 == 0
    assert Path("f.xlsx").read_bytes() == exported
    assert "個人情報" in named(Path("f.xlsx"), "はじめに").rows[1][0]
    assert "U-FILE-THERE" in command(*arguments).err


def test_every_finding_stands_in_one_of_the_sheets(sheet: Path, faulty: Faulty) -> None:
    """公証事項 by themselves and without a place for a value; secret items without theirs; info is left out."""
    names = ("修正", "職権修正依頼", "現行システムで修正")
    told = {name: [line for _, line in lines(named(sheet, name))] for name in names}
    grave = [row for row in faulty.result.report["findings"] if row["severity"] != "info"]
    assert sum(map(len, told.values())) == sum(row["count"] for row in grave)
    records = dict.fromkeys(int(line["fix-record"]) for name in names for line in told[name])
    assert tuple(records) == faulty.records
    assert [line["fix-item"] for line in told["修正"]] == ["住民状態", "住民状態", "改製年月日", "氏名_フリガナ"]
    assert [line["fix-seen"] for line in told["修正"]] == ["50", "50", "3991345", "ｱ\\x01"]
    assert [(line["fix-item"], line["fix-seen"]) for line in told["職権修正依頼"]] == [("性別", "9")]
    secret = {(line["fix-item"], line["fix-seen"]) for line in told["現行システムで修正"]}
    assert secret == {("住民票コード", "（秘匿）")}
    assert "fix-value" not in {name for line in told["職権修正依頼"] for name in line}
    assert all(line["fix-unit"] and line["fix-reason"] and line["fix-key"] for name in names for line in told[name])


def test_findings_of_others_are_left_out(command: Command, faulty: Faulty) -> None:
    arguments = ("--input", faulty.inputs, "--out", "g.xlsx", "--lang", "en")
    assert command("findings", "export", faulty.result.folder, *arguments).code == 0
    assert len(named(Path("g.xlsx"), "Corrections").rows) == 1
    sheets = [named(Path("g.xlsx"), name) for name in ("Ex officio requests", "In the old system")]
    others = [line for sheet in sheets for _, line in lines(sheet)]
    assert {line["fix-owner"] for line in others} == {"団体"}


def test_codes_offer_their_table(sheet: Path) -> None:
    offered = named(sheet, "コード表")
    assert [row[0] for row in offered.rows] == [
        "juminjotai",
        *(f"{c}：{v.name}" for c, v in juki().codes["juminjotai"].items()),
    ]


def test_inputs_must_be_those_of_the_run(command: Command, towns: Towns, faulty: Faulty) -> None:
    said = command("findings", "export", faulty.result.folder, "--input", towns.town(60).inputs, "--out", "g.xlsx")
    assert said.code == 2
    assert "U-FIX-INPUT" in said.err
    assert "KOJIN.DAT" in said.err
    assert not Path("g.xlsx").exists()


def test_a_run_without_a_day_cannot_be_read_again(command: Command, towns: Towns) -> None:
    """The file that states the 基準日 is empty, and was refused."""
    inputs = Delivery(towns.town(60), Path.cwd()).save()
    (inputs / "KOJIN.DAT").write_bytes(b"")
    result = run(juki(), Options(inputs, Path("out").resolve()))
    assert result.report["as_of"] is None
    for name in (("findings", "export"), ("sample",)):
        more = ("--seed", "1") if name == ("sample",) else ()
        said = command(*name, result.folder, "--input", inputs, "--out", "g.xlsx", *more)
        assert said.code == 2
        assert "U-FIX-AS-OF" in said.err
        assert not Path("g.xlsx").exists()


def test_a_row_without_a_whole_key_is_mended_in_the_old_system(towns: Towns, tmp_path: Path) -> None:
    """A correction finds its row by the key, and would never meet this one."""
    delivery = Delivery(towns.town(60), tmp_path)
    person, other = delivery.find("kojin", jotai="10", shubetsu="1", zokugara_1="10")[:2]
    delivery.put("kojin", person, "rireki_no", "")
    for record in (person, other):
        delivery.put("kojin", record, "jotai", "50")
    inputs = delivery.save()
    Path(tmp_path / "f.xlsx").write_bytes(written(run(juki(), Options(inputs, tmp_path / "out")), inputs))
    told = {
        name: [
            int(line["fix-record"])
            for _, line in lines(named(tmp_path / "f.xlsx", name))
            if line["fix-item"] == "住民状態"
        ]
        for name in ("修正", "現行システムで修正")
    }
    assert told == {"修正": [other], "現行システムで修正": [person]}


@pytest.mark.parametrize(
    ("change", "code", "cell"),
    [
        ({"fix-value": "Z"}, "U-FIX-VALUE", "J2"),
        ({"fix-value": "11"}, "U-FIX-VALUE", "J2"),
        ({"fix-value": "1：死亡者"}, "U-FIX-VALUE", "J2"),
        ({"fix-value": "2：転出者", "fix-no": "x", "fix-seen": "51"}, "U-FIX-ROW", "S2"),
        ({"fix-person": ""}, "U-FIX-PERSON", "K2"),
        ({"cell-item": "shimei"}, "U-FIX-KOSHO", "J2"),
        ({"cell-item": "juminhyo_code"}, "U-FIX-SECRET", "J2"),
        ({"cell-item": "rirekibango"}, "U-FIX-KEY", "J2"),
        ({"cell-item": "seinengappi_fushofuragu"}, "U-FIX-KOSHO", "J2"),
        ({"cell-item": "kaiseinengappi"}, "U-FIX-ROW", "S2"),
        ({"cell-key": '["000000001000001", "1"]'}, "U-FIX-ROW", "S2"),
        ({"fix-seen": "10"}, "U-FIX-ROW", "S2"),
        ({"cell-table": "jumim"}, "U-FIX-ROW", "P2"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_cell(sheet: Path, change: Line, code: str, cell: str) -> None:
    fill(sheet, lambda line: {"fix-value": "1", "fix-person": "山田", **change} if line["fix-no"] == "1" else {})
    with pytest.raises(UsageError) as caught:
        corrections_from(read_filled(sheet), juki(), WHEN)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == (code, f"f.xlsx:修正!{cell}")


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_entered(command: Command, sheet: Path) -> None:
    command("init", "town", "--layout", "juki", "--source", "host_fixed")
    fill(sheet, lambda line: {"fix-value": "ひみつ\x7f"})
    said = command("findings", "apply", sheet, "--at", "now", "--project", "town")
    assert said.code == 2
    codes = ("U-FIX-VALUE", "U-FIX-DATE", "U-FIX-PERSON")
    assert [said.err.count(code) for code in codes] == [3, 1, 4]
    assert "ひみつ" not in said.err
    assert not Path("town/corrections.parquet").exists()


def test_values_are_taken_as_people_write_them(sheet: Path) -> None:
    fill(sheet, lambda line: {"fix-value": "3：死亡者", "fix-person": "山田"} if line["fix-no"] == "1" else {})
    rows = corrections_from(read_filled(sheet), juki(), WHEN)
    assert rows.select("item", "value", "person", "at").rows() == [("juminjotai", "3", "山田", WHEN.at)]
    for text, value in (("2020/1/31", "2020-01-31"), ("２０２００１３１", "2020-01-31"), ("（空欄）", None)):
        values = {"1": "", "3": text}
        fill(sheet, lambda line, values=values: {"fix-value": values.get(line["fix-no"], ""), "fix-person": "山田"})  # type: ignore[misc]
        assert corrections_from(read_filled(sheet), juki(), WHEN)["value"].to_list() == [value]


def test_a_later_sheet_takes_the_place_of_an_earlier_one(command: Command, sheet: Path, tmp_path: Path) -> None:
    for value, new, changed in (("3", 2, 0), ("3", 0, 0), ("9", 0, 2)):
        fill(sheet, states(value))
        counts = enter_corrections(tmp_path, corrections_from(read_filled(sheet), juki(), WHEN))
        assert (counts["new"], counts["changed"], counts["whole"]) == (new, changed, 2)
    assert read_corrections(tmp_path)["value"].to_list() == ["9", "9"]


def test_what_is_no_sheet_of_ours(command: Command, sheet: Path) -> None:
    command("init", "town", "--layout", "juki", "--source", "host_fixed")
    assert "U-FIX-SHEET" in command("findings", "apply", _other(), "--at", "now", "--project", "town").err
    assert "U-AT" in command("findings", "apply", sheet, "--at", "1", "--project", "town").err


def _other() -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook("other.xlsx") as book:
        book.add_worksheet("修正").write(0, 0, "修正値")
    return Path("other.xlsx")


def test_from_the_sheet_to_the_next_run(command: Command, sheet: Path, faulty: Faulty) -> None:
    command("init", "town", "--layout", "juki", "--source", "host_fixed")
    fill(sheet, states("3"))
    said = command("findings", "apply", sheet, "--at", "2026-10-02T09:00", "--project", "town")
    assert said.code == 0, said.err
    assert Path("town/corrections.parquet").stat().st_mode & 0o077 == 0
    said = command("run", "--project", "town", "--input", faulty.inputs, "--json")
    assert '"state": "applied"' in said.out
    Path("town/corrections.parquet").write_bytes(b"?")
    assert "I-CORRECTIONS" in command("run", "--project", "town", "--input", faulty.inputs).err


def test_what_is_not_needed_any_more_is_withdrawn(
    command: Command, sheet: Path, faulty: Faulty, tmp_path: Path
) -> None:
    """By what became of it in a run, or by its number there; one that was corrected anew since then stays."""
    command("init", "town", "--layout", "juki", "--source", "host_fixed")
    fill(sheet, states("3"))
    command("findings", "apply", sheet, "--at", "2026-10-02T09:00", "--project", "town")
    said = command("run", "--project", "town", "--input", faulty.inputs, "--out", tmp_path / "out", "--json")
    told = json.loads(said.out)
    folder = tmp_path / "out" / told["run_id"]
    withdraw = ("findings", "withdraw", folder, "--project", "town")
    there = read_corrections(Path("town"))

    for wrong in ((), ("--number", 3), ("--state", "applied", "--number", 99)):
        assert "U-FIX-WITHDRAW" in command(*withdraw, *wrong).err
    assert command(*withdraw, "--state", "unnecessary").code == 0
    assert read_corrections(Path("town")).equals(there)

    numbers = {row["number"]: row["state"] for row in told["corrections"]}
    assert numbers == {1: "applied", 2: "applied"}
    said = command(*withdraw, "--number", 1)
    assert "修正 1 件" in said.err
    assert read_corrections(Path("town")).equals(there.tail(1))

    fill(sheet, states("9"))
    command("findings", "apply", sheet, "--at", "2026-10-03T09:00", "--project", "town")
    assert "修正 0 件" in command(*withdraw, "--state", "applied").err
    assert read_corrections(Path("town"))["value"].to_list() == ["9", "9"]


def test_a_sample_is_written_for_its_readers_only(command: Command, towns: Towns) -> None:
    arguments = ("sample", towns.run(60).folder, "--input", towns.town(60).inputs, "--seed", "1")
    said = command(*arguments, "--out", "s.xlsx", "--per-stratum", "1")
    assert said.code == 0, said.err
    assert "個人情報" in said.err
    assert Path("s.xlsx").stat().st_mode & 0o077 == 0
    assert "個人情報" in named(Path("s.xlsx"), "はじめに").rows[1][0]
    assert len(named(Path("s.xlsx"), "突合票").rows) > 30
    assert command(*arguments, "--out", "t.xlsx", "--per-stratum", "1").code == 0
    assert Path("s.xlsx").read_bytes() == Path("t.xlsx").read_bytes()
    assert "U-FILE-THERE" in command(*arguments, "--out", "t.xlsx").err
