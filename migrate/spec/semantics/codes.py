"""Code maps: they exist, are used, decide by as many fields as they list, and end in codes of the standard."""

from collections.abc import Iterator

from migrate.errors import GUESS, Problem, nearest
from migrate.spec.draft import Draft
from migrate.spec.layout import WITH_SEPARATOR
from migrate.spec.semantics.names import Names, value_problems
from migrate.spec.source import FieldMapping


def code_problems(draft: Draft) -> Iterator[Problem]:
    """Maps that nobody defines or uses; rows whose codes the standard does not have; constants likewise."""
    used: dict[str, set[tuple[str, int]]] = {}
    maps = Names(draft.maps, f"{draft.paths.source_folder}/codes", "D-NAME-MAP")
    for path, mapping in draft.sound_mappings():
        table = draft.tables.get(mapping.to)
        items = table.by_name() if table else {}
        for name, field in mapping.fields.items():
            if field.value is not None and name in items:
                yield from value_problems(draft, path, ("fields", name, "value"), items[name], (field.value,))
            if field.codes is None:
                continue
            yield from maps.check(draft, path, ("fields", name, "codes"), field.codes)
            standard = items[name].codes if name in items else None
            used.setdefault(field.codes, set()).add((standard or "", len(field.with_)))
            yield from _withs(draft, path, name, field)
    for map_name in draft.maps:
        file = draft.paths.code_map(map_name)
        for row in draft.maps[map_name] or ():
            if row.to and row.candidates:
                yield Problem("D-MAP-CANDIDATE", {"value": row.from_}, file, row.line, 1)
        if map_name not in used and used.keys() <= draft.maps.keys() and all(draft.mappings.values()):
            yield Problem("D-MAP-UNUSED", {"name": map_name}, file, 1, 1)
        for standard in sorted({codes for codes, _ in used.get(map_name, set())}):
            yield from _targets(draft, file, map_name, standard)


def _withs(draft: Draft, path: str, name: str, field: FieldMapping) -> Iterator[Problem]:
    """The first row that lists another number of further values than the mapping gives."""
    wanted = len(field.with_)
    for row in draft.maps.get(field.codes or "") or ():
        found = row.with_.count(WITH_SEPARATOR) + 1 if row.with_ or wanted else 0
        if found != wanted:
            facts = {"codes": str(field.codes), "line": str(row.line), "found": str(found), "expected": str(wanted)}
            yield draft.problem(path, ("fields", name, "with" if wanted else "codes"), "D-MAP-WITHS", **facts)
            return


def _targets(draft: Draft, file: str, map_name: str, standard: str) -> Iterator[Problem]:
    codes = draft.codes.get(standard)
    if codes is None:
        return
    for row in draft.maps[map_name] or ():
        if row.to and row.to not in codes:
            facts = {"value": row.to, "codes": standard, GUESS: nearest(row.to, codes)}
            yield Problem("D-CODE-TARGET", facts, file, row.line, 1)
