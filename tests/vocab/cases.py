"""Reads ``tests/cases``: every scalar is text, but a plain ``null``."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from migrate.pipeline.judge import with_others
from migrate.spec import csvtext, municipalities
from migrate.spec.library import bundled_root
from migrate.vocab import daykey
from migrate.vocab.across import LATEST, MARKS, Across, Side
from migrate.vocab.municipalities import Municipality, Nation
from migrate.vocab.places import Place, Places
from migrate.vocab.registry import Bound, DateField, Entry, History, bind, filter_of

FOLDER = Path(__file__).resolve().parents[1] / "cases"
OUTCOMES = {"holds": True, "fails": False, None: None}


class _Loader(yaml.BaseLoader):
    pass


_NULL = "tag:yaml.org,2002:null"
_Loader.add_implicit_resolver(_NULL, re.compile("^null$"), ["n"])
_Loader.add_constructor(_NULL, lambda loader, node: None)


def load(word: str) -> list[dict[str, Any]]:
    """The groups of cases of one word."""
    groups = yaml.load((FOLDER / f"{word}.yaml").read_text(encoding="utf-8"), _Loader)
    assert isinstance(groups, list)
    return groups


def bound(entry: Entry, group: dict[str, Any]) -> Bound:
    """The word with the arguments of a group, bound as from a definition file."""
    word = bind(entry.name, group.get("args", {}), None, (entry.kind,))
    word = word.with_as_of(day(group.get("as_of", "2025-04-01")) or 0).with_unit(group.get("unit", "atenabango"))
    own = tuple(Place(**row) for row in group.get("places", ()))
    word = word.with_places(Places(own, nation=nation() if group.get("nation") == "yes" else Nation()))
    return word.with_history(History(group.get("history", "all"), day(group.get("since")) or 0))


@cache
def nation() -> Nation:
    """The bundled list of municipalities."""
    raw = (bundled_root() / municipalities.PATH).read_bytes()
    rows = csvtext.parse("", raw, header=csvtext.MUNICIPALITIES, key=("dantai_code",)).rows
    return Nation(tuple(Municipality(**row.cells) for row in rows))


def day(text: str | None) -> int | None:
    """``2025-04-01``, ``2025-04-00``, ``1926-12-25/2`` (an era), ``1974-02-28/3+1`` (頃), ``unknown`` → daykey."""
    if text is None or text == "unknown":
        return None if text is None else daykey.UNKNOWN
    date, _, era = text.partition("/")
    era, _, kind = era.partition("+")
    year, month, number = map(int, date.split("-"))
    return daykey.pack(year, month, number, era=int(era or 0)) + int(kind or 0) * daykey.KIND


def dates_or_text(values: list[str | None], *, dates: bool) -> pl.Series:
    """A column as expressions see it."""
    return pl.Series([day(v) for v in values], dtype=pl.Int32) if dates else pl.Series(values, dtype=pl.String)


def table(rows: list[dict[str, str | None]], columns: tuple[str, ...], dates: tuple[str, ...] = ()) -> pl.DataFrame:
    """Rows of a case as a frame."""
    return pl.DataFrame({c: dates_or_text([row[c] for row in rows], dates=c in dates) for c in columns})


def judged(word: Bound, tables: dict[str, list[dict[str, str | None]]]) -> pl.DataFrame:
    """A small engine: gathers the rows of every side and lets the word judge them."""
    check: Across = word()
    dates = word.mentions(DateField)
    sides = [_gather(i, side, tables[side.table], dates) for i, side in enumerate(check.sides)]
    rows = pl.concat(sides, how="diagonal").sort(MARKS)
    failing = check.judge(rows)
    if check.suspects is not None:
        assert_suspected(check, rows, failing)
    if check.several:
        assert check.judge(with_others(rows)).equals(failing)
    return failing


def assert_suspected(check: Across, rows: pl.DataFrame, failing: pl.DataFrame) -> None:
    """Judging only the groups that ``suspects`` names finds the same."""
    number = [pl.col("c0").cast(pl.Int64, strict=False)] if "c0" in rows.columns else []
    in_order = rows.sort("_side", "g0", *number, *MARKS, nulls_last=False)
    named = check.suspects(in_order).unique() if check.suspects else rows["g0"]
    assert check.judge(rows.filter(pl.col("g0").is_in(named.implode()))).equals(failing)


def _gather(index: int, side: Side, rows: list[dict[str, str | None]], dates: tuple[str, ...]) -> pl.DataFrame:
    placed = [(number, row) for number, row in enumerate(rows, 1) if not side.latest or row.get("_latest") != "no"]
    names = tuple(name for name in dict.fromkeys((*side.group, *side.carry, *(side.where or ()))) if name != LATEST)
    frame = table([row for _, row in placed], names, dates).with_columns(
        pl.Series(LATEST, [row.get(LATEST) != "no" for _, row in placed], dtype=pl.Boolean),
        pl.lit(index).alias("_side"),
        pl.Series("_table", [row.get("_part") or side.table for _, row in placed], dtype=pl.String),
        pl.lit(0, pl.UInt32).alias("_file"),
        pl.Series("_record", [number for number, _ in placed], dtype=pl.UInt64),
        pl.lit(0, pl.UInt64).alias("_offset"),
    )
    kept = frame if side.where is None else frame.filter(filter_of(side.where))
    groups = [pl.col(name).alias(f"g{i}") for i, name in enumerate(side.group)]
    carried = [pl.col(name).alias(f"c{i}") for i, name in enumerate(side.carry)]
    return kept.select("_side", *MARKS, *groups, *carried)
