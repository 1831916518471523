"""Keys that are one number are one key, however they are written and in whatever order they come."""

from dataclasses import replace

import polars as pl
import pytest

from migrate.pipeline.bucket import _in_key_order, _same_key
from migrate.pipeline.staging import side_rows
from migrate.plan import build
from migrate.plan.across import AcrossPlan
from migrate.vocab.daykey import pack
from tests.towns import juki

PLAN = build(juki())
TABLE = PLAN.tables["jumin"]
SAME_DAY = [pack(2026, 1, 15, era=4), pack(2026, 1, 15, era=5), pack(2026, 1, 15)]
"""平成38年, 令和8年 and 2026年1月15日."""


@pytest.mark.parametrize(
    ("numbers", "doubles"),
    [
        (["2", "02", "2"], 3),
        (["2", "02"], 2),
        (["1", "2", "3"], 0),
        (["10", "9", "010"], 2),
        (["x", "1", "x"], 2),
        (["x", "y"], 0),
        ([None, None], 0),
    ],
)
def test_each_holder_is_one(numbers: list[str | None], doubles: int) -> None:
    size = len(numbers)
    rows = pl.DataFrame(
        {"atenabango": ["1"] * size, "rirekibango": numbers, "_file": [0] * size, "_record": range(1, size + 1)},
        schema_overrides={"rirekibango": pl.String},
    )
    ordered = _in_key_order(rows, TABLE)
    second = ordered.select(_same_key(TABLE)).to_series()
    assert (second | second.shift(-1, fill_value=False)).sum() == doubles


def test_a_day_in_two_eras_is_one_key() -> None:
    table = PLAN.tables["shien_sochi"]
    days = [SAME_DAY[0], pack(2026, 1, 16), SAME_DAY[1]]
    others = {key: ["1"] * 3 for key in table.table.key if key != "shiensochikaishinengappi"}
    rows = pl.DataFrame(
        {**others, "shiensochikaishinengappi": days, "_file": [0] * 3, "_record": [1, 2, 3]},
        schema_overrides={"shiensochikaishinengappi": pl.Int32},
    )
    ordered = _in_key_order(rows, table)
    assert ordered["_record"].to_list() == [1, 3, 2]
    assert ordered.select(_same_key(table)).to_series().to_list() == [False, True, False]


@pytest.mark.parametrize("check", PLAN.across, ids=lambda check: str(check.number))
def test_groups_and_values_do_not_tell_in_which_era_a_day_was_written(check: AcrossPlan) -> None:
    for number, side in enumerate(check.across.sides):
        judged = PLAN.judged[side.table]
        days = {name: SAME_DAY if kind == pl.Int32 else ["1"] * 3 for name, kind in judged.items()}
        places = {"_file": [0] * 3, "_record": [1, 2, 3], "_offset": [0] * 3, "_latest": [True] * 3}
        names = {*side.group, *side.carry, PLAN.unit} - {*days, *places}
        rows = pl.DataFrame(
            {**days, **places, **{name: ["1"] * 3 for name in names}},
            schema_overrides={**judged, "_latest": pl.Boolean},
        )
        seen = side_rows(rows, check, number, PLAN.unit).drop("_record")
        assert seen.unique().height == 1


def test_beside_a_reference_a_day_is_written_as_it_was_delivered() -> None:
    (check,) = (check for check in PLAN.across if "seinengappi" in check.across.sides[0].group)
    side = check.across.sides[0]
    at = f"g{side.group.index('seinengappi')}"
    names = {*side.group, *side.carry, PLAN.unit} - {"seinengappi"}
    places = {"_file": [0] * 3, "_record": [1, 2, 3], "_offset": [0] * 3, "_latest": [True] * 3}
    rows = pl.DataFrame({**{name: ["1"] * 3 for name in names}, **places, "seinengappi": SAME_DAY}).with_columns(
        pl.col("seinengappi").cast(pl.Int32)
    )
    seen = side_rows(rows, replace(check, references={1: "elsewhere"}), 0, PLAN.unit)
    assert seen[at].unique().to_list() == ["2026-01-15"]
