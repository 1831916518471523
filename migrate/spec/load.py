"""Loads one system and one vendor's side of it; all problems are collected before any is raised."""

from collections.abc import Callable, Iterable

from migrate.errors import GUESS, DefinitionErrors, Problem, UsageError, nearest
from migrate.spec import csvtext, municipalities
from migrate.spec.draft import Draft, MapRow
from migrate.spec.gaiji import gaiji_table
from migrate.spec.layout import WITH_SEPARATOR, Layout, Paths, SourceLayout, profile_path, reductions_path
from migrate.spec.library import Library
from migrate.spec.places import place_table
from migrate.spec.reader import Reader
from migrate.spec.reductions import reductions
from migrate.spec.semantics import problems_of
from migrate.spec.source import CleansingRule, Mapping, Source, SourceFile
from migrate.spec.system import Profile, System
from migrate.spec.table import CodeValue, StandardTable
from migrate.spec.uses import word_uses

NO_TABLES = ("system", "import")
"""Files beside the standard tables: ``import.yaml`` is what ``migrate layouts import`` was told."""


def load_layout(
    library: Library,
    system: str,
    source: str | None = None,
    profile: str | None = None,
    *,
    words: Callable[[Layout], Iterable[Problem]] = lambda layout: (),
) -> Layout:
    """Everything the definition files say about ``system``, with ``source`` if one is named.

    ``profile`` replaces the one that ``system.yaml`` names. ``words`` may find further problems in files that could all
    be read, to be reported with the others; the layout it gets need not be consistent. Raises UsageError for a name
    that the library does not have, DefinitionErrors with every problem of every file otherwise.
    """
    _known("U-SYSTEM-UNKNOWN", system, library.systems())
    if source is not None:
        _known("U-SOURCE-UNKNOWN", source, library.sources(system))
    if profile is not None:
        _known("U-PROFILE-UNKNOWN", profile, library.profiles())
    reader = Reader(library)
    draft = Draft(Paths(system, source), documents=reader.documents)
    _read_standard(reader, draft, profile)
    if source is not None:
        _read_source(reader, draft)
    problems = list(problems_of(draft))
    layout = _layout(draft, reader)
    if layout and not reader.problems and _asks_for_municipalities(layout):
        _read_municipalities(reader, draft)
        layout = _layout(draft, reader)
    if layout and not reader.problems:
        problems += words(layout)
    problems += reader.problems
    if problems or not layout:
        raise DefinitionErrors(*problems)
    return layout


def load_profile(library: Library, name: str) -> Profile:
    """One physical form by name. DefinitionErrors where there is none, or where it is wrong."""
    reader = Reader(library)
    profile = reader.model(profile_path(name), Profile)
    if profile is None:
        raise DefinitionErrors(*reader.problems)
    return profile


def _known(code: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise UsageError(Problem(code, {"name": name, "known": ", ".join(known), GUESS: nearest(name, known)}))


def _read_standard(reader: Reader, draft: Draft, profile: str | None) -> None:
    paths = draft.paths
    draft.system = reader.model(paths.system, System)
    for name in reader.names(paths.folder, "*.yaml"):
        if name not in NO_TABLES:
            draft.tables[name] = reader.model(paths.table(name), StandardTable)
    _read_elsewhere(reader, draft)
    for name in reader.names(f"{paths.folder}/codes", "*.csv"):
        rows = reader.table(paths.code_table(name), header=csvtext.CODES, key=("code",))
        draft.codes[name] = None if rows is None else {row.cells["code"]: CodeValue(**row.cells) for row in rows}
    draft.rules = tuple(
        (path, i, rule) for path in paths.rules() for i, rule in enumerate(reader.models(path, CleansingRule))
    )
    draft.profiles = reader.library.profiles()
    draft.profile_name = profile or (draft.system.profile if draft.system else "")
    if draft.profile_name in draft.profiles:
        draft.profile = reader.model(profile_path(draft.profile_name), Profile)
        _read_reductions(reader, draft)


def _read_reductions(reader: Reader, draft: Draft) -> None:
    path = reductions_path(draft.profile_name)
    if draft.profile and reader.find(path):
        rows = reader.table(path, header=csvtext.REDUCTIONS, key=("text",))
        draft.reductions, problems = reductions(path, rows or (), draft.profile.repertoire)
        reader.problems += problems


def _read_elsewhere(reader: Reader, draft: Draft) -> None:
    """The tables of other systems that references name, as far as there are such tables."""
    draft.systems = reader.library.systems()
    for part in (part for reference in draft.system.references for part in reference.parts) if draft.system else ():
        path = Paths(part.system).table(part.table)
        if part.system in draft.systems and part.table not in NO_TABLES and reader.find(path):
            draft.elsewhere[part.system, part.table] = reader.model(path, StandardTable)


def _read_source(reader: Reader, draft: Draft) -> None:
    paths = draft.paths
    draft.source = reader.model(paths.source, Source)
    for name in reader.names(paths.source_folder, "*.yaml"):
        if name.startswith("to_"):
            draft.mappings[name] = reader.model(paths.file(name), Mapping)
        elif name != "source":
            draft.files[name] = reader.model(paths.file(name), SourceFile)
    for name in reader.names(f"{paths.source_folder}/codes", "*.csv"):
        rows = reader.table(paths.code_map(name), header=csvtext.MAP, key=("from", "with"))
        draft.maps[name] = None if rows is None else tuple(_map_row(row) for row in rows)
    if reader.find(paths.gaiji):
        rows = reader.table(paths.gaiji, header=csvtext.GAIJI, key=("code",))
        draft.gaiji, problems = gaiji_table(paths.gaiji, rows or (), draft.encodings())
        reader.problems += problems
    if reader.find(paths.places):
        rows = reader.table(
            paths.places, header=csvtext.PLACES, key=("todofuken", "shikuchoson", "choaza", "jusho_code")
        )
        draft.places, problems = place_table(paths.places, rows or ())
        reader.problems += problems


def _asks_for_municipalities(layout: Layout) -> bool:
    return any(use.word.name in municipalities.WORDS for use in word_uses(layout))


def _read_municipalities(reader: Reader, draft: Draft) -> None:
    path = municipalities.PATH
    rows = reader.table(path, header=csvtext.MUNICIPALITIES, key=("dantai_code",))
    draft.municipalities, problems = municipalities.municipality_table(path, rows or ())
    reader.problems += problems


def _map_row(row: csvtext.Row) -> MapRow:
    given = row.cells.get(csvtext.CANDIDATES)
    candidates = tuple(given.split(WITH_SEPARATOR)) if given else ()
    return MapRow(row.line, row.cells["from"], row.cells["with"], row.cells["to"], candidates)


def _layout(draft: Draft, reader: Reader) -> Layout | None:
    """The parts put together; None where one that cannot be done without is missing or broken."""
    if not draft.system or not draft.profile:
        return None
    side = _source_layout(draft)
    if side is None and draft.paths.source_name:
        return None
    return Layout(
        system=draft.system,
        profile=draft.profile,
        reductions=draft.reductions,
        tables={name: table for name in draft.system.tables if (table := draft.tables.get(name))},
        elsewhere={name: table for name, table in draft.elsewhere.items() if table},
        codes={name: codes for name, codes in draft.codes.items() if codes is not None},
        rules=tuple(rule for _, _, rule in draft.rules),
        rule_places=tuple((file, i) for file, i, _ in draft.rules),
        source=side,
        documents=draft.documents,
        digests={path: digest.hex() for path, digest in sorted(reader.digests.items())},
        definition_hash=reader.digest(),
        municipalities=draft.municipalities,
    )


def _source_layout(draft: Draft) -> SourceLayout | None:
    if not draft.source:
        return None
    return SourceLayout(
        source=draft.source,
        files={entry.file: file for entry in draft.source.files if (file := draft.files.get(entry.file))},
        mappings={name: mapping for name, mapping in draft.mappings.items() if mapping},
        code_maps={name: draft.code_map(name) for name, rows in draft.maps.items() if rows is not None},
        gaiji=draft.gaiji,
        places=draft.places,
    )
