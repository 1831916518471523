"""Dates that are none, or that nobody knows: what stood in their place, and how many there are."""

from collections.abc import Iterator

from migrate.report.model.evidence import Evidence
from migrate.report.model.glyphs import unknown_dates
from migrate.report.model.parts import Note, Row, Section, Table, columns
from migrate.report.texts import text

DATES = ("what=report-date", "place", "item", "value", ">count", "sentence")


def dates(evidence: Evidence) -> Iterator[Section]:
    """Declared values that are no date, dates delivered as 不詳, and findings about dates."""
    rows = [*_sentinels(evidence), *_unknown(evidence), *_findings(evidence)]
    yield Section("dates", (Note("dates"), Table("dates", columns(*DATES), rows)))


def _sentinels(evidence: Evidence) -> Iterator[Row]:
    for entry in evidence.report["inputs"]:
        for one in entry.get("sentinels", ()):
            value = one["value"] or text("blank", evidence.lang)
            meaning = text(f"report-means-{one['meaning']}", evidence.lang)
            yield "sentinel", entry["file"], one["field"], value, one["count"], meaning


def _unknown(evidence: Evidence) -> Iterator[Row]:
    for table in evidence.layout.tables:
        for field, count in unknown_dates(evidence, table).items():
            if count:
                yield "unknown", evidence.table(table), evidence.item(table, field), None, count, None


def _findings(evidence: Evidence) -> Iterator[Row]:
    for row in evidence.report["findings"]:
        if row["class"] == "日付" and not row["caused"]:
            item = evidence.item(row["table"], row["field"])
            told = (row["rule"], row["count"], evidence.sentence(row["rule"]))
            yield "finding", evidence.table(row["table"]), item, *told
