"""What an error does: a value is left out and kept aside, or a person goes into quarantine with all that is theirs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from migrate.pipeline import Options, RunResult, run
from migrate.plan import build
from migrate.spec.layout import Layout
from migrate.spec.words import Word
from tests.delivery import Delivery, found, person, sparse, table
from tests.towns import Towns, edited, juki

OPEN = (("quarantined_resident", 99), ("lost_key", 99))
TABLES = ("jumin", "kojin_bango", "shien_sochi", "shien_yokushi")


def go(delivery: Delivery, **options: Any) -> RunResult:
    return run(juki(), Options(delivery.save(), delivery.inputs.parent / "out", **options))


def history_of(delivery: Delivery, unit: str) -> list[int]:
    return delivery.find("rireki", atena_no=unit)


def resident(delivery: Delivery, *, history: bool = False, skip: int = 0) -> tuple[int, str]:
    """Record and 宛名番号 of a Japanese resident who is no head and not protected."""
    protected = {delivery.text("shien", record, "atena_no") for record in delivery.find("shien")}
    for record in delivery.find("kojin", jotai="10", shubetsu="1", delete_flag=""):
        unit = delivery.text("kojin", record, "atena_no")
        head = delivery.text("kojin", record, "zokugara_1") == "01"
        if not head and unit not in protected and (not history or history_of(delivery, unit)):
            if skip == 0:
                return record, unit
            skip -= 1
    raise AssertionError("no such resident")


def test_a_withheld_value_is_the_only_change(delivery: Delivery, clean: RunResult) -> None:
    record, unit = resident(delivery)
    delivery.put("kojin", record, "kanji", "山田　".encode("cp932") + b"\x8d")
    result = go(delivery)
    before, after = table(clean, "jumin"), table(result, "jumin")
    changed = [
        (old["atenabango"], name, new[name])
        for old, new in zip(before, after, strict=True)
        for name in old
        if old[name] != new[name]
    ]
    assert changed == [(unit, "shimei", "")]
    (kept,) = sparse(result, "withheld").to_dicts()
    assert (kept["table"], kept["field"], kept["record"], kept["rule"]) == ("jumin", "shimei", record, "R-BYTES")
    assert kept["value"].startswith("山田")
    assert ("R-BYTES", "error", None) in found(result, "kojin", record)
    assert (result.report["verdict"], result.exit_code, result.report["balanced"]) == ("conditional", 0, True)


def test_what_follows_from_a_withheld_value_is_an_info_with_its_cause(delivery: Delivery) -> None:
    record, _ = resident(delivery)
    delivery.put("kojin", record, "kanji", b"\x8d")
    assert ("JK-N02", "info", "R-BYTES") in found(go(delivery), "kojin", record)


@pytest.mark.parametrize(
    ("name", "value", "item", "rule"),
    [
        ("sex", "9", "seibetsu", "R-CODE"),
        ("zokugara_1", "40", "tsuzukigara_1", "R-CODE-CANDIDATE"),
        ("kanji", b"\xf0\x40", "shimei", "R-GAIJI"),
        ("kanji", "〓田　太郎", "shimei", "JK-G01"),
        ("kana", b"\xd4\x01", "shimei_furigana", "R-LETTERS"),
        ("todoke_ymd", "4120230", "idotodokedenengappi", "R-DATE-NONCALENDAR"),
        ("todoke_ymd", "9912345", "idotodokedenengappi", "R-DATE-INVALID"),
        ("kana", b"\xd4\xa0", "shimei_furigana", "R-BYTES"),
        ("chiku_1", b"\x82\xa0", "chikukanrikodo_1", "R-BYTES"),
    ],
)
def test_values_that_are_left_out(delivery: Delivery, name: str, value: str | bytes, item: str, rule: str) -> None:
    """Nothing is guessed: an unknown code, an undefined byte, a gaiji or a date that is none leaves the item empty."""
    record, unit = resident(delivery)
    delivery.put("kojin", record, "todoke_shussei_ymd", "0000000")
    delivery.put("kojin", record, name, value)
    result = go(delivery)
    row = person(result, "jumin", unit)[-1]
    assert row[item] == ""
    assert rule in {r for r, _, _ in found(result, "kojin", record)}
    kept = sparse(result, "withheld").filter(record=record, field=item)
    assert kept.height == 1
    assert result.report["balanced"]


def test_texts_that_are_found_wherever_they_stand(delivery: Delivery) -> None:
    """Romaji and katakana in one name, a lost letter of a former address, an address to the last byte of its field,
    marks where letters were, and a reading that is none."""
    (stranger, *_) = delivery.find("kojin", shubetsu="2", jotai="10")
    one, two, three = (resident(delivery, skip=skip)[0] for skip in (0, 1, 2))
    delivery.put("kojin", stranger, "kanji", "ＷＡＮＧ　ワン")
    delivery.put("kojin", one, "zen_katagaki", "〓山ハイツ")
    delivery.put("kojin", two, "banchi", "１番地" + "第一コーポ" * 5 + "２号")
    delivery.put("kojin", three, "kanji", "？田　太郎")
    delivery.put("kojin", three, "kana", "ﾔﾏ@ﾀﾞ ﾀﾛｳ".encode("cp932"))
    result = go(delivery)
    assert ("JK-G17", "alert", None) in found(result, "kojin", three)
    assert ("JK-K04", "alert", None) in found(result, "kojin", three)
    assert ("JK-N06", "alert", None) in found(result, "kojin", stranger)
    assert ("JK-G13", "error", None) in found(result, "kojin", one)
    assert ("R-FULL", "alert", None) in found(result, "kojin", two)


@pytest.mark.parametrize("gaiji", ["error", "alert"])
def test_how_grave_an_unknown_letter_is_is_said_item_by_item(delivery: Delivery, gaiji: str, tmp_path: Path) -> None:
    """What becomes of the value is not: it is left out and kept aside either way."""
    record, unit = resident(delivery)
    delivery.put("kojin", record, "kanji", b"\xf0\x40")
    name = "{name: shimei, ja: 氏名, type: N,"
    layout = edited(tmp_path / "project", "juki/jumin.yaml", (name, f"{name} gaiji: {gaiji},"))
    result = run(layout, Options(delivery.save(), delivery.inputs.parent / "out"))
    assert person(result, "jumin", unit)[-1]["shimei"] == ""
    assert ("R-GAIJI", gaiji, None) in found(result, "kojin", record)
    rules = build(layout).book
    told = {
        (r.id, r.severity, r.effect) for r in rules if (r.table, r.field) == ("jumin", "shimei") and r.class_ == "外字"
    }
    assert {("R-GAIJI", gaiji, "withhold"), ("R-PRIVATE", gaiji, "withhold")} <= told
    assert sparse(result, "withheld").filter(record=record, field="shimei").height == 1
    assert result.report["balanced"]


def test_quarantine_takes_the_whole_person(delivery: Delivery, clean: RunResult) -> None:
    record, unit = resident(delivery, history=True)
    delivery.put("kojin", record, "birth", "3491345")
    numbers = delivery.find("kobango", atena_no=unit)
    result = go(delivery)
    for name in TABLES:
        assert [row for row in table(clean, name) if row["atenabango"] != unit] == table(result, name)
    gone = set(sparse(result, "quarantine").select("source_file", "record").iter_rows())
    expected = {("KOJIN.DAT", record)} | {("RIREKI.DAT", r) for r in history_of(delivery, unit)}
    assert gone == expected | {("KOBANGO.DAT", r) for r in numbers}
    assert ("R-DATE-INVALID", "error", None) in found(result, "kojin", record)
    for file, records in (("rireki", history_of(delivery, unit)), ("kobango", numbers)):
        for other in records:
            assert ("R-UNIT", "info", "R-DATE-INVALID") in found(result, file, other)
    assert result.report["balanced"]


def test_quarantine_keeps_place_length_and_the_offending_bytes(delivery: Delivery) -> None:
    record, _ = resident(delivery)
    delivery.put("kojin", record, "birth", "34A1231")
    rows = sparse(go(delivery), "quarantine").filter(source_file="KOJIN.DAT")
    (row,) = rows.to_dicts()
    assert (row["record"], row["offset"], row["length"]) == (record, (record - 1) * 1202, 1200)
    assert (row["table"], row["field"], row["bytes"]) == ("jumin", "seinengappi", b"34A1231")


def test_an_error_in_history_takes_the_present_row_too(delivery: Delivery) -> None:
    _, unit = resident(delivery, history=True)
    delivery.put("rireki", history_of(delivery, unit)[0], "birth", "3491345")
    result = go(delivery, gates=OPEN)
    assert [person(result, name, unit) for name in TABLES] == [[], [], [], []]


def test_a_record_without_a_key_goes_alone(delivery: Delivery, clean: RunResult) -> None:
    _record, unit = resident(delivery)
    for number in delivery.find("kobango", atena_no=unit):
        delivery.put("kobango", number, "atena_no", "")
    result = go(delivery, gates=OPEN)
    assert table(result, "jumin") == table(clean, "jumin")
    gone = set(sparse(result, "quarantine").select("source_file", "record").iter_rows())
    assert gone == {("KOBANGO.DAT", number) for number in delivery.find("kobango", atena_no="")}
    assert result.report["balanced"]


def test_both_holders_of_a_key_go(delivery: Delivery) -> None:
    record, unit = resident(delivery)
    copy = delivery.repeat("kojin", record)
    result = go(delivery, gates=OPEN)
    for number in (record, copy):
        assert ("R-DUPLICATE", "error", None) in found(result, "kojin", number)
    assert person(result, "jumin", unit) == []
    assert result.report["balanced"]


@pytest.mark.parametrize("how", ["dropped", "overwritten"])
def test_a_person_with_a_past_and_no_present_is_named(delivery: Delivery, how: str) -> None:
    """A present record that is missing, or stands there as a second copy of another person's."""
    record, unit = resident(delivery, history=True)
    other, _ = resident(delivery, history=True, skip=1)
    if how == "dropped":
        delivery.drop("kojin", record)
    else:
        delivery.records("kojin")[record - 1][:] = delivery.records("kojin")[other - 1]
    result = go(delivery, gates=OPEN)
    last = history_of(delivery, unit)[-1]
    assert {severity for _, severity, _ in found(result, "rireki", last)} == {"error"}


def test_a_unit_with_two_present_records_is_nobody_to_deliver(delivery: Delivery) -> None:
    """Another number of history, the same 宛名番号: the person twice, or two persons under one number."""
    record, unit = resident(delivery)
    copy = delivery.repeat("kojin", record)
    delivery.put("kojin", copy, "rireki_no", f"{int(delivery.text('kojin', record, 'rireki_no')) + 1:03}")
    result = go(delivery, gates=OPEN)
    for number in (record, copy):
        assert ("R-PRESENT-TWICE", "error", None) in found(result, "kojin", number)
    assert person(result, "jumin", unit) == []
    assert result.report["balanced"]


def test_whole_table_checks_see_those_in_quarantine(delivery: Delivery) -> None:
    """A head in quarantine is no missing head, a person in quarantine makes no orphaned number."""
    for record in delivery.find("kojin", zokugara_1="01", jotai="10", shubetsu="1", delete_flag=""):
        setai = delivery.text("kojin", record, "setai_no")
        if len(delivery.find("kojin", setai_no=setai, jotai="10")) > 1:
            break
    delivery.put("kojin", record, "birth", "3491345")
    rules = {rule for rule, _, _ in found(go(delivery))}
    assert not rules & {"JK-X05", "JK-X06", "JK-X07"}


def test_a_protected_person_takes_the_protection_along_and_that_is_a_lost_key(towns: Towns, tmp_path: Path) -> None:
    delivery = Delivery(towns.town(200, 2), tmp_path)
    unit = delivery.text("shien", delivery.find("shien")[0], "atena_no")
    delivery.put("kojin", delivery.one("kojin", atena_no=unit, delete_flag=""), "birth", "3491345")
    result = go(delivery, gates=(("quarantined_resident", 9), ("lost_key", 0)))
    assert person(result, "shien_sochi", unit) == person(result, "shien_yokushi", unit) == []
    assert (result.report["verdict"], result.report["reasons"]) == ("fail", ["lost_key"])


def test_cleansed_values_are_counted_and_listed(delivery: Delivery) -> None:
    record, unit = resident(delivery)
    delivery.put("kojin", record, "kanji", "山田 太郎".encode("cp932"))
    result = go(delivery)
    assert person(result, "jumin", unit)[-1]["shimei"] == "山田　太郎"
    entry = sparse(result, "ledger").filter(source_file="KOJIN.DAT", record=record, field="shimei").to_dicts()
    assert [(e["rule"], e["before"], e["after"]) for e in entry] == [("C-N01", "山田 太郎", "山田　太郎")]
    assert {rule for rule, severity, _ in found(result, "kojin", record) if severity == "info"} >= {
        "R-HALF-IN-N",
        "C-N01",
    }


def test_a_value_that_cleansing_leaves_nothing_of_is_withheld_and_told(delivery: Delivery) -> None:
    """Marks that no kana takes, by a rule that does not let them pass; the books hold."""
    strict = Word(name="kana_to_fullwidth", args={"marks": "error"}, positional=None)
    rules = tuple(
        rule.model_copy(update={"steps": tuple(strict if step.name == strict.name else step for step in rule.steps)})
        for rule in juki().rules
    )
    record, unit = resident(delivery)
    kana = "ﾔﾏﾀﾞ ﾜﾞ".encode("cp932").ljust(60)
    delivery.put("kojin", record, "kana", kana)
    result = run(replace(juki(), rules=rules), Options(delivery.save(), delivery.inputs.parent / "out"))
    assert person(result, "jumin", unit)[-1]["shimei_furigana"] == ""
    withheld = sparse(result, "withheld").filter(record=record, source_file="KOJIN.DAT", field="shimei_furigana")
    (kept,) = withheld.to_dicts()
    assert (kept["rule"], kept["value"]) == ("R-LOST", "ﾔﾏﾀﾞ ﾜﾞ")
    assert ("R-LOST", "error", None) in found(result, "kojin", record)
    assert result.report["verdict"] != "fail"


def test_findings_are_capped_in_rows_and_never_in_counts(delivery: Delivery) -> None:
    for record in delivery.find("kojin", jotai="10", shubetsu="1")[:5]:
        delivery.put("kojin", record, "kaisei_ymd", "")
    result = go(delivery, finding_cap=2)
    rows = sparse(result, "findings").filter(rule="R-DATE-SENTINEL")
    assert rows.height == 2
    (counted,) = (row for row in result.report["findings"] if row["rule"] == "R-DATE-SENTINEL")
    assert (counted["count"], result.report["finding_cap"]) == (5, 2)


def test_a_withheld_item_that_people_are_counted_by_still_balances(delivery: Delivery) -> None:
    record, _ = resident(delivery)
    delivery.put("kojin", record, "shubetsu", "7")
    result = go(delivery)
    assert ("R-CODE", "error", None) in found(result)
    assert result.report["balanced"] is True


def checked(**changes: Any) -> Layout:
    """juki with the check of the mapping of present rows, changed, in both mappings of residents."""
    source = juki().source
    assert source is not None
    check, *_ = source.mappings["to_jumin"].checks
    both = {
        name: source.mappings[name].model_copy(update={"checks": (check.model_copy(update=changes),)})
        for name in ("to_jumin", "to_jumin_rireki")
    }
    return replace(juki(), source=replace(source, mappings={**source.mappings, **both}))


def test_a_check_of_a_mapping_leaves_a_value_out(delivery: Delivery) -> None:
    record, unit = resident(delivery)
    delivery.put("kojin", record, "machi", "違町")
    result = run(checked(effect="withhold"), Options(delivery.save(), delivery.inputs.parent / "out"))
    kept = sparse(result, "withheld").filter(pl.col("rule").eq("JK-K01") & pl.col("record").eq(record)).to_dicts()
    assert [(cell["table"], cell["field"], cell["value"]) for cell in kept] == [("jumin", "jusho_choaza", "違町")]
    assert [row["jusho_choaza"] for row in person(result, "jumin", unit)][-1] == ""
    assert result.report["balanced"] is True


@pytest.mark.parametrize("latest", [True, False])
def test_a_check_of_the_present_leaves_history_alone(delivery: Delivery, latest: bool) -> None:
    record, _ = resident(delivery, history=True)
    past = history_of(delivery, delivery.text("kojin", record, "atena_no"))[0]
    delivery.put("rireki", past, "machi", "違町")
    result = run(checked(latest=latest), Options(delivery.save(), delivery.inputs.parent / "out"))
    assert (("JK-K01", "error", None) in found(result, "rireki", past)) is not latest


def test_two_dates_of_one_item_that_cannot_be_read_are_one_value_left_out(delivery: Delivery) -> None:
    record, unit = resident(delivery)
    for name in ("todoke_ymd", "todoke_shussei_ymd"):
        place = delivery.place("kojin", name)
        delivery.put("kojin", record, name, "Z" * (place.stop - place.start))
    result = go(delivery)
    kept = sparse(result, "withheld").filter(pl.col("record").eq(record) & pl.col("field").eq("idotodokedenengappi"))
    assert kept.height == 1
    assert person(result, "jumin", unit)[-1]["idotodokedenengappi"] == ""
    assert result.report["balanced"] is True


def test_a_deciding_field_that_cannot_be_read_still_balances(delivery: Delivery) -> None:
    record, _ = resident(delivery)
    delivery.put("kojin", record, "kokugai_kbn", b"\x80")
    result = go(delivery)
    assert ("R-BYTES", "error", None) in found(result)
    assert result.report["balanced"] is True


@pytest.mark.parametrize(
    ("written", "rule"),
    [("20240230", "R-DATE-NONCALENDAR"), ("20240200", "R-DATE-UNKNOWN"), ("2024A201", "R-DATE-INVALID")],
)
def test_a_bad_date_of_a_look_up_is_not_delivered(delivery: Delivery, written: str, rule: str) -> None:
    foreigner = delivery.find("gaikokujin")[0]
    number = delivery.text("gaikokujin", foreigner, "atena_no")
    history = delivery.text("gaikokujin", foreigner, "rireki_no")
    delivery.put("gaikokujin", foreigner, "manryo_ymd", written)
    result = go(delivery)
    (path,) = (path for path in result.folder.rglob("jumin.csv") if path.parent.name != "extra")
    jumin = pl.read_csv(path, infer_schema=False)
    row = jumin.filter((pl.col("atenabango") == number) & (pl.col("rirekibango") == str(int(history))))
    assert row["zairyukikannomanryonohi"].to_list() == [None]
    assert rule in {name for name, _, _ in found(result)}
    withheld = pl.read_parquet(result.folder / "withheld.parquet")
    assert "zairyukikannomanryonohi" in withheld["field"].to_list()
    assert result.report["balanced"] is True


def test_a_value_withheld_from_a_slot_is_kept(towns: Towns, tmp_path: Path) -> None:
    """What stood in an OCCURS group is kept like any other value that could not be read."""
    delivery = Delivery(towns.town(200, 2), tmp_path)
    record = delivery.find("shien")[0]
    delivery.put("shien", record, "yokushi.kaishi#1", "5081345")
    rows = sparse(go(delivery, gates=OPEN), "withheld").filter(source_file="SHIEN.DAT")
    assert rows["value"].to_list() == ["5081345"]
