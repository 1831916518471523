"""Finding → fix → re-run: what staff corrected, or mended in the old system, is no finding of the next run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from migrate.errors import UsageError
from migrate.findings import masked
from migrate.fixes.apply import _date as date_of
from migrate.fixes.apply import corrections_from, read_filled
from migrate.fixes.reread import Inputs
from migrate.pipeline import Options, RunResult, run
from migrate.plan import build
from migrate.rehearsal.compare import compare
from migrate.rehearsal.corrections import SCHEMA, Corrections, corrections_of, enter_corrections, read_corrections
from migrate.rehearsal.moment import Moment
from migrate.rehearsal.sealed import SealedRun
from migrate.stages.reconcile import Ledger
from migrate.synth import make_town
from tests.delivery import PATHS, Delivery, sparse, table
from tests.fixes.sheets import Line, fill, written
from tests.towns import Towns, juki, layout_of

FILES = {path: file for file, path in PATHS.items()}
WHEN = Moment("2026-10-02T09:00", clock=False)
TOWN = (300, 1, 0.35)


def right_values(towns: Towns) -> dict[tuple[str, ...], str]:
    """By table, key and item: what the town without faults delivers."""
    clean, found = towns.run(TOWN[0]), {}
    for name, plan in juki().tables.items():
        for row in table(clean, name):
            for item, value in row.items():
                found[name, *(row[key] for key in plan.key), item] = value
    return found


def items_of(fault: Mapping[str, Any]) -> set[str]:
    """The standard items that are read from the field of a fault."""
    source = juki().source
    assert source is not None
    mappings = [one for one in source.mappings.values() if one.from_ == FILES[fault["file"]]]
    return {item for one in mappings for item, given in one.fields.items() if fault["field"] in given.origins()}


@dataclass(frozen=True)
class Told:
    """A project that corrected what it may and had the rest mended: both runs, and the records that were corrected."""

    folder: Path
    first: RunResult
    second: RunResult
    corrected: set[tuple[str, int]]

    @property
    def corrections(self) -> Corrections:
        given = corrections_of(self.folder, juki())
        assert given is not None
        return given


@pytest.fixture(scope="module")
def told(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("project")
    first, sheet, right = towns.run(*TOWN), folder / "fix.xlsx", right_values(towns)
    sheet.write_bytes(written(first, towns.town(*TOWN).inputs))
    faults = [fault for fault in towns.town(*TOWN).faults if fault["value"] and "." not in fault["field"]]
    known = {(fault["file"], str(fault["record"]), item) for fault in faults for item in items_of(fault)}

    def answer(line: Line) -> Line:
        if (line["fix-file"], line["fix-record"], line["cell-item"]) not in known:
            return {}
        value = right[line["cell-table"], *json.loads(line["cell-key"]), line["cell-item"]]
        return {"fix-value": value or "（空欄）", "fix-person": "住民課 山田", "fix-note": "届書で確認"}

    corrected = {(line["fix-file"], int(line["fix-record"])) for line in fill(sheet, answer)}
    enter_corrections(folder, corrections_from(read_filled(sheet), juki(), WHEN))
    mended = Delivery(towns.town(*TOWN), folder)
    for fault in faults:
        if (fault["file"], fault["record"]) not in corrected:
            mended.put(FILES[fault["file"]], fault["record"], fault["field"], fault["value"])
    given = corrections_of(folder, juki())
    second = run(juki(), Options(mended.save(), folder / "out", corrections=given))
    return Told(folder, first, second, corrected)


def places(result: RunResult) -> set[tuple[str, int]]:
    """Records with an error or an alert."""
    return set(sparse(result, "findings").filter(pl.col("severity") != "info").select("source_file", "record").rows())


def test_what_was_corrected_is_no_finding_any_more(told: Told) -> None:
    items = {row["item"] for row in told.second.report["corrections"]}
    assert items >= {"juminjotai", "shimei_furigana", "kaiseinengappi", "shiensochishuryonengappi"}
    assert told.corrected <= places(told.first)
    assert not told.corrected & places(told.second)
    document = compare(SealedRun.open(told.first.folder), SealedRun.open(told.second.folder), juki(), references=99)
    assert told.corrected <= {
        (place["file"], place["record"]) for row in document["findings"] for place in row["fixed_at"]
    }


def test_what_was_mended_in_the_old_system_is_no_finding_any_more(told: Told, towns: Towns) -> None:
    kinds = {"bytes_in_name", "unknown_sex", "unknown_ido", "address_unknown"}
    mended = {(f["file"], f["record"]) for f in towns.town(*TOWN).faults if f["kind"] in kinds and f["value"]}
    assert mended <= places(told.first)
    assert not mended & places(told.second)


def test_corrections_are_delivered_told_and_counted(told: Told, towns: Towns) -> None:
    """The books stay balanced, and of the original only the kinds of its letters are told."""
    report, right = told.second.report, right_values(towns)
    assert {row["state"] for row in report["corrections"]} == {"applied"}
    assert report["balanced"]
    delivered = {name: table(told.second, name) for name in ("jumin", "shien_sochi")}
    for row in told.corrections.rows.to_dicts():
        key = juki().tables[row["table"]].key
        (found,) = (one for one in delivered[row["table"]] if [one[name] for name in key] == row["key"])
        assert found[row["item"]] == right[row["table"], *row["key"], row["item"]]
        (said,) = (r for r in report["corrections"] if r["number"] == row["number"])
        assert (said["person"], said["at"], said["original"]) == ("住民課 山田", WHEN.at, masked(row["seen"] or ""))
    kana = next(row for row in told.corrections.rows.to_dicts() if row["item"] == "shimei_furigana")
    assert kana["seen"] not in (told.second.folder / "run.json").read_text(encoding="utf-8")


def test_the_run_folder_holds_what_was_applied(told: Told) -> None:
    kept = told.second.folder / "corrections.parquet"
    assert kept.stat().st_mode & 0o077 == 0
    assert (told.folder / "corrections.parquet").stat().st_mode & 0o077 == 0
    rows = pl.read_parquet(kept)
    assert rows.select("before").to_series().to_list() == rows.select("seen").to_series().to_list()
    assert not (told.first.folder / "corrections.parquet").exists()


def residents(result: RunResult) -> Mapping[str, Any]:
    """The control of those whose state is 1."""
    return next(control for control in result.report["controls"] if control["name"] == "コード juminjotai=1")


def test_a_run_is_known_by_its_corrections(told: Told) -> None:
    inputs = told.folder / "in"
    again = run(juki(), Options(inputs, told.folder / "out", corrections=told.corrections))
    assert again.repeated
    assert again.folder == told.second.folder
    without = run(juki(), Options(inputs, told.folder / "out"))
    fewer = Corrections(told.corrections.rows.head(1))
    other = run(juki(), Options(inputs, told.folder / "out", corrections=fewer))
    assert len({told.second.folder, without.folder, other.folder}) == 3
    before, after = (residents(result) for result in (without, told.second))
    resident = sum(row["item"] == "juminjotai" and row["value"] == "1" for row in told.corrections.rows.to_dicts())
    assert (after["source"], after["target"]) == (before["source"], before["target"] + resident)
    assert after["balanced"]
    assert resident


def test_corrections_that_are_not_needed_or_not_met_any_more(told: Told, towns: Towns, tmp_path: Path) -> None:
    """The old system was mended; but one value is a third one, and one person is gone."""
    later = Delivery(towns.town(TOWN[0]), tmp_path)
    rows = [row for row in told.corrections.rows.to_dicts() if row["table"] == "jumin"]
    other, gone = (next(row for row in rows if row["item"] == item) for item in ("shimei_furigana", "juminjotai"))
    later.put("kojin", later.one("kojin", atena_no=other["key"][0]), "kana", "ﾍﾞﾂﾉ ﾋﾄ")
    for file in ("kojin", "rireki", "kobango"):
        for record in reversed(later.find(file, atena_no=gone["key"][0])):
            later.drop(file, record)
    result = run(juki(), Options(later.save(), tmp_path / "out", corrections=told.corrections))
    states = {row["number"]: row["state"] for row in result.report["corrections"]}
    special = {other["number"]: "changed", gone["number"]: "unmatched"}
    assert states == {number: special.get(number, "unnecessary") for number in states}
    found = {(row["rule"], row["severity"]) for row in result.report["findings"] if row["rule"].startswith("F-")}
    assert found == {("F-CORRECTION-OLD", "alert"), ("F-CORRECTION-NONE", "alert"), ("F-CORRECTION-DONE", "info")}
    (person,) = (r for r in table(result, "jumin") if [r["atenabango"], r["rirekibango"]] == other["key"])
    assert person["shimei_furigana"] == "ベツノ　ヒト"
    assert result.report["balanced"]


@pytest.mark.parametrize(
    ("item", "code"), [("shimei", "U-FIX-KOSHO"), ("juminhyo_code", "U-FIX-SECRET"), ("rirekibango", "U-FIX-KEY")]
)
def test_a_run_takes_no_correction_of_what_is_not_corrected_here(
    told: Told, tmp_path: Path, item: str, code: str
) -> None:
    """Even where the file of the project was written by other hands."""
    enter_corrections(tmp_path, read_corrections(told.folder).with_columns(item=pl.lit(item)).unique("key"))
    with pytest.raises(UsageError, match=code):
        corrections_of(tmp_path, juki())


def test_what_is_filled_or_emptied_is_counted(towns: Towns, tmp_path: Path) -> None:
    """A value where nothing stood, and nothing where a value stood: both sides of the books tell the difference."""
    town = Delivery(towns.town(60), tmp_path)
    one, other = town.find("kojin", jotai="10", shubetsu="1", kaisei_ymd="0000000")[:2]
    kana = town.text("kojin", other, "kana")
    cells = ((one, "kaiseinengappi", "0000000", "2020-01-31"), (other, "shimei_furigana", kana, None))
    rows = [
        {
            "layout": "juki", "source": "host_fixed", "table": "jumin", "item": item, "seen": seen, "value": value,
            "key": [town.text("kojin", record, "atena_no"), town.text("kojin", record, "rireki_no").lstrip("0")],
            "person": "山田", "at": WHEN.at, "at_clock": False,
        }
        for record, item, seen, value in cells
    ]  # fmt: skip
    enter_corrections(tmp_path, pl.DataFrame(rows, schema=SCHEMA))
    result = run(juki(), Options(town.save(), tmp_path / "out", corrections=corrections_of(tmp_path, juki())))
    assert [row["state"] for row in result.report["corrections"]] == ["applied", "applied"]
    told = {control["name"]: control for control in result.report["controls"] if control["table"] == "jumin"}
    assert [told[f"入力済 {item}"]["explained"] for item in ("kaiseinengappi", "shimei_furigana")] == [-1, 1]
    assert result.report["balanced"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026-04-01", "2026-04-01"),
        ("2026/4/1", "2026-04-01"),
        ("20260401", "2026-04-01"),
        ("2026-04-01T00:00:00", "2026-04-01"),
        ("令和８年４月１日", "2026-04-01"),
        ("昭和40年月日不詳", "昭和４０年　月日不詳"),
        ("1965-00-00", "昭和４０年　月日不詳"),
        ("昭和40年5月 日不詳", "昭和４０年５月　日不詳"),
        ("推定昭和40年5月3日", "推定昭和４０年５月３日"),
        ("年月日不詳", "年月日不詳"),
        ("昭和40年不詳", False),
        ("2026-02-30", False),
        ("昭和65年1月1日", False),
        ("きのう", False),
    ],
)
def test_a_date_is_read_as_people_write_it(written: str, value: str | bool) -> None:
    """What is not wholly known, only where 不詳表記 stands beside the item."""
    items = layout_of("jutogai").tables["atena_kihon"].by_name()
    assert date_of(written, items["seinengappi"]) == value
    whole = value if isinstance(value, str) and value[:4].isdigit() else False
    assert date_of(written, items["sosanengappi"]) == whole


def test_a_date_that_nobody_knows_is_delivered_with_its_notation(towns: Towns, tmp_path: Path) -> None:
    layout = layout_of("jutogai")
    make_town(layout, 20, 1, 0, tmp_path)
    before = run(layout, Options(tmp_path / "in", tmp_path / "out"))
    rows = table(before, "atena_kihon")
    person = next(row for row in rows if row["seinengappi"] and not row["seinengappi_fushohyoki"])
    read = Inputs.open(SealedRun.open(before.folder), layout, tmp_path / "in")
    (part,) = read.rows()
    at = part.frame["atenabango"].to_list().index(person["atenabango"])
    cell = {"layout": "jutogai", "source": "host_fixed", "table": "atena_kihon", "item": "seinengappi"}
    said = {"key": [person["atenabango"]], "seen": part.seen(at, "seinengappi"), "value": "昭和４０年　月日不詳"}
    who = {"person": "山田", "at": WHEN.at, "at_clock": False, "rule": "JT-D01"}
    enter_corrections(tmp_path, pl.DataFrame([cell | said | who], schema=SCHEMA))
    result = run(layout, Options(tmp_path / "in", tmp_path / "out", corrections=corrections_of(tmp_path, layout)))
    (now,) = (row for row in table(result, "atena_kihon") if row["atenabango"] == person["atenabango"])
    assert (now["seinengappi"], now["seinengappi_fushohyoki"]) == ("1965-00-00", "昭和４０年　月日不詳")
    assert [row["state"] for row in result.report["corrections"]] == ["applied"]
    assert result.report["balanced"]


def test_a_correction_that_is_not_delivered_is_not_told_as_applied(towns: Towns, tmp_path: Path) -> None:
    """One value fails its check, one row stands in quarantine; the third correction arrives."""
    town = Delivery(towns.town(60), tmp_path)
    bad, gone, good = town.find("kojin", jotai="10", shubetsu="1", kaisei_ymd="0000000")[:3]
    town.put("kojin", gone, "birth", b"?")
    rows = [
        {
            "layout": "juki", "source": "host_fixed", "table": "jumin", "item": item, "seen": seen, "value": value,
            "key": [town.text("kojin", record, "atena_no"), town.text("kojin", record, "rireki_no").lstrip("0")],
            "person": "山田", "at": WHEN.at, "at_clock": False,
        }
        for record, item, seen, value in (
            (bad, "juminjotai", town.text("kojin", bad, "jotai"), "Z"),
            (gone, "kaiseinengappi", "0000000", "2020-01-31"),
            (good, "kaiseinengappi", "0000000", "2020-01-31"),
        )
    ]  # fmt: skip
    enter_corrections(tmp_path, pl.DataFrame(rows, schema=SCHEMA))
    result = run(juki(), Options(town.save(), tmp_path / "out", corrections=corrections_of(tmp_path, juki())))
    assert {row["record"]: row["state"] for row in result.report["corrections"]} == {
        bad: "refused", gone: "refused", good: "applied",
    }  # fmt: skip
    refused = sparse(result, "findings").filter(rule="F-CORRECTION-REFUSED")
    assert set(refused.select("record", "severity").rows()) == {(bad, "alert"), (gone, "alert")}
    assert result.report["balanced"]


def test_amounts_are_counted_to_the_last_decimal() -> None:
    """As they were mapped, less as they are now; what was no number counts as nothing."""
    plan = build(layout_of("kotei"))
    ledger = Ledger()
    before, after = (pl.Series("zeigaku", values) for values in (["100", "x", "-5"], ["70", "1", None]))
    ledger.take_corrected(plan.tables["kazei"], before, after, filled=1, coded=())
    assert ledger.sums["kazei", "zeigaku"]["corrected"] == 100 - 5 - 70 - 1
    assert ledger.filled["kazei", "zeigaku"]["corrected"] == 1


def test_a_masked_value_tells_the_kinds_of_its_letters_only() -> None:
    assert masked("山田　ﾀﾛｳ-ひ 12Ｂc\\x01・𠮷") == "漢漢　アアア-あ 99AA\\A99・漢"
    assert len(masked("1" * 1000)) < 100
