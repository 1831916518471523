"""The names that a mapping sees: fields of its file, of one OCCURS group, and of the files it joins."""

from collections import abc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from migrate.errors import GUESS, Problem, nearest
from migrate.spec.draft import Draft
from migrate.spec.layout import SLOT
from migrate.spec.source import Mapping, SourceField, SourceFile
from migrate.spec.yamltext import Path_

Files: TypeAlias = abc.Mapping[str, SourceFile | None] | abc.Mapping[str, SourceFile]


@dataclass(frozen=True, slots=True)
class Frame:
    """``fields`` by name (None: a slot number); ``groups``, by field, that repeat and are not unrolled."""

    file: str
    fields: dict[str, SourceField | None]
    groups: dict[str, str]
    unread: frozenset[str]

    def check(self, draft: Draft, file: str, where: Path_, name: str) -> Iterator[Problem]:
        """A problem if the mapping cannot see ``name``; none where the joined file could not be read."""
        if name in self.fields or name.partition(".")[0] in self.unread:
            return
        if name in self.groups:
            yield draft.problem(file, where, "D-MAP-GROUP", name=name, group=self.groups[name])
            return
        facts = {"name": name, "owner": self.file, GUESS: nearest(name, self.fields)}
        yield draft.problem(file, where, "D-NAME-SOURCE", **facts)

    def date(self, name: str) -> bool | None:
        """Whether a field is read as a date; None if it is not known."""
        return bool(field.date) if (field := self.fields.get(name)) else None


def plain_fields(file: SourceFile) -> dict[str, SourceField]:
    """Fields of a data record that do not repeat."""
    return {field.name: field for field in file.fields if not field.occurs}


def slot_fields(file: SourceFile) -> Iterator[tuple[str, str, SourceField]]:
    """(group, ``group.field``, field) for each field that repeats."""
    for group in file.fields:
        for part in group.occurs.fields if group.occurs else ():
            yield group.name, f"{group.name}.{part.name}", part


def frame_of(files: Files, mapping: Mapping) -> Frame | None:
    """What ``mapping`` sees; None if its file could not be read."""
    file = files.get(mapping.from_)
    if file is None:
        return None
    fields: dict[str, SourceField | None] = dict(plain_fields(file))
    groups = {field.name: field.name for field in file.fields if field.occurs}
    for group, name, part in slot_fields(file):
        if group == mapping.rows:
            fields |= {name: part, f"{group}.{SLOT}": None}
        else:
            groups |= {name: group, f"{group}.{SLOT}": group}
    unread = set()
    for join_name, join in mapping.join.items():
        if other := files.get(join.file):
            fields |= {f"{join_name}.{name}": field for name, field in plain_fields(other).items()}
        else:
            unread.add(join_name)
    return Frame(mapping.from_, fields, groups, frozenset(unread))
