"""Correct: values that staff decided on take the place of mapped ones, before cleansing; each is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.evidence import NOTHING, Evidence
from migrate.plan.cleansing import CleansePlan
from migrate.plan.hits import Hit, Rows
from migrate.plan.mapping import KEY_SEPARATOR
from migrate.plan.tables import TablePlan
from migrate.vocab.dateforms import keys_of

APPLIED, UNNECESSARY, CHANGED, REFUSED = "applied", "unnecessary", "changed", "refused"

OUTCOME = pl.Schema(
    {
        "number": pl.UInt32, "state": pl.String, "record": pl.UInt64, "before": pl.String,
        "row": pl.UInt32, "item": pl.String,
    }
)  # fmt: skip
"""One row per correction and row that it met: ``applied``, ``unnecessary`` (the value is the corrected one already),
``changed`` (the old system says something else than when it was corrected; nothing was done), or ``refused`` (it was
applied, and the checks have left the value or the row out again). A correction that says what stands there already is
applied where reading found fault with it: somebody has confirmed it."""


@dataclass(frozen=True, slots=True)
class Book:
    """What corrections of one item did to its totals: by how many the cells that hold something became fewer, and the
    values as they were mapped and as they are now."""

    filled: int
    before: pl.Series
    after: pl.Series


@dataclass(frozen=True, slots=True)
class Corrected:
    """Mapped rows with their corrections; ``books`` by corrected item."""

    frame: pl.DataFrame
    hits: tuple[Hit, ...]
    known: Mapping[str, Evidence]
    outcome: pl.DataFrame = field(default_factory=OUTCOME.to_frame)
    books: Mapping[str, Book] = field(default_factory=dict)


def correct(
    mapped: Corrected,
    given: pl.DataFrame,
    table: TablePlan,
    plans: Sequence[CleansePlan],
    seen: Callable[[int, str], str | None],
) -> Corrected:
    """The corrections of a table (``number``, ``key``, ``item``, ``seen``, ``value``) on the mapped rows of a batch.

    ``seen`` tells what the record of a row holds for an item.
    """
    key = pl.concat_str(table.key_texts, separator=KEY_SEPARATOR)
    keys = mapped.frame.select(key=key, record="_record").with_row_index("row")
    met = keys.join(given, on="key", how="inner").sort("number", "row")
    for item in met["item"].unique().sort().to_list():
        if item in mapped.frame.columns:
            mapped = _correct_item(mapped, item, met.filter(pl.col("item") == item), table, plans, seen)
    return mapped


def _correct_item(
    mapped: Corrected,
    item: str,
    met: pl.DataFrame,
    table: TablePlan,
    plans: Sequence[CleansePlan],
    seen: Callable[[int, str], str | None],
) -> Corrected:
    rows = met["row"].to_numpy().astype(np.intp)
    before = mapped.frame[item].gather(rows)
    after = typed(met["value"].alias(item), dates=item in table.dates)
    unread, found = (np.isin(rows, _rows_hit(mapped.hits, item, withheld=only)) for only in (True, False))
    now = pl.Series("before", [seen(row, item) for row in rows.tolist()], dtype=pl.String)
    same = _same(before, after, item, plans, dates=item in table.dates) & ~pl.Series(unread)
    other = now.ne_missing(met["seen"])
    told = pl.when(pl.lit(same & (other | ~pl.Series(found)))).then(pl.lit(UNNECESSARY))
    state = pl.select(told.when(pl.lit(other)).then(pl.lit(CHANGED)).otherwise(pl.lit(APPLIED))).to_series()
    outcome = (
        met.select("number", "record", "row", "item").with_columns(state=state, before=now).select(OUTCOME.names())
    )
    outcomes = pl.concat([mapped.outcome, outcome.cast(OUTCOME)])
    done = (state == APPLIED).to_numpy()
    if not done.any():
        return replace(mapped, outcome=outcomes)
    chosen, old, new = rows[done], before.filter(done), after.filter(done)
    books = {**mapped.books, item: _book(old, new, unread[done])}
    frame = mapped.frame.with_columns(mapped.frame[item].scatter(chosen, new))
    known = {name: evidence for name, evidence in mapped.known.items() if name != item}
    return Corrected(frame, tuple(_without(mapped.hits, item, chosen)), known, outcomes, books)


def refuse(outcome: pl.DataFrame, lost: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """Outcomes in which those applied are refused where ``lost`` has a row of equal ``on``."""
    gone = lost.select(pl.col(on)).unique().with_columns(_lost=pl.lit(True))
    known = outcome.join(gone, on=on, how="left", maintain_order="left")
    refused = pl.col("_lost").fill_null(False) & (pl.col("state") == APPLIED)
    return known.with_columns(state=pl.when(refused).then(pl.lit(REFUSED)).otherwise("state")).drop("_lost")


def typed(values: pl.Series, *, dates: bool) -> pl.Series:
    """Values of corrections as mapped ones: dates (YYYY-MM-DD, or 不詳表記) as daykeys, all else as text."""
    return keys_of(values) if dates else values


def cleaned(values: pl.Series, item: str, plans: Sequence[CleansePlan]) -> pl.Series:
    """Values as the cleansing rules leave them."""
    frame = values.alias(item).to_frame()
    for plan in (plan for plan in plans if plan.field == item):
        frame = frame.select(plan.value(NOTHING).alias(item))
        frame = frame.select(pl.when(pl.col(item).str.len_bytes() > 0).then(pl.col(item)))
    return frame[item]


def _same(before: pl.Series, after: pl.Series, item: str, plans: Sequence[CleansePlan], *, dates: bool) -> pl.Series:
    if dates:
        return (before // 8).eq_missing(after // 8)
    return cleaned(before, item, plans).eq_missing(cleaned(after, item, plans))


def _rows_hit(hits: Sequence[Hit], item: str, *, withheld: bool) -> Rows:
    """Rows in which something was found about the item; ``withheld``: its value was left out."""
    rows = [hit.rows for hit in hits if hit.fields[:1] == (item,) and (hit.withhold or not withheld)]
    return np.concatenate(rows) if rows else np.empty(0, np.intp)


def _without(hits: Sequence[Hit], item: str, rows: Rows) -> list[Hit]:
    """What was found in the cells before they were corrected is no finding any more."""
    left = []
    for hit in hits:
        if hit.fields[:1] == (item,) and set(hit.taints) <= {item}:
            hit = replace(hit, rows=hit.rows[~np.isin(hit.rows, rows)])
        if hit.rows.size:
            left.append(hit)
    return left


def _book(before: pl.Series, after: pl.Series, unread: npt.NDArray[np.bool_]) -> Book:
    was_filled = before.is_not_null() | pl.Series(unread)
    return Book(int(was_filled.sum()) - int(after.is_not_null().sum()), before, after)
