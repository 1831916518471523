"""Every word has its case file, every case file its word, and every case comes true."""

from typing import Any

import polars as pl
import pytest

from migrate.vocab import WORDS
from migrate.vocab.controls import Control, merge
from migrate.vocab.registry import DateField, Entry
from tests.vocab import cases

SECTIONS = {"op": ("Loses:", "Example:"), "check": ("Why:", "Example:"), "control": ("Why:", "Example:")}


def of_kind(*kinds: str) -> pytest.MarkDecorator:
    found = [entry for entry in WORDS.values() if entry.kind in kinds]
    groups = [(entry, group) for entry in found if has_cases(entry.name) for group in cases.load(entry.name)]
    return pytest.mark.parametrize(("entry", "group"), groups, ids=[entry.name for entry, _ in groups])


def has_cases(word: str) -> bool:
    return (cases.FOLDER / f"{word}.yaml").is_file()


def test_each_word_has_cases_and_each_case_file_a_word() -> None:
    assert {path.stem for path in cases.FOLDER.iterdir()} == set(WORDS)


@pytest.mark.parametrize("entry", WORDS.values(), ids=WORDS)
def test_the_docstring_is_the_manual(entry: Entry) -> None:
    for section in SECTIONS.get(entry.kind, ("Example:",)):
        assert f"\n{section}" in entry.manual


@of_kind("op")
def test_op(entry: Entry, group: dict[str, Any]) -> None:
    before, after = zip(*group["rows"], strict=True)
    word = cases.bound(entry, group)
    column = pl.Series("value", before, dtype=pl.String)
    got = column.to_frame().select(word(pl.col("value"))).to_series()
    assert got.dtype == pl.String
    assert got.to_list() == list(after)
    assert_quiet_is_true(word, column, [a is not b and a != b for a, b in zip(before, after, strict=True)])


@of_kind("check")
def test_check(entry: Entry, group: dict[str, Any]) -> None:
    values, outcomes = zip(*group["rows"], strict=True)
    word = cases.bound(entry, group)
    column = cases.dates_or_text(list(values), dates=entry.traits.column == "date").alias("value")
    expected = [cases.OUTCOMES[outcome] for outcome in outcomes]
    got = column.to_frame().select(word(pl.col("value"))).to_series()
    assert got.dtype == pl.Boolean
    assert got.to_list() == expected
    assert_quiet_is_true(word, column, [holds is False for holds in expected])


def assert_quiet_is_true(word: Any, column: pl.Series, touched: list[bool]) -> None:
    """``quiet`` never says True of a batch with a value that the op changes or the check fails."""
    test = word.quiet(pl.col("value"))
    if test is None:
        return
    alone = [(pl.Series("value", [v, None], column.dtype), t) for v, t in zip(column, touched, strict=True)]
    batches = [(column, any(touched)), *alone, (column.clear(), False)]
    for batch, needed in batches:
        (quiet,) = batch.to_frame().select(test).to_series()
        assert quiet is False or (quiet is True and not needed)


@of_kind("relation")
def test_relation(entry: Entry, group: dict[str, Any]) -> None:
    rows, outcomes = zip(*group["rows"], strict=True)
    word = cases.bound(entry, group)
    frame = cases.table(list(rows), tuple(rows[0]), word.mentions(DateField))
    got = frame.select(word()).to_series()
    assert got.dtype == pl.Boolean
    assert got.to_list() == [cases.OUTCOMES[outcome] for outcome in outcomes]


@of_kind("across")
def test_across(entry: Entry, group: dict[str, Any]) -> None:
    failing = cases.judged(cases.bound(entry, group), group["tables"])
    expected = [(row[0], int(row[1]), row[2] if len(row) > 2 else None) for row in group["fails"]]
    assert failing.select("_table", "_record", "severity").rows() == expected


@of_kind("control")
def test_control(entry: Entry, group: dict[str, Any]) -> None:
    control: Control = cases.bound(entry, group)()
    control = control.keyed(tuple(group.get("key", ())))
    names = control.reads or ("atenabango",)
    batches = [cases.table(rows, names) for rows in group["batches"]]
    merged = merge(control.totals(batch) for batch in batches)
    whole = pl.concat(batches)
    assert merged.equals(merge([control.totals(whole.reverse())]))
    if control.value == "keys":
        assert not merged.equals(merge([control.totals(whole.with_columns(pl.lit("9").alias(names[0])))]))
    assert control.settle(merged).drop("hash_sum", strict=False).rows(named=True) == [
        {**row, "n": int(row["n"])} for row in group["totals"]
    ]
