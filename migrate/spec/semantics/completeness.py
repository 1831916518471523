"""Completeness: no item of the standard and no field of the source is passed over in silence."""

from collections.abc import Iterator

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.semantics.frame import slot_fields
from migrate.spec.source import Mapping, SourceFile


def completeness_problems(draft: Draft) -> Iterator[Problem]:
    """Items not mapped, absent or derived; source fields neither used nor dropped, or both delivered and dropped."""
    for path, mapping in draft.sound_mappings():
        yield from _items(draft, path, mapping)
        yield from _contradictions(draft, path, mapping)
    if all(draft.mappings.values()):
        read = files_read(draft)
        for path, file in draft.sound_files():
            if file.file in read:
                yield from _fields(draft, path, file)


def files_read(draft: Draft) -> set[str]:
    """Source files that some mapping reads or looks up in."""
    mappings = [mapping for _, mapping in draft.sound_mappings()]
    return {mapping.from_ for mapping in mappings} | {join.file for m in mappings for join in m.join.values()}


def _items(draft: Draft, path: str, mapping: Mapping) -> Iterator[Problem]:
    if table := draft.tables.get(mapping.to):
        covered = {*mapping.fields, *mapping.absent, *table.derived}
        for field in table.fields:
            if field.name not in covered:
                yield draft.problem(path, ("fields",), "D-MAP-ITEM", name=field.name, table=table.table)


def _fields(draft: Draft, path: str, file: SourceFile) -> Iterator[Problem]:
    used: set[str] = set()
    for _, mapping in draft.sound_mappings():
        used |= _used_of(mapping, file.file)
    if file.types:
        used.add(file.types.by)
    for i, field in enumerate(file.fields):
        if field.type != "filler" and not field.occurs and field.name not in used:
            yield draft.problem(path, ("fields", i), "D-MAP-FIELD", name=field.name, source=file.file)
    inner = [(i, j) for i, group in enumerate(file.fields) if group.occurs for j in range(len(group.occurs.fields))]
    for (i, j), (group_name, name, part) in zip(inner, slot_fields(file), strict=True):
        if part.type != "filler" and not {group_name, name} & used:
            yield draft.problem(path, ("fields", i, "occurs", "fields", j), "D-MAP-FIELD", name=name, source=file.file)


def _used_of(mapping: Mapping, file: str) -> set[str]:
    """Fields of ``file`` that ``mapping`` delivers, decides by, looks up by or drops."""
    read = {*_delivered(mapping), *_decides(mapping)}
    used: set[str] = set()
    if mapping.from_ == file:
        used |= {*read, *mapping.dropped}
    for join_name, join in mapping.join.items():
        if join.file == file:
            used |= {*join.on.values(), *join.dropped}
            used |= {name.partition(".")[2] for name in read if name.partition(".")[0] == join_name}
    return used


def _delivered(mapping: Mapping) -> Iterator[str]:
    """Names whose values go into the delivery, or lead to values that do."""
    for field in mapping.fields.values():
        yield from field.origins()
    yield from (name for extra in mapping.extra.values() for name in extra.origins())
    yield from (name for join in mapping.join.values() for name in join.on)


def _decides(mapping: Mapping) -> Iterator[str]:
    """Names by which records, slots and look-ups are left out; a check alone leaves nothing out and does not count."""
    conditions = [*mapping.join.values(), *mapping.exclude, mapping.skip_slot]
    yield from (name for condition in conditions if condition for name in condition.fields())


def _contradictions(draft: Draft, path: str, mapping: Mapping) -> Iterator[Problem]:
    delivered = set(_delivered(mapping))
    for name in mapping.dropped:
        if name in delivered or any(other.startswith(f"{name}.") for other in delivered):
            yield draft.problem(path, ("dropped", name), "D-MAP-DROPPED", name=name)
    for join_name, join in mapping.join.items():
        for name in join.dropped:
            if f"{join_name}.{name}" in delivered or name in join.on.values():
                yield draft.problem(path, ("join", join_name, "dropped", name), "D-MAP-DROPPED", name=name)
