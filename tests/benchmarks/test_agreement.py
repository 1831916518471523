"""The plain script of the benchmark is an independent second opinion: it must come to the same tables and counts."""

from pathlib import Path

import pytest

from benchmarks import agree, plain
from benchmarks.bench import Differs, compare
from benchmarks.plain_sheet import Column
from benchmarks.plain_values import reader, single
from tests.towns import Towns

RESIDENTS = 300


@pytest.fixture(scope="module")
def plain_of(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the plain script makes of a town with faults."""
    out = tmp_path_factory.mktemp("plain") / "out"
    plain.migrate(towns.town(RESIDENTS, faults=0.3).inputs, out)
    return out


def test_tables_are_the_same_byte_for_byte(towns: Towns, plain_of: Path) -> None:
    run = towns.run(RESIDENTS, faults=0.3)
    assert list(agree.tables_that_differ(run.folder, plain_of)) == []
    assert len(agree.delivered(run.folder)) == 5


def test_findings_are_as_many_by_rule_table_and_item(towns: Towns, plain_of: Path) -> None:
    run = towns.run(RESIDENTS, faults=0.3)
    assert list(agree.counts_that_differ(run.folder, plain_of)) == []
    assert len(agree.counts_of_run(run.folder)) > 30


def test_a_clean_town_agrees(towns: Towns, tmp_path: Path) -> None:
    plain.migrate(towns.town(RESIDENTS).inputs, tmp_path / "out")
    compare(towns.run(RESIDENTS).folder, tmp_path / "out")


def test_a_difference_is_named_without_its_value(towns: Towns, plain_of: Path, tmp_path: Path) -> None:
    run = towns.run(RESIDENTS, faults=0.3)
    for path in plain_of.rglob("*.*"):
        target = tmp_path / path.relative_to(plain_of)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    table = tmp_path / "standard" / "jumin.csv"
    header, first, *rest = table.read_text(encoding="utf-8").split("\n")
    cells = first.split(",")
    cells[0], cells[3] = "SECRET", "SECRET"
    table.write_text("\n".join([header, ",".join(cells), *rest]), encoding="utf-8")
    with pytest.raises(Differs) as caught:
        compare(run.folder, tmp_path)
    assert caught.value.args[0] == ["standard/jumin.csv: row 1: atenabango, setaibango"]


@pytest.mark.parametrize(
    ("raw", "value", "troubles"),
    [
        (b"AB  ", "AB", ()),
        (b"    ", None, ()),
        (b"ABCD", "ABCD", ("full",)),
        (b"A\xfd  ", None, ("bytes",)),
        (b"\x88\x9f  ", None, ("bytes",)),
    ],
)
def test_a_field_of_single_bytes(raw: bytes, value: str | None, troubles: tuple[str, ...]) -> None:
    assert single(raw) == (value, troubles)


@pytest.mark.parametrize(
    ("raw", "iso", "troubles"),
    [
        (b"3640107", "1989-01-07", ()),
        (b"3640108", "1989-01-08", ("era",)),
        (b"4010229", "1989-02-29", ("noncalendar",)),
        (b"4010200", "1989-02-00", ("unknown",)),
        (b"9999999", "0000-00-00", ("unknown",)),
        (b"0000000", None, ()),
        (b"       ", None, ("sentinel",)),
        (b"7010101", None, ("invalid",)),
    ],
)
def test_a_date(raw: bytes, iso: str | None, troubles: tuple[str, ...]) -> None:
    form = {"form": "GYYMMDD", "empty": ["0000000"], "unknown": ["9999999"]}
    eras = {"3": "昭和", "4": "平成"}
    every = {"era", "noncalendar", "unknown", "sentinel", "invalid"}
    day, found = reader(Column("birth", "X", form), {}, eras, every)(raw)
    assert (day and day.iso, found) == (iso, troubles)
