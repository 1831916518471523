"""``migrate gate``: go or no-go."""

from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.report.night import gates


@click.command("gate")
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@settings.project_option
@settings.json_option
@click.pass_obj
def command(session: Session, folder: Path, project: Path | None, as_json: bool) -> int:
    from migrate.io.publish import canonical
    from migrate.rehearsal.gates import Known, judge_gates
    from migrate.rehearsal.ledger import frozen_of
    from migrate.rehearsal.receipts import receipts_of
    from migrate.rehearsal.sealed import SealedRun

    loaded = settings.project_of(project)
    run = SealedRun.open(settings.existing_folder(folder, "RUN"))
    layout = settings.layout_of(loaded.folder, run.report)
    known = Known(frozen_of(loaded.folder), receipts_of(loaded.folder))
    document = judge_gates(run, loaded.project, layout, known)
    if as_json:
        session.data(canonical(document))
    else:
        session.show(*gates(document, session.lang))
    return 0 if document["go"] else 1
