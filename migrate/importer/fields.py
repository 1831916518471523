"""One item → one entry of a standard table."""

from collections.abc import Mapping
from dataclasses import dataclass

from migrate.importer.codelists import CodeLists
from migrate.importer.conditions import Clauses, Group, group_of, understood
from migrate.importer.decide import Decided
from migrate.importer.items import OWN_CODES, PROSE, Item
from migrate.importer.kinds import is_secret, kind_of
from migrate.importer.remarks import Remarks

UNKNOWN_ALLOWED = "不詳日を許容する"


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the entries of one group. ``tables`` are the names of code tables by (業務名, コードID)."""

    group: str
    items: tuple[Item, ...]
    key: tuple[str, ...]
    codes: CodeLists
    tables: Mapping[tuple[str, str], str]
    decided: Decided
    remarks: Remarks

    def fields(self) -> list[dict[str, object]]:
        """One entry per item, in order."""
        speaks_of = group_of(self.items, self.codes)
        return [self._field(item, speaks_of) for item in self.items]

    def _field(self, item: Item, speaks_of: Group) -> dict[str, object]:
        decision = self.decided.field(self.group, item.name)
        key = item.name in self.key
        codes = self._codes(item)
        secret = is_secret(item.ja) if decision.secret is None else decision.secret
        entry: dict[str, object | None] = {
            "name": item.name,
            "ja": item.ja,
            "type": item.type,
            "digits": item.digits,
            "fixed": _yes(decision.fixed),
            "required": self._required(item, speaks_of, key=key),
            "kind": decision.kind or kind_of(item.ja, item.type, coded=item.code is not None, key=key),
            "codes": codes,
            "unknown": self._unknown(item),
            "noncalendar": _yes(decision.noncalendar),
            "secret": _yes(secret),
            "kosho": _yes(decision.kosho),
            "on_error": decision.on_error or ("quarantine" if key else None),
            "gaiji": decision.gaiji,
            "grade": self.decided.decisions.grade,
            "source": f"{self.decided.decisions.cite or item.sheet.name} {item.row + 1}行",
            "note": decision.why,
            "official": _official(item),
        }
        return {name: value for name, value in entry.items() if value is not None}

    def _required(self, item: Item, speaks_of: Group, *, key: bool) -> str | Clauses | None:
        if key and item.output != "必須":
            item.remark(self.remarks, "output", "I-SHEET-KEY-OPTIONAL")
        if key or item.output == "必須":
            return "always"
        if item.output != "条件付き必須" or not item.condition:
            return None
        decided = self.decided.raw("tables", self.group, "fields", item.name, "required")
        if decided is not None:
            assert isinstance(decided, dict)
            return decided
        clauses = understood(item.condition, item, speaks_of)
        if clauses is None and not self._of_date(item):
            item.remark(self.remarks, "rule", "I-SHEET-CONDITION", says=PROSE + item.condition)
        return clauses

    def _of_date(self, item: Item) -> bool:
        """The prose only says when a 不詳表記 is filled, and that follows from its date."""
        date = item.ja.removesuffix("_不詳表記")
        return date != item.ja and item.condition.startswith(f"{date}が不詳") and self._item(date) is not None

    def _unknown(self, item: Item) -> dict[str, str] | None:
        if item.type != "DATE" or UNKNOWN_ALLOWED not in item.rule:
            return None
        flag, text = self._item(f"{item.ja}_不詳フラグ"), self._item(f"{item.ja}_不詳表記")
        if text is None:
            item.remark(self.remarks, "rule", "I-SHEET-UNKNOWN")
            return None
        return ({"flag": flag.name} if flag else {}) | {"text": text.name}

    def _item(self, ja: str) -> Item | None:
        return next((item for item in self.items if item.ja == ja), None)

    def _codes(self, item: Item) -> str | None:
        if item.code is None:
            return None
        if item.code[1] == OWN_CODES:
            item.remark(self.remarks, "code", "I-SHEET-OWN-CODES")
            return None
        if item.code not in self.codes:
            item.remark(self.remarks, "code", "I-SHEET-CODE-MISSING", id=item.code[1])
            return None
        if item.says("code") != item.code[1] and not item.code[0]:
            item.remark(self.remarks, "code", "I-SHEET-CODE-ZEROS", id=item.code[1])
        return self.tables[item.code]


def _official(item: Item) -> dict[str, object]:
    entry: dict[str, object | None] = {
        "id": item.id,
        "output": item.output,
        "condition": item.condition,
        "code": item.says("code"),
        "repeat": item.repeat,
        "foreign": _yes(item.foreign),
        "implement": _yes(item.implement),
        "classes": item.classes,
        "definition": item.says("definition"),
        "rule": item.rule,
        "spec": item.says("spec"),
        "sample": item.says("sample"),
        "remarks": item.says("remarks"),
    }
    return {name: value for name, value in entry.items() if value}


def _yes(value: bool) -> str | None:
    return "yes" if value else None
