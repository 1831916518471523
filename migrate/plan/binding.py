"""What compiling needs at hand: the rules so far, the as-of date, code tables, and words bound with their location on error."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from migrate.errors import DefinitionErrors
from migrate.plan.rules import RuleBook
from migrate.spec.layout import problem_at
from migrate.spec.table import CodeValue, StandardField
from migrate.spec.words import Word
from migrate.spec.yamltext import Document
from migrate.vocab import registry


@dataclass(slots=True)
class Context:
    """One compilation. ``file`` is the definition file being compiled, for the place of a word that cannot be bound."""

    book: RuleBook
    as_of: int
    unit: str
    owner: str
    codes: Mapping[str, Mapping[str, CodeValue]]
    documents: Mapping[str, Document]
    file: str = ""

    def owner_of(self, item: StandardField) -> str:
        """公証事項 are mended by the municipality in the old system, everything else by whoever delivers it."""
        return "団体" if item.kosho else self.owner

    def word(self, name: str, **args: Any) -> registry.Bound:
        """A word the engine itself needs."""
        return self._inject(registry.bind(name, args, None, ("op", "check", "relation")))

    def bind(self, word: Word, kinds: tuple[registry.Kind, ...], *, where: tuple[str | int, ...]) -> registry.Bound:
        """A word of a definition file; DefinitionErrors with its line when it cannot be bound."""
        try:
            return self._inject(registry.bind(word.name, word.args, word.positional, kinds))
        except registry.WordError as error:
            raise DefinitionErrors(problem_at(self.documents.get(self.file), self.file, where, error.code, **error.facts)) from None

    def _inject(self, bound: registry.Bound) -> registry.Bound:
        return bound.with_as_of(self.as_of).with_unit(self.unit)
