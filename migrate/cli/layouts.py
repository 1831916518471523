"""``migrate layouts``: what can be migrated, from what, and into which form; below it, ``import``."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from migrate.cli import layouts_import, settings
from migrate.cli.session import Session
from migrate.errors import Lang
from migrate.report.tables import grid
from migrate.report.texts import text
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout


@click.group("layouts", invoke_without_command=True)
@settings.project_option
@click.pass_context
def command(context: click.Context, project: Path | None) -> int:
    if context.invoked_subcommand:
        return 0
    session: Session = context.obj
    library, _ = settings.open_library(project)
    systems = [load_layout(library, name) for name in library.systems()]
    for table in (
        _systems(systems, session.lang),
        _tables(systems, session.lang),
        _sources(library, systems, session.lang),
        _profiles(library, systems, session.lang),
    ):
        session.sheet(table)
    session.show(Text(text("grades", session.lang)))
    return 0


command.add_command(layouts_import.command)


def _systems(systems: Iterable[Layout], lang: Lang) -> Table:
    table = grid(lang, "system", "ja", "grade", "version", "origin", title=text("systems", lang))
    for layout in systems:
        system = layout.system
        table.add_row(system.system, system.ja, system.grade, system.version, system.source)
    return table


def _tables(systems: Iterable[Layout], lang: Lang) -> Table:
    table = grid(lang, "table", "ja", ">fields", "grade", title=text("standard-tables", lang))
    for layout in systems:
        for standard in layout.tables.values():
            grades = "/".join(dict.fromkeys(sorted(field.grade for field in standard.fields)))
            table.add_row(f"{layout.system.system}.{standard.table}", standard.ja, str(len(standard.fields)), grades)
    return table


def _sources(library: Library, systems: Iterable[Layout], lang: Lang) -> Table:
    table = grid(lang, "source", "ja", ">files", "encoding", "owner", title=text("sources", lang))
    for layout in _with_sources(library, systems):
        assert layout.source is not None
        source = layout.source.source
        name = f"{layout.system.system}/{source.source}"
        table.add_row(name, source.ja, str(len(source.files)), source.encoding, source.owner)
    return table


def _with_sources(library: Library, systems: Iterable[Layout]) -> Iterator[Layout]:
    for layout in systems:
        for source in library.sources(layout.system.system):
            yield load_layout(library, layout.system.system, source)


def _profiles(library: Library, systems: Iterable[Layout], lang: Lang) -> Table:
    table = grid(lang, "profile", "ja", "grade", "origin", title=text("profiles", lang))
    some = next(iter(systems), None)
    for name in library.profiles() if some else ():
        assert some is not None
        profile = load_layout(library, some.system.system, profile=name).profile
        table.add_row(name, profile.ja, profile.grade, profile.source)
    return table
