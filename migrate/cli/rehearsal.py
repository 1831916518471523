"""``migrate rehearsal``: the ledger of a project's rehearsals; below it ``add``, ``list`` and ``verify``."""

from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.run_options import OUT
from migrate.cli.session import Session
from migrate.report.night import rehearsal_list


@click.group("rehearsal")
def command() -> None: ...


@command.command("add")
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@settings.person_option
@settings.at_option
@click.option("--name", metavar="TEXT")
@click.option("--note", metavar="TEXT")
@click.option("--rollback-minutes", type=click.IntRange(min=0))
@settings.project_option
@click.pass_obj
def add(
    session: Session,
    folder: Path,
    person: str,
    at: str,
    name: str | None,
    note: str | None,
    rollback_minutes: int | None,
    project: Path | None,
) -> int:
    from migrate.rehearsal.ledger import Held, add_rehearsal
    from migrate.rehearsal.moment import Moment
    from migrate.rehearsal.sealed import SealedRun

    loaded = settings.project_of(project)
    run = SealedRun.open(settings.existing_folder(folder, "RUN"))
    line = add_rehearsal(loaded.folder, run, Held(person, name, note, rollback_minutes), Moment.parse(at))
    session.say("rehearsal-added", name=line.says["name"], run=run.id, head=line.sha256)
    return 0


@command.command("list")
@settings.project_option
@settings.json_option
@click.pass_obj
def list_(session: Session, project: Path | None, as_json: bool) -> int:
    from migrate.io.chain import head_of, read_chain
    from migrate.rehearsal.ledger import FILE

    lines = read_chain(settings.project_of(project).folder / FILE)
    if as_json:
        told = [{**line.says, "sha256": line.sha256} for line in lines]
        session.document(told)
    else:
        session.show(*rehearsal_list([line.says for line in lines], head_of(lines), session.lang))
    return 0


@command.command("verify")
@click.option("--head", metavar="SHA256")
@settings.project_option
@click.pass_obj
def verify(session: Session, head: str | None, project: Path | None) -> int:
    from migrate.io.chain import head_of
    from migrate.rehearsal.ledger import verify_ledger

    folder = settings.project_of(project).folder
    lines = verify_ledger(folder, folder / OUT, head=head)
    session.say("ledger-intact", lines=len(lines), head=head_of(lines))
    return 0
