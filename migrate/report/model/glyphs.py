"""Characters that are a site's own, second codes or none; and whose certificate will be printed differently."""

from collections.abc import Iterator, Mapping

import polars as pl

from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Block, Cell, Note, Row, Section, Table, columns

GAIJI = (
    "code",
    "glyph",
    "kind=gaiji",
    "state=gaiji",
    "file",
    "column",
    "table",
    "item",
    ">characters",
    ">people",
)
CERTIFICATES = ("table", "item", ">emptied", ">emptied-people", ">unknown", ">changed-glyphs", ">lost-glyphs")


def gaiji(evidence: Evidence) -> Iterator[Section]:
    """The ledger without readings: what is not identified stands first."""
    ordered = evidence.gaiji.sort(
        pl.col("state").replace_strict(_STATES), "kind", "code", "file", "column", maintain_order=True
    )
    rows = [_glyph(evidence, row) for row in ordered.to_dicts()]
    yield Section("gaiji", (Note("gaiji"), Table("gaiji", columns(*GAIJI), rows)))


_STATES = {"unidentified": 0, "reduced": 1, "identified": 2}


def _glyph(evidence: Evidence, row: Mapping[str, object]) -> Row:
    table, field = (None if row[name] is None else str(row[name]) for name in ("table", "field"))
    texts: list[Cell] = [None if row[name] is None else str(row[name]) for name in ("code", "text", "kind", "state")]
    place = (evidence.file(str(row["file"])), str(row["column"]), evidence.table(table), evidence.item(table, field))
    characters, people = (int(str(row[name])) for name in ("characters", "people"))
    return (*texts, *place, *evidence.together(characters, people))


def certificates(evidence: Evidence) -> Iterator[Section]:
    """公証事項 that are emptied, unknown, or hold another glyph than before; counts only."""
    items = [(name, f.name) for name, table in evidence.layout.tables.items() for f in table.fields if f.kosho]
    if not items:
        return
    emptied, glyphs = _emptied(evidence.withheld), _people(evidence.gaiji)
    unknown = {name: unknown_dates(evidence, name) for name in evidence.layout.tables}
    rows: list[Row] = []
    units: set[str] = set()
    for table, field in items:
        cells, people = emptied.get((table, field), (0, []))
        changed, lost = (glyphs.get((table, field, state), 0) for state in ("reduced", "unidentified"))
        counts = (cells, len(people), unknown[table].get(field, 0), changed, lost)
        if any(counts):
            units.update(people)
            named = (evidence.table(table), evidence.item(table, field))
            told = (*evidence.together(*counts[:2]), *(evidence.people(count) for count in counts[2:]))
            rows.append((*named, *told))
    blocks: list[Block] = [Note("certificates", {"people": evidence.people(len(units))})]
    if evidence.least:
        blocks.append(Note("suppressed", {"least": evidence.least}))
    blocks.append(Table("certificates", columns(*CERTIFICATES), rows))
    yield Section("certificates", tuple(blocks))


def _emptied(withheld: pl.DataFrame) -> dict[tuple[str, str], tuple[int, list[str]]]:
    """By table and item: values left out, and the units they are of."""
    units = pl.col("units").drop_nulls().explode().unique().sort()
    grouped = withheld.group_by("table", "field").agg(n=pl.len(), units=units)
    return {(table, field): (n, people) for table, field, n, people in grouped.rows()}


def _people(glyphs: pl.DataFrame) -> dict[tuple[str | None, str | None, str], int]:
    """By table, item and state: people, counted once for each character."""
    grouped = glyphs.group_by("table", "field", "state").agg(pl.col("people").sum())
    return {(table, field, state): people for table, field, state, people in grouped.rows()}


def unknown_dates(evidence: Evidence, table: str) -> dict[str, int]:
    """How many values of each date of a table are not wholly known: those that have a 不詳表記."""
    unknown = {f.unknown.text: f.name for f in evidence.layout.tables[table].fields if f.unknown}
    found = {}
    for row in evidence.report["controls"]:
        if row["kind"] == "filled" and row["table"] == table and (date := unknown.get(next(iter(row["group"])))):
            found[date] = row["target"]
    return found
