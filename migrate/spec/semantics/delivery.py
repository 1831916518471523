"""``source.yaml``: which files come, and how each is told from the others."""

import re
from collections.abc import Iterator
from functools import cache

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.semantics.completeness import files_read
from migrate.spec.semantics.dates import era_problems
from migrate.spec.semantics.names import Names, repeated
from migrate.spec.source import Source
from migrate.spec.yamltext import Path_

PATTERN = re.compile(r"[^/\\\[\]\x00-\x1f]{1,100}")


def delivery_problems(draft: Draft) -> Iterator[Problem]:
    """Files named twice or read by nobody, patterns that can take the same file, an as-of date that is not there,
    history since no day."""
    source = draft.source
    if source is None:
        return
    file = draft.paths.source
    for i, name in repeated(entry.file for entry in source.files):
        yield draft.problem(file, ("files", i, "file"), "D-NAME-DUPLICATE", name=name)
    yield from era_problems(draft, file, (), source.eras)
    yield from _patterns(draft, source)
    yield from _as_of(draft, source)
    if (source.history == "since") != (source.since is not None):
        where: Path_ = ("since",) if source.since else ("history",)
        yield draft.problem(file, where, "D-SRC-SINCE", history=source.history)
    if all(draft.mappings.values()):
        read = files_read(draft)
        for i, entry in enumerate(source.files):
            if entry.file not in read:
                yield draft.problem(file, ("files", i), "D-SRC-UNREAD", name=entry.file)


def _patterns(draft: Draft, source: Source) -> Iterator[Problem]:
    file = draft.paths.source
    patterns: list[tuple[Path_, str]] = [
        (("files", i, "pattern"), entry.pattern) for i, entry in enumerate(source.files)
    ]
    patterns += [(("ignore", i), pattern) for i, pattern in enumerate(source.ignore)]
    if source.counts:
        patterns.append((("counts", "pattern"), source.counts.pattern))
    if source.checksums:
        patterns.append((("checksums", "pattern"), source.checksums.pattern))
    for i, (where, pattern) in enumerate(patterns):
        if not PATTERN.fullmatch(pattern):
            yield draft.problem(file, where, "D-SRC-PATTERN", value=pattern)
            continue
        for _, other in patterns[:i]:
            if share_a_name(pattern.casefold(), other.casefold()):
                yield draft.problem(file, where, "D-SRC-PATTERNS", value=pattern, other=other)


def share_a_name(one: str, other: str) -> bool:
    """Whether some file name matches both globs (``*`` and ``?``)."""

    @cache
    def meet(i: int, j: int) -> bool:
        if i == len(one) or j == len(other):
            return not (one[i:] + other[j:]).strip("*")
        if "*" in (one[i], other[j]):
            return meet(i + 1, j) or meet(i, j + 1)
        return (one[i] == other[j] or "?" in (one[i], other[j])) and meet(i + 1, j + 1)

    return meet(0, 0)


def _as_of(draft: Draft, source: Source) -> Iterator[Problem]:
    if source.as_of is None:
        return
    path, name = draft.paths.source, source.as_of.file
    yield from Names(draft.files, source.source, "D-NAME-FILE").check(draft, path, ("as_of", "file"), name)
    if not (file := draft.files.get(name)):
        return
    fields = {field.name: field for field in file.header.fields} if file.header else {}
    yield from Names(fields, f"{name} header", "D-NAME-SOURCE").check(
        draft, path, ("as_of", "field"), source.as_of.field
    )
    field = fields.get(source.as_of.field)
    if field and not field.date:
        yield draft.problem(path, ("as_of", "field"), "D-SRC-AS-OF", name=field.name)
