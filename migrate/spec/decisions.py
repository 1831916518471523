"""What an official sheet leaves open and a person decided (``layouts/<system>/import.yaml``)."""

from typing import Literal

from migrate.spec.system import Control, Reference, Sample, State, Unit
from migrate.spec.table import Check, Effect, Grade
from migrate.spec.words import Condition, Model, Name, YesNo


class FieldDecision(Model):
    """What the sheet does not say of one item. ``required`` reads the prose of a 条件付き必須; ``why`` becomes its
    note."""

    kind: str | None = None
    fixed: YesNo = False
    required: Condition | None = None
    noncalendar: YesNo = False
    secret: YesNo | None = None
    kosho: YesNo = False
    on_error: Effect | None = None
    gaiji: Literal["error", "alert"] | None = None
    why: str | None = None


class TableDecision(Model):
    """One group of the sheet: the name of its table, and what is added to it. ``fields`` by romaji."""

    name: Name
    doc: str | None = None
    folder: Name | None = None
    fields: dict[str, FieldDecision] = {}
    checks: tuple[Check, ...] = ()


class Decisions(Model):
    """Read by ``migrate layouts import`` and by nothing else. ``cite`` is the sheet's name in the ``source`` of items.

    ``tables`` by グループ_名称. What is left out is taken from the sheet, or from the folder's name.
    """

    cite: str | None = None
    ja: str | None = None
    number: str | None = None
    spec: str | None = None
    version: str | None = None
    grade: Grade = "P"
    source: str | None = None
    profile: str = "kihon-data-list"
    unit: Unit | None = None
    state: State | None = None
    tables: dict[str, TableDecision] = {}
    scopes: dict[str, tuple[Condition, ...]] = {}
    references: tuple[Reference, ...] = ()
    checks: tuple[Check, ...] = ()
    controls: tuple[Control, ...] = ()
    sample: Sample | None = None
