"""``migrate match``: does the new system hold what was delivered?"""

from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.report.changes import matched


@click.command("match")
@click.argument("delivery", type=click.Path(path_type=Path), metavar="RUN")
@click.argument("export", type=click.Path(path_type=Path), metavar="EXPORT")
@click.option("--explained", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--list", "listed", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@settings.project_option
@settings.json_option
@click.pass_obj
def command(
    session: Session,
    delivery: Path,
    export: Path,
    explained: Path | None,
    listed: Path | None,
    project: Path | None,
    as_json: bool,
) -> int:
    import polars as pl

    from migrate.io.publish import canonical
    from migrate.rehearsal.explained import read_explained
    from migrate.rehearsal.match import LISTED, match
    from migrate.rehearsal.sealed import SealedRun

    if listed:
        settings.free_file(listed)
    run = SealedRun.open(settings.existing_folder(delivery, "RUN"))
    settings.existing_folder(export, "EXPORT")
    layout = settings.layout_of(project, run.report)
    reasons = read_explained(explained, layout) if explained else {}
    lines = [LISTED.to_frame()]
    with settings.unlocked(run.folder.parent):
        document = match(run, export, layout, reasons, lines if listed else None)
    if listed:
        apart = pl.concat(lines)
        settings.private_file(listed, apart.write_csv(include_bom=True).encode())
        session.say("match-listed", file=listed, count=f"{apart.height:,}")
    if as_json:
        session.data(canonical(document))
    else:
        session.show(*matched(document, layout, session.lang))
    return 0 if document["matches"] else 1
