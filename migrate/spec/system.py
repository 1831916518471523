"""A business system (``system.yaml``): tables in load order, unit of quarantine, scopes, checks across, controls."""

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from migrate.repertoire import Repertoire
from migrate.spec.table import Check, Grade
from migrate.spec.words import Condition, Count, Model, Name, Texts, Word, YesNo


class Unit(Model):
    """What is quarantined whole: every row of every table that shares this key (a person, a parcel)."""

    key: Name
    ja: str


class State(Model):
    """Where the unit's present state stands: the row of ``table`` with the greatest ``latest``."""

    table: Name
    latest: Name


class Part(Model):
    """Columns of a table that a run of another system delivered: ``fields`` of ``table`` of ``system``."""

    system: Name
    table: Name
    fields: Texts = Field(min_length=1)


class Reference(Model):
    """What other systems delivered and this one looks up: the union of its parts, one run for each system.

    Checks call it by ``name`` in place of a table. It is there when a run of every part is given
    (``migrate run --reference``). One that is ``required`` must be; the checks of another are left out without it, and
    the run says so. With ``distinct: yes`` no key may stand in two parts (``F-REF-SHARED``),
    whether or not this system uses it.
    """

    name: Name
    ja: str
    parts: tuple[Part, ...] = Field(min_length=1)
    required: YesNo = True
    distinct: YesNo = False
    why: str


class Control(Model):
    """Something both sides must agree on. ``control`` is a word; ``lost: fail`` makes any loss a verdict of 不合格.

    ``about`` says what is counted: the report shows it with the people, the households, or the amounts.
    """

    name: str
    control: Word
    lost: Literal["fail", "report"] = "report"
    about: Literal["people", "households", "amounts"] | None = None
    why: str


class SampleRows(Condition):
    """Delivered rows of ``table`` that a unit must have to belong to a stratum: those that the condition holds for (all
    of them without one), with ``latest: yes`` only its present row, with ``gaiji: yes`` only rows in which a letter of
    ``gaiji.csv`` stands.

    At least ``at_least`` of them. With ``group`` such rows of all units that share its value are counted (a household),
    with ``kinds`` the different values of that item among them. ``most: yes`` draws the units with the most rows.
    """

    table: Name
    latest: YesNo = False
    gaiji: YesNo = False
    group: Name | None = None
    kinds: Name | None = None
    at_least: Count = 1
    most: YesNo = False


class Stratum(Model):
    """Units that a sample is drawn from: those that every entry of ``of`` holds for. Or ``cannot`` says why the items
    of this system do not tell them; then they are listed as left out."""

    name: str
    of: tuple[SampleRows, ...] = ()
    cannot: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Stratum":
        if bool(self.of) == bool(self.cannot):
            raise PydanticCustomError("D-SAMPLE-ONE", "expected exactly one of: of, cannot")
        return self


class ProtectedBy(Model):
    """Another ``system`` that knows who is under protection, where a run of it is referred to (``references``): whoever
    has a row in its ``protected`` tables, delivered or taken out. Spared are the units of that number, and those with a
    row in which one of the items ``named_in`` (lists by table) holds it: co-owners, say."""

    system: Name
    named_in: dict[Name, Texts] = {}


class Sample(Model):
    """What ``migrate sample`` draws records from, to be compared by two people (突合). Units that have a row in a
    ``protected`` table (支援措置), or that another system protects, are never drawn, nor sampled in the report."""

    protected: Texts = ()
    protected_by: tuple[ProtectedBy, ...] = ()
    strata: tuple[Stratum, ...]


class System(Model):
    """One business system of the standard (``layouts/<system>/system.yaml``)."""

    system: Name
    ja: str
    number: str
    spec: str
    version: str
    grade: Grade
    source: str
    profile: str
    unit: Unit
    state: State | None = None
    tables: Texts
    scopes: dict[str, tuple[Condition, ...]] = {}
    references: tuple[Reference, ...] = ()
    checks: tuple[Check, ...] = ()
    controls: tuple[Control, ...] = ()
    sample: Sample | None = None

    @property
    def protected(self) -> Texts:
        """Tables whose units are people under protection: the report follows them key by key."""
        return self.sample.protected if self.sample else ()

    @property
    def protected_by(self) -> tuple[ProtectedBy, ...]:
        """Other systems that know whom to spare."""
        return self.sample.protected_by if self.sample else ()


class Profile(Model):
    """The physical form of the exchange files (``layouts/profiles/<name>.yaml``).

    ``private_use`` are the areas of private use characters that the receiving system holds letters in; any other such
    character in an item of type N is an error. ``repertoire`` are the letters that it holds at all; what is written for
    another letter (縮退) stands in the table ``layouts/profiles/<name>.csv``.
    """

    profile: str
    ja: str
    grade: Grade
    source: str
    encoding: Literal["utf-8", "utf-8-bom", "cp932"]
    repertoire: Repertoire = "unicode"
    delimiter: str
    quote: Literal["necessary", "always"]
    header: Literal["romaji", "ja", "none"]
    newline: Literal["crlf", "lf"]
    file_name: str
    date: Literal["YYYY-MM-DD", "YYYYMMDD"]
    unknown_date: Literal["zero_parts", "empty"]
    open_start: str
    open_end: str
    private_use: tuple[Literal["plane15", "plane16"], ...] = ()
