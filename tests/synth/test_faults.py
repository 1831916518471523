"""Faults: every kind occurs, the key points at what was changed, and nobody is hit twice."""

from collections import Counter, defaultdict

import polars as pl
import pytest

from migrate.synth.faults import DESKS
from migrate.synth.faults import KINDS as ALL_KINDS
from migrate.synth.faults.codes import new_place
from tests.synth.conftest import Folder, Make

BY_FILE = {"KOJIN.DAT": "kojin", "RIREKI.DAT": "rireki", "KOBANGO.DAT": "kobango", "SHIEN.DAT": "shien"}
KINDS = ALL_KINDS["juki"]
KEYS = ("atena_no", "rireki_no")


@pytest.fixture(scope="module")
def frames(faulty: Folder) -> dict[str, pl.DataFrame]:
    """Every record of each file, headers too: record n is row n − 1."""
    return {name: faulty.frame(name, every=True) for name in (*BY_FILE.values(), "gaikokujin", "setai")}


@pytest.fixture(scope="module")
def before(sound: Folder) -> dict[str, pl.DataFrame]:
    return {name: sound.frame(name) for name in (*BY_FILE.values(), "gaikokujin", "setai")}


def test_kinds_are_those_of_systems_with_a_desk() -> None:
    assert set(ALL_KINDS) == {name for _, _, name in DESKS.values()}


def test_every_kind_occurs(faulty: Folder) -> None:
    found = Counter(line["kind"] for line in faulty.key)
    assert set(found) == set(KINDS)
    assert len(KINDS) >= 90
    assert 80 <= len(faulty.key) <= 130
    assert all(line["severity"] == KINDS[line["kind"]][0] for line in faulty.key)


def test_the_key_points_at_what_was_changed(
    faulty: Folder, frames: dict[str, pl.DataFrame], before: dict[str, pl.DataFrame]
) -> None:
    for line in faulty.key:
        file = BY_FILE[line["file"]]
        record = frames[file].row(line["record"] - 1, named=True)
        field, value, shared = line["field"], line["value"], line["kind"].endswith("_shared")
        if field.startswith("gaikokujin."):
            file, field = field.split(".")
            record = (
                frames[file].filter(pl.all_horizontal(pl.col(key) == record[key] for key in KEYS)).row(0, named=True)
            )
        if line["kind"] in ("two_heads", "setai_missing") or not value:
            continue
        assert shared or record[field] != value, line
        right = before[file].filter(pl.all_horizontal(pl.col(key) == record[key] for key in KEYS if key != field))
        assert value in right[field].to_list(), line


def test_the_rest_is_as_it_was(
    faulty: Folder, frames: dict[str, pl.DataFrame], before: dict[str, pl.DataFrame]
) -> None:
    """Records that the key does not name; but a household without a head is named at its first member, a 住民票
    コード that changed at the row after the change, and a 世帯番号 at the person."""
    count = Counter(line["kind"] for line in faulty.key)
    digits = count["setai_digit_wrong"]
    for file, most in (
        ("kojin", count["no_head"]),
        ("rireki", count["juminhyo_changed"]),
        ("shien", 0),
        ("kobango", 0),
        ("setai", digits),
    ):
        named = {line["record"] for line in faulty.key if BY_FILE[line["file"]] == file}
        others = frames[file].filter(~pl.int_range(1, pl.len() + 1).is_in(list(named)))
        if "rectype" in others.columns:
            others = others.filter(pl.col("rectype") == "2")
        assert len(others.join(before[file], on=others.columns, how="anti")) <= most, file


def test_nobody_is_hit_twice(faulty: Folder, frames: dict[str, pl.DataFrame]) -> None:
    home = dict(frames["kojin"].select("atena_no", "setai_no").iter_rows())
    hit: dict[str, set[str]] = defaultdict(set)
    for line in faulty.key:
        atena = frames[BY_FILE[line["file"]]]["atena_no"][line["record"] - 1]
        if atena in home:
            hit[home[atena]].add(line["kind"])
    assert all(len(kinds) == 1 for kinds in hit.values())
    protected = {home[atena] for atena in frames["shien"]["atena_no"] if atena in home}
    shien = {kind for kind in KINDS if kind.startswith("shien_")}
    assert all(hit[setai] <= shien for setai in protected)


def test_missing_records_are_missing(
    faulty: Folder, frames: dict[str, pl.DataFrame], before: dict[str, pl.DataFrame]
) -> None:
    count = Counter(line["kind"] for line in faulty.key)
    assert len(before["setai"]) - len(frames["setai"]) == count["setai_missing"]
    assert len(before["gaikokujin"]) - len(frames["gaikokujin"]) == count["gaikoku_missing"]
    numbers = frames["kobango"].filter(pl.col("rectype") == "2")
    left_out = count["atena_missing"] + count["atena_digit_wrong"]
    assert len(numbers) - len(before["kobango"]) == count["mynumber_orphan"] - left_out
    rows = frames["rireki"].with_columns(pl.col("rireki_no").cast(pl.Int32))
    for line in faulty.key:
        if line["kind"] in ("history_gap", "history_starts_late"):
            record = frames[BY_FILE[line["file"]]].row(line["record"] - 1, named=True)
            number = int(record["rireki_no"])
            mine = rows.filter(pl.col("atena_no") == record["atena_no"])["rireki_no"].to_list()
            assert number - 1 not in mine
            assert (1 in mine) == (line["kind"] == "history_gap")


def test_two_heads_and_no_head(faulty: Folder, frames: dict[str, pl.DataFrame]) -> None:
    kojin = frames["kojin"].with_row_index("record", offset=1)
    here = kojin.filter((pl.col("jotai") == "10") & (pl.col("delete_flag") != "9"))
    heads = here.group_by("setai_no").agg(
        heads=(pl.col("zokugara_1") == "01").sum(),
        first=pl.col("record").min(),
        named=pl.col("record").filter(pl.col("zokugara_1") == "01"),
    )
    two = heads.filter(pl.col("heads") == 2)["named"].explode().to_list()
    none = heads.filter(pl.col("heads") == 0)["first"].to_list()
    assert sorted(two) == [line["record"] for line in faulty.key if line["kind"] == "two_heads"]
    assert sorted(none) == [line["record"] for line in faulty.key if line["kind"] == "no_head"]


def test_broken_bytes(faulty: Folder) -> None:
    for line in faulty.key:
        if line["kind"] in ("cut_kanji", "gaiji_name", "control_char_in_name"):
            record = faulty.blocks("kojin", line["file"])[line["record"] - 1].tobytes()
            kana, kanji = record[38:98], record[98:178]
            broken = {"cut_kanji": b"\x8d  ", "gaiji_name": b"\xf0\x40", "control_char_in_name": b"\x01 "}[line["kind"]]
            assert broken in (kana if line["kind"].startswith("control") else kanji)
            assert len(record) == 1202


def test_rates(make: Make) -> None:
    assert make(300, 2, 0.0).key == []
    few = make(300, 2, 0.03).key
    assert 4 <= len({line["kind"] for line in few}) <= 9
    crowded = make(300, 2, 5.0).key
    assert len({line["kind"] for line in crowded}) >= 30


def test_places_that_faults_add_are_told_apart_in_a_large_city() -> None:
    numbers = [new_place(number) for number in range(100_000)]
    assert len(set(numbers)) == len(numbers)
    assert {len(number) for number in numbers} == {11}
