"""Which units belong to a stratum, by small tables that come in blocks."""

import polars as pl
import pytest

from migrate.fixes.strata import _rows as rows_of
from migrate.rehearsal.sealed import SealedRun
from migrate.spec.system import SampleRows
from tests.towns import Towns, juki

TABLE = """
a 1 1 H1 1  .      2026-09-30 佐藤
a 2 1 H1 2  .      .          佐藤
b 1 2 H1 1  .      .          鈴木
b 2 1 H2 1  .      .          鈴木
c 1 1 H2 2  .      .          葛城
c 9 3 H2 2  荘 2026-10-02 葛\U000e0100城
c 10 1 H3 2 .      2026-10-02 葛城
"""
ITEMS = ("atenabango", "rirekibango", "juminjotai", "setaibango", "juminshubetsu", "jusho_katagaki",
         "shojo_idonengappi", "shimei")  # fmt: skip


def frame() -> pl.DataFrame:
    """Rows of 住民情報 with these items, the others empty; a point stands for nothing."""
    lines = [[None if cell == "." else cell for cell in line.split()] for line in TABLE.split("\n") if line]
    known = pl.DataFrame(lines, schema=dict.fromkeys(ITEMS, pl.String), orient="row")
    others = [field.name for field in juki().tables["jumin"].fields if field.name not in ITEMS]
    return known.with_columns(pl.lit(None, pl.String).alias(name) for name in others)


@pytest.mark.parametrize("block", [2, 7])
@pytest.mark.parametrize(
    ("says", "found"),
    [
        ({}, {"a": 2, "b": 2, "c": 3}),
        ({"at_least": "3"}, {"c": 3}),
        ({"when": {"juminjotai": ["2"]}}, {"b": 1}),
        ({"latest": "yes"}, {"a": 1, "b": 1, "c": 1}),
        ({"latest": "yes", "when": {"juminjotai": ["3"]}}, {}),
        ({"filled": "jusho_katagaki"}, {"c": 1}),
        ({"latest": "yes", "filled": "jusho_katagaki"}, {}),
        ({"group": "setaibango", "at_least": "3"}, {"a": 3, "b": 3, "c": 3}),
        ({"latest": "yes", "group": "setaibango"}, {"a": 1, "b": 1, "c": 1}),
        ({"group": "setaibango", "kinds": "juminshubetsu", "at_least": "2", "when": {"rirekibango": ["1", "2"]}},
         {"a": 2, "b": 2, "c": 2}),
        ({"latest": "yes", "group": "setaibango", "kinds": "juminshubetsu", "at_least": "2"}, {}),
        ({"after_as_of": "shojo_idonengappi"}, {"c": 2}),
        ({"not_after_as_of": "shojo_idonengappi"}, {"a": 1}),
        ({"gaiji": "yes"}, {"c": 1}),
        ({"gaiji": "yes", "latest": "yes"}, {}),
    ],
)  # fmt: skip
def test_units_are_counted_by_their_rows(
    says: dict[str, object], found: dict[str, int], block: int, run: SealedRun
) -> None:
    rows = rows_of(SampleRows.model_validate({"table": "jumin", **says}), juki(), run)
    whole = frame()
    for at in range(0, whole.height, block):
        rows.take(whole.slice(at, block))
    assert dict(rows.found().rows()) == found


def test_a_period_without_an_end_is_after_the_day_and_one_without_a_beginning_is_not(run: SealedRun) -> None:
    ends = {"a": "9999-12-31", "b": "99991231", "c": "0000-01-01", "d": "00000101", "e": "0000-05-10"}
    for says, found in (({"after_as_of": "shojo_idonengappi"}, "ab"), ({"not_after_as_of": "shojo_idonengappi"}, "cd")):
        rows = rows_of(SampleRows.model_validate({"table": "jumin", **says}), juki(), run)
        units, days = pl.Series(ends.keys()), pl.Series(ends.values())
        rows.take(frame().head(5).with_columns(atenabango=units, shojo_idonengappi=days))
        assert dict(rows.found().rows()) == dict.fromkeys(found, 1)


@pytest.fixture(scope="module")
def run(towns: Towns) -> SealedRun:
    return SealedRun.open(towns.run(60).folder)
