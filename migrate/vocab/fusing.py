"""Several steps in fewer passes over the text."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import TypeAlias

import polars as pl

from migrate.vocab.by_letter import ByLetter, fits
from migrate.vocab.registry import Bound

Change: TypeAlias = Callable[[pl.Expr], pl.Expr]
Part: TypeAlias = "Mapping[str, str] | str | Change"
"""A table of texts to replace, characters to strip at both ends, or any other change."""


def fused(steps: Iterable[Bound]) -> tuple[Change, ...]:
    """The same steps with every run of tables made one table, and ends stripped behind it, where one kind of space is
    left. A step by itself knows best."""
    several = tuple(steps)
    if len(several) == 1:
        return several
    parts: list[Part] = []
    for step in several:
        table = step.table()
        if table is None:
            parts.append(step.entry.traits.strips or step)
            continue
        before = parts[-1] if parts else None
        if isinstance(before, Mapping) and all(len(key) == 1 for key in table):
            parts[-1] = _one_after_the_other(before, table)
        else:
            parts.append(table)
        if step.entry.traits.rest is not None:
            parts.append(step.entry.traits.rest)
    return tuple(_change(part) for part in _strip_later(parts))


def replacing(table: Mapping[str, str]) -> Change:
    """One pass that replaces every text of the table, the first listed of two that fit."""
    texts, by = (pl.lit(pl.Series(part, dtype=pl.String)).implode() for part in (table.keys(), table.values()))

    def searched(column: pl.Expr) -> pl.Expr:
        return column.str.replace_many(texts, by, leftmost=True)

    if not fits(table):
        return searched

    @cache
    def letters() -> ByLetter:
        return ByLetter.of(table)

    def replaced(values: pl.Series) -> pl.Series:
        done = letters()(values)
        return done if done is not None else pl.select(searched(pl.lit(values))).to_series()

    return lambda column: column.map_batches(replaced, return_dtype=pl.String, is_elementwise=True)


def _one_after_the_other(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """One table for two; the second knows single characters only."""
    both = {key: "".join(second.get(c, c) for c in text) for key, text in first.items()}
    return both | {key: text for key, text in second.items() if key not in both}


def _strip_later(parts: list[Part]) -> list[Part]:
    """A strip and the table behind it in the other order, where that is the same: fewer kinds of spaces to look for."""
    for at, (strip, table) in enumerate(pairwise(parts)):
        if isinstance(strip, str) and isinstance(table, Mapping):
            left = "".join(dict.fromkeys(table.get(c, c) for c in strip))
            if _same_later(strip, table, set(left)):
                parts[at : at + 2] = [table, left]
    return parts


def _same_later(strip: str, table: Mapping[str, str], left: set[str]) -> bool:
    """The stripped characters become ``left``, which are among them, and no other text gets such an end or vanishes."""
    if not left <= set(strip) or any(len(key) > 1 and set(key) & set(strip) for key in table):
        return False
    return not any(not text or {text[0], text[-1]} & left for key, text in table.items() if key not in strip)


def _change(part: Part) -> Change:
    if isinstance(part, str):
        return lambda column: column.str.strip_chars(part)
    return replacing(part) if isinstance(part, Mapping) else part
