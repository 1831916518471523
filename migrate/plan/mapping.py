"""A mapping as expressions over the source frame, and what each problem of a source field means for the standard
item."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from migrate.evidence import Evidence, of_values
from migrate.plan.binding import Context
from migrate.plan.conditions import holds
from migrate.plan.row_check import RowCheck
from migrate.plan.rules import Rule
from migrate.plan.tables import plan_check
from migrate.spec import source as spec
from migrate.spec.layout import CodeMap, LegacyCode
from migrate.spec.table import Effect, Severity, StandardField, StandardTable
from migrate.vocab.fusing import fused

KEY_SEPARATOR = "\x1f"
AT = "_at:"
"""Prefix of the column that holds which row of a look-up file a join found, as ``_at:file:join``."""
KEY = "@"
"""Prefix of the column that holds what a code map is asked for."""


def lookup_of(at: str) -> str:
    """The kind of file that such a column is about."""
    return at.split(":")[1]


Trouble = Literal[
    "bytes", "number", "gaiji", "half", "full",
    "invalid", "noncalendar", "era", "era_strict", "unknown", "lunar", "sentinel",
]  # fmt: skip
"""What reading a cell can find wrong."""
TEXT_TROUBLES: tuple[Trouble, ...] = ("bytes", "number", "gaiji", "half", "full")
DATE_TROUBLES: tuple[Trouble, ...] = ("invalid", "noncalendar", "era", "era_strict", "unknown", "lunar", "sentinel")
TROUBLES: dict[str, tuple[str, str, Severity]] = {
    "bytes": ("R-BYTES", "文字種", "error"),
    "number": ("R-NUMBER", "文字種", "error"),
    "gaiji": ("R-GAIJI", "外字", "error"),
    "half": ("R-HALF-IN-N", "文字種", "info"),
    "full": ("R-FULL", "桁数", "alert"),
    "invalid": ("R-DATE-INVALID", "日付", "error"),
    "noncalendar": ("R-DATE-NONCALENDAR", "日付", "error"),
    "era": ("R-DATE-ERA", "日付", "alert"),
    "era_strict": ("R-DATE-ERA", "日付", "error"),
    "lunar": ("R-DATE-LUNAR", "日付", "info"),
    "unknown": ("R-DATE-UNKNOWN", "日付", "error"),
    "sentinel": ("R-DATE-SENTINEL", "日付", "alert"),
}
"""What each trouble is called: rule, class, severity."""
FULL_KINDS = frozenset({"name", "kana", "address"})
"""Kinds of items whose texts may have been cut off by the width of their field …"""
SHORT = 12
"""… where the item holds more letters than the longest name of a municipality, which fills its field whole."""


@dataclass(frozen=True, slots=True)
class JoinPlan:
    """A many-to-one look-up; ``carries`` are its columns that the mapping reads, as ``join.field``."""

    name: str
    file: str
    on: tuple[tuple[str, str], ...]
    applies: pl.Expr | None
    carries: tuple[str, ...]
    rule: int
    taints: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Fields of the look-up file that it is looked up by."""
        return tuple(field for _, field in self.on)

    @property
    def at(self) -> str:
        """The column that holds the row of the look-up file."""
        return f"{AT}{self.file}:{self.name}"


@dataclass(frozen=True, slots=True)
class CodePlan:
    """A code map: ``key`` is what is looked up (null = nothing stands there), ``table`` key → standard code.

    ``undecided`` is the rule of a key that has no standard code but ``candidates``, ``miss`` that of any other.
    """

    name: str
    key: pl.Expr
    table: Mapping[str, str]
    candidates: Mapping[str, tuple[str, ...]]
    miss: int
    undecided: int

    @property
    def rules(self) -> frozenset[int]:
        """Of keys without a standard code."""
        return frozenset((self.miss, self.undecided))


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One standard item: its value over the source frame, the source columns it reads, whether steps stand between,
    and what is known beforehand of the values (of a code map, a constant)."""

    target: str
    value: pl.Expr
    origins: tuple[str, ...]
    codes: CodePlan | None = None
    conflict: int | None = None
    stepped: bool = False
    known: Evidence | None = None


@dataclass(frozen=True, slots=True)
class ExtraPlan:
    """One 独自項目: its value over the source frame, or over the checked rows of the table (``derived``)."""

    name: str
    value: pl.Expr
    derived: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a problem of a source column means: the rule, the standard item, and whether the value is left out."""

    rule: int
    target: str
    withhold: bool


@dataclass(frozen=True, slots=True)
class MappingPlan:
    """One file onto one table."""

    name: str
    to: str
    file: str
    latest: bool
    group: str | None
    slots: int
    skip_slot: pl.Expr | None
    excludes: tuple[tuple[pl.Expr, str], ...]
    joins: tuple[JoinPlan, ...]
    fields: tuple[FieldPlan, ...]
    extras: tuple[ExtraPlan, ...]
    checks: tuple[RowCheck, ...]
    meanings: Mapping[tuple[str, str], Meaning]
    absent: Mapping[str, str]
    reads: frozenset[str]

    def taken_as_is(self, join: JoinPlan) -> dict[str, str]:
        """Items that are a column of the look-up and nothing else: item → look-up field."""
        prefix = f"{join.name}."
        return {
            field.target: field.origins[0].removeprefix(prefix)
            for field in self.fields
            if len(field.origins) == 1
            and field.origins[0].startswith(prefix)
            and field.codes is None
            and not field.stepped
        }

    @property
    def proven(self) -> frozenset[str]:
        """Items that a code map fills: they hold standard codes or nothing."""
        return frozenset(field.target for field in self.fields if field.codes)

    def columns(self) -> frozenset[str]:
        """Source columns to decode, OCCURS fields as ``group.field``."""
        return frozenset(name for name in self.reads if not self.is_joined(name))

    def is_joined(self, name: str) -> bool:
        """The name is a look-up's field."""
        return any(name.startswith(f"{join.name}.") for join in self.joins)


def plan_mapping(
    name: str,
    mapping: spec.Mapping,
    file: spec.SourceFile,
    table: StandardTable,
    layout_maps: Mapping[str, CodeMap],
    context: Context,
) -> MappingPlan:
    """Compile one mapping; the table's own checks are not part of it."""
    items = table.by_name()
    fields = tuple(
        _plan_field(target, given, items[target], table.table, layout_maps, context)
        for target, given in mapping.fields.items()
    )
    secrets = frozenset(
        origin for name in table.secrets if name in mapping.fields for origin in mapping.fields[name].origins()
    )
    answers = {origin: f.target for f in reversed(fields) for origin in f.origins}
    checks = tuple(plan_check(check, table.table, context, secrets=secrets, items=answers) for check in mapping.checks)
    reads = _reads(mapping, fields, checks)
    joins = tuple(_plan_join(key, join, fields, reads, table.table, context) for key, join in mapping.join.items())
    group = next((field for field in file.fields if field.name == mapping.rows), None)
    return MappingPlan(
        name=name,
        to=mapping.to,
        file=mapping.from_,
        latest=mapping.latest,
        group=mapping.rows,
        slots=group.occurs.times if group and group.occurs else 1,
        skip_slot=holds(mapping.skip_slot, as_of=context.as_of) if mapping.skip_slot else None,
        excludes=tuple((holds(e, as_of=context.as_of), e.reason) for e in mapping.exclude),
        joins=joins,
        fields=fields,
        extras=tuple(_plan_extra(key, extra, context) for key, extra in mapping.extra.items()),
        checks=checks,
        meanings=_meanings(file, fields, items, table.table, reads, context),
        absent=dict(mapping.absent),
        reads=reads,
    )


def _reads(mapping: spec.Mapping, fields: Iterable[FieldPlan], checks: Iterable[RowCheck]) -> frozenset[str]:
    names = {origin for field in fields for origin in field.origins}
    names.update(origin for extra in mapping.extra.values() for origin in extra.origins())
    for condition in mapping.exclude:
        names.update(condition.fields())
    if mapping.skip_slot:
        names.update(mapping.skip_slot.fields())
    for join in mapping.join.values():
        names.update(join.on)
        names.update(join.fields())
    targets = set(mapping.fields)
    for check in checks:
        names.update(name for name in check.reads if name not in targets or "." in name)
    names.discard(f"{mapping.rows}.no")
    return frozenset(names)


def _plan_field(
    target: str,
    given: spec.FieldMapping,
    item: StandardField,
    table: str,
    maps: Mapping[str, CodeMap],
    context: Context,
) -> FieldPlan:
    if given.value is not None:
        return FieldPlan(target, pl.lit(given.value), (), known=of_values([given.value]))
    if given.codes:
        codes = _plan_codes(target, given, item, table, maps[given.codes], context)
        asked = pl.col(KEY + target)
        value = asked.replace_strict(
            list(codes.table), list(codes.table.values()), default=None, return_dtype=pl.String
        )
        return FieldPlan(target, value, given.origins(), codes, known=of_values(codes.table.values()))
    conflict = None
    if given.first:
        value = pl.coalesce([pl.col(name) for name in given.first])
        conflict = context.book.number(Rule("R-CONFLICT", "相関", "alert", "keep", context.owner, table, target))
    else:
        value = pl.col(str(given.from_))
    for step in given.steps:
        value = context.bind(step, "op")(value)
    return FieldPlan(target, value, given.origins(), None, conflict, stepped=bool(given.steps))


def _plan_codes(
    target: str, given: spec.FieldMapping, item: StandardField, table: str, code_map: CodeMap, context: Context
) -> CodePlan:
    """A code that nobody knows is for the new vendor; one that only a person can decide, for the municipality."""
    effect: Effect = item.on_error if given.on_miss == "error" else "withhold"
    miss = Rule("R-CODE", "コード", given.on_miss, effect, "新ベンダ", table, target)
    undecided = Rule("R-CODE-CANDIDATE", "コード", "alert", "withhold", "団体", table, target)

    def key(code: LegacyCode) -> str:
        return KEY_SEPARATOR.join(code) if given.with_ else code[0]

    return CodePlan(
        str(given.codes),
        _code_key(given),
        {key(code): to for code, to in code_map.table.items()},
        {key(code): candidates for code, candidates in code_map.candidates.items()},
        context.book.number(miss),
        context.book.number(undecided),
    )


def _plan_extra(name: str, extra: spec.ExtraField, context: Context) -> ExtraPlan:
    value = pl.col(extra.item or str(extra.from_))
    for change in fused(context.bind(step, "op") for step in extra.steps):
        value = change(value)
    if extra.steps:
        value = pl.when(value.str.len_bytes() > 0).then(value)
    return ExtraPlan(name, value, derived=extra.item is not None)


def _code_key(given: spec.FieldMapping) -> pl.Expr:
    if not given.with_:
        return pl.col(str(given.from_))
    parts = [pl.col(name).fill_null("") for name in given.with_]
    beside = pl.concat_str(parts, separator="|") if len(parts) > 1 else parts[0]
    return pl.concat_str([pl.col(str(given.from_)), beside], separator=KEY_SEPARATOR)


def _plan_join(
    name: str, join: spec.Join, fields: Iterable[FieldPlan], reads: frozenset[str], table: str, context: Context
) -> JoinPlan:
    prefix = f"{name}."
    taints = tuple(f.target for f in fields if any(origin.startswith(prefix) for origin in f.origins))
    effect: Effect = "keep"
    rule = Rule("R-JOIN", join.class_, join.missing, effect, context.owner, table, taints[0] if taints else None)
    return JoinPlan(
        name,
        join.file,
        tuple(join.on.items()),
        holds(join, as_of=context.as_of) if join.conditional else None,
        tuple(sorted(read.removeprefix(prefix) for read in reads if read.startswith(prefix))),
        context.book.number(rule),
        taints or ("",),
    )


def _meanings(
    file: spec.SourceFile,
    fields: Iterable[FieldPlan],
    items: Mapping[str, StandardField],
    table: str,
    reads: frozenset[str],
    context: Context,
) -> dict[tuple[str, str], Meaning]:
    """(trouble, source column without its slot) → meaning; the first item that reads a column answers for it."""
    answers: dict[str, str] = {}
    for planned in fields:
        for origin in planned.origins:
            answers.setdefault(origin, planned.target)
    meanings: dict[tuple[str, str], Meaning] = {}
    for column in sorted(reads):
        target = answers.get(column, "")
        item = items.get(target)
        for trouble in (*TEXT_TROUBLES, *DATE_TROUBLES):
            rule = _rule_for(trouble, item, table, context)
            if rule is not None:
                meanings[trouble, column] = Meaning(context.book.number(rule), target, rule.effect != "keep")
    return meanings


def _rule_for(trouble: Trouble, item: StandardField | None, table: str, context: Context) -> Rule | None:
    rule_id, class_, severity = TROUBLES[trouble]
    if trouble == "full" and (item is None or item.kind not in FULL_KINDS or item.length <= SHORT):
        return None
    if trouble == "unknown" and item is not None and item.unknown:
        return None
    if trouble == "noncalendar" and item is not None and item.noncalendar:
        severity = "alert"
    if item is None:
        return Rule(rule_id, class_, severity, "keep", context.owner, table)
    effect: Effect = item.on_error if severity == "error" else "keep"
    if trouble == "gaiji":
        severity = item.gaiji
    return Rule(rule_id, class_, severity, effect, context.owner_of(item), table, item.name, secret=item.secret)
