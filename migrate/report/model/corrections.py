"""What became of the corrections that staff decided on: done, left out again by the checks, no longer needed, overtaken
by the old system, without a row."""

from collections.abc import Iterator, Mapping
from typing import Any

from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Note, Row, Section, Table, columns

ORDER = ("refused", "changed", "unmatched", "unnecessary", "applied")
"""What needs a look first."""
HEADS = (
    "state=report-correction", "table", "item", "rule", "file", ">record", "original", "person", "at",
)  # fmt: skip


def corrections(evidence: Evidence) -> Iterator[Section]:
    """One row per correction and row that it met; the values stand in corrections.parquet."""
    found = evidence.report["corrections"]
    if not found:
        return
    counts = {state: sum(1 for one in found if one["state"] == state) for state in ORDER}
    rows = sorted(found, key=lambda one: (ORDER.index(one["state"]), one["number"], one["record"] or 0))
    table = Table("corrections", columns(*HEADS), [_row(evidence, one) for one in rows])
    yield Section("corrections", (Note("corrections", {name: f"{n:,}" for name, n in counts.items()}), table))


def _row(evidence: Evidence, one: Mapping[str, Any]) -> Row:
    item = (evidence.table(one["table"]), evidence.item(one["table"], one["item"]))
    return (one["state"], *item, one["rule"], one["file"], one["record"], one["original"], one["person"], one["at"])
