"""Which letters a letter may be reduced to (縮退), and by which rule of the MJ縮退マップ; asked of jntajis alone.

The map (文字情報技術促進協議会, CC BY-SA 2.1 JP) comes with the optional package jntajis-python. Nothing of it is kept
here: what is found for a site's own letters is written into the site's own table.
"""

from collections.abc import Callable, Iterable, Mapping

from migrate.errors import EnvironmentTrouble, Problem
from migrate.repertoire import SELECTORS, Limited, holds

RULES: Mapping[str, tuple[int, str]] = {
    "jis": (1, "JIS包摂規準・UCS統合規則"),
    "kokuji": (4, "法務省告示582号別表第四"),
    "koseki": (8, "法務省戸籍法関連通達・通知"),
    "ruiji": (2, "読み・字形による類推"),
}
"""By name: the scheme of jntajis, and the key of the rule in the map."""
BASE = "異体字セレクタの基底文字（UTS #37）"
SOURCE = "MJ縮退マップ（文字情報技術促進協議会、CC BY-SA 2.1 JP）"

Found = Mapping[str, tuple[str, ...]]
"""Candidates, each with the keys of the rules that lead to it."""


def candidates(letters: Iterable[str], repertoire: Limited, rules: Iterable[str]) -> dict[str, Found]:
    """By letter: what of the repertoire it may be reduced to. A letter with a selector goes by its base character.

    EnvironmentTrouble where the package is not there.
    """
    ask, asked = _map(), list(rules)
    return {letter: _of(letter, repertoire, asked, ask) for letter in letters}


def _of(letter: str, repertoire: Limited, rules: Iterable[str], ask: Callable[[str, int], list[str]]) -> Found:
    base = letter.rstrip(SELECTORS)
    if base != letter and holds(repertoire, base):
        return {base: (BASE,)}
    found: dict[str, tuple[str, ...]] = {}
    for scheme, key in (RULES[rule] for rule in rules):
        for one in ask(base, scheme):
            if one != base and len(one) == 1 and holds(repertoire, one):
                found[one] = (*found.get(one, ()), key)
    return found


def _map() -> Callable[[str, int], list[str]]:
    try:
        from jntajis import mj_shrink_candidates
    except ImportError:
        raise EnvironmentTrouble(Problem("E-GAIJI-PACKAGE")) from None
    return mj_shrink_candidates
