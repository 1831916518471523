"""A project: one municipality's migration, its gates and waivers (``migrate.yaml``)."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from migrate.errors import DefinitionErrors, Problem, UsageError
from migrate.spec import yamltext
from migrate.spec.library import PROJECT_FILE
from migrate.spec.shape import validated
from migrate.spec.table import Class
from migrate.spec.words import Count, Day, Model, Name, Number, YesNo


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
    """A total that others state (a trailer, a count sheet) and that need not agree: which, why, and who says so.

    ``total`` is ``<file>.<total>`` of a header or trailer (``kojin.records``, ``kojin.hash_sum:atena_no``), or
    ``counts.<name>`` of a line of the count sheet (``counts.tables.jumin``).
    """

    total: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    person: str = Field(min_length=1)


class Threshold(Model):
    """The most findings of one rule, one class or one severity that a go allows, in records; those that follow from
    another finding are not counted, and a class counts its errors and alerts."""

    rule: str | None = None
    class_: Class | None = Field(default=None, alias="class")
    severity: Literal["error", "alert"] | None = None
    most: Number = 0

    @property
    def what(self) -> str:
        """The gate as it is named."""
        return self.rule or self.class_ or self.severity or ""

    @model_validator(mode="after")
    def _one_thing(self) -> "Threshold":
        if sum(value is not None for value in (self.rule, self.class_, self.severity)) != 1:
            raise PydanticCustomError("D-GATE-WHAT", "expected one of rule, class, severity")
        return self


class GateWaiver(Model):
    """A gate of a go that need not hold: which (as ``migrate gate`` names it), why, who says so, and up to which 基準日
    of the run (YYYY-MM-DD)."""

    gate: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    person: str = Field(min_length=1)
    until: Day


class Go(Model):
    """What ``migrate gate`` asks of a run before it goes: the most records in quarantine, totals that do not agree
    (those waived in the run among them), whether the definitions must be the frozen ones, and whether every file must
    have a receipt that stands. The verdict and, where ``window_minutes`` is set, the time are always asked for."""

    findings: tuple[Threshold, ...] = ()
    quarantined: Number | None = None
    totals: Number | None = None
    frozen: YesNo = False
    received: YesNo = False
    waivers: tuple[GateWaiver, ...] = ()


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
    go: Go = Go()


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
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
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
