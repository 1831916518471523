"""``migrate run --dry-run``: what the files in the input folder are taken for; nothing is written."""

from typing import TYPE_CHECKING, Any

from rich.table import Table

from migrate.cli.session import Session
from migrate.errors import InputRefused, Problem
from migrate.io.publish import canonical
from migrate.report.sentences import refusal
from migrate.report.tables import grid, number
from migrate.report.texts import text

if TYPE_CHECKING:
    from migrate.pipeline import Options
    from migrate.pipeline.intake import Intake
    from migrate.spec.layout import Layout

SCHEMA = "migrate.intake/1"


def received(layout: "Layout", options: "Options") -> "Intake":
    """The delivery as it stands in the folder."""
    from migrate.pipeline.intake import receive
    from migrate.plan import framing_plans

    assert layout.source is not None
    return receive(options, layout.source, framing_plans(layout))


def problems_of(intake: "Intake") -> list[Problem]:
    """Every refusal as a problem, in the order of the names."""
    ordered = sorted(intake.refusals, key=lambda refused: (refused.file, refused.reason.code))
    return [refusal(r.file, r.reason.code, r.reason.facts, r.reason.record) for r in ordered]


def look(session: Session, layout: "Layout", options: "Options", *, as_json: bool) -> int:
    """Show what was received; 3 if a file is refused or no 基準日 is known."""
    intake = received(layout, options)
    document = _document(layout, intake)
    if as_json:
        session.data(canonical(document))
    else:
        session.show(_table(session, layout, document))
    for name in intake.unclaimed:
        session.trouble(Problem("F-UNCLAIMED", file=name))
    problems = problems_of(intake)
    if intake.as_of is None:
        problems.append(Problem("I-AS-OF", {"folder": str(options.inputs)}))
    if problems:
        raise InputRefused(*problems)
    session.say("dry-run-done")
    return 0


def _document(layout: "Layout", intake: "Intake") -> dict[str, Any]:
    from migrate.io.framing import FileRefused
    from migrate.pipeline.formats import look_into
    from migrate.pipeline.report import as_of_text
    from migrate.plan import framing_plans

    reads = framing_plans(layout)
    files: list[dict[str, Any]] = []
    for file in intake.files:
        try:
            records = look_into(file, reads[file.file])
        except FileRefused:
            records = None
        refused = sorted(r.reason.code for r in intake.refusals if r.file == file.name)
        files.append(
            {"file": file.name, "kind": file.file, "bytes": file.bytes, "records": records, "refused": refused}
        )
    return {
        "schema": SCHEMA,
        "as_of": None if intake.as_of is None else as_of_text(intake.as_of),
        "files": files,
        "missing": sorted(r.file for r in intake.refusals if r.reason.code == "F-MISSING"),
        "unclaimed": list(intake.unclaimed),
    }


def _table(session: Session, layout: "Layout", document: dict[str, Any]) -> Table:
    assert layout.source is not None
    lang = session.lang
    table = grid(
        lang,
        "file",
        "kind",
        "ja",
        ">bytes",
        ">records",
        "refused",
        title=text("dry-run", lang, as_of=document["as_of"] or text("as-of-unknown", lang)),
    )
    for row in document["files"]:
        table.add_row(
            row["file"],
            row["kind"],
            layout.source.files[row["kind"]].ja,
            number(row["bytes"]),
            number(row["records"]),
            " ".join(row["refused"]) or "✓",
        )
    return table
