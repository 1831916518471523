"""Where the columns of a sheet are: found by their titles, in one row or in two."""

from collections.abc import Mapping
from dataclasses import dataclass

from migrate.importer.remarks import Remarks
from migrate.io.workbook import Sheet, plain

ITEM_TITLES = {
    "データ項目ID": "id",
    "データ項目": "ja",
    "データ項目（ローマ字）": "name",
    "グループ_名称": "group",
    "グループ_主キー": "key",
    "グループ_外部キー": "foreign",
    "クラス分類_Lv1": "class_1",
    "クラス分類_Lv2": "class_2",
    "クラス分類_Lv3": "class_3",
    "データ型": "type",
    "桁数": "digits",
    "コード": "code",
    "繰り返し": "repeat",
    "データ出力条件": "output",
    "項目定義": "definition",
    "項目説明": "rule",
    "標準仕様書関連箇所": "spec",
    "実装類型": "implement",
    "サンプル値": "sample",
    "備考": "remarks",
}
ITEM_NEEDS = ("id", "ja", "type")
CODE_TITLES = {
    "業務名": "system",
    "コードID": "id",
    "コード名": "name",
    "コード値": "value",
    "コード値の内容": "meaning",
    "備考": "remarks",
}
CODE_NEEDS = ("id", "value", "meaning")
TYPE_TITLES = {"項番": "no", "データ型": "type", "データ型の内容": "meaning", "備考": "remarks"}
TYPE_NEEDS = ("type", "meaning")
COLUMN_TITLES = {"項番": "no", "項目名": "name", "記載内容": "meaning", "備考": "remarks"}
COLUMN_NEEDS = ("name", "meaning")
END = "e"
"""What the sheets write into the row below the last item and the column beside the last."""


@dataclass(frozen=True, slots=True)
class Head:
    """The row that titles the columns (``top``), the first row below it, and the columns by key, as from … to."""

    top: int
    below: int
    columns: Mapping[str, tuple[int, int]]

    def get(self, sheet: Sheet, row: int, key: str) -> str:
        """What the first column of ``key`` says in a row; nothing where the sheet has no such column."""
        return sheet.cell(row, self.at(key)) if key in self.columns else ""

    def at(self, key: str) -> int:
        """The first column of ``key``."""
        return self.columns[key][0]


def find_head(sheet: Sheet, titles: Mapping[str, str], needs: tuple[str, ...]) -> Head | None:
    """The first row with titles of all the columns that it needs; None if the sheet is another kind of sheet."""
    known = {plain(title): key for title, key in titles.items()}
    for row in range(len(sheet.rows)):
        names = _titles(sheet, row)
        columns: dict[str, tuple[int, int]] = {}
        for column, name in names.items():
            if (key := known.get(name)) and key not in columns:
                after = min((other for other in names if other > column), default=column + 1)
                columns[key] = (column, after - 1 if key == "id" else column)
        if all(need in columns for need in needs):
            return Head(row, row + (2 if _second(sheet, row, columns[needs[0]][0]) else 1), columns)
    return None


def _second(sheet: Sheet, row: int, column: int) -> bool:
    """Whether the row below titles columns, too: it is empty below a title, or repeats it (merged cells)."""
    return sheet.cell(row + 1, column) in ("", sheet.cell(row, column)) and any(map(any, sheet.rows[row + 1 : row + 2]))


def _titles(sheet: Sheet, row: int) -> dict[int, str]:
    """Titles by column, plain; ``above_below`` where one title stands over several."""
    first = next((column for column, cell in enumerate(sheet.rows[row]) if cell), 0)
    two = _second(sheet, row, first)
    titles: dict[int, str] = {}
    above = ""
    for column, cell in enumerate(sheet.rows[row]):
        below = plain(sheet.cell(row + 1, column)) if two else ""
        above = plain(cell) or (above if below else "")
        name = f"{above}_{below}" if below and below != above else above
        if name and name not in titles.values():
            titles[column] = name
    return titles


def tell_unread(sheet: Sheet, head: Head, titles: Mapping[str, str], remarks: Remarks) -> None:
    """Columns with a title that nobody knows, or with content and no title."""
    known = set(map(plain, titles))
    told = _titles(sheet, head.top)
    for column, name in told.items():
        if name not in known:
            remarks.at(sheet, head.top, column, "I-SHEET-COLUMN")
    covered = {c for first, last in head.columns.values() for c in range(first, last + 1)} | told.keys()
    width = max(map(len, sheet.rows))
    for column in sorted(set(range(width)) - covered):
        rows = range(head.below, len(sheet.rows))
        filled = [row for row in rows if sheet.cell(row, column) not in ("", END)]
        if filled:
            remarks.at(sheet, filled[0], column, "I-SHEET-UNTITLED", count=str(len(filled)))
