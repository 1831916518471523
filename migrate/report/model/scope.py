"""Everything that the migration covers: each item of the standard and where it comes from, each field and where it
goes."""

from collections.abc import Iterator, Mapping

from migrate.report.destinations import destinations
from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Note, Row, Section, Table, columns
from migrate.report.sheets import digits_text, required_text, slices

ITEMS = (
    "table",
    ">no",
    "name",
    "ja",
    "type",
    "digits",
    "required",
    "key",
    "grade",
    ">filled-before",
    ">filled-after",
    "comes-from",
    "reason",
)
FIELDS = ("file", "name", "ja", ">start", ">length", "type", "goes")
SHOWN = 1_500


def scope(evidence: Evidence) -> Iterator[Section]:
    """Both sides, in the order of their sheets."""
    items = Table("items", columns(*ITEMS), list(_items(evidence)), shown=SHOWN)
    fields = Table("fields", columns(*FIELDS), list(_fields(evidence)), shown=SHOWN)
    digests = sorted(evidence.layout.digests.items())
    definitions = Table("definitions", columns("path", "sha256"), digests)
    yield Section("scope", (Note("scope"), items, fields, definitions))


def _items(evidence: Evidence) -> Iterator[Row]:
    origins, reasons = _origins(evidence)
    filled = {
        (row["table"], next(iter(row["group"]))): (row["source"], row["target"])
        for row in evidence.report["controls"]
        if row["kind"] == "filled"
    }
    for name, table in evidence.layout.tables.items():
        for number, field in enumerate(table.fields, start=1):
            key = str(table.key.index(field.name) + 1) if field.name in table.key else None
            told = (digits_text(field), required_text(field, evidence.lang), key, field.grade)
            cells = filled.get((name, field.name), (None, None))
            comes = (origins.get((name, field.name)), reasons.get((name, field.name)))
            yield (table.ja, number, field.name, field.ja, field.type, *told, *cells, *comes)


def _origins(evidence: Evidence) -> tuple[Mapping[tuple[str, str], str], Mapping[tuple[str, str], str]]:
    """By table and item: the fields it is made of, and the reason of a constant or of an item that stays empty."""
    made: dict[tuple[str, str], dict[str, None]] = {}
    reasons: dict[tuple[str, str], str] = {}
    source = evidence.layout.source
    for mapping in source.mappings.values() if source else ():
        for name, field in mapping.fields.items():
            told = [f"{mapping.from_}.{origin}" for origin in field.origins()] or [f"「{field.value}」"]
            made.setdefault((mapping.to, name), {}).update(dict.fromkeys(told))
            if field.reason:
                reasons[mapping.to, name] = field.reason
        reasons |= {(mapping.to, name): reason for name, reason in mapping.absent.items()}
    return {place: "、".join(told) for place, told in made.items()}, reasons


def _fields(evidence: Evidence) -> Iterator[Row]:
    source = evidence.layout.source
    if source is None:
        return
    goes = destinations(source, evidence.lang)
    for name, file in source.files.items():
        for part in slices(file.fields):
            told = "、".join(goes.get((name, part.place), ()))
            start, width = (part.start, part.field.width) if file.record else (None, None)
            yield file.ja, part.name, part.field.ja, start, width, part.field.type, told
