"""What is not migrated, and why: records left out, records in quarantine, fields dropped, items that stay empty."""

from collections.abc import Iterator

import polars as pl

from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Note, Row, Section, Table, columns

GONE = ("what=report-gone", "place", "item", "reason", ">count")


def gone(evidence: Evidence) -> Iterator[Section]:
    """Records first, then fields of the source, then items of the standard."""
    said = dict.fromkeys((*_dropped(evidence), *_absent(evidence)))  # once, however many mappings say it
    rows = [*_excluded(evidence), *_quarantined(evidence), *said]
    yield Section("gone", (Note("gone"), Table("gone", columns(*GONE), rows, shown=500)))


def _excluded(evidence: Evidence) -> Iterator[Row]:
    for entry in evidence.report["inputs"]:
        for reason, count in entry.get("excluded_by", {}).items():
            yield "excluded", entry["file"], None, reason, count


def _quarantined(evidence: Evidence) -> Iterator[Row]:
    held = evidence.quarantine.group_by("source_file", "rule", "table", "field").agg(n=pl.len())
    for file, rule, table, field, count in held.sort("source_file", "rule", "table", "field").rows():
        yield "quarantined", file, evidence.item(table, field) or None, evidence.sentence(rule or ""), count


def _dropped(evidence: Evidence) -> Iterator[Row]:
    source = evidence.layout.source
    for mapping in source.mappings.values() if source else ():
        places = [(mapping.from_, mapping.dropped), *((join.file, join.dropped) for join in mapping.join.values())]
        for file, dropped in places:
            for name, reason in dropped.items():
                yield "dropped", evidence.file(file), name, reason, None


def _absent(evidence: Evidence) -> Iterator[Row]:
    source = evidence.layout.source
    for mapping in source.mappings.values() if source else ():
        for name, reason in mapping.absent.items():
            yield "absent", evidence.table(mapping.to), evidence.item(mapping.to, name), reason, None
