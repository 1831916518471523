"""Cleanse: the steps of the rules on mapped rows, each change counted, none in silence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from migrate.evidence import NOTHING, Evidence
from migrate.plan.cleansing import CleansePlan
from migrate.plan.hits import Hit, Rows, rows_where
from migrate.vocab.quiet import Asked

LEDGER = pl.Schema({"rule": pl.String, "field": pl.String, "row": pl.UInt32, "before": pl.String, "after": pl.String})


@dataclass(frozen=True, slots=True)
class StepCount:
    """What one rule did to one item in one batch: filled values seen, changed, emptied (as its steps declare)."""

    rule: str
    field: str
    seen: int
    changed: int
    emptied: int


@dataclass(frozen=True, slots=True)
class Cleansed:
    """The rows after cleansing; ``ledger`` has one row per change of a rule with ``report: each``; ``untouched`` are
    the items with evidence in which no value changed."""

    frame: pl.DataFrame
    hits: tuple[Hit, ...]
    counts: tuple[StepCount, ...]
    known: Mapping[str, Evidence]
    untouched: frozenset[str]
    ledger: pl.DataFrame


def cleanse(
    frame: pl.DataFrame, plans: Sequence[CleansePlan], known: Mapping[str, Evidence], asked: Asked | None = None
) -> Cleansed:
    """Apply every rule in turn; rules that have nothing to do in this batch cost one look at the column,
    or none where ``known`` says so. The result knows less of the items that a rule worked on."""
    asked = asked or Asked()
    there = set(frame.columns)
    plans = [plan for plan in plans if plan.field in there]
    left = dict(known)
    hits: list[Hit] = []
    counts: list[StepCount] = []
    ledgers: list[pl.DataFrame] = []
    for number in range(max((plan.round for plan in plans), default=-1) + 1):
        in_turn = [plan for plan in plans if plan.round == number]
        frame = _round(frame, in_turn, left, hits, counts, ledgers, asked)
    untouched = frozenset(known) - {count.field for count in counts if count.changed}
    ledger = pl.concat(ledgers) if ledgers else LEDGER.to_frame()
    return Cleansed(frame, tuple(hits), tuple(counts), left, untouched, ledger)


def _round(
    frame: pl.DataFrame,
    plans: Sequence[CleansePlan],
    known: dict[str, Evidence],
    hits: list[Hit],
    counts: list[StepCount],
    ledgers: list[pl.DataFrame],
    asked: Asked,
) -> pl.DataFrame:
    filled = {plan.field: frame.height - frame[plan.field].null_count() for plan in plans}
    busy = [plan for plan in plans if filled[plan.field] and not plan.idle(known.get(plan.field, NOTHING))]
    quiet = asked.quiet(frame, {plan.changed: plan.quiet for plan in busy})
    busy = [plan for plan in busy if plan.changed not in quiet]
    after = frame.select(plan.value(known.get(plan.field, NOTHING)).alias(plan.field) for plan in busy)
    after = after.select(pl.when(pl.col(name).str.len_bytes() > 0).then(pl.col(name)) for name in after.columns)
    for plan in busy:
        if not plan.may_empty and after[plan.field].null_count() > frame.height - filled[plan.field]:
            after, lost = _kept(after, plan, frame)
            hits.append(lost)
    changes = frame.select(pl.col(plan.field).ne_missing(after[plan.field]).alias(plan.field) for plan in busy)
    working = {plan.field for plan in busy}
    for name in working:
        known[name] = Evidence(public=known.get(name, NOTHING).public)
    for plan in plans:
        if plan.field not in working:
            counts.append(StepCount(plan.id, plan.field, filled[plan.field], 0, 0))
            continue
        changed = changes[plan.field]
        emptied = after[plan.field].null_count() - frame[plan.field].null_count()
        counts.append(StepCount(plan.id, plan.field, filled[plan.field], int(changed.sum()), emptied))
        if plan.each and changed.any():
            rows = rows_where(changed)
            hits.append(Hit(plan.changed, rows, (plan.field,)))
            ledgers.append(_ledger(plan, rows, frame, after))
    return frame.with_columns(after.get_columns())


def _kept(after: pl.DataFrame, plan: CleansePlan, before: pl.DataFrame) -> tuple[pl.DataFrame, Hit]:
    """Values of which the steps left nothing though none of them declares it: as they were, to be withheld as such."""
    name = plan.field
    lost = before[name].is_not_null() & after[name].is_null()
    hit = Hit(plan.lost, rows_where(lost), (name,), withhold=True)
    return after.with_columns(after[name].fill_null(before[name])), hit


def _ledger(plan: CleansePlan, rows: Rows, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "rule": [plan.id] * rows.size,
            "field": [plan.field] * rows.size,
            "row": rows.astype(np.uint32),
            "before": before[plan.field].gather(rows),
            "after": after[plan.field].gather(rows),
        },
        schema=LEDGER,
    )
