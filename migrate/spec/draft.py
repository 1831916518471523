"""What could be read of the definition files, before it is known to be consistent."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.errors import Problem
from migrate.spec.gaiji import Glyph
from migrate.spec.layout import CodeMap, Paths, problem_at
from migrate.spec.municipalities import MunicipalityRow
from migrate.spec.places import PlaceRow
from migrate.spec.reductions import Reduction
from migrate.spec.source import CleansingRule, Encoding, Mapping, Source, SourceFile
from migrate.spec.system import Profile, System
from migrate.spec.table import CodeValue, StandardTable
from migrate.spec.yamltext import Document, Path_


@dataclass(frozen=True, slots=True)
class MapRow:
    """One line of a code map; ``with_`` are the values of the further fields, joined.

    ``to`` is empty where the standard does not hold the code and ``candidates`` says what it may mean.
    """

    line: int
    from_: str
    with_: str
    to: str
    candidates: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """The parts by name. None stands for a part whose file is there but broken: nothing is concluded from it."""

    paths: Paths
    system: System | None = None
    profile: Profile | None = None
    profile_name: str = ""
    profiles: tuple[str, ...] = ()
    tables: dict[str, StandardTable | None] = field(default_factory=dict)
    systems: tuple[str, ...] = ()
    elsewhere: dict[tuple[str, str], StandardTable | None] = field(default_factory=dict)
    codes: dict[str, dict[str, CodeValue] | None] = field(default_factory=dict)
    rules: tuple[tuple[str, int, CleansingRule], ...] = ()
    source: Source | None = None
    files: dict[str, SourceFile | None] = field(default_factory=dict)
    mappings: dict[str, Mapping | None] = field(default_factory=dict)
    maps: dict[str, tuple[MapRow, ...] | None] = field(default_factory=dict)
    gaiji: dict[str, Glyph] = field(default_factory=dict)
    places: tuple[PlaceRow, ...] = ()
    municipalities: tuple[MunicipalityRow, ...] = ()
    reductions: dict[str, Reduction] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)

    def problem(self, file: str, where: Path_, code: str, **facts: str) -> Problem:
        """A problem at one node of one file."""
        return problem_at(self.documents.get(file), file, where, code, **facts)

    def sound_tables(self) -> Iterator[tuple[str, StandardTable]]:
        """Each table that could be read, with its path."""
        yield from ((self.paths.table(name), table) for name, table in self.tables.items() if table)

    def sound_files(self) -> Iterator[tuple[str, SourceFile]]:
        """Each source file's layout that could be read, with its path."""
        yield from ((self.paths.file(name), file) for name, file in self.files.items() if file)

    def encodings(self) -> set[Encoding]:
        """Those that the source's files are in."""
        own = {file.encoding or (self.source.encoding if self.source else None) for _, file in self.sound_files()}
        return {encoding for encoding in own if encoding}

    def sound_mappings(self) -> Iterator[tuple[str, Mapping]]:
        """Each mapping that could be read, with its path."""
        yield from ((self.paths.file(name), mapping) for name, mapping in self.mappings.items() if mapping)

    def code_map(self, name: str) -> CodeMap:
        """One code map as a look-up."""
        rows = self.maps[name] or ()
        return CodeMap(
            {(row.from_, row.with_): row.to for row in rows if row.to},
            {(row.from_, row.with_): row.candidates for row in rows if not row.to},
        )
