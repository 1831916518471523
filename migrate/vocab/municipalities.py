"""The national list of municipalities as addresses write it: names with 都道府県 and without, and their codes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import polars as pl

_ALIKE = {
    **dict(zip("０１２３４５６７８９　", "0123456789 ", strict=True)),
    **dict.fromkeys("ヶヵｹがガ", "ケ"), **dict.fromkeys("のﾉ之", "ノ"), **dict.fromkeys("っッつｯﾂ", "ツ"),
}  # fmt: skip
"""Characters that compare equal within names of places, one for one; what is delivered is as the table writes it."""
_ALIKE_TABLE = {ord(letter): to for letter, to in _ALIKE.items()}
_SAME = {to: to + "".join(letter for letter, other in _ALIKE.items() if other == to) for to in _ALIKE.values()}
AMBIGUOUS = -1
"""Stands for the number of a place where a name is that of two."""


def alike(text: str) -> str:
    """The letters in which names are compared."""
    return text.translate(_ALIKE_TABLE)


def alike_column(text: pl.Expr) -> pl.Expr:
    """``alike`` of a whole column."""
    return text.str.replace_many(list(_ALIKE), list(_ALIKE.values()))


def spellings(text: str) -> Iterator[str]:
    """Every text that ``alike`` makes the same of: itself in most cases, as few names have such letters."""
    same = alike(text)
    if _SAME.keys() & set(same):
        yield from map("".join, product(*(_SAME.get(letter, letter) for letter in same)))
    else:
        yield text


@dataclass(frozen=True, slots=True)
class Municipality:
    """One line of the list; ``gun`` may be empty, ``also`` is another writing of ``shikuchoson``, or empty."""

    dantai_code: str
    todofuken: str
    gun: str
    shikuchoson: str
    also: str

    @property
    def full(self) -> str:
        """市区郡町村, as it is delivered."""
        return self.gun + self.shikuchoson

    @property
    def names(self) -> tuple[str, ...]:
        """How the name may be written, without 郡."""
        return (self.shikuchoson, self.also) if self.also else (self.shikuchoson,)

    def is_called(self, todofuken: str, name: str) -> bool:
        """Whether these are its 都道府県 and its name, with 郡 or without."""
        names = {alike(gun + one) for gun in ("", self.gun) for one in self.names}
        return todofuken == self.todofuken and alike(name) in names


@dataclass(frozen=True)
class Nation:
    """The list. One that stands in no definition file has no rows."""

    rows: tuple[Municipality, ...] = field(default=(), repr=False)

    @cached_property
    def written(self) -> Mapping[str, int]:
        """How an address may begin → the number of the row; −1 for what two rows share.

        With 都道府県 (a space may follow) all names stand, without their 郡 where one row of the 都道府県 has them.
        Without 都道府県 only what says its kind: a 市, a ward of a 市, or a name behind its 郡.
        """
        found: dict[str, int] = {}
        for number, row in enumerate(self.rows):
            for text in set(self._texts(row)):
                found[text] = number if found.get(text, number) == number else AMBIGUOUS
        return found

    @staticmethod
    def _texts(row: Municipality) -> Iterator[str]:
        for name in map(alike, row.names):
            full = alike(row.gun) + name
            yield from (alike(row.todofuken) + gap + form for form, gap in product((full, name), ("", " ")))
            if row.gun or name.endswith("市") or (name.endswith("区") and "市" in name):
                yield full

    def without(self, held: Iterable[tuple[str, str, str]]) -> frozenset[int]:
        """Rows whose code a table of places gives another name: lines of (code, 都道府県, 市区郡町村)."""
        numbers = {row.dantai_code: number for number, row in enumerate(self.rows)}
        return frozenset(
            number
            for code, todofuken, name in held
            if (number := numbers.get(code, AMBIGUOUS)) >= 0 and not self.rows[number].is_called(todofuken, name)
        )
