"""Values are masked unless somebody asks, secret ones always, and nobody under protection is ever sampled."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from migrate.findings import masked, masks
from migrate.pipeline import Options, RunResult, run
from migrate.report.document import document
from migrate.report.model import Evidence, model_of
from migrate.report.model.parts import Table
from migrate.report.model.protection import spared_units
from tests.canaries import Canaries, secrets_of
from tests.delivery import Delivery
from tests.towns import Towns, juki

SIDES = ("source-side", "target-side", "explained", "difference")


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("田中　太郎", "漢漢　漢漢"),
        ("ヤマダ　ﾀﾛｳ", "アアア　アアア"),
        ("41A0814", "99A9999"),
        ("山のＢ棟１０２-x", "漢あA漢999-A"),
        ("é٣\ue000〓", "漢漢漢漢"),
        ("長" * 50, "漢" * 40),
        (None, None),
    ],
)
def test_a_mask_tells_the_kind_of_each_letter_and_nothing_else(value: str | None, shape: str | None) -> None:
    assert pl.DataFrame({"v": [value]}, schema={"v": pl.String}).select(masks(pl.col("v"))).item() == shape
    assert value is None or masked(value) == shape


def rows_of(made: dict[str, Any], section: str, table: str) -> list[dict[str, Any]]:
    (found,) = [one for one in made["sections"] if one["section"] == section]
    return list(found["tables"][table]["rows"])


def report_of(result: RunResult, **how: Any) -> dict[str, Any]:
    return document(model_of(replace(Evidence.of(result.folder, juki(), "ja"), **how)))


@pytest.fixture(scope="module")
def spoilt(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Everybody's name has lost a letter; some are under protection, one of them in quarantine."""
    delivery = Delivery(towns.town(300), tmp_path_factory.mktemp("spoilt"))
    for record in delivery.find("kojin"):
        delivery.put("kojin", record, "kanji", "〓田　太郎")
    first = delivery.find("shien")[0]
    taken = delivery.text("shien", first, "atena_no")
    others = [delivery.text("kojin", record, "atena_no") for record in delivery.find("kojin", jotai="10")]
    other = next(number for number in others if number != taken)
    delivery.put("shien", delivery.repeat("shien", first), "atena_no", other)
    delivery.put("kojin", delivery.find("kojin", atena_no=taken)[0], "setai_no", " " * 15)
    return run(juki(), Options(delivery.save(), delivery.inputs.parent / "out", gates=(("quarantined_resident", 999),)))


def test_nobody_under_protection_is_sampled(spoilt: RunResult, towns: Towns) -> None:
    evidence = Evidence.of(spoilt.folder, juki(), "ja")
    spared = spared_units(evidence)
    town = Delivery(towns.town(300), spoilt.folder.parent / "town")
    assert spared is not None
    assert {town.text("shien", record, "atena_no") for record in town.find("shien")} < spared
    assert len(spared) >= 2
    places = {(row["file"], row["record"]) for row in rows_of(report_of(spoilt), "samples", "samples")}
    units = evidence.units.filter(pl.col("unit").is_in(sorted(spared))).select("source_file", "record").rows()
    assert places
    assert units
    assert places.isdisjoint(units)


def test_a_cap_of_findings_hides_nobody_under_protection(towns: Towns, tmp_path: Path) -> None:
    """All of them are in quarantine, and findings.parquet holds one finding of each rule."""
    delivery = Delivery(towns.town(300), tmp_path)
    protected = {record: delivery.text("shien", record, "atena_no") for record in delivery.find("shien")}
    for record in protected:
        delivery.put("shien", record, "rireki_no", "X")
    result = run(juki(), Options(delivery.save(), tmp_path / "out", finding_cap=1))
    evidence = Evidence.of(result.folder, juki(), "ja")
    assert evidence.quarantine.filter(source_file="SHIEN.DAT").height == len(protected)
    assert spared_units(evidence) == frozenset(protected.values())
    rows = rows_of(report_of(result), "protection", "protected")
    taken = {(row["record"], row["unit"]) for row in rows if row["fate"] == "quarantined"}
    assert taken == set(protected.items())


def test_a_record_that_does_not_say_who_is_protected_ends_all_sampling(towns: Towns, tmp_path: Path) -> None:
    delivery = Delivery(towns.town(300), tmp_path)
    record = delivery.find("shien")[0]
    delivery.put("shien", record, "atena_no", " " * 15)
    result = run(juki(), Options(delivery.save(), tmp_path / "out"))
    made = report_of(result)
    (section,) = [one for one in made["sections"] if one["section"] == "samples"]
    assert [note["note"] for note in section["notes"]] == ["samples-none"]
    rows = rows_of(made, "protection", "protected")
    taken = {(row["record"], row["unit"]) for row in rows if row["fate"] == "quarantined"}
    assert (record, None) in taken


def test_one_under_protection_in_quarantine_is_told(spoilt: RunResult) -> None:
    fates = [row["fate"] for row in rows_of(report_of(spoilt), "protection", "protected")]
    assert spoilt.report["verdict"] == "conditional"
    assert set(fates) == {"quarantined", "delivered"}


def test_a_record_of_several_people_is_spared_for_each_of_them(spoilt: RunResult, tmp_path: Path) -> None:
    """Whoever of them stands first."""
    folder = Path(shutil.copytree(spoilt.folder, tmp_path / "run"))
    rows = rows_of(report_of(spoilt), "samples", "samples")
    file, record = next((row["file"], row["record"]) for row in rows if row["record"] is not None)
    evidence = Evidence.of(folder, juki(), "ja")
    spared = max(spared_units(evidence) or ())
    other = pl.DataFrame([(file, record, spared)], schema=evidence.units.select("source_file", "record", "unit").schema,
                         orient="row")  # fmt: skip
    pl.concat([evidence.units, other.select(evidence.units.columns)]).write_parquet(folder / "units.parquet")
    shown = rows_of(document(model_of(Evidence.of(folder, juki(), "ja"))), "samples", "samples")
    assert (file, record) not in {(row["file"], row["record"]) for row in shown}
    assert shown


def test_who_is_under_protection_cannot_be_told_of_a_run_without_tables(towns: Towns, tmp_path: Path) -> None:
    delivery = Delivery(towns.town(60), tmp_path)
    (delivery.inputs / "SETAI.DAT").write_bytes(b"?")
    result = run(juki(), Options(delivery.inputs, tmp_path / "out"))
    (section,) = [one for one in report_of(result)["sections"] if one["section"] == "samples"]
    assert section["tables"] == {}
    assert [note["note"] for note in section["notes"]] == ["samples-none"]


def test_values_are_masked_until_somebody_asks(spoilt: RunResult) -> None:
    reports = (report_of(spoilt, reveal=how) for how in (False, True))
    hidden, shown = ({row["value"] for row in rows_of(one, "samples", "samples")} for one in reports)
    assert hidden - {None} == {"漢漢　漢漢"}
    assert shown - {None} == {"〓田　太郎"}


def test_no_secret_stands_in_any_form_of_it(towns: Towns, tmp_path: Path) -> None:
    from migrate.report.documents import write_documents

    result, town = towns.run(300, faults=0.1), towns.town(300, faults=0.1)
    evidence = Evidence.of(result.folder, juki(), "ja")
    list(write_documents(model_of(replace(evidence, reveal=True)), tmp_path / "x" / "made", "report-revealed"))
    unpacked = [cell for block in model_of(replace(evidence, reveal=True)).sections for cell in _cells(block.blocks)]
    (tmp_path / "x" / "cells.txt").write_text("\n".join(unpacked), encoding="utf-8")
    assert Canaries(secrets_of(town.inputs)).leaks(tmp_path) == {}


def _cells(blocks: tuple[Any, ...]) -> list[str]:
    return [str(cell) for block in blocks if isinstance(block, Table) for row in block.pieces() for cell in row]


def test_small_numbers_of_people_are_not_told_where_that_is_asked(spoilt: RunResult) -> None:
    whole, suppressed = (rows_of(report_of(spoilt, least=least), "totals", "people") for least in (0, 5))
    few = [row for row in whole if 0 < row["source-side"] < 5]
    assert few
    for told, hidden in zip(whole, suppressed, strict=True):
        sides = [told[side] for side in SIDES]
        some = any(0 < abs(count) < 5 for count in sides)
        for side, count in zip(SIDES, sides, strict=True):
            whole_or_not = "秘匿" if some and count else count
            assert hidden[side] == ("5未満" if 0 < abs(count) < 5 else whole_or_not)


def test_small_numbers_of_totals_that_do_not_agree_are_not_told_either(spoilt: RunResult) -> None:
    """A difference below zero is one of people, too; nothing that a hidden number follows from is told."""
    report = json.loads((spoilt.folder / "run.json").read_bytes())
    row = next(row for row in report["controls"] if row["declared"] and row["kind"] != "sum" and row["source"] > 9)
    row |= {"target": row["source"] + 2, "explained": 0, "balanced": False}
    made = report_of(spoilt, least=5, report=report)
    (apart,) = rows_of(made, "totals", "apart")
    assert [apart[side] for side in SIDES] == ["秘匿", "秘匿", 0, "5未満"]


def test_who_is_under_protection_cannot_be_counted_where_small_numbers_are_not_told(spoilt: RunResult) -> None:
    sides = ("source-side", "target-side", "explained")
    whole, hidden = (rows_of(report_of(spoilt, least=least), "protection", "protected-totals") for least in (0, 1000))
    assert [[row[side] for side in sides] for row in hidden] == [
        ["1000未満" if row[side] else 0 for side in sides] for row in whole
    ]
    assert whole
    assert rows_of(report_of(spoilt, least=0), "protection", "protected")
    (section,) = (one for one in report_of(spoilt, least=1000)["sections"] if one["section"] == "protection")
    assert "protected" not in section["tables"]


def test_characters_do_not_tell_a_number_of_people_that_is_hidden(spoilt: RunResult) -> None:
    evidence = replace(Evidence.of(spoilt.folder, juki(), "ja"), least=5)
    assert list(evidence.together(7, 3)) == ["秘匿", "5未満"]
    row = dict.fromkeys(evidence.gaiji.columns, "F0A1") | {"state": "reduced", "characters": 7, "people": 3}
    few = pl.DataFrame([row])
    evidence.__dict__["gaiji"] = few
    (told,) = rows_of(document(model_of(evidence)), "gaiji", "gaiji")
    assert (told["characters"], told["people"]) == ("秘匿", "5未満")


def test_the_sealed_report_is_masked(spoilt: RunResult) -> None:
    sealed = json.loads((spoilt.folder / "report.json").read_bytes())
    assert sealed["run"]["revealed"] is False
    assert "〓田　太郎" not in (spoilt.folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("listing", ["errors", "alerts"])
def test_a_report_for_meetings_names_nobody_in_its_lists(spoilt: RunResult, listing: str) -> None:
    whole, suppressed = (rows_of(report_of(spoilt, least=least), "rules", listing) for least in (0, 5))
    assert len(whole) == len(suppressed)
    units = {row["unit"] for row in whole if row["unit"]}
    assert units
    assert not units & {value for row in suppressed for value in row.values()}
