"""What the standard itself demands of an item: required, letters, digits, codes; nobody writes these checks down."""

from collections.abc import Iterator

import polars as pl

from migrate.plan.binding import Context
from migrate.plan.conditions import holds
from migrate.plan.row_check import RowCheck
from migrate.plan.rules import Rule
from migrate.spec.table import Effect, Severity, StandardField, StandardTable
from migrate.vocab import registry

LETTERS = {"X": "halfwidth", "N": "fullwidth", "9": "digits_text"}
NUMBERS = ("S9", "9V")
LETTER_RULES = ("R-REPERTOIRE-CANDIDATE", "R-REPERTOIRE")
"""Rules about letters that the receiving system does not hold: with candidates, and without."""
FORMS = {"YEAR": "[0-9]{4}", "TIME": "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"}
"""How types that are no text are written (凡例 データ型: YYYY; HH:MM:SS, where seconds may be left out)."""


def derived_checks(table: StandardTable, field: StandardField, context: Context) -> Iterator[RowCheck]:
    """Every check of one item that follows from its definition."""
    if field.required != "optional":
        yield _required(table, field, context)
    if field.type == "DATE":
        return
    for rule_id, class_, word in _words(field, context):
        column = pl.col(field.name)
        effect: Effect = "withhold" if rule_id in LETTER_RULES and field.on_error == "keep" else field.on_error
        severity: Severity = field.gaiji if rule_id == "R-PRIVATE" else "error"
        rule = _rule(rule_id, class_, table, field, context, severity=severity, effect=effect)
        yield RowCheck(
            context.book.number(rule),
            word(column),
            (field.name,),
            frozenset((field.name,)),
            word.quiet(column),
            word.clue(),
            word,
            withhold=effect != "keep",
        )


def _words(field: StandardField, context: Context) -> Iterator[tuple[str, str, registry.Bound]]:
    if field.type in NUMBERS:
        yield from _letters(context)
        yield "R-NUMBER", "文字種", context.word("matches", pattern=number_pattern(field))
        return
    if field.type in FORMS:
        yield "R-FORM", "日付", context.word("matches", pattern=FORMS[field.type])
        return
    if field.type in LETTERS:
        yield "R-LETTERS", "文字種", context.word(LETTERS[field.type])
    if field.type == "N":
        allowed = {"allow": list(context.private_use)} if context.private_use else {}
        yield "R-PRIVATE", "外字", context.word("no_private_use", **allowed)
        yield "R-SELECTOR", "文字種", context.word("no_lone_selector")
    yield from _letters(context)
    if field.digits and field.digits.isdigit():
        yield "R-DIGITS", "桁数", context.word("exact_chars" if field.fixed else "max_chars", chars=field.digits)
    if field.codes:
        yield "R-CODE", "コード", context.word("in_codes", values=list(context.codes[field.codes]))


def _letters(context: Context) -> Iterator[tuple[str, str, registry.Bound]]:
    """Letters that the receiving system does not hold, those first for which there are candidates. They are never
    kept: what it does not hold cannot be written."""
    if context.repertoire == "unicode":
        return
    undecided = [letter for letter, reduction in context.reductions.items() if reduction.candidates]
    if undecided:
        yield LETTER_RULES[0], "外字", context.word("lacks", texts=undecided)
    yield LETTER_RULES[1], "外字", context.word("in_repertoire", letters=context.repertoire)


def number_pattern(field: StandardField) -> str:
    """What a number of type S9 or 9V looks like: digits "n" or "n,m" (before and behind the point)."""
    whole, _, behind = (field.digits or "18").partition(",")
    sign = "-?" if field.type == "S9" else ""
    return sign + f"[0-9]{{1,{whole}}}" + (rf"(\.[0-9]{{1,{behind}}})?" if behind else "")


def _required(table: StandardTable, field: StandardField, context: Context) -> RowCheck:
    """An item of grade T or model that is empty is an alert; one of grade P may cost its unit."""
    filled = pl.col(field.name).is_not_null()
    reads: tuple[str, ...] = (field.name,)
    if not isinstance(field.required, str):
        filled = ~holds(field.required, as_of=context.as_of) | filled
        reads = (field.name, *field.required.fields())
    weak = field.grade in ("T", "model")
    effect: Effect = "quarantine" if field.on_error == "quarantine" and not weak else "keep"
    rule = _rule("R-REQUIRED", "必須", table, field, context, severity="alert" if weak else "error", effect=effect)
    return RowCheck(context.book.number(rule), filled, (field.name,), frozenset(reads))


def _rule(
    rule_id: str,
    class_: str,
    table: StandardTable,
    field: StandardField,
    context: Context,
    *,
    effect: Effect,
    severity: Severity = "error",
) -> Rule:
    owner = context.owner_of(field)
    return Rule(rule_id, class_, severity, effect, owner, table.table, field.name, secret=field.secret)
