"""Cleansing rules: on a kind of field, or on one item of one table."""

from collections.abc import Iterator

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.semantics.names import Names, items_of


def rule_problems(draft: Draft) -> Iterator[Problem]:
    """Rules that name both a kind and an item, or neither, or an item that does not exist."""
    for file, i, rule in draft.rules:
        if (rule.kind is not None) == (rule.table is not None) or (rule.table is None) != (rule.field is None):
            yield draft.problem(file, (i,), "D-RULE-TARGET", id=rule.id)
            continue
        if rule.table is None or rule.field is None:
            continue
        yield from Names(draft.tables, draft.paths.system_name, "D-NAME-TABLE").check(
            draft, file, (i, "table"), rule.table
        )
        if table := draft.tables.get(rule.table):
            yield from items_of(table).check(draft, file, (i, "field"), rule.field)
