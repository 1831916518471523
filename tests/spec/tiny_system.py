"""A system of two tables and one source, small enough to break in a hundred ways."""

import shutil
from pathlib import Path

from migrate.errors import MigrateError, Problem
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.spec.project import load_project

TINY = Path(__file__).parent / "tiny"
SOURCE = Path("layouts/tiny/sources/alpha")


def copy_to(folder: Path) -> Path:
    """A project of its own, to be changed."""
    return Path(shutil.copytree(TINY, folder / "project"))


def load(project: Path) -> Layout:
    """The whole of it, with nothing bundled beneath."""
    return load_layout(Library(project, bundled=project / "nothing"), "tiny", "alpha")


def problems(project: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with the project and its definitions."""
    found: tuple[Problem, ...] = ()
    for step in (load_project, load):
        try:
            step(project)
        except MigrateError as error:
            found += error.problems
    return found


def path_of(name: str) -> Path:
    """Where the file of this name belongs; beside the source's files if there is none."""
    known = {path.name: path.relative_to(TINY) for path in sorted(TINY.rglob("*")) if path.is_file()}
    return known.get(name, SOURCE / name)
