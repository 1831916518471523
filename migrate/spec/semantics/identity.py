"""Files are what their names say, all that are named are there, and none lies about unused."""

from collections.abc import Collection, Iterator

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.layout import profile_path


def identity_problems(draft: Draft) -> Iterator[Problem]:
    """Names inside against file names; files that are named and missing, or there and not named."""
    yield from _own_names(draft)
    if draft.system:
        yield from _named_files(draft, draft.paths.system, "tables", draft.system.tables, draft.tables)
    if draft.source:
        names = tuple(entry.file for entry in draft.source.files)
        yield from _named_files(draft, draft.paths.source, "files", names, draft.files)


def _own_names(draft: Draft) -> Iterator[Problem]:
    paths = draft.paths
    if draft.system and draft.system.system != paths.system_name:
        yield _wrong(draft, paths.system, "system", paths.system_name)
    if draft.profile and draft.profile.profile != draft.profile_name:
        yield _wrong(draft, profile_path(draft.profile_name), "profile", draft.profile_name)
    if draft.source and draft.source.source != paths.source_name:
        yield _wrong(draft, paths.source, "source", paths.source_name or "")
    for name, table in draft.tables.items():
        if table and table.table != name:
            yield _wrong(draft, paths.table(name), "table", name)
    for name, file in draft.files.items():
        if file and file.file != name:
            yield _wrong(draft, paths.file(name), "file", name)
    for name, mapping in draft.mappings.items():
        if mapping and mapping.to != name[3:] and not name.startswith(f"to_{mapping.to}_"):
            yield _wrong(draft, paths.file(name), "to", name[3:])


def _wrong(draft: Draft, file: str, key: str, expected: str) -> Problem:
    return draft.problem(file, (key,), "D-FILE-NAME", key=key, expected=expected)


def _named_files(
    draft: Draft, file: str, key: str, names: tuple[str, ...], there: Collection[str]
) -> Iterator[Problem]:
    folder = file.rpartition("/")[0]
    for i, name in enumerate(names):
        if name not in there:
            yield draft.problem(file, (key, i), "D-FILE-MISSING", path=f"{folder}/{name}.yaml")
    for name in there:
        if name not in names:
            yield draft.problem(f"{folder}/{name}.yaml", (), "D-FILE-STRAY", named=file, key=key)
