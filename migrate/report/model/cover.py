"""The first page: whose data, what was run, the verdict and why, what was received."""

from collections.abc import Iterator

from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Block, Cell, Fact, Facts, Note, Section, Table, columns
from migrate.report.sentences import reason_sentences


def about(evidence: Evidence) -> dict[str, Cell]:
    """What a program needs to tell this report from another."""
    report = evidence.report
    told = (
        "run_id",
        "municipality",
        "layout",
        "source",
        "profile",
        "as_of",
        "verdict",
        "balanced",
        "definitions",
        "tool",
    )
    how = {"revealed": evidence.reveal, "least": evidence.least}
    return {name: report[name] for name in told} | how | {"sealed": evidence.later is None}


def cover(evidence: Evidence) -> Iterator[Section]:
    """Facts, reasons, gates, files received."""
    report, layout = evidence.report, evidence.layout
    blocks: list[Block] = []
    blocks += [Note("reason", {"reason": line}, loud=True) for line in reason_sentences(report, evidence.lang)]
    blocks.append(Facts("about", tuple(_facts(evidence)), sheet=True))
    if layout.definition_hash != report["definitions"]:
        blocks.append(Note("definitions-changed", loud=True))
    if layout.system.grade != "P":
        blocks.append(Note("model-layout", {"grade": layout.system.grade}))
    counts = report["gate_counts"]
    gates = [(name, counts[name], most, counts[name] <= most) for name, most in sorted(report["gates"].items())]
    blocks.append(Table("gates", columns("what=report-gate", ">found", ">most", "?holds"), gates, sheet=False))
    blocks.append(_inputs(evidence))
    if report["references"]:
        rows = [(one["layout"], one["run_id"], one["verdict"]) for one in report["references"]]
        blocks.append(Table("references", columns("system", "run", "verdict=verdict"), rows, sheet=False))
    yield Section("cover", tuple(blocks))


def _facts(evidence: Evidence) -> Iterator[Fact]:
    report, system, later = evidence.report, evidence.layout.system, evidence.later
    source = evidence.layout.source
    yield Fact("verdict", report["verdict"], "verdict")
    yield Fact("municipality", report["municipality"])
    if later and later.rehearsal:
        yield Fact("rehearsal", later.rehearsal)
    yield Fact("system", f"{system.ja}（{system.number}）")
    yield Fact("as-of", report["as_of"])
    yield Fact("spec", system.spec)
    yield Fact("version", system.version)
    yield Fact("grade", system.grade, "report-grade")
    yield Fact("source", source.source.ja if source else report["source"])
    yield Fact("profile", evidence.layout.profile.ja)
    yield Fact("run", report["run_id"])
    yield Fact("tool", f"migrate {report['tool']}")
    yield Fact("definitions", report["definitions"])
    if frozen := report["frozen"]:
        yield Fact("frozen", "same" if frozen["same"] else "other", "report-frozen")
        yield Fact("frozen-by", f"{frozen['person']} {frozen['at']}")
    if later and later.seconds:
        yield Fact("seconds", f"{later.seconds['total']:,.1f}")
        yield Fact("window", None if later.window_minutes is None else f"{later.window_minutes:,}")


def _inputs(evidence: Evidence) -> Table:
    rows = []
    for entry in evidence.report["inputs"]:
        receipt = entry.get("receipt")
        received = f"{receipt['sender']} {receipt['at']}" if receipt else None
        file = (entry["file"], evidence.file(entry.get("kind")))
        rows.append((*file, entry["bytes"], entry["records"], entry["sha256"], received))
    return Table("inputs", columns("file", "ja", ">bytes", ">records", "sha256", "receipt"), rows)
