"""A file cut off anywhere in transfer is refused, or its loss is named; it is never delivered as if it were whole."""

from pathlib import Path

import pytest

from migrate.pipeline import Options, run
from migrate.vocab import daykey
from tests.delivery import PATHS, Delivery
from tests.towns import Towns, juki

AS_OF = daykey.pack(2026, 10, 1)
WITH_TOTALS = ("kojin", "kobango")


@pytest.mark.parametrize("file", sorted(set(PATHS) - {"shien", "gaikokujin"}))
@pytest.mark.parametrize("cut", ["byte", "half"])
def test_cut_inside_a_record(towns: Towns, tmp_path: Path, file: str, cut: str) -> None:
    delivery = Delivery(towns.town(20, 7), tmp_path)
    path, stride = delivery.inputs / PATHS[file], delivery.stride(file)
    raw = path.read_bytes()
    middle = len(raw) // stride // 2 * stride
    path.write_bytes(raw[: middle + (7 if cut == "byte" else stride // 2)])
    result = run(juki(), Options(delivery.inputs, tmp_path / "out", as_of=AS_OF))
    assert [(entry["file"], entry["code"]) for entry in result.report["refused"]] == [(PATHS[file], "F-LENGTH")]
    assert (result.exit_code, list(result.folder.rglob("*.csv"))) == (3, [])


def test_the_reason_is_said_where_the_as_of_date_is_lost_with_the_header(towns: Towns, tmp_path: Path) -> None:
    delivery = Delivery(towns.town(20, 7), tmp_path)
    path = delivery.inputs / PATHS["kojin"]
    path.write_bytes(path.read_bytes()[:-5])
    result = run(juki(), Options(delivery.inputs, tmp_path / "out"))
    assert [(entry["file"], entry["code"]) for entry in result.report["refused"]] == [(PATHS["kojin"], "F-LENGTH")]
    assert (result.report["as_of"], result.exit_code) == (None, 3)


@pytest.mark.parametrize("file", WITH_TOTALS)
def test_cut_between_records_of_a_file_that_states_its_totals(towns: Towns, tmp_path: Path, file: str) -> None:
    delivery = Delivery(towns.town(20, 7), tmp_path)
    path, stride = delivery.inputs / PATHS[file], delivery.stride(file)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // stride // 2 * stride])
    result = run(juki(), Options(delivery.inputs, tmp_path / "out"))
    assert [(entry["file"], entry["code"]) for entry in result.report["refused"]] == [
        (PATHS[file], "F-TRAILER-MISSING")
    ]


def test_refusals_stand_in_the_order_of_the_source(towns: Towns, tmp_path: Path) -> None:
    """Whichever file was read first: small ones are."""
    delivery = Delivery(towns.town(20, 7), tmp_path)
    for file in WITH_TOTALS:
        path, stride = delivery.inputs / PATHS[file], delivery.stride(file)
        raw = path.read_bytes()
        path.write_bytes(raw[: len(raw) // stride // 2 * stride])
    sizes = [(delivery.inputs / PATHS[file]).stat().st_size for file in WITH_TOTALS]
    assert sizes[0] > sizes[1]
    result = run(juki(), Options(delivery.inputs, tmp_path / "out"))
    assert [entry["file"] for entry in result.report["refused"]] == [PATHS[file] for file in WITH_TOTALS]


def test_history_cut_between_records_is_named_person_by_person(towns: Towns, tmp_path: Path) -> None:
    """RIREKI states no totals: what is missing shows as gaps, at the rows after them."""
    delivery = Delivery(towns.town(20, 7), tmp_path)
    lost = [delivery.text("rireki", r, "atena_no") for r in delivery.find("rireki")[-20:]]
    for record in reversed(delivery.find("rireki")[-20:]):
        delivery.drop("rireki", record)
    result = run(juki(), Options(delivery.save(), tmp_path / "out"))
    named = sum(row["count"] for row in result.report["findings"] if row["rule"] == "JK-X03")
    assert named == len({unit for unit in lost if delivery.find("kojin", atena_no=unit, delete_flag="")})
    assert result.report["verdict"] != "pass"
