"""Two rehearsals: what is new, fixed and remaining, although every record has another number by now."""

from pathlib import Path

import pytest

from migrate.errors import EnvironmentTrouble, UsageError
from migrate.pipeline import Options, run
from migrate.rehearsal.compare import compare
from migrate.rehearsal.sealed import SealedRun
from tests.delivery import Delivery
from tests.towns import Towns, juki


def sealed(inputs: Path) -> SealedRun:
    return SealedRun.open(run(juki(), Options(inputs, inputs.parent / "out")).folder)


@pytest.fixture(scope="module")
def runs(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> tuple[SealedRun, SealedRun]:
    """Four persons with a date that is none; one is corrected, a fifth breaks, and one person is gone."""
    town = towns.town(60)
    first = Delivery(town, tmp_path_factory.mktemp("first"))
    persons = first.find("kojin", jotai="10", shubetsu="1")
    for record in persons[2:6]:
        first.put("kojin", record, "kaisei_ymd", "3991345")
    second = Delivery(town, tmp_path_factory.mktemp("second"))
    for record in (*persons[3:6], persons[7]):
        second.put("kojin", record, "kaisei_ymd", "3991345")
    atena = second.text("kojin", persons[0], "atena_no")
    for file in ("kojin", "rireki", "kobango"):
        for record in reversed(second.find(file, atena_no=atena)):
            second.drop(file, record)
    return sealed(first.save()), sealed(second.save())


def test_findings_are_found_again_by_their_unit(runs: tuple[SealedRun, SealedRun]) -> None:
    document = compare(*runs, juki(), references=9)
    (row,) = [row for row in document["findings"] if row["rule"] == "R-DATE-INVALID"]
    assert [row[name] for name in ("before", "after", "new", "fixed", "remaining", "exact")] == [4, 4, 1, 1, 3, True]
    (new,), (fixed,) = row["new_at"], row["fixed_at"]
    before, after = (r.frame("findings").filter(rule="R-DATE-INVALID")["record"].to_list() for r in runs)
    assert (fixed["record"], new["record"]) == (min(before), max(after))
    assert {old - 1 for old in before[1:]} < set(after), "numbers have moved, and nobody is taken for somebody else"


def test_tables_differ_in_rows_and_items(runs: tuple[SealedRun, SealedRun]) -> None:
    document = compare(*runs, juki(), references=0)
    tables = {row["table"]: row for row in document["tables"]}
    assert tables["kojin_bango"]["only_first"] == 1
    assert tables["jumin"]["only_second"] == 0
    assert (tables["jumin"]["differing"], tables["jumin"]["fields"].keys()) == (2, {"kaiseinengappi"})
    kojin = next(row for row in document["inputs"] if row["kind"] == "kojin")
    assert kojin["before"]["records"] - kojin["after"]["records"] == 1
    assert any(row["table"] == "jumin" for row in document["controls"])


def test_a_run_does_not_differ_from_itself(runs: tuple[SealedRun, SealedRun]) -> None:
    document = compare(runs[0], runs[0], juki(), references=9)
    assert all(row["new"] == row["fixed"] == 0 and row["remaining"] == row["after"] for row in document["findings"])
    assert all(row["only_first"] == row["only_second"] == row["differing"] == 0 for row in document["tables"])
    assert document["controls"] == []


def test_units_are_those_of_the_findings_and_no_key_in_doubt(towns: Towns, tmp_path: Path) -> None:
    """Where the cell that should hold the 宛名番号 may hold anything, what it holds is not kept."""
    delivery = Delivery(towns.town(60), tmp_path)
    record = delivery.find("kojin", jotai="10")[3]
    delivery.put("kojin", record, "atena_no", b"12345\x01")
    delivery.put("kojin", record, "kaisei_ymd", "3991345")
    run_ = sealed(delivery.save())
    found, units = run_.frame("findings"), run_.frame("units")
    assert found.filter(record=record, source_file="KOJIN.DAT").height > 1
    assert units.filter(record=record, source_file="KOJIN.DAT").is_empty()
    assert not any("12345" in unit for unit in units["unit"])
    assert units.join(found, on=["source_file", "record"], how="anti").is_empty()


def test_a_folder_that_changed_is_not_compared(runs: tuple[SealedRun, SealedRun], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="U-RUN-FOLDER"):
        SealedRun.open(tmp_path)
    copy = tmp_path / runs[0].id
    copy.mkdir()
    for file in (path for path in runs[0].folder.rglob("*") if path.is_file()):
        target = copy / file.relative_to(runs[0].folder)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(file.read_bytes())
    (copy / "units.parquet").write_bytes(b"")
    with pytest.raises(EnvironmentTrouble, match="E-RUN-CHANGED"):
        SealedRun.open(copy)


@pytest.mark.parametrize(("what", "code"), [("layout", "U-COMPARE-LAYOUT"), ("profile", "U-COMPARE-PROFILE")])
def test_runs_of_other_systems_or_forms_are_refused(runs: tuple[SealedRun, SealedRun], what: str, code: str) -> None:
    first, second = runs
    other = SealedRun(second.folder, second.report | {what: "other"}, second.seconds, second.files, second.sha256)
    with pytest.raises(UsageError, match=code):
        compare(first, other, juki(), references=0)
