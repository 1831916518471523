"""Values are masked unless somebody asks, secret ones always, and nobody under protection is ever sampled."""

import json
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
from migrate.report.model.protection import protected_units
from tests.canaries import Canaries, secrets_of
from tests.delivery import Delivery
from tests.towns import Towns, juki


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
    spared = protected_units(evidence)
    town = Delivery(towns.town(300), spoilt.folder.parent / "town")
    assert spared is not None
    assert {town.text("shien", record, "atena_no") for record in town.find("shien")} < spared
    assert len(spared) >= 2
    places = {(row["file"], row["record"]) for row in rows_of(report_of(spoilt), "samples", "samples")}
    units = evidence.found.filter(pl.col("unit").is_in(sorted(spared))).select("source_file", "record").rows()
    assert places
    assert units
    assert places.isdisjoint(units)


def test_one_under_protection_in_quarantine_is_told(spoilt: RunResult) -> None:
    fates = [row["fate"] for row in rows_of(report_of(spoilt), "protection", "protected")]
    assert spoilt.report["verdict"] == "conditional"
    assert set(fates) == {"quarantined", "delivered"}


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
        for side in ("source-side", "target-side", "explained"):
            assert hidden[side] == ("5未満" if 0 < told[side] < 5 else told[side])


def test_the_sealed_report_is_masked(spoilt: RunResult) -> None:
    sealed = json.loads((spoilt.folder / "report.json").read_bytes())
    assert sealed["run"]["revealed"] is False
    assert "〓田　太郎" not in (spoilt.folder / "report.html").read_text(encoding="utf-8")
