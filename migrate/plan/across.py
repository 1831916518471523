"""Checks that need other rows or tables, and what both sides must agree on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from migrate.plan.binding import Context
from migrate.plan.rules import Rule
from migrate.spec.system import Control as ControlSpec
from migrate.spec.table import Check, StandardTable
from migrate.vocab.across import Across
from migrate.vocab.controls import Control


@dataclass(frozen=True, slots=True)
class AcrossPlan:
    """One check over groups. ``rules`` by severity; ``local`` where whole groups stand in one bucket of units.

    ``references``: the names of the references, by the number of the side that each is.
    """

    number: int
    across: Across
    rules: Mapping[str, int]
    declared: str
    scope: str
    local: bool
    references: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ControlPlan:
    """One thing both sides must agree on."""

    name: str
    control: Control
    lost_fails: bool


def plan_across(check: Check, number: int, context: Context) -> AcrossPlan:
    """Compile a check of ``system.yaml`` or an across check of a table."""
    bound = context.bind(check.check, "across")
    across: Across = bound()
    side = across.sides[0]
    rules = {
        severity: context.book.number(
            Rule(
                check.id,
                check.class_,
                severity,
                check.effect if severity == check.severity else "keep",
                check.owner or context.owner,
                side.table,
                check.field or side.group[0],
                check.scope,
            )
        )
        for severity in ("error", "alert", "info")
    }
    references = {i: side.table for i, side in enumerate(across.sides) if side.table in context.references}
    groups = [side.group for i, side in enumerate(across.sides) if i not in references]
    local = not across.whole and all(context.unit in group for group in groups)
    return AcrossPlan(number, across, rules, check.severity, check.scope, local, references)


def references_of(check: Check, context: Context) -> tuple[str, ...]:
    """The references that a check of ``system.yaml`` goes by."""
    across: Across = context.bind(check.check, "across")()
    return tuple(dict.fromkeys(side.table for side in across.sides if side.table in context.references))


def plan_control(spec: ControlSpec, tables: Mapping[str, StandardTable], context: Context) -> ControlPlan:
    """Compile a declared control; one over keys gets the key of its table, one of sums the decimals of its item."""
    control: Control = context.bind(spec.control, "control")()
    table = tables[control.table]
    if control.amount:
        control = replace(control, decimals=table.field(control.amount).decimals)
    return ControlPlan(spec.name, control.keyed(table.key), spec.lost == "fail")
