"""Names that somebody must have defined, and the conditions and checks that use them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrate.errors import GUESS, Problem, nearest
from migrate.spec.draft import Draft
from migrate.spec.table import Check, StandardField, StandardTable
from migrate.spec.words import Condition
from migrate.spec.yamltext import Path_

ALL = "all"


@dataclass(frozen=True, slots=True)
class Names:
    """The names that may be used in one place: what they belong to, and the code for one that is not among them."""

    known: Collection[str]
    owner: str
    code: str
    items: Mapping[str, StandardField] | None = None

    def check(self, draft: Draft, file: str, where: Path_, name: str) -> Iterator[Problem]:
        """A problem if nobody defines ``name``."""
        if name not in self.known:
            facts = {"name": name, "owner": self.owner, GUESS: nearest(name, self.known)}
            yield draft.problem(file, where, self.code, **facts)


def items_of(table: StandardTable) -> Names:
    """The items of one standard table."""
    items = table.by_name()
    return Names(items, table.table, "D-NAME-FIELD", items)


def condition_problems(
    draft: Draft, file: str, where: Path_, condition: Condition | None, names: Names
) -> Iterator[Problem]:
    """A condition without clauses, names nobody defines, values that the item's code table does not hold."""
    if condition is None:
        return
    if not condition.fields():
        yield draft.problem(file, where, "D-COND-EMPTY")
    for clause in ("when", "unless"):
        for name, values in getattr(condition, clause).items():
            place = (*where, clause, name)
            yield from names.check(draft, file, place, name)
            if names.items and name in names.items:
                yield from value_problems(draft, file, place, names.items[name], values)
    for clause in ("filled", "empty"):
        for i, name in enumerate(getattr(condition, clause)):
            yield from names.check(draft, file, (*where, clause, i), name)
    for clause in ("after_as_of", "not_after_as_of"):
        if name := getattr(condition, clause):
            yield from names.check(draft, file, (*where, clause), name)


def value_problems(
    draft: Draft, file: str, where: Path_, item: StandardField, values: Iterable[str]
) -> Iterator[Problem]:
    """Values that an item can never have, because its code table does not hold them."""
    codes = draft.codes.get(item.codes) if item.codes else None
    if codes is None:
        return
    for value in values:
        if value and value not in codes:
            facts = {"value": value, "codes": str(item.codes), "field": item.name, GUESS: nearest(value, codes)}
            yield draft.problem(file, where, "D-CODE-VALUE", **facts)


def check_problems(draft: Draft, file: str, checks: Iterable[Check], names: Names) -> Iterator[Problem]:
    """Declared checks: field, condition and scope exist; an effect that its severity allows and that has a field."""
    scopes = [*(draft.system.scopes if draft.system else ()), ALL]
    for i, check in enumerate(checks):
        where: Path_ = ("checks", i)
        if check.field is not None:
            yield from names.check(draft, file, (*where, "field"), check.field)
        if check.conditional:
            yield from condition_problems(draft, file, where, check, names)
        if draft.system and check.scope not in scopes:
            facts = {"name": check.scope, "owner": draft.system.system, GUESS: nearest(check.scope, scopes)}
            yield draft.problem(file, (*where, "scope"), "D-NAME-SCOPE", **facts)
        if check.effect != "keep" and check.severity != "error":
            yield draft.problem(
                file, (*where, "effect"), "D-CHECK-EFFECT", effect=check.effect, severity=check.severity
            )
        if check.effect == "withhold" and check.field is None:
            yield draft.problem(file, (*where, "effect"), "D-CHECK-FIELD", id=check.id)


def repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Position and text of each name that stood there before."""
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            yield i, name
        seen.add(name)
