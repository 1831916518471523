"""References: what a system looks up in the deliveries of others."""

from collections.abc import Iterator

from migrate.errors import GUESS, Problem, nearest
from migrate.spec.draft import Draft
from migrate.spec.semantics.names import items_of, repeated
from migrate.spec.system import Part
from migrate.spec.yamltext import Path_


def reference_problems(draft: Draft) -> Iterator[Problem]:
    """Names that a table has, too; systems, tables and items nobody defines; parts that cannot be one union."""
    if draft.system is None:
        return
    file, references = draft.paths.system, draft.system.references
    known = [*draft.system.tables, *(reference.name for reference in references)]
    for i, name in repeated(known):
        if i >= len(draft.system.tables):
            yield draft.problem(
                file, ("references", i - len(draft.system.tables), "name"), "D-NAME-DUPLICATE", name=name
            )
    for i, reference in enumerate(references):
        first = reference.parts[0]
        for j, name in repeated(part.system for part in reference.parts):
            yield draft.problem(file, ("references", i, "parts", j, "system"), "D-NAME-DUPLICATE", name=name)
        for j, part in enumerate(reference.parts):
            where: Path_ = ("references", i, "parts", j)
            yield from _part(draft, file, where, part)
            if len(part.fields) != len(first.fields):
                facts = {"count": str(len(part.fields)), "first": str(len(first.fields))}
                yield draft.problem(file, (*where, "fields"), "D-REF-FIELDS", **facts)


def _part(draft: Draft, file: str, where: Path_, part: Part) -> Iterator[Problem]:
    if part.system == draft.paths.system_name or part.system not in draft.systems:
        others = [name for name in draft.systems if name != draft.paths.system_name]
        facts = {"name": part.system, "known": ", ".join(others), GUESS: nearest(part.system, others)}
        yield draft.problem(file, (*where, "system"), "D-REF-SYSTEM", **facts)
        return
    if (part.system, part.table) not in draft.elsewhere:
        yield draft.problem(file, (*where, "table"), "D-NAME-TABLE", name=part.table, owner=part.system)
    if table := draft.elsewhere.get((part.system, part.table)):
        for k, name in enumerate(part.fields):
            yield from items_of(table).check(draft, file, (*where, "fields", k), name)
            if name in table.secrets:
                yield draft.problem(file, (*where, "fields", k), "D-REF-SECRET", name=name, table=part.table)
