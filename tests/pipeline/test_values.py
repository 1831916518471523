"""What run.json and the summary say of codes, and of values that stand for no value."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from migrate.pipeline import Options, RunResult, run
from migrate.report.values import code_maps, mixed_sentinels
from migrate.spec.layout import Layout
from tests.delivery import Delivery, found, sparse, table
from tests.towns import juki


def go(delivery: Delivery) -> RunResult:
    return run(juki(), Options(delivery.save(), delivery.inputs.parent / "out"))


def code_map(result: RunResult, name: str) -> dict[str, Any]:
    maps: dict[str, dict[str, Any]] = {one["map"]: one for one in result.report["code_maps"]}
    return maps[name]


def sentinels(result: RunResult, file: str, field: str) -> dict[str, int]:
    rows = [one for row in result.report["inputs"] if row["kind"] == file for one in row["sentinels"]]
    return {one["value"]: one["count"] for one in rows if one["field"] == field}


def told(result: RunResult) -> str:
    """What the summary says of them, in English."""
    screen = Console(file=io.StringIO(), width=200)
    for part in (*code_maps(result.report, "en"), *mixed_sentinels(result.report, "en")):
        screen.print(part)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_every_filled_code_is_counted(delivery: Delivery, clean: RunResult) -> None:
    records = len(delivery.find("kojin", delete_flag="")) + len(delivery.find("rireki"))
    filled = sum(
        delivery.text(file, record, f"zokugara_{place}") != ""
        for file, wanted in (("kojin", {"delete_flag": ""}), ("rireki", {}))
        for record in delivery.find(file, **wanted)
        for place in (1, 2, 3, 4)
    )
    kin, state = code_map(clean, "tsuzukigara"), code_map(clean, "juminjotai")
    assert (state["asked"], state["unmapped"], state["items"]) == (records, 0, ["jumin.juminjotai"])
    assert (kin["asked"], kin["unmapped"], kin["undecided"]) == (filled, 0, [])
    assert kin["items"] == [f"jumin.tsuzukigara_{place}" for place in (1, 2, 3, 4)]


def test_codes_that_nobody_uses_and_codes_that_become_one(delivery: Delivery, clean: RunResult) -> None:
    events = code_map(clean, "idojiyu")
    counts = {
        code: len(delivery.find("kojin", ido_cd=code, delete_flag="")) + len(delivery.find("rireki", ido_cd=code))
        for code in ("22", "24")
    }
    assert events["merged"] == [{"to": "26", "from": [{"from": code, "count": counts[code]} for code in counts]}]
    assert {code for code, n in counts.items() if n == 0} <= set(events["unused"])
    used = {delivery.text(f, r, "ido_cd") for f in ("kojin", "rireki") for r in delivery.find(f)}
    assert {code for code in events["unused"] if "|" not in code}.isdisjoint(used)


def test_a_code_the_standard_does_not_hold_is_told_with_its_candidates_and_never_chosen(delivery: Delivery) -> None:
    first, second = delivery.find("kojin", jotai="10", zokugara_1="10")[:2]
    delivery.put("kojin", first, "zokugara_1", "41")
    delivery.put("kojin", second, "zokugara_1", "77")
    result = go(delivery)
    kin = code_map(result, "tsuzukigara")
    assert kin["undecided"] == [{"from": "41", "candidates": ["父の父", "母の父"], "count": 1}]
    assert kin["unmapped"] == 1
    assert "77" not in str(result.report["code_maps"])  # it may be anything
    assert ("R-CODE-CANDIDATE", "alert", None) in found(result, "kojin", first)
    assert ("R-CODE", "alert", None) in found(result, "kojin", second)
    kept = sparse(result, "withheld").select("record", "field", "value", "rule").sort("record").rows()
    assert kept == [
        (first, "tsuzukigara_1", "41", "R-CODE-CANDIDATE"),
        (second, "tsuzukigara_1", "77", "R-CODE"),
    ]
    assert result.report["balanced"]
    text = told(result)
    assert "1 unmapped, 1 to be decided" in text
    assert "父の父、母の父" in text


def test_values_that_stand_for_no_date_are_counted_one_by_one(delivery: Delivery, clean: RunResult) -> None:
    before = sentinels(clean, "kojin", "kaisei_ymd")
    assert before == {"0000000": len(delivery.find("kojin", kaisei_ymd="0000000"))}
    assert "more than one way" not in told(clean)
    for record in delivery.find("kojin", kaisei_ymd="0000000")[:2]:
        delivery.put("kojin", record, "kaisei_ymd", "")
    result = go(delivery)
    assert sentinels(result, "kojin", "kaisei_ymd") == {"": 2, "0000000": before["0000000"] - 2}
    assert "blank 2、0000000" in told(result)


@pytest.mark.parametrize("value", ["9999999", "0000000"])
def test_unknown_is_told_from_empty(delivery: Delivery, value: str) -> None:
    (record, *_) = delivery.find("kojin", delete_flag="")
    delivery.put("kojin", record, "jutei_ymd", value)
    result = go(delivery)
    meanings = {
        one["meaning"]
        for row in result.report["inputs"]
        for one in row["sentinels"]
        if one["field"] == "jutei_ymd" and one["value"] == value
    }
    assert meanings == {"unknown" if value == "9999999" else "empty"}


def declaring(kind: str, name: str, says: dict[str, Any]) -> Layout:
    """juki, whose source says this of a date, too."""
    layout = juki()
    source = layout.source
    assert source is not None
    file = source.files[kind]
    fields = [
        field.model_copy(update={"date": field.date.model_copy(update=says)})
        if field.name == name and field.date
        else field
        for field in file.fields
    ]
    files = {**source.files, kind: file.model_copy(update={"fields": tuple(fields)})}
    return replace(layout, source=replace(source, files=files))


@pytest.mark.parametrize(("refused", "severity"), [(False, "alert"), (True, "error")])
def test_a_date_outside_its_era_is_kept_or_withheld_as_declared(
    delivery: Delivery, *, refused: bool, severity: str
) -> None:
    (record, *_) = delivery.find("kojin", jotai="10", delete_flag="")
    unit = delivery.text("kojin", record, "atena_no")
    delivery.put("kojin", record, "jutei_ymd", "4010103")
    layout = declaring("kojin", "jutei_ymd", {"out_of_era": "refuse"}) if refused else juki()
    result = run(layout, Options(delivery.save(), delivery.inputs.parent / "out"))
    assert ("R-DATE-ERA", severity, None) in found(result, "kojin", record)
    rows = [row for row in table(result, "jumin") if row["atenabango"] == unit]
    last = max(rows, key=lambda row: int(row["rirekibango"]))
    assert last["juteinengappi"] == ("" if refused else "1989-01-03")
    kept = sparse(result, "withheld").select("record", "field", "value").rows()
    assert kept == ([(record, "juteinengappi", "4010103")] if refused else [])
    assert result.report["balanced"]


@pytest.mark.parametrize("declared", [True, False])
def test_a_period_without_an_end_is_delivered_where_the_source_has_a_value_for_it(
    delivery: Delivery, *, declared: bool
) -> None:
    for record in delivery.find("gaikokujin"):
        delivery.put("gaikokujin", record, "manryo_ymd", "99999999")
    layout = declaring("gaikokujin", "manryo_ymd", {"open_end": ("99999999",)}) if declared else juki()
    result = run(layout, Options(delivery.save(), delivery.inputs.parent / "out"))
    days = {row["zairyukikannomanryonohi"] for row in table(result, "jumin") if row["juminshubetsu"] == "2"}
    assert days == ({"9999-12-31"} if declared else {""})
    (told,) = [row["sentinels"] for row in result.report["inputs"] if row["kind"] == "gaikokujin"]
    assert ("manryo_ymd", "open_end") in {(one["field"], one["meaning"]) for one in told} or not declared
    rules = {row["rule"] for row in result.report["findings"] if row["field"] == "zairyukikannomanryonohi"}
    assert ("R-DATE-INVALID" in rules) is not declared
    assert result.report["balanced"]


def test_a_day_of_the_old_calendar_is_kept_and_named(delivery: Delivery) -> None:
    (record, *_) = delivery.find("kojin", delete_flag="")
    delivery.put("kojin", record, "jumin_ymd", "1050630")
    result = go(delivery)
    assert ("R-DATE-LUNAR", "info", None) in found(result, "kojin", record)
