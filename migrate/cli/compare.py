"""``migrate compare``: what became better, worse or other from one rehearsal to the next."""

from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.report.changes import changes


@click.command("compare")
@click.argument("first", type=click.Path(path_type=Path), metavar="RUN1")
@click.argument("second", type=click.Path(path_type=Path), metavar="RUN2")
@click.option("--references", type=click.IntRange(min=0), default=5)
@settings.project_option
@settings.json_option
@click.pass_obj
def command(session: Session, first: Path, second: Path, references: int, project: Path | None, as_json: bool) -> int:
    from migrate.io.publish import canonical
    from migrate.rehearsal.compare import compare, refuse_others
    from migrate.rehearsal.sealed import SealedRun

    before, after = (SealedRun.open(settings.existing_folder(folder, "RUN")) for folder in (first, second))
    refuse_others(before, after)
    layout = settings.layout_of(project, after.report)
    with settings.unlocked(after.folder.parent):
        document = compare(before, after, layout, references=references)
    if as_json:
        session.data(canonical(document))
    else:
        session.show(*changes(document, layout, session.lang))
    return 0
