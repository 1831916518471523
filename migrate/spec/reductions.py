"""What is written for letters that a receiving system does not hold (縮退): the table beside a profile."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from migrate.errors import Problem
from migrate.repertoire import SELECTORS, Repertoire, holds
from migrate.spec.csvtext import Row

BETWEEN = " "
"""Stands between candidates."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """What stands for a letter: ``to`` and the key of the rule that it goes by; or, undecided, ``candidates``."""

    to: str
    basis: str
    candidates: tuple[str, ...]


def reductions(file: str, rows: Iterable[Row], repertoire: Repertoire) -> tuple[dict[str, Reduction], list[Problem]]:
    """Replacements by letter (a character, with its variation selector or without), and what is wrong with the rows."""
    table: dict[str, Reduction] = {}
    problems: list[Problem] = []
    for row in rows:
        found = _problem(row, repertoire)
        if found:
            problems.append(Problem(*found, file, row.line, 1))
        cells = row.cells
        table[cells["text"]] = Reduction(
            cells["to"], cells["basis"], tuple(cells["candidates"].split(BETWEEN)) if cells["candidates"] else ()
        )
    return table, problems


def _problem(row: Row, repertoire: Repertoire) -> tuple[str, dict[str, str]] | None:
    letter, to, candidates = (row.cells[name] for name in ("text", "to", "candidates"))
    if repertoire == "unicode":
        return "D-REDUCE-ALL", {}
    if not _is_letter(letter) or holds(repertoire, letter):
        return "D-REDUCE-TEXT", {"text": letter, "repertoire": repertoire}
    if bool(to) == bool(candidates):
        return "D-REDUCE-DECIDED", {"text": letter}
    if to and not row.cells["basis"]:
        return "D-CSV-EMPTY", {"column": "basis"}
    for one in (to,) if to else candidates.split(BETWEEN):
        if len(one) != 1 or not holds(repertoire, one):
            return "D-REDUCE-TO", {"text": one, "repertoire": repertoire}
    return None


def _is_letter(text: str) -> bool:
    """One character that can be seen, or stands in a private area, with variation selectors behind it or not."""
    base = text.rstrip(SELECTORS)
    return len(base) == 1 and unicodedata.category(base) not in ("Cn", "Cs", "Cc", "Cf", "Zs", "Zl", "Zp")
