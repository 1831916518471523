"""``migrate run``: from the files received to a sealed run folder."""

import datetime
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migrate.cli import settings
from migrate.cli.dry_run import look
from migrate.cli.progress import progress_of
from migrate.cli.run_options import Wish, options_of
from migrate.cli.session import Session
from migrate.errors import DefinitionErrors
from migrate.io.publish import canonical
from migrate.report.summary import Delivered, summary
from migrate.spec.waivers import waiver_problems

if TYPE_CHECKING:
    from migrate.pipeline.references import Delivered as Reference
    from migrate.rehearsal.corrections import Corrections
    from migrate.spec.layout import Layout


@click.command("run")
@settings.layout_option
@settings.source_option
@click.option("--input", "inputs", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR")
@settings.as_of_option
@settings.profile_option
@click.option("--also", type=click.Choice(["parquet"]))
@settings.project_option
@click.option("--count-sheet", type=click.Path(path_type=Path), metavar="FILE")
@settings.references_option
@settings.json_option
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def command(
    session: Session,
    layout: str | None,
    source: str | None,
    inputs: Path | None,
    out: Path | None,
    as_of: datetime.datetime | None,
    profile: str | None,
    also: str | None,
    project: Path | None,
    count_sheet: Path | None,
    references: tuple[Path, ...],
    as_json: bool,
    dry_run: bool,
) -> int:
    chosen = settings.choose(project, layout, source, profile, inputs=inputs)
    loaded = chosen.load()
    if chosen.project and (problems := list(waiver_problems(chosen.project.project, loaded))):
        raise DefinitionErrors(*problems)
    wish = Wish(inputs, out, as_of.date() if as_of else None, count_sheet, parquet=also == "parquet")
    options = replace(
        options_of(wish, chosen.project),
        references=_given(chosen, loaded, references),
        corrections=_corrections(chosen, loaded),
    )
    if dry_run:
        return look(session, loaded, options, as_json=as_json)
    from migrate.pipeline import run

    with progress_of(session) as progress, settings.unlocked(options.out):
        result = run(loaded, replace(options, progress=progress))
    if as_json:
        session.data(canonical(result.report))
    else:
        window = chosen.project.project.window_minutes if chosen.project else None
        told = Delivered(result.folder, repeated=result.repeated, window_minutes=window)
        session.show(*summary(result.report, loaded, told, session.lang))
    return result.exit_code


def _corrections(chosen: settings.Chosen, layout: "Layout") -> "Corrections | None":
    """What staff corrected in the values of this source, where the project keeps it."""
    from migrate.rehearsal.corrections import corrections_of

    return corrections_of(chosen.project.folder, layout) if chosen.project else None


def _given(chosen: settings.Chosen, layout: "Layout", folders: tuple[Path, ...]) -> "tuple[Reference, ...]":
    """The deliveries to refer to; UsageError where one cannot be used, or one is missing that must be there."""
    from migrate.pipeline.references import missing_references, open_references

    for folder in folders:
        settings.existing_folder(folder, "--reference")
    given = open_references(layout, folders, chosen.library)
    missing_references(layout, given)
    return given
