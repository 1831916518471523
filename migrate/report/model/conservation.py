"""Where every record went: sums that a reader can check line by line."""

from collections.abc import Iterator, Mapping
from typing import Any

from migrate.errors import told
from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Block, Cell, Note, Section, Table, columns
from migrate.report.sentences import refusal

FATES = ("header", "trailer", "blank", "mapped", "referenced", "excluded", "quarantined")


def conservation(evidence: Evidence) -> Iterator[Section]:
    """Files by the fate of their records, tables by that of their rows, and what was refused or not read."""
    report = evidence.report
    blocks: list[Block] = [Note("conservation")]
    heads = ("file", "ja", ">records", *(f">{name}" for name in FATES), ">difference", "?balanced")
    blocks.append(Table("files-balance", columns(*heads), [_file(evidence, entry) for entry in report["inputs"]]))
    rows = []
    for entry in report["tables"]:
        counts = [entry[name] for name in ("mapped", "written", "quarantined")]
        difference = counts[0] - counts[1] - counts[2]
        told_ = (entry["table"], evidence.table(entry["table"]), *counts, difference, entry["balanced"])
        rows.append((*told_, entry["file"], entry["sha256"]))
    heads = ("table", "ja", ">mapped-rows", ">written", ">quarantined", ">difference", "?balanced", "path", "sha256")
    blocks += [Note("conservation-tables"), Table("tables-balance", columns(*heads), rows)]
    if report["refused"]:
        refused = [_refused(evidence, entry) for entry in report["refused"]]
        blocks.append(Table("refused", columns("file", "rule", ">record", "sentence"), refused))
    if report["unclaimed"]:
        blocks.append(Table("unclaimed", columns("file"), [(name,) for name in report["unclaimed"]], sheet=False))
    yield Section("conservation", tuple(blocks))


def _file(evidence: Evidence, entry: Mapping[str, Any]) -> tuple[Cell, ...]:
    counts = [entry.get(name) for name in FATES]
    difference = entry["records"] - sum(count or 0 for count in counts)
    named = (entry["file"], evidence.file(entry.get("kind")))
    return (*named, entry["records"], *counts, difference, entry["balanced"])


def _refused(evidence: Evidence, entry: Mapping[str, Any]) -> tuple[Cell, ...]:
    problem = refusal(entry["file"], entry["code"], entry["facts"], entry["record"])
    return (entry["file"], entry["code"], entry["record"], told(problem, evidence.lang)[0])
