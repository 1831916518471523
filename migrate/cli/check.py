"""``migrate check``: every definition file, proved without data."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import DefinitionErrors, Problem
from migrate.report.texts import text
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.spec.project import Loaded
from migrate.spec.waivers import waiver_problems

Case: TypeAlias = tuple[str, str | None, str | None]
"""System, source, profile: what is loaded together."""


@click.command("check")
@settings.layout_option
@settings.project_option
@click.pass_obj
def command(session: Session, layout: str | None, project: Path | None) -> int:
    library, loaded = settings.open_library(project)
    cases = dict.fromkeys(_cases(library, loaded, layout))
    problems = {str(problem): problem for case in cases for problem in _problems(library, case)}
    if loaded and not problems and layout in (None, loaded.project.layout):
        problems = {str(problem): problem for problem in _gate_problems(library, loaded)}
    if problems:
        raise DefinitionErrors(*problems.values())
    systems = {system for system, _, _ in cases}
    sources = {(system, source) for system, source, _ in cases if source}
    profiles = {profile for _, _, profile in cases if profile}
    told = {"systems": len(systems), "sources": len(sources), "profiles": len(profiles)}
    session.out.print(text("checked", session.lang, **told), soft_wrap=True)
    return 0


def _cases(library: Library, loaded: Loaded | None, only: str | None) -> Iterator[Case]:
    """Each source of each system, each profile once, and what the project asks for."""
    systems = (only,) if only else library.systems()
    for system in systems:
        sources = library.sources(system) if system in library.systems() else ()
        yield from ((system, source, None) for source in sources or (None,))
    yield from ((systems[0], None, profile) for profile in library.profiles())
    if loaded and only in (None, loaded.project.layout):
        yield loaded.project.layout, loaded.project.source, loaded.project.profile


def _problems(library: Library, case: Case) -> Iterator[Problem]:
    from migrate.plan import word_problems

    system, source, profile = case
    try:
        load_layout(library, system, source, profile, words=word_problems)
    except DefinitionErrors as errors:
        yield from errors.problems


def _gate_problems(library: Library, loaded: Loaded) -> Iterator[Problem]:
    from migrate.rehearsal.gates import gate_problems

    said = loaded.project
    layout = load_layout(library, said.layout, said.source, said.profile)
    yield from gate_problems(said, layout)
    yield from waiver_problems(said, layout)
