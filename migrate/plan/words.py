"""Proves that every word of a layout can be bound, before anything is compiled."""

from collections.abc import Iterator

from migrate.errors import GUESS, Problem, nearest
from migrate.plan.reading import TOTALS
from migrate.spec.layout import Layout
from migrate.spec.uses import WordUse, word_uses
from migrate.vocab import registry

KINDS: dict[str, tuple[registry.Kind, ...]] = {
    "step": ("op",),
    "check": ("check", "relation"),
    "across": ("across",),
    "control": ("control",),
}


def word_problems(layout: Layout) -> Iterator[Problem]:
    """Unknown words, wrong arguments and fields that nobody defines, each at its place; for ``load_layout``."""
    for use in word_uses(layout):
        if use.role == "total":
            yield from _total_problems(use)
            continue
        try:
            bound = registry.bind(use.word.name, use.word.args, use.word.positional, KINDS[use.role])
        except registry.WordError as error:
            known = [name for name, entry in registry.WORDS.items() if entry.kind in KINDS[use.role]]
            yield use.problem(error.code, **error.facts, **{GUESS: nearest(use.word.name, known)})
            continue
        yield from use.field_problems(bound.mentions(registry.Field))


def _total_problems(use: WordUse) -> Iterator[Problem]:
    if use.word.name not in TOTALS:
        yield use.problem("D-WORD-UNKNOWN", word=use.word.name, kind="/".join(TOTALS))
    elif use.word.name == "hash_sum":
        yield from use.field_problems([str(use.word.positional)])
