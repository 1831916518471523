"""Which files of a project can be read at all: one under a misspelt folder would be passed over in silence."""

import re
from collections.abc import Iterator

from migrate.spec import municipalities
from migrate.spec.library import Library

DEFINITIONS = (".yaml", ".yml", ".csv")
NAME = r"[^/]+"


def unread_files(library: Library) -> Iterator[str]:
    """Definition files of the project, by their path in it, that no system and no source can name."""
    if library.project is None:
        return
    known = re.compile("|".join(_places(library)))
    for top in ("layouts", "cleansing_rules"):
        for file in sorted((library.project / top).rglob("*")):
            path = file.relative_to(library.project).as_posix()
            if file.suffix in DEFINITIONS and "/." not in path and not known.fullmatch(path):
                yield path


def _places(library: Library) -> Iterator[str]:
    """Patterns of the paths that are read."""
    yield r"cleansing_rules/common\.yaml"
    yield re.escape(municipalities.PATH)
    yield rf"layouts/profiles/({NAME}\.yaml|({'|'.join(map(re.escape, library.profiles()))})\.csv)"
    for system in library.systems():
        folder = f"layouts/{re.escape(system)}"
        yield rf"cleansing_rules/{re.escape(system)}\.yaml"
        yield rf"{folder}/({NAME}\.yaml|codes/{NAME}\.csv)"
        for source in library.sources(system):
            yield rf"{folder}/sources/{re.escape(source)}/({NAME}\.yaml|codes/{NAME}\.csv|(gaiji|places)\.csv)"
