"""``migrate verify``: is a run folder as it was made?"""

from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import Problem, UsageError
from migrate.report.texts import text


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path))
@settings.json_option
@click.pass_obj
def command(session: Session, folder: Path, as_json: bool) -> int:
    from migrate.io.publish import MANIFEST, TIMINGS, verify
    from migrate.io.sealed import REPORT

    settings.existing_folder(folder, "FOLDER")
    folder = folder.resolve()
    if not any((folder / name).exists() for name in (MANIFEST, TIMINGS, REPORT)):
        raise UsageError(Problem("U-RUN-FOLDER", {"folder": str(folder)}))
    differences = verify(folder)
    if as_json:
        found = [{"what": what, "file": file} for what, file in differences]
        document = {"schema": "migrate.verify/1", "run_id": folder.name, "intact": not found, "differences": found}
        session.document(document)
        return 1 if differences else 0
    for what, file in differences:
        session.out.print(f"{file}: {text(f'verify-{what}', session.lang)}", soft_wrap=True)
    if not differences:
        session.out.print(text("verify-intact", session.lang, folder=folder.name), soft_wrap=True)
    return 1 if differences else 0
