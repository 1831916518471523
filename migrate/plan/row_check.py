"""One check of a row, compiled."""

from dataclasses import dataclass, field

import polars as pl

from migrate.evidence import Evidence
from migrate.vocab import registry


@dataclass(frozen=True, slots=True)
class RowCheck:
    """One check of a row: False fails. ``fields`` are the items it depends on, the first the one it is about.

    ``fails`` is True where it fails, and nowhere null: made once, since every batch asks for it.
    ``quiet`` is one Boolean for a batch: True = nothing fails there. ``clue``: a value of the first field that fails
    has a match for this regular expression. ``withhold``: the value is left out where it fails.
    """

    rule: int
    holds: pl.Expr
    fields: tuple[str, ...]
    reads: frozenset[str]
    quiet: pl.Expr | None = None
    clue: str | None = None
    word: registry.Bound | None = None
    latest: bool = False
    withhold: bool = False
    fails: pl.Expr = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fails", self.holds.eq(False).fill_null(False))

    @property
    def derived(self) -> bool:
        """The check comes from the item's type, digits or code table."""
        return self.word is not None and self.withhold and len(self.reads) == 1

    @property
    def codes(self) -> bool:
        """The check asks whether a value is in the item's code table."""
        return self.word is not None and self.word.entry.name == "in_codes"

    def idle(self, known: Evidence) -> bool:
        """From what is known of the column: nothing can fail."""
        return self.word is not None and self.word.idle(known)

    @property
    def skips_empty(self) -> bool:
        """A check of one column that has nothing to say about a column without values."""
        return self.word is not None and self.word.entry.traits.column != "any"
