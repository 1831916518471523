"""Cleansing rules laid out by item: which steps change which item of which table."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

import polars as pl

from migrate.evidence import Evidence
from migrate.plan.binding import Context
from migrate.plan.rules import Rule
from migrate.spec.source import CleansingRule
from migrate.spec.table import Effect, StandardField, StandardTable
from migrate.spec.words import Word
from migrate.vocab import registry
from migrate.vocab.fusing import fused

REDUCING = "R-REDUCE"
"""The rule that writes other letters for those that the receiving system does not hold."""


@dataclass(frozen=True, slots=True)
class CleansePlan:
    """The steps of one rule on one item; ``may_empty`` where a step declares that it can leave nothing.

    ``values[n]`` is the item after the steps from the ``n``-th on; ``quiet`` is one Boolean for a batch: True = no
    step has anything to do there. ``round`` orders the rules of one item.
    """

    id: str
    field: str
    round: int
    values: tuple[pl.Expr, ...]
    quiet: pl.Expr | None
    steps: tuple[registry.Bound, ...]
    each: bool
    may_empty: bool
    lost: int
    changed: int

    def idle(self, known: Evidence) -> bool:
        """From what is known of the column: no step has anything to do."""
        return all(step.idle(known) for step in self.steps)

    def value(self, known: Evidence) -> pl.Expr:
        """The item after the steps, those left out that have nothing to do before the first that has."""
        first = next((n for n, step in enumerate(self.steps) if not step.idle(known)), 0)
        return self.values[first]


def plan_cleansing(table: StandardTable, rules: Iterable[CleansingRule], context: Context) -> tuple[CleansePlan, ...]:
    """Rules in file order; a rule by kind covers every text item of that kind, one by table and field just that
    item."""
    plans: list[CleansePlan] = []
    rounds: Counter[str] = Counter()
    for rule in (*rules, *_reducing(context)):
        meant = [field for field in table.fields if _is_meant(rule, table.table, field)]
        steps = tuple(context.bind(step, "op") for step in rule.steps) if meant else ()
        changes = [fused(steps[n:]) for n in range(len(steps))]
        for field in meant:
            column = pl.col(field.name)
            owner = context.owner_of(field)
            effect: Effect = "withhold" if field.on_error == "keep" else field.on_error
            lost = Rule("R-LOST", "文字種", "error", effect, owner, table.table, field.name, secret=field.secret)
            changed = Rule(rule.id, "文字種", "info", "keep", owner, table.table, field.name, secret=field.secret)
            plans.append(
                CleansePlan(
                    rule.id,
                    field.name,
                    rounds[field.name],
                    tuple(reduce(lambda value, change: change(value), left, column) for left in changes),
                    _quiet(steps, field.name),
                    steps,
                    each=rule.report == "each" and not field.secret,
                    may_empty=any(step.entry.traits.nulls for step in steps),
                    lost=context.book.number(lost),
                    changed=context.book.number(changed),
                )
            )
            rounds[field.name] += 1
    return tuple(plans)


def _is_meant(rule: CleansingRule, table: str, field: StandardField) -> bool:
    if rule.id == REDUCING:
        return field.type == "N"
    named = rule.table == table and rule.field == field.name
    if not named and (rule.kind is None or rule.kind != field.kind or field.type == "DATE"):
        return False
    return not field.kosho or rule.kosho


def _reducing(context: Context) -> Iterator[CleansingRule]:
    """The letters that the receiving system does not hold and that were decided on, as the last step of every item of
    type N."""
    by = [f"{letter}={reduction.to}" for letter, reduction in context.reductions.items() if reduction.to]
    if by:
        yield CleansingRule(
            id=REDUCING, steps=(Word(name="replace_letters", args={"by": by}, positional=None),), report="each"
        )


def _quiet(steps: Iterable[registry.Bound], field: str) -> pl.Expr | None:
    """Steps that would each leave the batch alone leave it alone together."""
    tests = [step.quiet(pl.col(field)) for step in steps]
    known = [test for test in tests if test is not None]
    return pl.all_horizontal(known) if len(known) == len(tests) else None
