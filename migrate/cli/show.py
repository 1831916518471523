"""``migrate show``: a standard table or a source file as a sheet."""

from pathlib import Path
from typing import NoReturn

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import GUESS, Problem, UsageError, nearest
from migrate.report.sheets import source_sheets, standard_sheet
from migrate.spec.library import Library
from migrate.spec.load import load_layout


@click.command("show")
@click.argument("name")
@settings.project_option
@click.pass_obj
def command(session: Session, name: str, project: Path | None) -> int:
    library, _ = settings.open_library(project)
    if "/" in name:
        system, source, file = (*name.split("/"), "", "")[:3]
        layout = load_layout(library, system, source)
        if layout.source is None or file not in layout.source.files:
            unknown(name, [f"{system}/{source}/{known}" for known in (layout.source.files if layout.source else ())])
        for sheet in source_sheets(layout.source, file, session.lang):
            session.sheet(sheet)
        return 0
    system, _, table = name.partition(".")
    layout = load_layout(library, system)
    if table not in layout.tables:
        unknown(name, [f"{system}.{known}" for known in layout.tables] + _files(library, system))
    session.sheet(standard_sheet(layout.tables[table], session.lang))
    return 0


def _files(library: Library, system: str) -> list[str]:
    layouts = [load_layout(library, system, source) for source in library.sources(system)]
    return [f"{system}/{one.source.source.source}/{file}" for one in layouts if one.source for file in one.source.files]


def unknown(name: str, known: list[str]) -> NoReturn:
    """Say what there is instead."""
    facts = {"name": name, "known": ", ".join(known), GUESS: nearest(name, known)}
    raise UsageError(Problem("U-SHOW-UNKNOWN", facts))
