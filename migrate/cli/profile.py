"""``migrate profile``: what a delivery is, layout or not; with ``--draft`` a first layout of an undocumented file."""

from collections.abc import Iterable
from pathlib import Path

import click
from rich.table import Table

from migrate.cli import settings
from migrate.cli.progress import progress_of
from migrate.cli.session import Session
from migrate.errors import Problem, UsageError
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout


@click.command("profile")
@click.argument("path", type=click.Path(path_type=Path))
@settings.layout_option
@settings.source_option
@settings.project_option
@click.option("--draft", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--excel", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@settings.json_option
@click.pass_obj
def command(
    session: Session,
    path: Path,
    layout: str | None,
    source: str | None,
    project: Path | None,
    draft: Path | None,
    excel: Path | None,
    as_json: bool,
) -> int:
    from migrate.inventory.profile import profile
    from migrate.report.inventory import profile_tables
    from migrate.report.workbook import inventory_sheets, write_workbook

    files = files_below(path)
    if draft is not None:
        return _draft(session, files, draft)
    if layout is not None:
        layouts = [settings.choose(project, layout, source, inputs=path).load()]
    else:
        layouts = list(_all_layouts(settings.open_library(project)[0]))
    with progress_of(session) as progress:
        document = profile(files, layouts, progress)
    if excel is not None:
        write_workbook(excel, inventory_sheets(document, session.lang))
        session.say("excel-done", file=excel)
    if as_json:
        session.document(document)
    else:
        for part in profile_tables(document, session.lang):
            if isinstance(part, Table):
                session.sheet(part)
            else:
                session.show(part)
    return 0


def files_below(path: Path) -> list[tuple[str, Path]]:
    """Names to show and paths of every file in the folder, or of the one file."""
    if path.is_file():
        return [(path.name, path)]
    settings.existing_folder(path, "PATH")
    found = sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
    return [(one.relative_to(path).as_posix(), one) for one in found]


def _all_layouts(library: Library) -> Iterable[Layout]:
    for system in library.systems():
        for source in library.sources(system):
            yield load_layout(library, system, source)


def _draft(session: Session, files: list[tuple[str, Path]], draft: Path) -> int:
    from migrate.inventory.draft_file import draft_text, layout_name
    from migrate.inventory.profile import fixed_shape, sample_fields

    if len(files) != 1:
        raise UsageError(Problem("U-DRAFT-ONE", {"count": str(len(files))}))
    name, path = files[0]
    encoding, shape = fixed_shape(path)
    if shape is None:
        raise UsageError(Problem("U-DRAFT-KIND", {"file": name}))
    fields, types, looked = sample_fields(path, encoding, shape)
    made = draft_text(path, layout_name(draft), shape, fields, types, looked)
    try:
        with draft.open("x", encoding="utf-8", newline="\n") as file:
            file.write(made)
    except FileExistsError:
        raise UsageError(Problem("U-FILE-THERE", {"file": str(draft)})) from None
    session.say("draft-done", file=draft, fields=len(fields), length=shape.length, records=f"{looked:,}")
    return 0
