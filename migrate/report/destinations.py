"""Where each source field goes: to items, to extra items, into a decision, or nowhere with a reason."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from migrate.errors import Lang
from migrate.report.texts import text
from migrate.spec import source as spec
from migrate.spec.layout import SourceLayout

Place: TypeAlias = tuple[str, str]
"""(file, field); a field of a group that repeats is ``group.field``."""


def destinations(source: SourceLayout, lang: Lang) -> Mapping[Place, tuple[str, ...]]:
    """For each field that is used or dropped, what becomes of it, without repetition."""
    found: dict[Place, dict[str, None]] = {}
    for place, told in _all(source, lang):
        found.setdefault(place, {})[told] = None
    return {place: tuple(told) for place, told in found.items()}


def _all(source: SourceLayout, lang: Lang) -> Iterator[tuple[Place, str]]:
    for name, file in source.files.items():
        if file.types:
            yield (name, file.types.by), text("goes-type", lang)
    for mapping in source.mappings.values():
        yield from _delivered(mapping, lang)
        yield from _decides(mapping, lang)
        yield from _dropped(mapping, lang)


def end_destinations(source: SourceLayout, name: str, lang: Lang) -> Mapping[Place, tuple[str, ...]]:
    """What the fields of a file's header and trailer records are for."""
    file = source.files[name]
    found: dict[Place, tuple[str, ...]] = {}
    if file.types:
        found[name, file.types.by] = (text("goes-type", lang),)
    for record in filter(None, (file.header, file.trailer)):
        found |= {(name, total.field): (text("goes-total", lang),) for total in record.totals}
    as_of = source.source.as_of
    if as_of and as_of.file == name:
        found[name, as_of.field] = (text("goes-as-of", lang),)
    return found


def _place(mapping: spec.Mapping, name: str) -> Place:
    """The field that a name of the mapping means."""
    join = mapping.join.get(name.partition(".")[0])
    return (join.file, name.partition(".")[2]) if join else (mapping.from_, name)


def _delivered(mapping: spec.Mapping, lang: Lang) -> Iterator[tuple[Place, str]]:
    for target, field in mapping.fields.items():
        for origin in field.origins():
            yield _place(mapping, origin), f"→ {mapping.to}.{target}"
    for name, extra in mapping.extra.items():
        for origin in extra.origins():
            yield _place(mapping, origin), text("goes-extra", lang, name=f"{mapping.to}.{name}")


def _decides(mapping: spec.Mapping, lang: Lang) -> Iterator[tuple[Place, str]]:
    for join in mapping.join.values():
        for here, there in join.on.items():
            yield _place(mapping, here), text("goes-look-up", lang, file=join.file)
            yield (join.file, there), text("goes-key", lang, file=mapping.from_)
    for exclusion in mapping.exclude:
        for name in exclusion.fields():
            yield _place(mapping, name), text("goes-exclude", lang, reason=exclusion.reason)
    for name in mapping.skip_slot.fields() if mapping.skip_slot else ():
        yield _place(mapping, name), text("goes-slot", lang)


def _dropped(mapping: spec.Mapping, lang: Lang) -> Iterator[tuple[Place, str]]:
    for name, reason in mapping.dropped.items():
        yield (mapping.from_, name), text("goes-nowhere", lang, reason=reason)
    for join in mapping.join.values():
        for name, reason in join.dropped.items():
            yield (join.file, name), text("goes-nowhere", lang, reason=reason)
