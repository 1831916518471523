"""What is known only after the run: how long it took, what changed since the last rehearsal, how rehearsals went."""

from collections.abc import Iterator

from migrate.findings import SEVERITIES
from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Block, Chart, Note, Row, Section, Table, columns
from migrate.report.texts import text

CHANGES = (
    "light=severity",
    "rule",
    "table",
    "item",
    "owner",
    ">before",
    ">after",
    ">new",
    ">fixed",
    ">remaining",
    "sentence",
)


def progress(evidence: Evidence) -> Iterator[Section]:
    """Only in a report that is made of a sealed run."""
    later = evidence.later
    if later is None:
        return
    blocks: list[Block] = []
    stages: list[Row] = [(stage, f"{seconds:,.1f}") for stage, seconds in later.seconds.items()]
    if later.previous:
        blocks.append(Note("previous", {"run": later.previous}))
        blocks.append(Table("changes", columns(*CHANGES), _changes(evidence)))
    if len(later.trend) > 1:
        series = {
            text(f"severity-{severity}", evidence.lang): [(name, counts[severity]) for name, counts in later.trend]
            for severity in SEVERITIES[:2]
        }
        blocks.append(Chart("trend", "lines", series))
        rows: list[Row] = [(name, *(counts[severity] for severity in SEVERITIES)) for name, counts in later.trend]
        blocks.append(Table("trend", columns("rehearsal", ">errors", ">alerts", ">infos"), rows, sheet=False))
    if stages:
        blocks.append(Table("stages", columns("stage", "seconds"), stages, sheet=False))
    yield Section("progress", tuple(blocks))


def _changes(evidence: Evidence) -> list[Row]:
    assert evidence.later
    rows = sorted(
        evidence.later.changes, key=lambda row: (SEVERITIES.index(row["severity"]), -row["after"], row["rule"])
    )
    return [
        (
            row["severity"],
            row["rule"],
            evidence.table(row["table"]),
            evidence.item(row["table"], row["field"]),
            row["owner"],
            *(row[name] for name in ("before", "after", "new", "fixed", "remaining")),
            evidence.sentence(row["rule"]),
        )
        for row in rows
    ]
