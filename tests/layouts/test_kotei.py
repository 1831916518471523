"""固定資産税 end to end, behind the systems it refers to: what is delivered is what is true of the town."""

import csv
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from migrate.pipeline import Options, RunResult, run
from migrate.synth import AS_OF, make_town, make_town_truth
from migrate.synth.estate import Estate, make_estate
from migrate.synth.outsiders import make_outsiders
from migrate.synth.terms import NEVER, day
from tests.towns import Towns, layout_of

KOTEI = layout_of("kotei")
ROWS, SEED = 40, 1


@pytest.fixture(scope="module")
def estate() -> Estate:
    town = make_town_truth(ROWS, SEED, day(AS_OF.year, AS_OF.month, AS_OF.day))
    return make_estate(make_outsiders(town, SEED), SEED)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host's files of the town without a fault. Do not write into it."""
    folder = tmp_path_factory.mktemp("kotei")
    make_town(KOTEI, ROWS, SEED, 0, folder)
    return folder / "in"


@pytest.fixture(scope="module")
def result(town: Path, towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    given = towns.references(KOTEI, ROWS, SEED)
    return run(KOTEI, Options(town, tmp_path_factory.mktemp("out"), references=given))


def rows(result: RunResult, table: str) -> list[dict[str, str]]:
    with (result.folder / f"standard/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_clean_town_is_accepted_behind_both_registers(result: RunResult, towns: Towns) -> None:
    found = pl.read_parquet(result.folder / "findings.parquet")
    assert found.filter(pl.col("severity") != "info").to_dicts() == []
    assert (result.report["verdict"], result.exit_code) == ("pass", 0)
    assert [given["layout"] for given in result.report["references"]] == ["juki", "jutogai"]
    ids = [given["run_id"] for given in result.report["references"]]
    assert ids == [given.run_id for given in towns.references(KOTEI, ROWS, SEED)]
    assert result.report["unchecked"] == []


def test_parcels_and_houses_are_those_of_the_town(result: RunResult, estate: Estate) -> None:
    for table, truth, area in (("tochi", estate.parcels, "area"), ("kaoku", estate.houses, "floor")):
        item = {"tochi": "kazeichiseki", "kaoku": "gokeigenkyoyukamenseki"}[table]
        told = {
            row["bukkembango"]: (row["gimushaatenabango"], row["hyokagaku"], row[item]) for row in rows(result, table)
        }
        owners = estate.payers["atena"][truth["payer"]].tolist()
        values = zip(truth["number"].tolist(), owners, truth["value"].tolist(), truth[area].tolist(), strict=True)
        assert told == {
            f"{number:015d}": (f"{owner:015d}", str(value), f"{size // 100}.{size % 100:02d}")
            for number, owner, value, size in values
        }


def test_taxes_are_those_of_the_town_to_the_yen(result: RunResult, estate: Estate) -> None:
    told = [
        (int(r["gimushaatenabango"]), int(r["kazeinendo"]), int(r["zeimoku"]), int(r["shisanshubetsu"]),
         int(r["koseirenban"]), int(r["kazeihyojungaku"]), int(r["zeigaku"]), r["koseinengappi"])
        for r in rows(result, "kazei")
    ]  # fmt: skip
    t = estate.taxes
    days = ["" if d == NEVER else date.fromordinal(719163 + d).isoformat() for d in t["day"].tolist()]
    columns = (estate.payers["atena"][t["payer"]], t["year"], t["tax"] + 1, t["kind"] + 1, t["no"], t["base"], t["yen"])
    assert sorted(told) == sorted(zip(*(c.tolist() for c in columns), days, strict=True))
    assert min(row[6] for row in told) < 0


def test_co_owners_hold_the_whole_between_them(result: RunResult, estate: Estate) -> None:
    held: dict[str, Fraction] = {}
    for row in rows(result, "kyoyu"):
        share = Fraction(int(row["genkyobunshi"]), int(row["genkyobumbo"]))
        held[row["kyoyushisanbango"]] = held.get(row["kyoyushisanbango"], Fraction()) + share
    assert set(held.values()) == {Fraction(1)}
    assert len(held) == estate.members["asset"].max() + 1


def test_a_group_of_co_owners_has_one_representative_for_each_of_its_assets(result: RunResult) -> None:
    heads = Counter(r["gimushaatenabango"] for r in rows(result, "kyoyu") if r["daihyofuragu"] == "1")
    assert set(heads.values()) == {1, 2}


def test_amounts_are_reconciled_by_year_and_kind_and_with_the_hosts_own_sheet(result: RunResult) -> None:
    taxes: Counter[tuple[str, str, str]] = Counter()
    for row in rows(result, "kazei"):
        taxes[row["kazeinendo"], row["zeimoku"], row["shisanshubetsu"]] += int(row["zeigaku"])
    by_name = {control["name"]: control for control in result.report["controls"]}
    for (year, tax, kind), yen in taxes.items():
        name = f"税額 課税年度・税目・資産種別 kazeinendo={year} zeimoku={tax} shisanshubetsu={kind}"
        assert (by_name[name]["source"], by_name[name]["target"]) == (yen, yen)
        assert (by_name[f"件数表 {name}"]["source"], by_name[f"件数表 {name}"]["balanced"]) == (yen, True)


def test_a_sheet_with_other_sums_is_told_by_year_and_kind(town: Path, towns: Towns, tmp_path: Path) -> None:
    """The figures may be below zero, as those of corrections are."""
    inputs = tmp_path / "in"
    inputs.mkdir()
    for path in town.iterdir():
        (inputs / path.name).write_bytes(path.read_bytes())
    sheet = inputs / "GOKEI.CSV"
    text = sheet.read_bytes().decode("cp932")
    sheet.write_bytes(text.replace("shisanshubetsu=2,", "shisanshubetsu=2,-").encode("cp932"))
    result = run(KOTEI, Options(inputs, tmp_path / "out", references=towns.references(KOTEI, ROWS, SEED)))
    apart = [control["name"] for control in result.report["controls"] if not control["balanced"]]
    assert (result.report["reasons"], result.exit_code) == (["unbalanced"], 1)
    assert len(apart) == 8
    assert all(name.startswith("件数表") and name.endswith("shisanshubetsu=2") for name in apart)
