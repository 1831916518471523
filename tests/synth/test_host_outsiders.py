"""Those outside the register through their host: a clean town says what is true, item by item, and nothing is wrong."""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from migrate.pipeline import Options, RunResult, run
from migrate.synth import AS_OF, NoFileFits, make_delivery, make_spoilt_town, make_town, make_town_truth
from migrate.synth.faults import KINDS
from migrate.synth.outsiders import COMPANY, FOREIGN, JAPANESE, Outsiders, make_outsiders
from migrate.synth.terms import NO_KEY, day
from migrate.vocab.daykey import UNKNOWN
from tests.spoilt import try_kind
from tests.synth.conftest import Folder
from tests.synth.test_delivery import digest
from tests.towns import layout_of

ROWS, SEED = 600, 9
BUSINESS = ("010", "012", "013", "024", "023", "025", "026", "022", "027")
OF_THE_FILE = ("wrong_hash_total", "missing_part", "missing_file", "lost_crlf", "utf8", "eof_mark")
"""Kinds tried here; ``make recall`` tries all."""
WITH_ANOTHER = ("mixed_as_of", "file_of_another_layout", "missing_last_part")
"""Kinds that need a second file: this source has one."""


@dataclass(frozen=True)
class Clean:
    """A clean town: the truth, what was written and what came of it."""

    outsiders: Outsiders
    folder: Folder
    result: RunResult

    def rows(self, place: str = "kojin_bango") -> list[dict[str, str]]:
        path = self.result.folder / place / "atena_kihon.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    folder = tmp_path_factory.mktemp("outside")
    assert make_town(layout_of("jutogai"), ROWS, SEED, 0, folder) == 0
    town = make_town_truth(ROWS, SEED, day(AS_OF.year, AS_OF.month, AS_OF.day))
    result = run(layout_of("jutogai"), Options(folder / "in", folder / "out"))
    return Clean(make_outsiders(town, SEED), Folder(layout_of("jutogai"), folder), result)


def test_a_clean_town_passes_without_a_word(clean: Clean) -> None:
    found = pl.read_parquet(clean.result.folder / "findings.parquet")
    assert found.filter(pl.col("severity") != "info").to_dicts() == []
    assert (clean.result.report["verdict"], clean.result.exit_code) == ("pass", 0)


def date(key: int) -> str:
    if key == NO_KEY:
        return ""
    return "0000-00-00" if key == UNKNOWN else f"{(key >> 12) + 1850}-{key >> 8 & 15:02d}-{key >> 3 & 31:02d}"


def expected(outsiders: Outsiders, entry: int) -> dict[str, str]:
    """One row of 住登外者宛名基本情報, from the truth alone."""
    cols = {name: values[entry].item() for name, values in outsiders.cols.items()}
    places, link, second = outsiders.town.places, cols["same_as"], cols["second"]
    place = cols["place"]
    (name,) = outsiders.name(np.array([entry]))
    building = places.buildings[cols["building"]][0] if cols["building"] >= 0 else ""
    return {
        "atenabango": f"{cols['atena']:015d}",
        "kojinbango": f"{cols['mynumber']:012d}" if cols["mynumber"] >= 0 else "",
        "shimei": name,
        "seibetsu": ("1", "2", "0", "")[cols["sex"]],
        "seinengappi": date(cols["born"]),
        "seinengappi_fushohyoki": "年月日不詳" if cols["born"] == UNKNOWN else "",
        "jusho_shikuchosonkodo": f"{places.dantai[place]:06d}",
        "jusho_todofuken": places.ken[place],
        "jusho_shikugunchosonmei": places.shi[place],
        "jusho_choaza": places.machi[place],
        "jusho_banchigohyoki": places.banchi[cols["banchi"]],
        "jusho_katagaki": building,
        "jusho_yubinbango": f"{places.yubin[place]:07d}",
        "gyomuid": BUSINESS[cols["office"]] if cols["office"] >= 0 else "",
        "dokujishisakushisutemunadoid": "A01" if cols["office"] < 0 else "",
        "daihyoatenafuragu": str(int(link >= 0)),
        "nayosesakiatenabango": f"{outsiders.cols['atena'][link]:015d}" if link >= 0 else "",
        "sosashaid": "IKO",
        "sosanengappi": str(np.datetime64(cols["day"], "D")),
        "sosajikoku": f"{second // 3600:02d}:{second % 3600 // 60:02d}:{second % 60:02d}",
    }


def test_every_item_is_what_is_true(clean: Clean) -> None:
    rows, absent = clean.rows(), layout_of("jutogai").source.mappings["to_atena_kihon"].absent  # type: ignore[union-attr]
    assert len(rows) == len(clean.outsiders)
    for entry, row in enumerate(rows):
        wanted = expected(clean.outsiders, entry)
        told = {name: text for name, text in row.items() if name not in absent}
        del told["shimei_yomigana"], told["shimei_gaikokujinarufuabetto"]
        assert told == wanted, entry
        assert not any(row[name] for name in absent)


def test_readings_and_latin_names(clean: Clean) -> None:
    abroad = pl.Series(clean.outsiders.cols["kind"] == FOREIGN)
    rows = pl.DataFrame(clean.rows())
    latin = rows["shimei_gaikokujinarufuabetto"]
    assert ((latin != "") == abroad).all()
    assert latin.filter(abroad).str.contains("^[Ａ-Ｚ]+(\u3000[Ａ-Ｚ]+)+$").all()
    only_latin = rows.filter(abroad & rows["shimei"].str.contains("^[Ａ-Ｚ\u3000]+$"))
    assert (only_latin["shimei"] == only_latin["shimei_gaikokujinarufuabetto"]).all()
    assert rows["shimei_yomigana"].str.contains("^[ァ-ヶー（）\u3000]+$").all()


def test_what_the_standard_has_no_item_for_is_beside_it(clean: Clean) -> None:
    cols, beside = clean.outsiders.cols, clean.rows("extra")
    assert [row["jinkaku_kubun"] for row in beside] == [str(kind + 1) for kind in cols["kind"]]
    assert [row["hojin_bango"] for row in beside] == [f"{n:013d}" if n >= 0 else "" for n in cols["hojin"]]


def test_header_and_trailer_tell_the_truth(clean: Clean) -> None:
    head, *data, tail = (block.tobytes() for block in clean.folder.blocks("atena"))
    assert head[:30] == b"1" + b"202916" + b"20261001" + b"20261001190000" + b" "
    assert all(len(record) == 402 for record in (head, *data, tail))
    deleted = [record for record in data if record[17:18] == b"9"]
    assert len(data) == len(clean.outsiders) + len(deleted)
    assert len(deleted) == 1
    assert int(tail[1:9]) == len(data)
    assert int(tail[9:27]) == sum(int(record[1:16]) for record in data)


def test_oddities_that_are_none(clean: Clean) -> None:
    cols = clean.outsiders.cols
    assert (cols["born"] == UNKNOWN).any()
    assert ((cols["born"] == NO_KEY) & (cols["kind"] == JAPANESE)).any()
    assert (cols["office"] < 0).any()
    assert (cols["same_as"][cols["same_as"][cols["same_as"] >= 0]] >= 0).any()
    assert (clean.outsiders.town.places.own > cols["place"][cols["kind"] == COMPANY]).any()


@pytest.mark.parametrize("rows", [20, 100])
def test_small_towns(rows: int, tmp_path: Path) -> None:
    make_town(layout_of("jutogai"), rows, 3, 0.3, tmp_path / "one")
    make_town(layout_of("jutogai"), rows, 3, 0.3, tmp_path / "two")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    key = json.loads((tmp_path / "one" / "truth.json").read_bytes())
    assert key["layout"] == "jutogai"
    assert len(key["faults"]) >= 10


def test_parts(tmp_path: Path) -> None:
    town = make_town_truth(200, 1, day(2026, 10, 1))
    delivery, _ = make_delivery(layout_of("jutogai"), town, seed=1)
    delivery.view.parts = {"atena": 20}
    count = len(delivery.ids["atena"])
    assert delivery.files("atena") == [("ATENA1.DAT", -(-count // 2)), ("ATENA2.DAT", count // 2)]
    delivery.write(tmp_path / "in")
    result = run(layout_of("jutogai"), Options(tmp_path / "in", tmp_path / "out"))
    assert result.report["verdict"] == "pass"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = tmp_path_factory.mktemp("faulty")
    make_town(layout_of("jutogai"), 1200, 5, 0.15, folder)
    return Folder(layout_of("jutogai"), folder)


def test_circles_and_links_are_found_across_key_buckets(faulty: Folder, tmp_path: Path) -> None:
    found = []
    for bucket_bytes in (1 << 30, 2000):
        options = Options(faulty.path / "in", tmp_path / str(bucket_bytes), bucket_bytes=bucket_bytes)
        result = run(layout_of("jutogai"), options)
        found.append(pl.read_parquet(result.folder / "findings.parquet").select("rule", "record", "severity"))
    assert found[0].equals(found[1])
    circles = [line["record"] for line in faulty.key if line["kind"] in ("link_circle", "link_to_itself")]
    assert sorted(found[1].filter(pl.col("rule") == "JT-V22-3")["record"]) == sorted(circles)


def test_every_kind_of_fault_is_where_the_key_says(faulty: Folder, tmp_path: Path) -> None:
    make_town(layout_of("jutogai"), 1200, 5, 0, tmp_path)
    sound = Folder(layout_of("jutogai"), tmp_path)
    kinds = KINDS["jutogai"]
    counted = Counter(line["kind"] for line in faulty.key)
    assert set(counted) == set(kinds)
    assert all(line["severity"] == kinds[line["kind"]][0] for line in faulty.key)
    living = sound.frame("atena").filter(pl.col("delete_flag") != "9")
    before: dict[str, dict[str, Any]] = {row["atena_no"]: row for row in living.iter_rows(named=True)}
    records = faulty.frame("atena", every=True).rows(named=True)
    for line in faulty.key:
        field, record = line["field"], records[line["record"] - 1]
        if not line["value"] or line["kind"] == "mynumber_shared":
            continue
        assert record[field] != line["value"], line
        right = before[line["value"] if field == "atena_no" else record["atena_no"]]
        assert right[field] == line["value"], line
    named = {line["record"] for line in faulty.key}
    rest = [row for number, row in enumerate(records, 1) if number not in named and row["rectype"] == "2"]
    assert all(row == before[row["atena_no"]] for row in rest if row["delete_flag"] != "9")


@pytest.mark.parametrize("kind", OF_THE_FILE)
def test_faults_of_the_file(kind: str, tmp_path: Path) -> None:
    assert list(try_kind(layout_of("jutogai"), kind, rows=20, seed=len(kind), folder=tmp_path).complaints()) == []


@pytest.mark.parametrize("kind", WITH_ANOTHER)
def test_faults_that_need_a_second_file(kind: str, tmp_path: Path) -> None:
    with pytest.raises(NoFileFits):
        make_spoilt_town(layout_of("jutogai"), 20, 1, kind, tmp_path)
