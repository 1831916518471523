"""``migrate freeze``: these definitions are approved."""

from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session


@click.command("freeze")
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@settings.person_option
@settings.at_option
@settings.project_option
@click.pass_obj
def command(session: Session, folder: Path, person: str, at: str, project: Path | None) -> int:
    from migrate.rehearsal.ledger import freeze
    from migrate.rehearsal.moment import Moment
    from migrate.rehearsal.sealed import SealedRun

    loaded = settings.project_of(project)
    run = SealedRun.open(settings.existing_folder(folder, "RUN"))
    line = freeze(loaded.folder, run, person, Moment.parse(at))
    session.say("frozen-now", definitions=run.report["definitions"][:16], run=run.id, head=line.sha256)
    return 0
