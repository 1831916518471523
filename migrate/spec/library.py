"""Where definition files are found: those that came with the tool, overlaid path by path by a project's own."""

import fnmatch
import re
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from migrate.errors import DefinitionErrors, Problem, UsageError

PROJECT_FILE = "migrate.yaml"
SAFE_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]*")


def bundled_root() -> Path:
    """The folder of ``layouts/`` and ``cleansing_rules/``: inside an installed package, beside it in a checkout."""
    package = Path(str(files("migrate")))
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent


def project_folder(given: Path | None) -> Path | None:
    """The folder given, else the current one if it is a project, else None; UsageError if ``given`` is no project."""
    folder = given if given is not None else Path.cwd()
    if (folder / PROJECT_FILE).is_file():
        return folder
    if given is not None:
        raise UsageError(Problem("U-PROJECT-FOLDER", {"folder": str(given), "file": PROJECT_FILE}))
    return None


@dataclass(frozen=True, slots=True)
class Library:
    """Definition files by their path below ``layouts/`` or ``cleansing_rules/``, written with ``/``.

    A file of the project replaces the bundled file of the same path whole. Every method raises DefinitionErrors for a
    path with a name that is not of small letters, digits, ``_``, ``.`` and ``-``, or that leads out of its folder.
    """

    project: Path | None = None
    bundled: Path = field(default_factory=bundled_root)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders looked into, the first one wins."""
        return (self.project, self.bundled) if self.project else (self.bundled,)

    def find(self, path: str) -> Path | None:
        """The file that counts for ``path``; None if there is none."""
        _refuse_name(path)
        for root in self.roots:
            file = root / path
            if file.is_symlink() or file.exists():
                _refuse_outside(root, file, path)
                if not file.is_file():
                    raise DefinitionErrors(Problem("D-PATH-KIND", file=path))
                return file
        return None

    def listing(self, folder: str, pattern: str) -> tuple[str, ...]:
        """Names in ``folder`` that match the glob, of all roots together, sorted; hidden files are left out."""
        _refuse_name(folder)
        names: set[str] = set()
        for root in self.roots:
            if (root / folder).is_dir():
                _refuse_outside(root, root / folder, folder)
                names.update(entry.name for entry in (root / folder).iterdir() if not entry.name.startswith("."))
        return tuple(sorted(name for name in names if fnmatch.fnmatchcase(name, pattern)))

    def systems(self) -> tuple[str, ...]:
        """Business systems, by the name of their folder."""
        return tuple(name for name in self._named("layouts") if self.find(f"layouts/{name}/system.yaml"))

    def sources(self, system: str) -> tuple[str, ...]:
        """Legacy vendors of a system, by the name of their folder."""
        folder = f"layouts/{system}/sources"
        return tuple(name for name in self._named(folder) if self.find(f"{folder}/{name}/source.yaml"))

    def profiles(self) -> tuple[str, ...]:
        """Physical forms of exchange files, by name."""
        return tuple(name.removesuffix(".yaml") for name in self.listing("layouts/profiles", "*.yaml"))

    def _named(self, folder: str) -> tuple[str, ...]:
        return tuple(name for name in self.listing(folder, "*") if SAFE_NAME.fullmatch(name))


def _refuse_name(path: str) -> None:
    for part in path.split("/"):
        if not SAFE_NAME.fullmatch(part):
            raise DefinitionErrors(Problem("D-PATH-NAME", {"name": part}, file=path))


def _refuse_outside(root: Path, file: Path, path: str) -> None:
    try:
        target = file.resolve()
    except (OSError, RuntimeError):  # links that lead in a circle
        raise DefinitionErrors(Problem("D-PATH-OUTSIDE", file=path)) from None
    if not target.is_relative_to(root.resolve()):
        raise DefinitionErrors(Problem("D-PATH-OUTSIDE", file=path))
