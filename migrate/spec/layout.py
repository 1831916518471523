"""What was loaded: one business system, and one vendor's side of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from migrate.errors import Problem
from migrate.spec import source as vendor
from migrate.spec.gaiji import Glyph
from migrate.spec.municipalities import MunicipalityRow
from migrate.spec.places import PlaceRow
from migrate.spec.reductions import Reduction
from migrate.spec.system import Profile, System
from migrate.spec.table import CodeValue, StandardTable
from migrate.spec.yamltext import Document, Path_

LegacyCode: TypeAlias = tuple[str, str]
"""(legacy code, values of the ``with`` fields joined by WITH_SEPARATOR)."""

WITH_SEPARATOR = "|"
SLOT = "no"
"""``<group>.no`` is the number of an OCCURS slot, from 1."""


@dataclass(frozen=True, slots=True)
class CodeMap:
    """Legacy code → standard code, and codes that the standard does not hold → what they may mean."""

    table: Mapping[LegacyCode, str]
    candidates: Mapping[LegacyCode, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceLayout:
    """One vendor's delivery. ``files`` in the order of ``source.yaml``; ``mappings`` by file name without ``.yaml``.

    ``code_maps`` by name; ``gaiji`` by character code in upper-case hexadecimal digits.
    ``places`` are the lines of its table of places.
    """

    source: vendor.Source
    files: Mapping[str, vendor.SourceFile]
    mappings: Mapping[str, vendor.Mapping]
    code_maps: Mapping[str, CodeMap]
    gaiji: Mapping[str, Glyph]
    places: tuple[PlaceRow, ...] = ()

    @property
    def encodings(self) -> frozenset[vendor.Encoding]:
        """Those that its files are in."""
        return frozenset(file.encoding or self.source.encoding for file in self.files.values())


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything the definition files say about one system, proved consistent.

    ``reductions`` by letter, for a profile that does not hold all letters. ``tables`` in load order; ``elsewhere`` are
    the tables of other systems that ``references`` name, by system and table. ``rule_places`` says for each of
    ``rules`` its file and its number there. ``documents`` holds each YAML file by its path in the library; ``digests``
    is the SHA-256 of every file used, by path, ``definition_hash`` that over all paths and bytes. ``municipalities``
    are the lines of the national list, where a word goes by it.
    """

    system: System
    profile: Profile
    reductions: Mapping[str, Reduction]
    tables: Mapping[str, StandardTable]
    elsewhere: Mapping[tuple[str, str], StandardTable]
    codes: Mapping[str, Mapping[str, CodeValue]]
    rules: tuple[vendor.CleansingRule, ...]
    rule_places: tuple[tuple[str, int], ...]
    source: SourceLayout | None
    documents: Mapping[str, Document] = field(repr=False)
    digests: Mapping[str, str] = field(repr=False)
    definition_hash: str
    municipalities: tuple[MunicipalityRow, ...] = ()

    @property
    def paths(self) -> "Paths":
        """Where its files are in the library."""
        return Paths(self.system.system, self.source.source.source if self.source else None)

    def problem(self, file: str, where: Path_, code: str, **facts: str) -> Problem:
        """A problem at one node of one file."""
        return problem_at(self.documents[file], file, where, code, **facts)


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths in the library of one system and, where there is one, one source."""

    system_name: str
    source_name: str | None = None

    @property
    def folder(self) -> str:
        """The system's folder."""
        return f"layouts/{self.system_name}"

    @property
    def system(self) -> str:
        """``system.yaml``."""
        return f"{self.folder}/system.yaml"

    def table(self, name: str) -> str:
        """A standard table."""
        return f"{self.folder}/{name}.yaml"

    def code_table(self, name: str) -> str:
        """A standard code table."""
        return f"{self.folder}/codes/{name}.csv"

    @property
    def source_folder(self) -> str:
        """The source's folder."""
        return f"{self.folder}/sources/{self.source_name}"

    @property
    def source(self) -> str:
        """``source.yaml``."""
        return f"{self.source_folder}/source.yaml"

    def file(self, name: str) -> str:
        """A source file's byte layout, or a mapping."""
        return f"{self.source_folder}/{name}.yaml"

    def code_map(self, name: str) -> str:
        """A code map."""
        return f"{self.source_folder}/codes/{name}.csv"

    @property
    def gaiji(self) -> str:
        """The gaiji table."""
        return f"{self.source_folder}/gaiji.csv"

    @property
    def places(self) -> str:
        """The table of places."""
        return f"{self.source_folder}/places.csv"

    def rules(self) -> tuple[str, str]:
        """The cleansing rules: for all systems, and for this one."""
        return "cleansing_rules/common.yaml", f"cleansing_rules/{self.system_name}.yaml"


def profile_path(name: str) -> str:
    """A physical form."""
    return f"layouts/profiles/{name}.yaml"


def reductions_path(name: str) -> str:
    """What is written for letters that a physical form does not hold."""
    return f"layouts/profiles/{name}.csv"


def problem_at(document: Document | None, file: str, where: Path_, code: str, **facts: str) -> Problem:
    """A problem at one node; at the head of the file if it is not YAML."""
    line, col = document.mark(where) if document else (1, 1)
    return Problem(code, facts, file, line, col)
