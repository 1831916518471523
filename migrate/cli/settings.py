"""What a command works on: the command line first, then ``migrate.yaml``, then what there is only one of."""

import fnmatch
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from migrate.cli.overlay import unread_files
from migrate.errors import DefinitionErrors, EnvironmentTrouble, Problem, UsageError
from migrate.spec.layout import Layout
from migrate.spec.library import Library, project_folder
from migrate.spec.load import load_layout
from migrate.spec.project import Loaded, load_project

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

layout_option = click.option("--layout", metavar="NAME")
source_option = click.option("--source", metavar="NAME")
profile_option = click.option("--profile", metavar="NAME")
project_option = click.option("--project", metavar="DIR", type=click.Path(path_type=Path))
references_option = click.option(
    "--reference", "references", type=click.Path(path_type=Path), metavar="RUN", multiple=True
)
as_of_option = click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD")
person_option = click.option("--person", metavar="TEXT", required=True)
at_option = click.option("--at", metavar="YYYY-MM-DDTHH:MM|now", required=True)
json_option = click.option("--json", "as_json", is_flag=True)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which definitions to use; ``project`` is the project that the command runs in, if any."""

    library: Library
    project: Loaded | None
    system: str
    source: str | None
    profile: str | None

    @property
    def home(self) -> Path:
        """The folder of the project; UsageError where the command runs in none."""
        if self.project is None:
            raise UsageError(Problem("U-PROJECT-NEEDED"))
        return self.project.folder

    def load(self) -> Layout:
        """The layout, its words proved."""
        from migrate.plan import word_problems

        return load_layout(self.library, self.system, self.source, self.profile, words=word_problems)


def open_library(folder: Path | None) -> tuple[Library, Loaded | None]:
    """The definition files, with those of the project given or stood in; DefinitionErrors for files never read."""
    found = project_folder(folder)
    library = Library(found)
    if unread := tuple(unread_files(library)):
        raise DefinitionErrors(*(Problem("U-FILE-UNREAD", file=path) for path in unread))
    return library, load_project(found) if found else None


def project_of(folder: Path | None) -> Loaded:
    """The project given or stood in; UsageError where there is none."""
    return load_project(project_folder(folder or Path()) or Path())


def choose(
    folder: Path | None,
    layout: str | None,
    source: str | None,
    profile: str | None = None,
    *,
    inputs: Path | None = None,
) -> Chosen:
    """System and source of a command that needs both; UsageError where one is not clear.

    A system with several sources is clear where the files in ``inputs`` are all that just one of them requires.
    """
    library, project = open_library(folder)
    if project and layout in (None, project.project.layout):
        layout = project.project.layout
        source = source or project.project.source
        profile = profile or project.project.profile
    if layout is None:
        raise UsageError(Problem("U-LAYOUT-MISSING", {"known": ", ".join(library.systems())}))
    return Chosen(library, project, layout, source or _only_source(library, layout, inputs), profile)


def _only_source(library: Library, layout: str, inputs: Path | None) -> str | None:
    if layout not in library.systems():
        return None  # loading says so, and what is near
    known = library.sources(layout)
    fitting = known if len(known) < 2 or inputs is None else _complete(library, layout, inputs)
    if len(fitting) != 1:
        raise UsageError(Problem("U-SOURCE-MISSING", {"layout": layout, "known": ", ".join(known)}))
    return fitting[0]


def _complete(library: Library, layout: str, inputs: Path) -> tuple[str, ...]:
    """Sources of which no required file is missing."""
    names = [path.name for path in inputs.rglob("*") if path.is_file()] if inputs.is_dir() else []
    found = []
    for name in library.sources(layout):
        source = load_layout(library, layout, name).source
        patterns = [entry.pattern for entry in source.source.files if entry.required] if source else []
        if patterns and all(fnmatch.filter(names, pattern) for pattern in patterns):
            found.append(name)
    return tuple(found)


def layout_of(folder: Path | None, report: Mapping[str, Any]) -> Layout:
    """The definitions of a run that was made earlier, as they are now."""
    return choose(folder, report["layout"], report["source"], report["profile"]).load()


@contextmanager
def unlocked(out: Path) -> Iterator[None]:
    """EnvironmentTrouble where another command works in ``out``."""
    from migrate.io.publish import Locked

    try:
        yield
    except Locked:
        raise EnvironmentTrouble(Problem("E-LOCKED", {"folder": str(out)})) from None


def existing_folder(folder: Path, option: str) -> Path:
    """The folder, if it is one."""
    if folder.is_dir():
        return folder
    code = "U-FOLDER-KIND" if folder.exists() else "U-FOLDER-MISSING"
    raise UsageError(Problem(code, {"folder": str(folder), "option": option}))


def free_file(file: Path) -> None:
    """UsageError where the name of a file to be written is taken."""
    if file.exists():
        raise UsageError(Problem("U-FILE-THERE", {"file": str(file)}))


def private_file(file: Path, content: bytes) -> None:
    """Write a file that holds personal data: 0600, and never over one that is there."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise UsageError(Problem("U-FILE-THERE", {"file": str(file)})) from None
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)


def empty_folder(folder: Path, option: str) -> Path:
    """A folder that is not there yet, or has nothing in it."""
    if folder.exists() and any(existing_folder(folder, option).iterdir()):
        raise UsageError(Problem("U-FOLDER-FILLED", {"folder": str(folder), "option": option}))
    return folder
