"""Letters put for others by their numbers, whole columns at a time: where nearly every letter changes, twice as fast as
a search for texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.letters import LAST, Lengths, numbers_of, text_of

Table = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class ByLetter:
    """By the number of a letter the one it becomes, and by that of a mark: which letters take it, and what they become
    with it (0 = none)."""

    to: Table
    marks: Mapping[int, Table]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Self:
        """Of a table for which ``fits`` is true."""
        to = np.arange(LAST + 1, dtype=np.uint16)
        marks: dict[int, Table] = {}
        for key, letter in texts.items():
            if len(key) == 1:
                to[ord(key)] = ord(letter)
            else:
                marks.setdefault(ord(key[1]), np.zeros(LAST + 1, dtype=np.uint16))[ord(key[0])] = ord(letter)
        return cls(to, marks)

    def __call__(self, values: pl.Series) -> pl.Series | None:
        """None where a letter takes more than 16 bits."""
        found = numbers_of(values)
        if found is None:
            return None
        codes, lengths = found
        done, ends = self.to[codes], np.cumsum(lengths)
        begins = ends - lengths
        kept = self._join(codes, done, begins)
        if not kept.all():
            before = np.zeros(codes.size + 1, dtype=np.int64)
            np.cumsum(kept, out=before[1:])
            done, lengths = done[kept], before[ends] - before[begins]
        return text_of(done, lengths, values.is_not_null().to_numpy()).alias(values.name)

    def _join(self, codes: Table, done: Table, begins: Lengths) -> npt.NDArray[np.bool_]:
        """Put one letter into ``done`` where a mark stands behind one that takes it; everything but those marks."""
        kept, first = np.ones(codes.size, dtype=np.bool_), np.zeros(codes.size + 1, dtype=np.bool_)
        first[begins] = True
        for mark, joined in self.marks.items():
            at = np.flatnonzero((codes == mark) & ~first[:-1])
            letters = joined[codes[at - 1]]
            at, letters = at[letters != 0], letters[letters != 0]
            done[at - 1], kept[at] = letters, False
        return kept


def fits(texts: Mapping[str, str]) -> bool:
    """One letter for each one or two, the two listed first; no mark takes one itself; no letter of more than 16 bits.
    So at no place two of the texts could be meant."""
    pairs = [key for key in texts if len(key) == 2]
    seconds = {pair[1] for pair in pairs}
    singles: set[str] = set()
    for key, letter in texts.items():
        if len(letter) != 1 or not 1 <= len(key) <= 2 or max(key + letter) > chr(LAST):
            return False
        if len(key) == 1:
            singles.add(key)
        elif key[0] in singles or key[0] in seconds:
            return False
    return bool(pairs)
