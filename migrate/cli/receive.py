"""``migrate receive``: the ledger of files received (受領台帳)."""

from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.run_options import INPUT
from migrate.cli.session import Session
from migrate.errors import Problem, UsageError


@click.command("receive")
@click.argument("files", type=click.Path(path_type=Path), metavar="FILE", nargs=-1, required=True)
@click.option("--sender", metavar="TEXT", required=True)
@settings.at_option
@settings.as_of_option
@click.option("--supersedes", metavar="NAME", multiple=True)
@settings.project_option
@click.pass_obj
def command(
    session: Session,
    files: tuple[Path, ...],
    sender: str,
    at: str,
    as_of: object,
    supersedes: tuple[str, ...],
    project: Path | None,
) -> int:
    from migrate.rehearsal.moment import Moment
    from migrate.rehearsal.receipts import Sent, receive_files

    loaded = settings.project_of(project)
    for file in files:
        if not file.is_file():
            raise UsageError(Problem("U-RECEIPT-FILE", {"file": str(file)}))
    day = f"{as_of:%Y-%m-%d}" if as_of else loaded.project.as_of
    sent = Sent(sender, day, supersedes)
    lines = receive_files(loaded.folder, loaded.folder / INPUT, files, sent, Moment.parse(at))
    for line in lines:
        session.say("received", file=line.says["file"], bytes=f"{line.says['bytes']:,}", sha256=line.says["sha256"])
    session.say("received-count", new=len(lines), known=len(files) - len(lines))
    return 0
