"""A standard table as columns and checks: what the layout itself demands, and what it declares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import polars as pl

from migrate.plan.binding import Context
from migrate.plan.conditions import holds
from migrate.plan.derived import derived_checks
from migrate.plan.row_check import RowCheck
from migrate.plan.rules import Rule
from migrate.spec.table import Check, StandardTable
from migrate.vocab import daykey, registry

if TYPE_CHECKING:
    import pandera.polars as pa


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A standard table: items in order, and every check of a single row; its ``contract`` is made when it is asked
    for."""

    table: StandardTable
    unit: str
    checks: tuple[RowCheck, ...]
    duplicate: int
    contract: "Callable[[], Mapping[str, pa.Column]]"

    @property
    def name(self) -> str:
        """The table's romaji name."""
        return self.table.table

    @property
    def items(self) -> frozenset[str]:
        """Names of all items."""
        return frozenset(field.name for field in self.table.fields)

    @property
    def amounts(self) -> tuple[str, ...]:
        """Whole numbers of kind ``amount``: their sums are reconciled."""
        return tuple(f.name for f in self.table.fields if f.kind == "amount" and f.type in ("9", "S9", "9V"))

    def decimals(self, name: str) -> int:
        """Digits of an amount behind the point."""
        return self.table.field(name).decimals

    @property
    def key_texts(self) -> tuple[pl.Expr, ...]:
        """The primary key over mapped or checked rows, each item as text; a date as YYYY-MM-DD."""
        dates = set(self.dates)
        return tuple(daykey.iso(pl.col(name)) if name in dates else pl.col(name) for name in self.table.key)

    @property
    def dates(self) -> tuple[str, ...]:
        """Items of type DATE, kept as daykeys until they are written."""
        return tuple(field.name for field in self.table.fields if field.type == "DATE")


def plan_table(table: StandardTable, context: Context) -> TablePlan:
    """Derived and declared checks of one table."""
    checks: list[RowCheck] = []
    for field in table.fields:
        if field.name not in table.derived:
            checks += derived_checks(table, field, context)
    secrets = table.secrets
    checks += [plan_check(declared, table.table, context, secrets=secrets) for declared in table.checks]
    duplicate = context.book.number(
        Rule("R-DUPLICATE", "重複", "error", "quarantine", context.owner, table.table, table.key[-1])
    )
    return TablePlan(table, context.unit, tuple(checks), duplicate, cache(partial(_contract, table, context)))


def _contract(table: StandardTable, context: Context) -> "Mapping[str, pa.Column]":
    from migrate.plan.schema import contract_of

    return contract_of(table, context.codes)


def plan_check(
    check: Check, table: str, context: Context, *, secrets: frozenset[str], items: Mapping[str, str] | None = None
) -> RowCheck:
    """A declared check of one row, of a table or of source fields in a mapping.

    ``items`` says which standard item a source field becomes: findings speak of the item.
    """
    called = items or {}
    bound = context.bind(check.check, "check", "relation")
    column = pl.col(check.field or "")
    on_column = bound.entry.kind == "check" and check.field is not None
    expression = bound(column) if on_column else bound()
    quiet = bound.quiet(column) if on_column else None
    fields = dict.fromkeys((*([check.field] if check.field else []), *bound.mentions(registry.Field)))
    reads = set(fields)
    if check.conditional:
        applies = holds(check, as_of=context.as_of)
        expression = pl.when(applies).then(expression)
        reads.update(check.fields())
    field = called.get(check.field, check.field) if check.field else None
    secret = not secrets.isdisjoint(reads)
    return RowCheck(
        context.book.declared(check, table, context.owner, field=field, secret=secret),
        expression,
        tuple(called.get(name, name) for name in fields) or ("",),
        frozenset(reads),
        quiet,
        bound.clue() if on_column else None,
        bound if on_column else None,
        check.latest,
        withhold=check.effect == "withhold",
    )
