"""Standard tables: keys, digits, code tables, the items beside a date."""

import re
from collections.abc import Iterator

from migrate.errors import GUESS, Problem, nearest
from migrate.spec.draft import Draft
from migrate.spec.semantics.names import check_problems, condition_problems, items_of, repeated
from migrate.spec.table import KINDS, StandardField, StandardTable
from migrate.spec.yamltext import Path_

DIGITS = re.compile(r"[1-9][0-9]{0,4}(,[1-9][0-9]?)?")


def table_problems(draft: Draft) -> Iterator[Problem]:
    """What one standard table says that cannot be."""
    for file, table in draft.sound_tables():
        for i, name in repeated(field.name for field in table.fields):
            yield draft.problem(file, ("fields", i, "name"), "D-NAME-DUPLICATE", name=name)
        yield from _key(draft, file, table)
        for i, field in enumerate(table.fields):
            yield from _field(draft, file, ("fields", i), table, field)
        yield from _unknowns(draft, file, table)
        yield from check_problems(draft, file, table.checks, items_of(table))
        for i, check in enumerate(table.checks):
            if check.effect == "withhold" and check.field in table.key:
                yield draft.problem(file, ("checks", i, "effect"), "D-KEY-WITHHOLD", name=check.field)


def _key(draft: Draft, file: str, table: StandardTable) -> Iterator[Problem]:
    if not table.key:
        yield draft.problem(file, ("key",), "D-VALUE-EMPTY", key="key")
    items = table.by_name()
    for i, name in enumerate(table.key):
        yield from items_of(table).check(draft, file, ("key", i), name)
        if (item := items.get(name)) and (item.required != "always" or item.on_error != "quarantine"):
            yield draft.problem(file, ("fields", table.fields.index(item)), "D-KEY-WITHHOLD", name=name)


def _field(draft: Draft, file: str, where: Path_, table: StandardTable, field: StandardField) -> Iterator[Problem]:
    if field.digits is not None and not DIGITS.fullmatch(field.digits):
        yield draft.problem(file, (*where, "digits"), "D-TABLE-DIGITS", value=field.digits)
    if field.fixed and field.digits is None:
        yield draft.problem(file, (*where, "fixed"), "D-TABLE-FIXED", name=field.name)
    if field.codes and field.codes not in draft.codes:
        facts = {"name": field.codes, "owner": f"{draft.paths.folder}/codes", GUESS: nearest(field.codes, draft.codes)}
        yield draft.problem(file, (*where, "codes"), "D-NAME-CODES", **facts)
    elif field.codes and field.digits and DIGITS.fullmatch(field.digits):
        yield from _codes_fit(draft, file, (*where, "codes"), field)
    if field.kind is not None and field.kind not in (known := [*KINDS, *_ruled(draft)]):
        facts = {"kind": field.kind, "known": ", ".join(known), GUESS: nearest(field.kind, known)}
        yield draft.problem(file, (*where, "kind"), "D-TABLE-KIND", **facts)
    if not isinstance(field.required, str):
        yield from condition_problems(draft, file, (*where, "required"), field.required, items_of(table))
    if field.on_error == "quarantine" and field.grade not in ("P", "S") and field.name not in table.key:
        yield draft.problem(file, (*where, "on_error"), "D-TABLE-QUARANTINE", name=field.name, grade=field.grade)


def _ruled(draft: Draft) -> list[str]:
    """Kinds that cleansing rules name, and nothing else does."""
    return sorted({rule.kind for _, _, rule in draft.rules if rule.kind} - {*KINDS})


def _codes_fit(draft: Draft, file: str, where: Path_, field: StandardField) -> Iterator[Problem]:
    most = field.length
    long = [code for code in draft.codes.get(field.codes or "") or () if len(code) > most]
    if long:
        yield draft.problem(file, where, "D-CODE-DIGITS", codes=str(field.codes), value=long[0], digits=str(most))


def _unknowns(draft: Draft, file: str, table: StandardTable) -> Iterator[Problem]:
    """A date's 不詳 items exist, belong to a date, and to one only."""
    owners: dict[str, str] = {}
    for i, field in enumerate(table.fields):
        if field.unknown is None:
            continue
        if field.type != "DATE":
            yield draft.problem(file, ("fields", i, "unknown"), "D-TABLE-UNKNOWN", name=field.name)
        for part in ("flag", "text"):
            name = getattr(field.unknown, part)
            if name is None:
                continue
            place = ("fields", i, "unknown", part)
            yield from items_of(table).check(draft, file, place, name)
            first = owners.setdefault(name, field.name)
            if first != field.name or name == field.name:
                yield draft.problem(file, place, "D-TABLE-SHARED", name=name, first=first)
