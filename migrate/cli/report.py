"""``migrate report``: the report of a sealed run, made anew beside it."""

from dataclasses import replace
from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import Problem, UsageError
from migrate.io.publish import MANIFEST


@click.command("report")
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--previous", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--reveal", is_flag=True)
@click.option("--suppress", is_flag=True)
@settings.references_option
@settings.project_option
@click.pass_obj
def command(
    session: Session,
    folder: Path,
    out: Path | None,
    previous: Path | None,
    reveal: bool,
    suppress: bool,
    references: tuple[Path, ...],
    project: Path | None,
) -> int:
    from migrate.rehearsal.elsewhere import people_elsewhere
    from migrate.rehearsal.later import later_of
    from migrate.rehearsal.sealed import SealedRun
    from migrate.report.documents import NAME, REVEALED, write_documents
    from migrate.report.model import LEAST, Evidence, model_of

    run = SealedRun.open(settings.existing_folder(folder, "RUN"))
    before = SealedRun.open(settings.existing_folder(previous, "--previous")) if previous else None
    place = _place(run.folder, out)
    chosen = settings.choose(project, run.report["layout"], run.report["source"], run.report["profile"])
    layout = chosen.load()
    evidence = Evidence(run.folder, run.report, layout, session.lang, reveal, LEAST if suppress else 0)
    people = people_elsewhere(run, layout, chosen.library, references)
    later = later_of(run, before, chosen.project, unread=session.trouble)
    for name in write_documents(
        model_of(replace(evidence, later=later, elsewhere=people)), place, REVEALED if reveal else NAME
    ):
        session.say("excel-done", file=place / name)
    return 0


def _place(run: Path, out: Path | None) -> Path:
    """Where the report goes; UsageError inside a sealed folder, of whatever run."""
    place = out or run.with_name(f"{run.name}.report")
    if place.exists():
        settings.existing_folder(place, "--out")
    whole = place.resolve()
    for folder in (whole, *whole.parents):
        if folder == run or (folder / MANIFEST).exists():
            raise UsageError(Problem("U-OUT-SEALED", {"out": str(place), "run": str(folder)}))
    return place
