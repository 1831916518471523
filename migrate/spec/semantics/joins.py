"""Joins: many-to-one look-ups into another file of the same source."""

from collections.abc import Iterator

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.semantics.frame import plain_fields
from migrate.spec.semantics.names import Names, condition_problems
from migrate.spec.source import Join, Mapping
from migrate.spec.yamltext import Path_


def join_problems(draft: Draft) -> Iterator[Problem]:
    """Files and fields that a join names and nobody defines; a join called like a field."""
    for path, mapping in draft.sound_mappings():
        for name, join in mapping.join.items():
            yield from _join(draft, path, ("join", name), mapping, join)


def _join(draft: Draft, path: str, where: Path_, mapping: Mapping, join: Join) -> Iterator[Problem]:
    files = Names(draft.files, draft.paths.source_name or "", "D-NAME-FILE")
    yield from files.check(draft, path, (*where, "file"), join.file)
    if own := draft.files.get(mapping.from_):
        if where[-1] in {field.name for field in own.fields}:
            yield draft.problem(path, where, "D-NAME-DUPLICATE", name=str(where[-1]))
        names = Names(plain_fields(own), mapping.from_, "D-NAME-SOURCE")
        for name in join.on:
            yield from names.check(draft, path, (*where, "on", name), name)
        if join.conditional:
            yield from condition_problems(draft, path, where, join, names)
    if other := draft.files.get(join.file):
        names = Names(plain_fields(other), join.file, "D-NAME-SOURCE")
        for name, theirs in join.on.items():
            yield from names.check(draft, path, (*where, "on", name), theirs)
        for name in join.dropped:
            yield from names.check(draft, path, (*where, "dropped", name), name)
