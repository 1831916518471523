"""A standard table as columns and checks: what the layout itself demands, and what it declares."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandera.polars as pa
import polars as pl

from migrate.evidence import Evidence
from migrate.plan.binding import Context
from migrate.plan.conditions import holds
from migrate.plan.rules import Rule
from migrate.plan.schema import contract_of
from migrate.spec.table import Check, StandardField, StandardTable
from migrate.vocab import registry


@dataclass(frozen=True, slots=True)
class RowCheck:
    """One check of a row: False fails. ``fields`` are the items it depends on, the first the one it is about.

    ``quiet`` is one Boolean for a batch: True = nothing fails there. ``withhold``: the value is left out where it
    fails.
    """

    rule: int
    holds: pl.Expr
    fields: tuple[str, ...]
    reads: frozenset[str]
    quiet: pl.Expr | None = None
    word: registry.Bound | None = None
    latest: bool = False
    withhold: bool = False

    @property
    def derived(self) -> bool:
        """The check comes from the item's type, digits or code table."""
        return self.word is not None and self.withhold and len(self.reads) == 1

    @property
    def codes(self) -> bool:
        """The check asks whether a value is in the item's code table."""
        return self.word is not None and self.word.entry.name == "in_codes"

    def idle(self, known: Evidence) -> bool:
        """From what is known of the column: nothing can fail."""
        return self.word is not None and self.word.idle(known)

    @property
    def skips_empty(self) -> bool:
        """A check of one column that has nothing to say about a column without values."""
        return self.word is not None and self.word.entry.traits.column != "any"


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A standard table: items in order, and every check of a single row."""

    table: StandardTable
    unit: str
    checks: tuple[RowCheck, ...]
    duplicate: int
    contract: pa.DataFrameSchema

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
        return int((self.table.field(name).digits or "").partition(",")[2] or 0)

    @property
    def dates(self) -> tuple[str, ...]:
        """Items of type DATE, kept as daykeys until they are written."""
        return tuple(field.name for field in self.table.fields if field.type == "DATE")


def plan_table(table: StandardTable, context: Context) -> TablePlan:
    """Derived and declared checks of one table."""
    checks: list[RowCheck] = []
    for field in table.fields:
        if field.name not in table.derived:
            checks += _derived(table, field, context)
    secrets = table.secrets
    checks += [plan_check(declared, table.table, context, secrets=secrets) for declared in table.checks]
    duplicate = context.book.number(
        Rule("R-DUPLICATE", "重複", "error", "quarantine", context.owner, table.table, table.key[-1])
    )
    return TablePlan(table, context.unit, tuple(checks), duplicate, contract_of(table, context.codes))


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
        bound if on_column else None,
        check.latest,
        withhold=check.effect == "withhold",
    )


def number_pattern(field: StandardField) -> str:
    """What a number of type S9 or 9V looks like: digits "n" or "n,m" (before and behind the point)."""
    whole, _, behind = (field.digits or "18").partition(",")
    sign = "-?" if field.type == "S9" else ""
    return sign + f"[0-9]{{1,{whole}}}" + (rf"(\.[0-9]{{1,{behind}}})?" if behind else "")


def _derived(table: StandardTable, field: StandardField, context: Context) -> list[RowCheck]:
    checks: list[RowCheck] = []

    def add(
        rule_id: str,
        class_: str,
        expression: pl.Expr,
        *,
        reads: tuple[str, ...] = (),
        keep: bool = False,
        word: registry.Bound | None = None,
    ) -> None:
        required_by_model = keep and field.grade in ("T", "model")
        effect = "keep" if keep and field.on_error != "quarantine" else field.on_error
        rule = Rule(
            rule_id,
            class_,
            "alert" if required_by_model else "error",
            "keep" if required_by_model else effect,
            context.owner_of(field),
            table.table,
            field.name,
            secret=field.secret,
        )
        checks.append(
            RowCheck(
                context.book.number(rule),
                expression,
                (field.name,),
                frozenset((field.name, *reads)),
                word.quiet(column) if word else None,
                word,
                withhold=rule.effect != "keep" and rule_id != "R-REQUIRED",
            )
        )

    column = pl.col(field.name)
    if field.required != "optional":
        filled = column.is_not_null()
        if field.required == "always":
            add("R-REQUIRED", "必須", filled, keep=True)
        else:
            needed = holds(field.required, as_of=context.as_of)
            add("R-REQUIRED", "必須", ~needed | filled, reads=field.required.fields(), keep=True)
    if field.type in ("DATE", "YEAR", "TIME"):
        return checks
    if field.type in ("S9", "9V"):
        word = context.word("matches", pattern=number_pattern(field))
        add("R-NUMBER", "文字種", word(column), word=word)
        return checks
    letters = {"X": "halfwidth", "N": "fullwidth", "9": "digits_text"}.get(field.type)
    if letters:
        word = context.word(letters)
        add("R-LETTERS", "文字種", word(column), word=word)
    if field.digits and field.digits.isdigit():
        word = context.word("exact_chars" if field.fixed else "max_chars", chars=field.digits)
        add("R-DIGITS", "桁数", word(column), word=word)
    if field.codes:
        word = context.word("in_codes", values=list(context.codes[field.codes]))
        add("R-CODE", "コード", word(column), word=word)
    return checks
