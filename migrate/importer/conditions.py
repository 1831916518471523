"""Prose → condition, where it can mean one thing only: it names items of the group as the sheet names them."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from migrate.importer.codelists import CodeLists
from migrate.importer.items import Item

Clauses: TypeAlias = dict[str, object]
"""A condition as it is written: ``when``, ``unless``, ``filled``, ``empty``."""

REQUIRED = re.compile(r"(.+?)の?場合(?:に)?は、?(?:出力)?必須(?:とする)?。?")
FILLED = re.compile(r"(.+?)が?(?:に値が)?(?:設定|入力|記載|登録)されている|(.+?)が(?:空欄?|空白|未設定)(?:では|で)ない")
EMPTY = re.compile(r"(.+?)が?(?:設定|入力|記載|登録)されていない|(.+?)が(?:空欄?|空白|未設定)(?:である)?")
VALUE = re.compile(r"(.+?)が「?([^「」]+?)」?(以外|(?:では|で)ない|である)?")


@dataclass(frozen=True, slots=True)
class Group:
    """What a prose condition may speak of: the items of one table, and the code lists."""

    items: Mapping[str, Item]
    codes: CodeLists

    def item(self, name: str) -> Item | None:
        """An item by its Japanese name, with or without 「」."""
        return self.items.get(_same(name.strip("「」")))


def group_of(items: tuple[Item, ...], codes: CodeLists) -> Group:
    """Items by name; a name that stands twice is nobody's."""
    names = [_same(item.ja) for item in items]
    return Group({name: item for name, item in zip(names, items, strict=True) if names.count(name) == 1}, codes)


def understood(prose: str, item: Item, group: Group) -> Clauses | None:
    """The clauses of a condition; None where the prose says anything that is not the name of an item or of a code."""
    whole = REQUIRED.fullmatch(_same(prose))
    if whole is None:
        return None
    clauses: Clauses = {}
    for part in re.split(r"、?かつ、?", whole[1]):
        found = _clause(part, item, group)
        if found is None:
            return None
        kind, name, value = found
        if value:
            values = clauses.setdefault(kind, {})
            assert isinstance(values, dict)
            values[name] = [value]
        else:
            names = clauses.setdefault(kind, [])
            assert isinstance(names, list)
            names.append(name)
    return clauses


def _clause(part: str, item: Item, group: Group) -> tuple[str, str, str] | None:
    """(clause, item, code); no code where the item is filled or empty."""
    for pattern, kind in ((FILLED, "filled"), (EMPTY, "empty")):
        if (found := pattern.fullmatch(part)) and (other := group.item(found[1] or found[2])):
            return (kind, other.name, "") if other.name != item.name else None
    found = VALUE.fullmatch(part)
    other = group.item(found[1]) if found else None
    if found is None or other is None or other.code is None or other.name == item.name:
        return None
    codes = group.codes.get(other.code)
    named = [value for value, meaning, _ in codes.rows if found[2] in (value, _same(meaning))] if codes else []
    if len(named) != 1:
        return None
    return ("when" if found[3] in (None, "である") else "unless"), other.name, named[0]


def _same(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace("\n", "")
