"""Fit & gap: from the definitions alone, and with what occurs in a delivery."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from migrate.inventory.census import count_fields
from migrate.inventory.fitgap import fitgap
from migrate.report.tables import share
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from tests.towns import Towns, juki


def listed(folder: Path) -> list[tuple[str, Path]]:
    return [(path.name, path) for path in sorted(folder.iterdir())]


def row(document: dict[str, Any], table: str, item: str) -> dict[str, Any]:
    """The row of the present record of a person, or the only one."""
    rows: list[dict[str, Any]] = [one for one in document["items"] if (one["table"], one["item"]) == (table, item)]
    return rows[0]


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    return fitgap(juki())


def test_every_item_and_every_field_has_a_row(alone: dict[str, Any]) -> None:
    layout = juki()
    assert layout.source is not None
    items = {(one["table"], one["item"]) for one in alone["items"]}
    assert items == {(table.table, field.name) for table in layout.tables.values() for field in table.fields}
    files = {one["file"] for one in alone["fields"]}
    assert files == set(layout.source.files)
    assert sum(alone["summary"]["items"].values()) == len(alone["items"])
    assert "unread" not in alone["summary"]["fields"]


def test_what_becomes_of_items_and_fields(alone: dict[str, Any]) -> None:
    assert row(alone, "jumin", "shimei")["from"] == ["kojin.kanji"]
    assert row(alone, "jumin", "rirekibango_edaban")["status"] == "defaulted"
    assert row(alone, "jumin", "seibetsuhyoki")["status"] == "absent"
    assert row(alone, "jumin", "seibetsuhyoki")["reason"]
    assert row(alone, "jumin", "seinengappi_fushofuragu")["status"] == "derived"
    fields = {(one["file"], one["field"]): one for one in alone["fields"]}
    assert fields["kojin", "kanji"]["items"] == ["jumin.shimei"]
    assert fields["kojin", "jichikai_cd"]["status"] == "extra"
    assert fields["kojin", "rectype"]["status"] == "used"
    assert fields["kojin", "filler_1"]["status"] == "dropped"


def test_a_field_wider_than_the_item_is_at_risk(alone: dict[str, Any]) -> None:
    (risk,) = row(alone, "jumin", "jusho_yubinbango")["risks"]
    assert risk == {"risk": "digits", "field": "kojin.yubin", "width": 8, "digits": 7}


def test_with_a_delivery_fill_rates_are_those_of_the_files(towns: Towns) -> None:
    layout = juki()
    assert layout.source is not None
    document = fitgap(layout, count_fields(layout.source, listed(towns.town(300).inputs)))
    assert document["files_read"] == len(layout.source.files)
    assert row(document, "jumin", "seibetsu")["fill"] == 1
    assert 0 < row(document, "jumin", "tsuzukigara_2")["fill"] < 0.2
    assert row(document, "jumin", "seibetsu")["risks"] == []


def test_codes_that_occur_and_no_map_holds(towns: Towns, tmp_path: Path) -> None:
    shutil.copytree(towns.town(60).inputs, tmp_path / "in")
    data = bytearray((tmp_path / "in" / "KOJIN.DAT").read_bytes())
    for record in (3, 5):
        data[1202 * record + 248] = ord("7")
    (tmp_path / "in" / "KOJIN.DAT").write_bytes(data)
    layout = juki()
    assert layout.source is not None
    document = fitgap(layout, count_fields(layout.source, listed(tmp_path / "in")))
    (risk,) = row(document, "jumin", "seibetsu")["risks"]
    expected = {"risk": "codes-unmapped", "field": "kojin.sex", "values": 1, "count": 2}
    assert risk == expected | {"codes": [{"value": "7", "count": 2}]}


def test_a_field_of_codes_with_too_many_values_is_told(towns: Towns, tmp_path: Path) -> None:
    """Nothing can be said of each of them; that there are so many says that they are no codes."""
    data = bytearray((towns.town(300).inputs / "KOJIN.DAT").read_bytes())
    many = len(data) // 1202 - 2
    for record in range(1, many + 1):
        data[1202 * record + 256 : 1202 * record + 258] = f"{record:X}".rjust(2, "0")[-2:].encode()
    (tmp_path / "KOJIN.DAT").write_bytes(data)
    layout = juki()
    assert layout.source is not None
    document = fitgap(layout, count_fields(layout.source, listed(tmp_path)))
    (risk,) = row(document, "jumin", "tsuzukigara_1")["risks"]
    assert (risk["risk"], risk["field"]) == ("codes-uncounted", "kojin.zokugara_1")
    assert abs(risk["values"] - 256) < 0.06 * 256 < many


def test_records_that_were_not_counted_are_told(tmp_path: Path) -> None:
    layout = load_layout(Library(), "juki", "package_csv")
    assert layout.source is not None
    entry = next(one for one in layout.source.source.files if layout.source.files[one.file].delimited)
    columns = [one.column or one.name for one in layout.source.files[entry.file].fields]
    rows = [",".join(columns), "," * (len(columns) - 1) + "1", "2,3"]
    name = entry.pattern.replace("*", "1")
    encoding = layout.source.files[entry.file].encoding or layout.source.source.encoding
    (tmp_path / name).write_bytes("\r\n".join(rows).encode(encoding))
    document = fitgap(layout, count_fields(layout.source, listed(tmp_path)))
    assert (document["files_read"], document["misfits"]) == (1, {name: 1})


def test_a_file_of_another_length_is_told(towns: Towns, tmp_path: Path) -> None:
    (tmp_path / "SETAI.DAT").write_bytes(b"x" * 777)
    layout = juki()
    assert layout.source is not None
    counted = count_fields(layout.source, listed(tmp_path))
    assert (counted.refused, counted.files) == ({"SETAI.DAT": "F-LENGTH"}, 0)


def every_source() -> list[Layout]:
    library = Library()
    return [load_layout(library, system, one) for system in library.systems() for one in library.sources(system)]


def test_every_bundled_source_has_its_list() -> None:
    for layout in every_source():
        document = fitgap(layout)
        assert document["summary"]["items"]["mapped"] > 0
        assert not document["summary"]["items"].get("unreached"), layout.system.system


@pytest.mark.parametrize(
    ("part", "told"), [(1.0, "100.0%"), (0.99999, "99.9%"), (0.5, "50.0%"), (0.00001, "0.1%"), (0.0, "0.0%")]
)
def test_all_and_nothing_are_told_of_nothing_else(part: float, told: str) -> None:
    """A required item that one record in ten thousand lacks is not “filled in 100.0%”."""
    assert share(part) == told
