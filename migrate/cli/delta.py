"""``migrate delta``: what a second delivery adds, changes and removes, as a package for the new system."""

from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.report.changes import packed


@click.command("delta")
@click.argument("base", type=click.Path(path_type=Path), metavar="RUN1")
@click.argument("full", type=click.Path(path_type=Path), metavar="RUN2")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", required=True)
@settings.project_option
@settings.json_option
@click.pass_obj
def command(session: Session, base: Path, full: Path, out: Path, project: Path | None, as_json: bool) -> int:
    from migrate.io.publish import canonical
    from migrate.rehearsal.delta import make_delta
    from migrate.rehearsal.sealed import SealedRun

    first, second = (SealedRun.open(settings.existing_folder(folder, "RUN")) for folder in (base, full))
    layout = settings.layout_of(project, second.report)
    with settings.unlocked(out):
        folder, document = make_delta(first, second, layout, out)
    if as_json:
        session.data(canonical(document))
    else:
        session.show(*packed(document, folder, layout, session.lang))
    return 0
