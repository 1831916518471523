"""Mappings: what they name, and whether a value of one kind can become the other."""

from collections.abc import Iterator

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.semantics.frame import Frame, frame_of
from migrate.spec.semantics.names import Names, check_problems, condition_problems, items_of
from migrate.spec.source import FieldMapping, Mapping
from migrate.spec.table import StandardField, StandardTable
from migrate.spec.yamltext import Path_


def mapping_problems(draft: Draft) -> Iterator[Problem]:
    """Tables, files, fields and groups that nobody defines; reasons not given; dates that are no dates."""
    for path, mapping in draft.sound_mappings():
        yield from Names(draft.tables, draft.paths.system_name, "D-NAME-TABLE").check(draft, path, ("to",), mapping.to)
        yield from Names(draft.files, draft.paths.source_name or "", "D-NAME-FILE").check(
            draft, path, ("from",), mapping.from_
        )
        yield from _reasons(draft, path, mapping)
        frame = frame_of(draft.files, mapping)
        table = draft.tables.get(mapping.to)
        if frame:
            yield from _sources(draft, path, mapping, frame)
        if table:
            yield from _targets(draft, path, mapping, table)
        if frame and table:
            items = table.by_name()
            for name, field in mapping.fields.items():
                if name in items:
                    yield from _kinds(draft, path, ("fields", name), field, items[name], frame)


def _reasons(draft: Draft, path: str, mapping: Mapping) -> Iterator[Problem]:
    reasons: list[tuple[Path_, str]] = [
        ((part, name), reason) for part in ("absent", "dropped") for name, reason in getattr(mapping, part).items()
    ]
    reasons += [(("exclude", i, "reason"), exclusion.reason) for i, exclusion in enumerate(mapping.exclude)]
    reasons += [
        (("join", n, "dropped", f), reason) for n, join in mapping.join.items() for f, reason in join.dropped.items()
    ]
    for where, reason in reasons:
        if not reason.strip():
            yield draft.problem(path, where, "D-MAP-WHY", name=str(where[-1]))


def _sources(draft: Draft, path: str, mapping: Mapping, frame: Frame) -> Iterator[Problem]:
    seen = Names(frame.fields, frame.file, "D-NAME-SOURCE")
    if mapping.rows is not None and f"{mapping.rows}.no" not in frame.fields:
        groups = Names(set(frame.groups.values()), frame.file, "D-NAME-GROUP")
        yield from groups.check(draft, path, ("rows",), mapping.rows)
    if mapping.skip_slot and mapping.rows is None:
        yield draft.problem(path, ("skip_slot",), "D-MAP-SKIP")
    elif mapping.rows is None or f"{mapping.rows}.no" in frame.fields:
        yield from condition_problems(draft, path, ("skip_slot",), mapping.skip_slot, seen)
    if not frame.unread:
        for i, exclusion in enumerate(mapping.exclude):
            yield from condition_problems(draft, path, ("exclude", i), exclusion, seen)
        yield from check_problems(draft, path, mapping.checks, seen)
    for name, field in mapping.fields.items():
        yield from _origins(draft, path, ("fields", name), field, frame)
    for name, extra in mapping.extra.items():
        for origin in extra.origins():
            yield from frame.check(draft, path, ("extra", name, "from"), origin)
            if extra.steps and frame.date(origin):
                yield draft.problem(path, ("extra", name, "steps"), "D-MAP-STEPS", name=origin)
    for name in mapping.dropped:
        if name not in frame.groups:
            yield from frame.check(draft, path, ("dropped", name), name)


def _origins(draft: Draft, path: str, where: Path_, field: FieldMapping, frame: Frame) -> Iterator[Problem]:
    if field.from_ is not None:
        yield from frame.check(draft, path, (*where, "from"), field.from_)
    for part, names in (("first", field.first), ("with", field.with_)):
        for i, name in enumerate(names):
            yield from frame.check(draft, path, (*where, part, i), name)
    dated = any(frame.date(name) for name in field.origins())
    if field.steps and (field.value is not None or field.codes is not None or dated):
        yield draft.problem(path, (*where, "steps"), "D-MAP-STEPS", name=str(where[-1]))
    if field.with_ and field.codes is None:
        yield draft.problem(path, (*where, "with"), "D-MAP-NO-CODES", name=str(where[-1]), key="with")


def _targets(draft: Draft, path: str, mapping: Mapping, table: StandardTable) -> Iterator[Problem]:
    items = items_of(table)
    for part in ("fields", "absent"):
        for name in getattr(mapping, part):
            yield from items.check(draft, path, (part, name), name)
            if name in table.derived:
                yield draft.problem(path, (part, name), "D-MAP-DERIVED", name=name)
            elif part == "absent" and name in mapping.fields:
                yield draft.problem(path, (part, name), "D-MAP-TWICE", name=name)
            elif part == "absent" and name in table.key:
                yield draft.problem(path, (part, name), "D-MAP-KEY", name=name)
    yield from _extras(draft, path, mapping, table)
    for i, check in enumerate(mapping.checks):
        if check.effect == "withhold" and check.field is not None:
            item = next((name for name, field in mapping.fields.items() if check.field in field.origins()), None)
            if item is None:
                facts = {"id": check.id, "field": check.field}
                yield draft.problem(path, ("checks", i, "effect"), "D-MAP-WITHHOLD", **facts)
            elif item in table.key:
                yield draft.problem(path, ("checks", i, "effect"), "D-KEY-WITHHOLD", name=item)


def _secret_fields(draft: Draft, file: str) -> set[str]:
    """Fields of a source file that fill a secret item of any table."""
    mappings = [one for one in draft.mappings.values() if one and one.from_ == file]
    tables = [(one, table) for one in mappings if (table := draft.tables.get(one.to))]
    fields = [field for one, table in tables for name, field in one.fields.items() if name in table.secrets]
    return {origin for field in fields for origin in field.origins()}


def _extras(draft: Draft, path: str, mapping: Mapping, table: StandardTable) -> Iterator[Problem]:
    items = table.by_name()
    for name, extra in mapping.extra.items():
        if name in items:
            yield draft.problem(path, ("extra", name), "D-NAME-DUPLICATE", name=name)
        if extra.from_ is not None and extra.from_ in _secret_fields(draft, mapping.from_):
            yield draft.problem(path, ("extra", name, "from"), "D-MAP-SECRET", name=extra.from_)
        if extra.item is None:
            continue
        where = ("extra", name, "item")
        yield from items_of(table).check(draft, path, where, extra.item)
        if extra.item in table.secrets:
            yield draft.problem(path, where, "D-MAP-SECRET", name=extra.item)
        elif extra.item in items and items[extra.item].type == "DATE":
            yield draft.problem(path, where, "D-MAP-STEPS", name=extra.item)
        elif extra.item in items and extra.item not in mapping.fields:
            yield draft.problem(path, where, "D-MAP-EMPTY", name=extra.item)


def _kinds(
    draft: Draft, path: str, where: Path_, field: FieldMapping, item: StandardField, frame: Frame
) -> Iterator[Problem]:
    if field.value is not None:
        if item.type == "DATE":
            yield draft.problem(path, (*where, "value"), "D-MAP-DATE", name=item.name, source=field.value)
        elif item.length and len(field.value) > item.length:
            facts = {"name": item.name, "value": field.value, "digits": str(item.digits)}
            yield draft.problem(path, (*where, "value"), "D-MAP-DIGITS", **facts)
    for name in (field.from_,) if field.from_ else field.first:
        is_date = frame.date(name)
        if is_date is not None and is_date != (item.type == "DATE"):
            yield draft.problem(path, where, "D-MAP-DATE", name=item.name, source=name)
        origin = frame.fields.get(name)
        if origin and origin.date and origin.date.unknown and item.type == "DATE" and not item.unknown:
            yield draft.problem(path, where, "D-MAP-UNKNOWN", name=item.name, source=name)
