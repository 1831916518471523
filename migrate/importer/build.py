"""The whole import: sheets → items and code lists → the files of one system."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from migrate.errors import InputRefused, Problem
from migrate.importer.codelists import CodeList, read_code_lists
from migrate.importer.decide import MADE, Decided
from migrate.importer.fields import Maker
from migrate.importer.items import OWN_CODES, Item, read_items, title_of
from migrate.importer.legend import read_legend
from migrate.importer.remarks import Remark, Remarks
from migrate.importer.yamlout import yaml_text
from migrate.io.workbook import Sheet, read_workbook
from migrate.spec.csvtext import CODES


@dataclass(frozen=True, slots=True)
class Import:
    """The files of a system by their path in its folder, and what of the sheet was not understood."""

    files: Mapping[str, bytes]
    remarks: tuple[Remark, ...]
    tables: int
    items: int
    codes: int


def import_sheet(file: Path, system: str, decided: Decided) -> Import:
    """Read one workbook. InputRefused where it has no item sheet; DefinitionErrors where ``decided`` is not about
    it."""
    sheets = read_workbook(file)
    book = _Book(file, system, decided, [sheet.name for sheet in sheets])
    for sheet in sheets:
        book.read(sheet)
    if not book.items:
        raise InputRefused(Problem("I-SHEET-NONE", file=str(file)))
    decided.hold_against(book.groups)
    return book.made()


class _Book:
    """What was read of a workbook, and the files that come of it."""

    def __init__(self, file: Path, system: str, decided: Decided, sheets: list[str]) -> None:
        self.file, self.system, self.decided, self.sheets = file, system, decided, sheets
        self.remarks = Remarks()
        self.items: list[Item] = []
        self.codes: dict[tuple[str, str], CodeList] = {}
        self.code_sheets: dict[tuple[str, str], str] = {}

    def read(self, sheet: Sheet) -> None:
        items = read_items(sheet, self.remarks)
        if items is not None:
            self.items += items
            return
        lists = read_code_lists(sheet, self.remarks)
        if lists is not None:
            self.codes |= lists
            self.code_sheets |= dict.fromkeys(lists, sheet.name)
        elif not read_legend(sheet, self.remarks) and any(map(any, sheet.rows)):
            self.remarks.of(sheet, "I-SHEET-SKIPPED")

    @property
    def groups(self) -> dict[str, tuple[Item, ...]]:
        """Items by グループ_名称, in the order of the sheets."""
        groups: dict[str, tuple[Item, ...]] = {}
        for item in self.items:
            groups[item.group] = (*groups.get(item.group, ()), item)
        return groups

    def made(self) -> Import:
        comment = f"{MADE} が {self.file.name} から作った。直すことは import.yaml に書いて、取り込み直す。"
        groups = self.groups
        names = self._table_names(groups)
        keys = {group: self._key(items) for group, items in groups.items()}
        tables = dict(self._code_tables())
        files: dict[str, str] = {"system.yaml": yaml_text(self._system(names, keys), comment)}
        for group, items in groups.items():
            self._repeated(items)
            maker = Maker(group, items, keys[group], self.codes, tables, self.decided, self.remarks)
            table = self._table(group, names[group], keys[group], maker.fields())
            files[f"{names[group]}.yaml"] = yaml_text(table, comment)
        for key, name in tables.items():
            files[f"codes/{name}.csv"] = self._code_table(key)
        encoded = {name: text.encode() for name, text in files.items()}
        return Import(encoded, self.remarks.sorted(self.sheets), len(groups), len(self.items), len(tables))

    def _table_names(self, groups: Mapping[str, tuple[Item, ...]]) -> dict[str, str]:
        names: dict[str, str] = {}
        for number, (group, items) in enumerate(groups.items(), start=1):
            decision = self.decided.table(group)
            if decision is None:
                items[0].remark(self.remarks, "group", "I-SHEET-GROUP-NAME", name=f"group_{number}")
            names[group] = decision.name if decision else f"group_{number}"
        return names

    def _key(self, items: tuple[Item, ...]) -> tuple[str, ...]:
        key = tuple(item.name for item in items if item.key)
        if not key:
            items[0].remark(self.remarks, "key", "I-SHEET-KEY-NONE", name=items[0].name)
        return key or (items[0].name,)

    def _repeated(self, items: tuple[Item, ...]) -> None:
        seen: set[str] = set()
        for item in items:
            if item.name in seen:
                item.remark(self.remarks, "name", "I-SHEET-NAME-TWICE", name=item.name)
            seen.add(item.name)

    def _code_tables(self) -> Iterator[tuple[tuple[str, str], str]]:
        """A name for each list: the romaji of the first item that uses it, best of one called like the list."""
        taken: set[str] = set()
        for key, codes in self.codes.items():
            if key[1] == OWN_CODES:
                continue
            users = [item for item in self.items if item.code == key]
            users.sort(key=lambda item: item.ja != codes.name)
            name = users[0].name if users else f"code_{key[1].zfill(3)}"
            while name in taken:
                name += "_"
            taken.add(name)
            yield key, name

    def _code_table(self, key: tuple[str, str]) -> str:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(CODES)
        cite = self.decided.decisions.cite or self.code_sheets[key]
        for value, meaning, remarks in self.codes[key].rows:
            writer.writerow((value, meaning, f"{cite} コードID {key[1]}" + (f"（{remarks}）" if remarks else "")))
        return text.getvalue()

    def _table(self, group: str, name: str, key: tuple[str, ...], fields: list[dict[str, object]]) -> dict[str, object]:
        decision = self.decided.table(group)
        table: dict[str, object] = {"table": name, "ja": group}
        if decision and decision.doc:
            table["doc"] = decision.doc
        table["key"] = list(key)
        if decision and decision.folder:
            table["folder"] = decision.folder
        table["fields"] = fields
        if checks := self.decided.raw("tables", group, "checks"):
            table["checks"] = checks
        return table

    def _system(self, names: Mapping[str, str], keys: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
        decided, first = self.decided.decisions, self.items[0]
        numbers = list(dict.fromkeys(item.id[:3] for item in self.items))
        if len(numbers) > 1 and decided.number is None:
            first.remark(self.remarks, "id", "I-SHEET-NUMBERS", numbers=", ".join(numbers))
        if decided.version is None:
            self.remarks.of(first.sheet, "I-SHEET-VERSION")
        title, name = title_of(first.sheet)
        digest = hashlib.sha256(self.file.read_bytes()).hexdigest()
        system: dict[str, object] = {
            "system": self.system,
            "ja": decided.ja or name or first.group,
            "number": decided.number or numbers[0],
            "spec": decided.spec or title or first.sheet.name,
            "version": decided.version or "不明",
            "grade": decided.grade,
            "source": f"{decided.source or self.file.name}（sha256 {digest}）",
            "profile": decided.profile,
            "unit": self.decided.raw("unit") or self._unit(keys),
            "state": self.decided.raw("state"),
            "tables": list(names.values()),
            "scopes": self.decided.raw("scopes"),
            "references": self.decided.raw("references"),
            "checks": self.decided.raw("checks"),
            "controls": self.decided.raw("controls"),
            "sample": self.decided.raw("sample"),
        }
        return {name: value for name, value in system.items() if value}

    def _unit(self, keys: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
        """The first key item that every group has; the first of all if there is none."""
        first = next(iter(keys.values()))
        names = [{item.name for item in items} for items in self.groups.values()]
        common = [name for name in first if all(name in known for known in names)]
        if not common:
            self.items[0].remark(self.remarks, "key", "I-SHEET-UNIT", name=first[0])
        key = (common or first)[0]
        return {"key": key, "ja": next(item.ja for item in self.items if item.name == key)}
