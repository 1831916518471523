"""A whole delivery: its files are known for what they are, and nobody's data are told."""

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from migrate.inventory.profile import profile
from migrate.synth import make_town
from tests.towns import Towns, juki


@cache
def looked_into(folder: Path, *, known: bool) -> dict[str, Any]:
    """The profile of a folder that nobody changes."""
    named = [(path.name, path) for path in sorted(folder.iterdir())]
    return profile(named, [juki()] if known else [], lambda stage, done, total: None)


def by_name(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {file["file"]: file for file in document["files"]}


@pytest.mark.parametrize("known", [True, False])
def test_files_are_known_for_what_they_are(known: bool, towns: Towns) -> None:
    document = looked_into(towns.town(300).inputs, known=known)
    files = by_name(document)
    for name, length in (("KOJIN.DAT", 1200), ("RIREKI.DAT", 1100), ("SETAI.DAT", 300), ("JUSHO.DAT", 200)):
        shape = files[name]["shape"]
        assert (files[name]["encoding"]["name"], shape["kind"], shape["length"]) == ("cp932", "fixed", length)
        assert shape["records"] * (length + 2 * (shape["terminator"] == "crlf")) == files[name]["bytes"]
    assert files["KOJIN.DAT"]["shape"]["types"] == {"header": "1", "data": "2", "trailer": "9"}
    assert files["RIREKI.DAT"]["shape"]["terminator"] == "none"
    assert files["KOJIN.DAT"]["claimed_by"] == (["juki/host_fixed/kojin"] if known else [])
    assert document["unclaimed"] == ([] if known else sorted(files))


def test_fields_of_a_layout_are_counted(towns: Towns) -> None:
    fields = {
        one["name"]: one for one in by_name(looked_into(towns.town(300).inputs, known=True))["KOJIN.DAT"]["fields"]
    }
    assert fields["birth"]["dates"]["form"] == "Gyymmdd"
    assert fields["sex"]["filled"] == fields["sex"]["rows"]
    assert abs(fields["atena_no"]["distinct"] - fields["sex"]["rows"]) < 0.06 * fields["sex"]["rows"]
    assert {one["value"] for one in fields["sex"]["codes"]} == {"1", "2"}
    assert fields["kana"]["patterns"][0]["pattern"] == "ｶﾅ"
    assert "codes" not in fields["kanji"]


@pytest.mark.parametrize("known", [True, False])
def test_nothing_of_a_person_is_told(known: bool, towns: Towns) -> None:
    folder = towns.town(300).inputs
    told = json.dumps(looked_into(folder, known=known), ensure_ascii=False)
    for name, length, places in (("KOJIN.DAT", 1202, ((1, 15), (38, 60), (98, 80))), ("KOBANGO.DAT", 82, ((19, 12),))):
        data = (folder / name).read_bytes()
        for record in (data[at : at + length] for at in range(length, len(data) - length, length)):
            for start, width in places:
                value = record[start : start + width].decode("cp932").strip()
                assert len(value) < 2 or f'"{value}"' not in told


def test_what_a_file_is_not_is_said(towns: Towns, tmp_path: Path) -> None:
    shutil.copy(towns.town(300).inputs / "KOJIN.DAT", tmp_path / "RIREKI_X.DAT")
    (tmp_path / "memo.txt").write_bytes("覚え書き\r\n一行だけではない\r\n".encode("cp932"))
    files = by_name(looked_into(tmp_path, known=True))
    assert files["RIREKI_X.DAT"]["doubts"] == ["length-differs"]
    assert files["memo.txt"]["claimed_by"] == []
    assert files["memo.txt"]["doubts"] == ["fields-unread"]


def test_gaiji_of_a_town_with_faults(tmp_path: Path) -> None:
    make_town(juki(), 120, 3, 1.0, tmp_path)
    gaiji = by_name(looked_into(tmp_path / "in", known=True))["KOJIN.DAT"]["gaiji"]
    assert gaiji["totals"]["user-defined"]["count"] > 0
    assert all(set(one) == {"area", "code", "count"} for one in gaiji["codes"])


def test_an_ebcdic_file_is_cut_and_counted(tmp_path: Path) -> None:
    records = b"".join(f"{n:08}{'AB'[n % 2]}{n % 90 + 10:04}{' ' * 17}".encode("cp037") for n in range(400))
    (tmp_path / "HOST.DAT").write_bytes(records)
    file = by_name(looked_into(tmp_path, known=False))["HOST.DAT"]
    assert (file["encoding"]["name"], file["shape"]["length"], file["shape"]["records"]) == ("ebcdic", 30, 400)
    assert sum(one["width"] for one in file["fields"]) == 30
    assert file["gaiji"] is None
