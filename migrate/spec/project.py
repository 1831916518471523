"""A project: one municipality's migration, its gates and waivers (``migrate.yaml``)."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from migrate.errors import DefinitionErrors, Problem, UsageError
from migrate.spec import yamltext
from migrate.spec.library import PROJECT_FILE
from migrate.spec.shape import validated
from migrate.spec.words import Count, Day, Model, Name, Number


def _inside(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\\" in value or ":" in value:
        raise PydanticCustomError("D-VALUE-PATH", "expected a path inside the project")
    return value


class Gates(Model):
    """What still counts as 合格: residents quarantined, keys lost that a ``lost: fail`` control counts."""

    quarantined_resident: Number = 0
    lost_key: Number = 0


class Waiver(Model):
    """A total that others state (a trailer, a count sheet) and that need not agree: which, why, and who says so."""

    total: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    person: str = Field(min_length=1)


class Project(Model):
    """``migrate.yaml``. Names given on the command line replace those given here; ``as_of`` is YYYY-MM-DD."""

    municipality: str
    layout: Name
    source: Name | None = None
    profile: str | None = None
    as_of: Day | None = None
    window_minutes: Count | None = None
    count_sheet: Annotated[str, AfterValidator(_inside)] | None = None
    gates: Gates = Gates()
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project and the bytes it was read from, which are part of the run's identity."""

    project: Project
    folder: Path
    raw: bytes


def load_project(folder: Path) -> Loaded:
    """Read ``migrate.yaml``; UsageError if there is none, DefinitionErrors with every problem of it."""
    path = folder / PROJECT_FILE
    try:
        with path.open("rb") as file:
            raw = file.read(yamltext.MAX_BYTES + 1)
    except OSError:
        raise UsageError(Problem("U-PROJECT-FOLDER", {"folder": str(folder), "file": PROJECT_FILE})) from None
    try:
        document = yamltext.parse(path, raw)
    except yamltext.YamlRefusal as refusal:
        raise DefinitionErrors(Problem(refusal.code, refusal.facts, PROJECT_FILE, *refusal.mark)) from None
    if document.data in ({}, ""):
        raise DefinitionErrors(Problem("D-YAML-EMPTY", {}, PROJECT_FILE, 1, 1))
    result = validated(document, PROJECT_FILE, Project)
    if isinstance(result, list):
        raise DefinitionErrors(*result)
    return Loaded(result, folder, raw)
