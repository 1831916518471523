"""One town, two vendors: the standard tables do not say which of them delivered."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate.pipeline import Options, RunResult, run
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.spec.source import Mapping as MappingSpec
from migrate.synth import AS_OF, make_town
from migrate.vocab import daykey

VENDORS = ("host_fixed", "package_csv")
TABLES = ("jumin", "kojin_bango", "shien_sochi", "shien_yokushi")
TENKYO = [f"tenkyomaejusho_{part}" for part in (
    "shikuchosonkodo", "choazakodo", "todofuken", "shikugunchosonmei", "choaza", "banchigohyoki", "katagaki",
    "yubinbango")]  # fmt: skip
ONLY: Mapping[str, tuple[set[str], set[str]]] = {
    "jumin": (
        {"tsuzukigara_3", "tsuzukigara_4", "jusho_katagakikodo", "chikukanrikodo_3"},
        {"tennyumaejusho_kokumeito", "tenshutsusakijushoyotei_kokumeikodo",
         "tenshutsusakijushoyotei_kokumeito", *TENKYO},
    ),
    "kojin_bango": (set(), set()),
    "shien_sochi": ({"moshideshatonokankei"}, set()),
    "shien_yokushi": (set(), set()),
}  # fmt: skip
"""By table: items that only the first vendor holds, and only the second."""
NOBODY: Mapping[str, set[str]] = {
    "jumin": {"tsuzukigara_3", "tsuzukigara_4"} | {f"{date}_fushohyoki" for date in (
        "shojo_idonengappi", "idonengappi", "juteinengappi", "gaikokujinjumintonattanengappi")},
    "kojin_bango": set(),
    "shien_sochi": {"seinengappi_fushohyoki"},
    "shien_yokushi": set(),
}  # fmt: skip
"""By table: items that nobody of a town without faults has: relations of three steps, days written as unknown."""
JAPANESE_OR_FOREIGN = {"1": "to_jumin_nihonjin", "2": "to_jumin_gaikokujin"}
Row = dict[str, str]


@cache
def layout(vendor: str) -> Layout:
    return load_layout(Library(), "juki", vendor)


def mappings(vendor: str) -> Mapping[str, MappingSpec]:
    source = layout(vendor).source
    assert source is not None
    return source.mappings


@dataclass(frozen=True)
class Delivered:
    """What came of one vendor's files."""

    vendor: str
    result: RunResult

    @classmethod
    def of(cls, vendor: str, folder: Path, residents: int, seed: int) -> "Delivered":
        make_town(layout(vendor), residents, seed, 0, folder / vendor)
        as_of = daykey.pack(AS_OF.year, AS_OF.month, AS_OF.day)
        return cls(vendor, run(layout(vendor), Options(folder / vendor / "in", folder / f"{vendor}-out", as_of=as_of)))

    def rows(self, table: str) -> Iterator[Row]:
        (entry,) = (entry for entry in self.result.report["tables"] if entry["table"] == table)
        with (self.result.folder / entry["file"]).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    def present(self, table: str) -> dict[tuple[str, ...], Row]:
        """Rows by key; of 住民情報 the latest of each person."""
        if table != "jumin":
            key = layout(self.vendor).tables[table].key
            return {tuple(row[name] for name in key): row for row in self.rows(table)}
        latest: dict[tuple[str, ...], Row] = {}
        for row in self.rows(table):
            who = (row["atenabango"],)
            if who not in latest or int(row["rirekibango"]) > int(latest[who]["rirekibango"]):
                latest[who] = row
        return latest

    def absent(self, table: str, row: Row) -> set[str]:
        """Items of a row that its mapping declares absent, with the 不詳 items of absent dates."""
        names = {"jumin": JAPANESE_OR_FOREIGN.get(row.get("juminshubetsu", ""), "")}
        found = mappings(self.vendor)
        mapping = found.get(names.get(table, "")) or found[f"to_{table}"]
        return with_derived(table, set(mapping.absent))


def with_derived(table: str, absent: set[str]) -> set[str]:
    dates = [field for field in layout(VENDORS[0]).tables[table].fields if field.unknown and field.name in absent]
    beside = [(field.unknown.flag, field.unknown.text) for field in dates if field.unknown]
    return absent | {name for pair in beside for name in pair if name}


def complaints(delivered: Delivered) -> list[dict[str, Any]]:
    """Findings graver than info."""
    found = pl.read_parquet(delivered.result.folder / "findings.parquet")
    return found.filter(pl.col("severity") != "info").to_dicts()


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(residents=st.integers(60, 150), seed=st.integers(0, 100_000))
def test_what_both_hold_is_equal(tmp_path_factory: pytest.TempPathFactory, residents: int, seed: int) -> None:
    folder = tmp_path_factory.mktemp("vendors")
    both = [Delivered.of(vendor, folder, residents, seed) for vendor in VENDORS]
    for delivered in both:
        assert complaints(delivered) == []
        assert delivered.result.report["verdict"] == "pass", delivered.result.report["reasons"]
    for table in TABLES:
        first, second = (delivered.present(table) for delivered in both)
        assert first.keys() == second.keys()
        for key, one in first.items():
            agree(table, both, one, second[key])


def agree(table: str, both: list[Delivered], one: Row, other: Row) -> None:
    """Equal but for what one vendor declares absent, and that is empty."""
    missing, lacking = (d.absent(table, row) for d, row in zip(both, (one, other), strict=True))
    assert {name: row[name] for row, names in ((one, missing), (other, lacking)) for name in names if row[name]} == {}
    differ = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
    assert {name: pair for name, pair in differ.items() if name not in missing | lacking} == {}
    only_first, only_second = ONLY[table]
    assert {name for name in differ if name in lacking} <= with_derived(table, only_first)
    assert {name for name in differ if name in missing} <= with_derived(table, only_second)


def declared(vendor: str, table: str) -> set[str]:
    """Items that no mapping of a vendor onto the table fills."""
    return set.intersection(*(set(m.absent) for m in mappings(vendor).values() if m.to == table))


@pytest.mark.parametrize("table", TABLES)
def test_what_only_one_holds_is_declared(table: str) -> None:
    first, second = (declared(vendor, table) for vendor in VENDORS)
    assert (second - first, first - second) == ONLY[table]


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_item_that_a_vendor_holds_is_filled_for_somebody(vendor: str, tmp_path: Path) -> None:
    """Else the two could be equal because nothing stands there."""
    delivered = Delivered.of(vendor, tmp_path, 2000, 7)
    for table in TABLES:
        lacking = with_derived(table, declared(vendor, table))
        filled = {name for row in delivered.rows(table) for name, value in row.items() if value}
        assert {field.name for field in layout(vendor).tables[table].fields} - filled - lacking <= NOBODY[table]
