"""Every word that the definition files use, where it stands, and the fields it may name. Binds none of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from migrate.errors import GUESS, Problem, nearest
from migrate.spec.layout import Layout, SourceLayout
from migrate.spec.semantics.frame import frame_of, plain_fields
from migrate.spec.table import Check
from migrate.spec.words import Word
from migrate.spec.yamltext import Path_


@dataclass(frozen=True, slots=True)
class WordUse:
    """One word where it stands. ``field`` is what it is applied to; ``names`` are the fields its arguments may name.

    Roles: step (of cleansing or a mapping), check (of one row), across (other rows or tables), control, total.
    """

    layout: Layout
    word: Word
    role: Literal["step", "check", "across", "control", "total"]
    file: str
    where: Path_
    names: frozenset[str]
    field: str | None = None

    def problem(self, code: str, **facts: str) -> Problem:
        """A problem at the word."""
        return self.layout.problem(self.file, self.where, code, **facts)

    def field_problems(self, named: Iterable[str]) -> Iterator[Problem]:
        """D-WORD-FIELD for each field that the word names and nobody defines."""
        for name in named:
            if name not in self.names:
                facts = {"word": self.word.name, "field": name, GUESS: nearest(name, self.names)}
                yield self.problem("D-WORD-FIELD", **facts)


def word_uses(layout: Layout) -> Iterator[WordUse]:
    """Every use, file by file."""
    items = {name: frozenset(table.by_name()) for name, table in layout.tables.items()}
    everywhere = frozenset(item for names in items.values() for item in names)
    file = layout.paths.system
    yield from _checks(layout, "across", file, layout.system.checks, everywhere)
    for i, control in enumerate(layout.system.controls):
        yield WordUse(layout, control.control, "control", file, ("controls", i, "control"), everywhere)
    for name, table in layout.tables.items():
        yield from _checks(layout, "check", layout.paths.table(name), table.checks, items[name])
    for position, rule in enumerate(layout.rules):
        file, i = layout.rule_places[position]
        names = items.get(rule.table or "", everywhere)
        for j, step in enumerate(rule.steps):
            yield WordUse(layout, step, "step", file, (i, "steps", j), names, rule.field)
    if layout.source:
        yield from _source(layout, layout.source)


def _checks(
    layout: Layout, role: Literal["check", "across"], file: str, checks: Iterable[Check], names: frozenset[str]
) -> Iterator[WordUse]:
    for i, check in enumerate(checks):
        yield WordUse(layout, check.check, role, file, ("checks", i, "check"), names, check.field)


def _source(layout: Layout, source: SourceLayout) -> Iterator[WordUse]:
    for name, file in source.files.items():
        path, names = layout.paths.file(name), frozenset(plain_fields(file))
        for kind, record in (("header", file.header), ("trailer", file.trailer)):
            for i, total in enumerate(record.totals if record else ()):
                yield WordUse(layout, total.total, "total", path, (kind, "totals", i, "total"), names, total.field)
    for name, mapping in source.mappings.items():
        path, frame = layout.paths.file(name), frame_of(source.files, mapping)
        names = frozenset(frame.fields if frame else ())
        for item, field in mapping.fields.items():
            for i, step in enumerate(field.steps):
                yield WordUse(layout, step, "step", path, ("fields", item, "steps", i), names, item)
        for key, extra in mapping.extra.items():
            for i, step in enumerate(extra.steps):
                yield WordUse(layout, step, "step", path, ("extra", key, "steps", i), names, key)
        yield from _checks(layout, "check", path, mapping.checks, names)
