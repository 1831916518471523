"""What the sections say is what the run says: sums that add up, nothing left out, nobody's work forgotten."""

import json
from typing import Any, get_args

import pytest

from migrate.pipeline import Options, RunResult, Waiver, run
from migrate.report.document import document
from migrate.report.model import Evidence, model_of
from migrate.report.model.parts import Table
from migrate.spec.layout import Layout
from migrate.spec.table import Owner
from migrate.synth import make_town
from tests.delivery import Delivery
from tests.towns import Towns, juki, layout_of

FATES = ("header", "trailer", "blank", "mapped", "referenced", "excluded", "quarantined")


@pytest.fixture(scope="module")
def result(towns: Towns) -> RunResult:
    return towns.run(300, faults=0.1)


@pytest.fixture(scope="module")
def whole(result: RunResult) -> dict[str, list[dict[str, Any]]]:
    return tables(result, juki())


def tables(result: RunResult, layout: Layout) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of the report."""
    found: dict[str, list[dict[str, Any]]] = {}
    for section in model_of(Evidence.of(result.folder, layout, "ja")).sections:
        for block in section.blocks:
            if isinstance(block, Table) and not block.title:
                names = [column.name for column in block.columns]
                key = block.name + "".join(section.about.values())
                found[key] = [dict(zip(names, row, strict=True)) for row in block.pieces()]
    return found


def test_files_and_tables_add_up(whole: dict[str, list[dict[str, Any]]]) -> None:
    assert len(whole["files-balance"]) == 8
    for row in whole["files-balance"]:
        assert row["records"] == sum(row[fate] for fate in FATES)
        assert (row["difference"], row["balanced"]) == (0, True)
    for row in whole["tables-balance"]:
        assert row["mapped-rows"] == row["written"] + row["quarantined"]
        assert (row["difference"], row["balanced"]) == (0, True)


def test_a_lost_record_shows_as_a_difference(result: RunResult) -> None:
    evidence = Evidence.of(result.folder, juki(), "ja")
    report = json.loads(json.dumps(evidence.report))
    report["inputs"][0] |= {"mapped": report["inputs"][0]["mapped"] - 2, "balanced": False}
    made = document(model_of(Evidence(evidence.folder, report, evidence.layout, "ja")))
    rows = next(s["tables"]["files-balance"]["rows"] for s in made["sections"] if s["section"] == "conservation")
    assert (rows[0]["difference"], rows[0]["balanced"]) == (2, False)


def test_people_are_counted_by_every_item_that_the_system_declares(
    whole: dict[str, list[dict[str, Any]]], result: RunResult
) -> None:
    declared = {control.name for control in juki().system.controls if control.about}
    assert {row["control"] for row in whole["people"]} == declared
    told = [row for row in whole["people"] if row["control"] == "人数 住民状態別"]
    assert "住民状態 1 住登者" in {row["by"] for row in told}
    latest = sum(row["target-side"] for row in told)
    assert 0 < latest <= next(t["written"] for t in result.report["tables"] if t["table"] == "jumin")
    assert whole["amounts"] == []


def test_every_finding_stands_with_its_owner_and_in_the_lists(
    whole: dict[str, list[dict[str, Any]]], result: RunResult
) -> None:
    found = [row for row in result.report["findings"] if row["severity"] != "info"]
    for owner in get_args(Owner):
        ours = [(row["rule"], row["count"]) for row in found if row["owner"] == owner]
        rows = whole.get(f"todo{owner}", [])
        assert sorted(ours) == sorted(
            (row["what"], row["count"]) for row in rows if row["what"] in {r for r, _ in ours}
        )
    assert {row["rule"] for row in whole["errors"]} == {row["rule"] for row in found if row["severity"] == "error"}
    assert {row["rule"] for row in whole["alerts"]} == {row["rule"] for row in found if row["severity"] == "alert"}


def test_a_check_is_told_with_findings_or_without(whole: dict[str, list[dict[str, Any]]]) -> None:
    with_, without = ({row["rule"] for row in whole[name]} for name in ("rules", "quiet"))
    assert with_.isdisjoint(without)
    declared = {check.id for table in juki().tables.values() for check in table.checks}
    assert declared <= with_ | without


def test_everything_that_is_not_migrated_has_a_reason(
    whole: dict[str, list[dict[str, Any]]], result: RunResult
) -> None:
    assert all(row["reason"] for row in whole["gone"])
    taken = sum(entry["quarantined"] for entry in result.report["inputs"])
    assert sum(row["count"] for row in whole["gone"] if row["what"] == "quarantined") == taken > 0
    left_out = sum(entry["excluded"] for entry in result.report["inputs"])
    assert sum(row["count"] for row in whole["gone"] if row["what"] == "excluded") == left_out


def test_the_scope_is_every_item_and_every_field(whole: dict[str, list[dict[str, Any]]]) -> None:
    layout = juki()
    assert layout.source is not None
    assert len(whole["items"]) == sum(len(table.fields) for table in layout.tables.values())
    assert {row["file"] for row in whole["fields"]} == {file.ja for file in layout.source.files.values()}
    assert all(
        row["comes-from"] or row["reason"] for row in whole["items"] if not row["ja"].endswith(("フラグ", "表記"))
    )
    assert all(row["goes"] for row in whole["fields"])
    assert {row["path"] for row in whole["definitions"]} == set(layout.digests)


def test_what_was_not_checked(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("unchecked")
    delivery = Delivery(towns.town(60), folder)
    for record in delivery.find("kojin")[:5]:
        delivery.put("kojin", record, "kanji", "〓田　太郎")
    sheet = folder / "counts.csv"
    sheet.write_text("name,expected\ntables.jumin,1\n", encoding="utf-8")
    waivers = (Waiver("counts.tables.jumin", "件数表は現存者だけ", "住民課"),)
    asked = Options(delivery.save(), folder / "out", finding_cap=3, waivers=waivers, count_sheet=sheet)
    rows = tables(run(juki(), asked), juki())["unchecked"]
    kinds = {row["what"] for row in rows}
    assert kinds == {"waiver", "cap", "form"}
    assert [row["note"] for row in rows if row["what"] == "waiver"] == ["件数表は現存者だけ"]
    assert "JK-G01" in {row["place"] for row in rows if row["what"] == "cap"}
    form = {(row["place"], row["item"]) for row in rows if row["what"] == "form"}
    assert ("住民情報", "個人履歴番号_枝番号") in form
    assert ("住民情報", "氏名") not in form


def test_amounts_stand_in_their_unit(tmp_path_factory: pytest.TempPathFactory, towns: Towns) -> None:
    folder, layout = tmp_path_factory.mktemp("kotei"), layout_of("kotei")
    make_town(layout, 40, 1, 0, folder)
    given = towns.references(layout, 40)
    result = run(layout, Options(folder / "in", folder / "out", references=given))
    rows = tables(result, layout)["amounts"]
    taxes = [row for row in rows if row["control"].startswith("税額")]
    assert taxes
    assert all(row["balanced"] for row in rows)
    controls = [row for row in result.report["controls"] if row["declared"] == taxes[0]["control"]]
    assert sum(row["source-side"] for row in taxes) == sum(row["source"] for row in controls) > 0
