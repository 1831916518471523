"""Dates in every form, from the cell to the three items that are delivered."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

from migrate.charset import Glyphs, codepage
from migrate.io.batch import Noted
from migrate.io.tables import Form
from migrate.plan.reading import FixedPlan, plan_delimited, plan_fixed
from migrate.spec.source import DateForm, SourceFile
from migrate.spec.system import Profile
from migrate.spec.table import StandardField
from migrate.stages.read import decode
from migrate.vocab import daykey
from migrate.vocab.checks.dates import calendar_day, fusho_notation, not_after_as_of, not_passed
from migrate.vocab.dateforms import NUMBER_FORMS, TEXT_FORMS, keys_of, of_texts

PROFILE = Profile.model_validate(
    {
        "profile": "plain", "ja": "見本", "grade": "model", "source": "見本", "encoding": "utf-8", "delimiter": ",",
        "quote": "necessary", "header": "romaji", "newline": "lf", "file_name": "{table}.csv", "date": "YYYY-MM-DD",
        "unknown_date": "zero_parts", "open_start": "0000-01-01", "open_end": "9999-12-31",
    }
)  # fmt: skip


def item(name: str, type_: str, **more: Any) -> StandardField:
    given = {"name": name, "ja": "日", "type": type_, "grade": "model", "source": "見本"}
    return StandardField.model_validate(given | more)


TRIPLE = (item("day", "DATE", unknown={"flag": "flag", "text": "text"}), item("flag", "X"), item("text", "N"))


class _Loader(yaml.BaseLoader):
    pass


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^null$"), ["n"])
_Loader.add_constructor("tag:yaml.org,2002:null", lambda loader, node: None)
GROUPS: list[dict[str, Any]] = yaml.load((Path(__file__).parent / "dates.yaml").read_text(encoding="utf-8"), _Loader)


def file_of(group: dict[str, Any], *, width: int | None) -> SourceFile:
    field: dict[str, Any] = {"name": "day", "date": group["date"]}
    if width is None:
        form: dict[str, Any] = {"format": "delimited", "delimited": {}}
    else:
        form = {"format": "fixed", "record": {"length": width, "terminator": "none"}}
        field |= {"at": "1", "width": str(width), "type": "P" if "packed" in group else group.get("type", "X")}
    return SourceFile.model_validate({"file": "f", "ja": "見本", "fields": [field], **form})


def read(group: dict[str, Any], cells: list[str | None]) -> tuple[pl.Series, Noted]:
    eras = group.get("eras", {})
    if "width" not in group:
        plan = plan_delimited(file_of(group, width=None), needed=["day"], codec="utf-8", glyphs=Glyphs(), eras=eras)
        noted = Noted()
        rule = plan.columns[0].date
        assert rule is not None
        dates = of_texts(rule, pl.Series(cells, dtype=pl.String).replace("", None))
        noted.dates("day", dates)
        return pl.Series(dates.keys).set(pl.Series(~dates.valid), None), noted
    width = int(group["width"])
    raw = [bytes.fromhex(cell or "") if "packed" in group else (cell or "").encode("cp932") for cell in cells]
    pad = b"\x81\x40" if group.get("type") == "N" else b" "
    block = b"".join(one + pad * ((width - len(one)) // len(pad)) for one in raw)
    columns, noted, _ = decode(np.frombuffer(block, dtype=np.uint8).reshape(len(cells), width), fixed_plan(group, eras))
    return columns["day"], noted


def fixed_plan(group: dict[str, Any], eras: Mapping[str, str]) -> FixedPlan:
    """A record that is one date."""
    file = file_of(group, width=int(group["width"]))
    return plan_fixed(file, needed=["day"], page=codepage("cp932"), glyphs=Glyphs(), eras=eras, as_of_field=None)


def delivered(keys: pl.Series) -> pl.DataFrame:
    return Form(PROFILE, TRIPLE).text(keys.alias("day").to_frame())


def expected(row: list[Any]) -> tuple[tuple[str | None, str | None, str | None], set[str]]:
    """The triple, and what is found."""
    _, day, found, text = (*row, None, None)[:4]
    flag = None if day is None else "1" if text else "0"
    return (day, flag, text), set([found] if isinstance(found, str) else found or [])


@pytest.mark.parametrize("group", GROUPS, ids=[group["about"] for group in GROUPS])
def test_a_form(group: dict[str, Any]) -> None:
    """All rows of a group as one column, and each on its own."""
    cells = [row[0] for row in group["rows"]]
    keys, noted = read(group, cells)
    troubles = [t for t in noted.troubles if t.trouble != "full"]  # a date may fill its field
    found = [{t.trouble for t in troubles if row in t.rows} for row in range(len(cells))]
    got = [(cell, *pair) for cell, pair in zip(cells, zip(delivered(keys).rows(), found, strict=True), strict=True)]
    assert got == [(row[0], *expected(row)) for row in group["rows"]]
    told = pl.Series([text for _, (_, _, text), _ in got], dtype=pl.String)
    assert told.to_frame("t").select(fusho_notation(pl.col("t"))).to_series().drop_nulls().all()
    if "sentinels" in group:
        assert {value: str(n) for (_, value), n in noted.sentinels.items()} == group["sentinels"]
    for number, cell in enumerate(cells):
        alone, _ = read(group, [cell])
        assert alone.to_list() == [keys[number]]


def test_every_form_has_its_cases() -> None:
    dates = [DateForm.model_validate(group["date"]) for group in GROUPS]
    assert {form for date in dates for form in date.forms} == {*TEXT_FORMS, "不詳表記"}
    assert {date.form for date in dates if date.form} == set(NUMBER_FORMS)


def test_a_form_that_leaves_dates_of_unknown_parts_empty() -> None:
    keys, _ = read(GROUPS[0], ["S40.12.31", "S49.0.0", "S49.2.29"])
    empty = PROFILE.model_copy(update={"unknown_date": "empty"})
    rows = Form(empty, TRIPLE).text(keys.alias("day").to_frame()).rows()
    assert rows == [("1965-12-31", "0", None), (None, "1", "昭和４９年　月日不詳"), ("1974-02-29", "0", None)]


OPEN = pl.Series("day", [daykey.OPEN_START, daykey.OPEN_END], dtype=pl.Int32)


@pytest.mark.parametrize(
    ("update", "written"),
    [
        ({}, ["0000-01-01", "9999-12-31"]),
        ({"date": "YYYYMMDD", "open_start": "00000101", "open_end": "99991231"}, ["00000101", "99991231"]),
        ({"open_start": "", "unknown_date": "empty"}, ["", "9999-12-31"]),
    ],
)
def test_a_period_without_an_end_is_written_as_the_profile_says(update: dict[str, str], written: list[str]) -> None:
    text = Form(PROFILE.model_copy(update=update), TRIPLE).text(OPEN.to_frame())
    assert text["day"].to_list() == written
    assert text["flag"].to_list() == ["0", "0"]
    assert text["text"].null_count() == 2


def test_a_period_without_an_end_is_a_whole_day_before_or_after_all_others() -> None:
    first, last = daykey.pack(daykey.BASE_YEAR + 1, 1, 1), daykey.pack(daykey.BASE_YEAR + daykey.YEARS - 1, 12, 31)
    days = pl.DataFrame({"day": [daykey.OPEN_START, first, last, daykey.OPEN_END]})
    assert days.select(daykey.day_order(pl.col("day"))).to_series().is_sorted()
    assert days.select(daykey.day_order(pl.col("day"))).to_series().n_unique() == 4
    as_of = daykey.pack(2026, 10, 1)
    told = days.select(
        passed=~not_passed(pl.col("day"), as_of=as_of),
        before=not_after_as_of(pl.col("day"), as_of=as_of),
        day=calendar_day(pl.col("day")),
    )
    assert told["passed"].to_list() == told["before"].to_list() == [True, True, False, False]
    assert told["day"].to_list() == [True] * 4


def test_a_person_may_write_a_period_without_an_end() -> None:
    written = pl.Series(["0000-01-01", "00000101", "9999-12-31", "99991231", "9999-12-30", "2025-04-01"])
    keys = keys_of(written)
    assert pl.select(daykey.iso(pl.lit(keys))).to_series().to_list() == [
        *["0000-01-01"] * 2, *["9999-12-31"] * 2, None, "2025-04-01",
    ]  # fmt: skip
