"""``migrate check``: every definition file, proved without data."""

from collections.abc import Iterator
from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import DefinitionErrors, Problem
from migrate.spec.library import Library
from migrate.spec.load import load_layout


@click.command("check")
@settings.layout_option
@settings.project_option
@click.pass_obj
def command(session: Session, layout: str | None, project: Path | None) -> int:
    library, loaded = settings.open_library(project)
    if loaded and layout is None:
        own = loaded.project
        load_layout(library, own.layout, own.source, own.profile)
    systems = (layout,) if layout else library.systems()
    problems: dict[Problem, None] = {}
    proved = 0
    for system in systems:
        for source in _sources(library, system):
            proved += 1
            problems.update(dict.fromkeys(_problems(library, system, source)))
    if problems:
        raise DefinitionErrors(*problems)
    session.out.print(f"ok {len(systems)} layouts, {proved} sources")
    return 0


def _sources(library: Library, system: str) -> tuple[str | None, ...]:
    return (library.sources(system) if system in library.systems() else ()) or (None,)


def _problems(library: Library, system: str, source: str | None) -> Iterator[Problem]:
    from migrate.plan import word_problems

    try:
        load_layout(library, system, source, words=word_problems)
    except DefinitionErrors as errors:
        yield from errors.problems
