"""The report as JSON for programs: ``migrate.report/1`` (``docs/report-json.md``)."""

from typing import Any

from migrate.report.model import Model
from migrate.report.model.parts import Block, Cell, Chart, Facts, Note, Signatures, Table

SCHEMA = "migrate.report/1"


def document(model: Model) -> dict[str, Any]:
    """Sections in order; a table gives as many rows as the page, and how many there are."""
    sections = [{"section": s.name, "about": dict(s.about), **_blocks(s.blocks)} for s in model.sections]
    return {"schema": SCHEMA, "lang": model.lang, "run": dict(model.run), "sections": sections}


def _blocks(blocks: tuple[Block, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"notes": [], "tables": {}, "facts": {}, "charts": {}, "sign": []}
    for block in blocks:
        if isinstance(block, Note):
            found["notes"].append({"note": block.name, "facts": {k: str(v) for k, v in block.facts.items()}})
        elif isinstance(block, Table) and not block.title:
            found["tables"][block.name] = _table(block)
        elif isinstance(block, Facts):
            found["facts"] |= {fact.name: fact.value for fact in block.facts}
        elif isinstance(block, Chart):
            points = {name: [{"at": at, "value": value} for at, value in line] for name, line in block.series.items()}
            found["charts"][block.name] = points
        elif isinstance(block, Signatures):
            found["sign"] += block.who
    return found


def _table(table: Table) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    rows: list[dict[str, Cell]] = [dict(zip(names, row, strict=True)) for row in table.pieces(table.shown)]
    return {"count": table.count, "rows": rows}
