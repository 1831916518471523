"""What compiling needs at hand: the rules so far, the as-of date, code tables, and the vocabulary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from migrate.plan.rules import RuleBook
from migrate.repertoire import Repertoire
from migrate.spec.reductions import Reduction
from migrate.spec.table import CodeValue, StandardField
from migrate.spec.words import Word
from migrate.vocab import registry
from migrate.vocab.places import Places


@dataclass(frozen=True, slots=True)
class Context:
    """One compilation; ``as_of`` is a daykey, ``history`` says which history the source delivers, ``references``
    are the names of the system's references, ``private_use`` and ``repertoire`` what the profile allows, ``reductions``
    what is written for other letters, ``places`` the source's own table of places and the national
    list."""

    book: RuleBook
    as_of: int
    unit: str
    owner: str
    codes: Mapping[str, Mapping[str, CodeValue]]
    history: registry.History = registry.ALL_HISTORY
    references: frozenset[str] = frozenset()
    private_use: tuple[str, ...] = ()
    repertoire: Repertoire = "unicode"
    reductions: Mapping[str, Reduction] = field(default_factory=dict)
    places: Places = registry.NO_PLACES

    def owner_of(self, item: StandardField) -> str:
        """公証事項 are mended by the municipality in the old system, everything else by whoever delivers it."""
        return "団体" if item.kosho else self.owner

    def word(self, name: str, **args: Any) -> registry.Bound:
        """A word the engine itself needs."""
        return self._inject(registry.bind(name, args, None, ("op", "check", "relation")))

    def bind(self, word: Word, *kinds: registry.Kind) -> registry.Bound:
        """A word of a definition file; WordError when it cannot be bound (``word_problems`` proves beforehand that
        it can)."""
        return self._inject(registry.bind(word.name, word.args, word.positional, kinds))

    def _inject(self, bound: registry.Bound) -> registry.Bound:
        given = bound.with_as_of(self.as_of).with_unit(self.unit).with_history(self.history)
        return given.with_places(self.places)
