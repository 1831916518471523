"""The rows of an item sheet, cell by cell."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.importer.heads import END, ITEM_NEEDS, ITEM_TITLES, Head, find_head, tell_unread
from migrate.importer.remarks import Remarks
from migrate.io.workbook import Sheet, plain

MARKS = frozenset("○◯〇")
TYPES = ("X", "N", "9", "9V", "S9", "BLOB", "YEAR", "DATE", "TIME")
COUNTED = ("X", "N", "9", "9V", "S9")
OUTPUTS = {"必須": "必須", "条件付き必須": "条件付き必須", "条件付必須": "条件付き必須", "任意": "任意"}
OWN_CODES = "999"
"""コードID of codes that each municipality sets itself (自治体固有コード)."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
PROSE = "※※"
NOTES = re.compile(r"■地方公共団体情報システム.*|水色セル:.*主キー.*|項目説明:※※.*条件.*|[■\s]+")
"""What stands above the titles and is understood: the title, the two notes, and marks of the printer."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the sheet. ``code`` is (業務名, コードID) of its code list, ``condition`` the ※※ prose."""

    sheet: Sheet
    row: int
    head: Head
    id: str
    ja: str
    name: str
    group: str
    key: bool
    foreign: bool
    type: str
    digits: str | None
    code: tuple[str, str] | None
    repeat: str
    output: str
    rule: str
    condition: str
    implement: bool

    def says(self, key: str) -> str:
        """The cell as it stands."""
        return self.head.get(self.sheet, self.row, key)

    def remark(self, remarks: Remarks, key: str, code: str, /, says: str = "", **facts: str) -> None:
        """Note one of its cells."""
        column = self.head.at(key) if key in self.head.columns else self.head.at("ja")
        remarks.at(self.sheet, self.row, column, code, says, **facts)

    @property
    def classes(self) -> list[str]:
        """クラス分類 from above."""
        return [cell for n in "123" if (cell := self.says(f"class_{n}"))]


def read_items(sheet: Sheet, remarks: Remarks) -> tuple[Item, ...] | None:
    """The items of a sheet in order; None if it is no item sheet."""
    head = find_head(sheet, ITEM_TITLES, ITEM_NEEDS)
    if head is None:
        return None
    tell_unread(sheet, head, ITEM_TITLES, remarks)
    _notes(sheet, head, remarks)
    return tuple(_items(sheet, head, remarks))


def title_of(sheet: Sheet) -> tuple[str, str]:
    """The title of an item sheet, and what stands in （…） in it; empty if there is none."""
    for cell in (cell for row in sheet.rows for cell in row if cell.startswith("■")):
        if found := re.search(r"[(（](.+?)[)）]", cell):
            return cell.removeprefix("■"), found[1]
    return "", ""


def _notes(sheet: Sheet, head: Head, remarks: Remarks) -> None:
    seen = set()
    for row in range(head.top):
        for column, cell in enumerate(sheet.rows[row]):
            if cell and cell not in seen and not NOTES.fullmatch(unicodedata.normalize("NFKC", cell)):
                remarks.at(sheet, row, column, "I-SHEET-NOTE")
            seen.add(cell)


def _items(sheet: Sheet, head: Head, remarks: Remarks) -> Iterator[Item]:
    for row in range(head.below, len(sheet.rows)):
        filled = [column for column, cell in enumerate(sheet.rows[row]) if cell not in ("", END)]
        if not filled:
            continue
        parts = [sheet.cell(row, column) for column in range(head.at("id"), head.columns["id"][1] + 1)]
        number = _id([part for part in dict.fromkeys(parts) if part])
        if not number or not head.get(sheet, row, "ja"):
            remarks.at(sheet, row, filled[0], "I-SHEET-ROW")
            continue
        yield _Cells(sheet, row, head, remarks).item(number)


def _id(parts: list[str]) -> str:
    """Eight digits of 3 + 5, however many zeros are left out; empty if the parts are no id."""
    text = [plain(part) for part in parts]
    if len(text) == 1 and re.fullmatch(r"\d{4,8}", text[0]):
        return text[0].zfill(8)
    if len(text) == 2 and re.fullmatch(r"\d{1,3}", text[0]) and re.fullmatch(r"\d{1,5}", text[1]):
        return text[0].zfill(3) + text[1].zfill(5)
    return ""


@dataclass(frozen=True, slots=True)
class _Cells:
    """Reads the cells of one row, and notes those that it cannot read."""

    sheet: Sheet
    row: int
    head: Head
    remarks: Remarks

    def item(self, number: str) -> Item:
        output, (rule, condition) = self._output(), _prose(self._says("rule"))
        if (output == "条件付き必須") != bool(condition):
            self._note("rule", "I-SHEET-CONDITION-NONE" if output == "条件付き必須" else "I-SHEET-CONDITION-ALONE")
        type_ = self._type()
        return Item(
            sheet=self.sheet,
            row=self.row,
            head=self.head,
            id=number,
            ja=self._says("ja"),
            name=self._name(number),
            group=self._group(),
            key=self._mark("key"),
            foreign=self._mark("foreign"),
            type=type_,
            digits=self._digits(type_),
            code=self._code(),
            repeat=self._repeat(),
            output=output,
            rule=rule,
            condition=condition,
            implement=self._mark("implement"),
        )

    def _says(self, key: str) -> str:
        return self.head.get(self.sheet, self.row, key)

    def _note(self, key: str, code: str, /, **facts: str) -> None:
        column = self.head.at(key) if key in self.head.columns else self.head.at("ja")
        self.remarks.at(self.sheet, self.row, column, code, **facts)

    def _name(self, number: str) -> str:
        name = re.sub(r"[^a-z0-9_]+", "_", plain(self._says("name"))).strip("_")
        if NAME.fullmatch(name):
            if name != self._says("name"):
                self._note("name", "I-SHEET-NAME", name=name)
            return name
        self._note("name", "I-SHEET-NAME", name=f"item_{number}")
        return f"item_{number}"

    def _group(self) -> str:
        if group := self._says("group"):
            return group
        self._note("group", "I-SHEET-GROUP-NONE", group=self.sheet.name)
        return self.sheet.name

    def _mark(self, key: str) -> bool:
        said = self._says(key)
        if said and said not in MARKS:
            self._note(key, "I-SHEET-MARK")
        return said in MARKS

    def _type(self) -> str:
        type_ = plain(self._says("type")).upper()
        if type_ in TYPES:
            if type_ == "BLOB":
                self._note("type", "I-SHEET-BLOB")
            return type_
        self._note("type", "I-SHEET-TYPE")
        return "M"

    def _digits(self, type_: str) -> str | None:
        digits = plain(self._says("digits"))
        if re.fullmatch(r"[1-9]\d*(,\d+)?" if type_ == "9V" else r"[1-9]\d*", digits):
            return digits
        if digits or type_ in COUNTED:
            self._note("digits", "I-SHEET-DIGITS")
        return None

    def _code(self) -> tuple[str, str] | None:
        said = unicodedata.normalize("NFKC", self._says("code"))
        if not said:
            return None
        found = re.fullmatch(r"(\D*?)[\s_:・/-]*(\d+)", said)
        if found is None:
            self._note("code", "I-SHEET-CODE")
            return None
        return plain(found[1]), str(int(found[2]))

    def _repeat(self) -> str:
        repeat = self._says("repeat")
        if repeat:
            number = re.fullmatch(r"[1-9]\d*", plain(repeat))
            self._note("repeat", "I-SHEET-REPEAT" if number else "I-SHEET-REPEAT-NUMBER")
        return repeat

    def _output(self) -> str:
        output = OUTPUTS.get(plain(self._says("output")))
        if output is None:
            self._note("output", "I-SHEET-OUTPUT")
        return output or "任意"


def _prose(rule: str) -> tuple[str, str]:
    """項目説明 without and with its ※※ lines; a condition goes on until the next line that begins with a mark."""
    rest: list[str] = []
    condition: list[str] = []
    inside = False
    for line in rule.split("\n"):
        text = line.strip()
        inside = text.startswith(PROSE) or (inside and text[:1] not in ("・", "※", ""))
        (condition if inside else rest).append(text.removeprefix(PROSE).strip() if inside else line.rstrip())
    return "\n".join(rest).strip(), "\n".join(condition).strip()
