"""Proves that every word of a layout can be bound and every record type be written, before anything is compiled."""

from collections.abc import Iterator

from migrate.charset import ENCODINGS, codepage
from migrate.errors import GUESS, Problem, nearest
from migrate.plan.reading import TOTALS, type_bytes
from migrate.spec.layout import Layout
from migrate.spec.source import SourceField
from migrate.spec.uses import WordUse, word_uses
from migrate.vocab import registry
from migrate.vocab.across import Side

KINDS: dict[str, tuple[registry.Kind, ...]] = {
    "step": ("op",),
    "check": ("check", "relation"),
    "across": ("across",),
    "control": ("control",),
}

BY_LEGACY_CODE = {"known_place": "", "place_of_code": "", "postal_of_place": "code"}
"""Words that go by the legacy address code; with the argument that makes them do so, where they need not."""


def word_problems(layout: Layout) -> Iterator[Problem]:
    """Unknown words, wrong arguments, fields that nobody defines and record types that no file can hold, each at its
    place; for ``load_layout``."""
    yield from _type_problems(layout)
    for use in word_uses(layout):
        if use.role == "total":
            yield from _total_problems(use)
            continue
        try:
            bound = registry.bind(use.word.name, use.word.args, use.word.positional, KINDS[use.role])
        except registry.WordError as error:
            yield use.problem(error.code, **error.facts, **{GUESS: _meant(use, error)})
            continue
        yield from use.field_problems(bound.mentions(registry.Field))
        if _asks_for_legacy_code(use.word.name, bound) and not _has_legacy_codes(layout):
            yield use.problem("D-WORD-PLACES", word=use.word.name)
        yield from _table_problems(use, bound)


def _has_legacy_codes(layout: Layout) -> bool:
    """Whether the source's own table of places has them; the national list has none."""
    return layout.source is not None and any(row["jusho_code"] for row in layout.source.places)


def _asks_for_legacy_code(name: str, bound: registry.Bound) -> bool:
    needs = BY_LEGACY_CODE.get(name)
    return needs is not None and (not needs or bound.arguments.get(needs) is not None)


def _meant(use: WordUse, error: registry.WordError) -> str:
    """The word, or the argument of it, that was meant; empty if none is near."""
    if error.code == "D-WORD-UNKNOWN":
        return nearest(use.word.name, (n for n, entry in registry.WORDS.items() if entry.kind in KINDS[use.role]))
    if error.code == "D-WORD-ARGUMENT":
        return nearest(error.facts["argument"], registry.WORDS[use.word.name].arguments)
    return ""


def _table_problems(use: WordUse, bound: registry.Bound) -> Iterator[Problem]:
    """Tables nobody defines; references where a table must stand, or of another number of fields."""
    layout = use.layout
    references = {reference.name: len(reference.parts[0].fields) for reference in layout.system.references}
    given = bound.with_as_of(0).with_unit(layout.system.unit.key).with_history(registry.ALL_HISTORY)
    sides: tuple[Side, ...] = given().sides if use.role == "across" else ()
    for name in dict.fromkeys(bound.mentions(registry.Table)):
        first = bool(sides) and sides[0].table == name
        if name not in layout.tables and (name not in references or first or not sides):
            known = [*layout.tables, *(() if first else references)]
            yield use.problem("D-WORD-TABLE", word=use.word.name, table=name, **{GUESS: nearest(name, known)})
    for side in sides[1:]:
        if side.table in references and len(side.group) != references[side.table]:
            facts = {"count": str(len(side.group)), "fields": str(references[side.table])}
            yield use.problem("D-WORD-WIDTH", word=use.word.name, name=side.table, **facts)


def _total_problems(use: WordUse) -> Iterator[Problem]:
    if use.word.name not in TOTALS:
        yield use.problem("D-WORD-UNKNOWN", word=use.word.name, kind="/".join(TOTALS))
    elif use.word.name != "records":
        yield from use.field_problems([str(use.word.positional)])


def _type_problems(layout: Layout) -> Iterator[Problem]:
    """Record types that their field cannot hold in the encoding of the file."""
    for name, file in layout.source.files.items() if layout.source else ():
        if file.types is None or layout.source is None:
            continue
        encoding = file.encoding or layout.source.source.encoding
        by = next((field for field in file.fields if field.name == file.types.by), None)
        if by is None or encoding not in ENCODINGS:
            continue  # told where the file is judged, not its words
        values = {"header": file.types.header, "data": file.types.data, "trailer": file.types.trailer}
        for kind, value in values.items():
            if value is not None and not _fits(value, by, encoding):
                facts = {"value": value, "name": by.name, "type": by.type, "width": str(by.width), "encoding": encoding}
                yield layout.problem(layout.paths.file(name), ("types", kind), "D-WORD-TYPE", **facts)


def _fits(value: str, by: SourceField, encoding: str) -> bool:
    try:
        return len(type_bytes(value, by, codepage(encoding))) == by.width
    except UnicodeEncodeError:
        return False
