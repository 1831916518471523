"""``import.yaml``: read with the marks of its nodes, and held against the sheet that it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.errors import GUESS, DefinitionErrors, Problem, nearest
from migrate.importer.items import Item
from migrate.spec import yamltext
from migrate.spec.decisions import Decisions, FieldDecision, TableDecision
from migrate.spec.shape import validated
from migrate.spec.yamltext import Document, Path_, YamlRefusal

MADE = "migrate layouts import"
"""Stands in the first line of every YAML file that an import wrote."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided, and the file that says so. ``raw`` are its nodes, to be written as they stand."""

    decisions: Decisions
    file: str = ""
    document: Document | None = None

    def raw(self, *where: str) -> Any:
        """One node as plain text, lists and maps; None if it is not there."""
        node: Any = self.document.data if self.document else {}
        for step in where:
            node = node.get(step) if isinstance(node, dict) else None
        return node

    def table(self, group: str) -> TableDecision | None:
        """What is decided of a group."""
        return self.decisions.tables.get(group)

    def field(self, group: str, name: str) -> FieldDecision:
        """What is decided of an item."""
        table = self.table(group)
        return table.fields.get(name, FieldDecision()) if table else FieldDecision()

    def hold_against(self, groups: Mapping[str, tuple[Item, ...]]) -> None:
        """DefinitionErrors for groups and items that the sheet does not have, and conditions that it contradicts."""
        problems = [*self._unknown(groups), *self._against(groups)]
        if problems:
            raise DefinitionErrors(*problems)

    def _problem(self, where: Path_, code: str, **facts: str) -> Problem:
        line, col = self.document.mark(where) if self.document else (1, 1)
        return Problem(code, facts, self.file, line, col)

    def _unknown(self, groups: Mapping[str, tuple[Item, ...]]) -> Iterator[Problem]:
        for group, table in self.decisions.tables.items():
            if group not in groups:
                facts = {"name": group, GUESS: nearest(group, groups)}
                yield self._problem(("tables", group), "U-IMPORT-GROUP", **facts)
                continue
            known = [item.name for item in groups[group]]
            for name in table.fields:
                if name not in known:
                    facts = {"name": name, "group": group, GUESS: nearest(name, known)}
                    yield self._problem(("tables", group, "fields", name), "U-IMPORT-ITEM", **facts)

    def _against(self, groups: Mapping[str, tuple[Item, ...]]) -> Iterator[Problem]:
        for group, items in groups.items():
            for item in items:
                if self.field(group, item.name).required and item.output != "条件付き必須":
                    where = ("tables", group, "fields", item.name, "required")
                    yield self._problem(where, "U-IMPORT-REQUIRED", name=item.name, output=item.output)


def read_decisions(file: Path | None) -> Decided:
    """The decisions of a file; none without one. DefinitionErrors with every problem in it."""
    if file is None:
        return Decided(Decisions())
    try:
        document = yamltext.parse(file, file.read_bytes())
    except YamlRefusal as refusal:
        raise DefinitionErrors(Problem(refusal.code, refusal.facts, str(file), *refusal.mark)) from None
    found = validated(document, str(file), Decisions)
    if isinstance(found, list):
        raise DefinitionErrors(*found)
    assert isinstance(found, Decisions)
    return Decided(found, str(file), document)
