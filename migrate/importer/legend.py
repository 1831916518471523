"""The legend sheets: whether the types and columns that they explain are the ones that we know."""

from migrate.importer.heads import (
    COLUMN_NEEDS,
    COLUMN_TITLES,
    ITEM_TITLES,
    TYPE_NEEDS,
    TYPE_TITLES,
    Head,
    find_head,
)
from migrate.importer.remarks import Remarks
from migrate.io.workbook import Sheet, plain

MEANINGS = {
    "X": "半角文字列",
    "N": "全角文字列",
    "9": "整数",
    "9V": "小数点付き実数",
    "S9": "符号付き整数",
    "BLOB": "画像",
    "YEAR": "YYYY",
    "DATE": "YYYY-MM-DD",
    "TIME": "HH:MM:SS",
}
"""The first words of what the legend says of each type."""
COLUMNS = frozenset(map(plain, [*ITEM_TITLES, "クラス分類（Lv1～Lv3）"]))


def read_legend(sheet: Sheet, remarks: Remarks) -> bool:
    """Note what a legend explains differently or we do not know; False if the sheet is no legend."""
    if head := find_head(sheet, TYPE_TITLES, TYPE_NEEDS):
        _types(sheet, head, remarks)
    elif head := find_head(sheet, COLUMN_TITLES, COLUMN_NEEDS):
        _columns(sheet, head, remarks)
    return head is not None


def _types(sheet: Sheet, head: Head, remarks: Remarks) -> None:
    for row in range(head.below, len(sheet.rows)):
        type_ = plain(head.get(sheet, row, "type")).upper()
        if not type_:
            continue
        known = MEANINGS.get(type_)
        if known is None or not plain(head.get(sheet, row, "meaning")).startswith(plain(known)):
            code = "I-SHEET-LEGEND-TYPE" if known is None else "I-SHEET-LEGEND-MEANING"
            remarks.at(sheet, row, head.at("type"), code, known=known or "")


def _columns(sheet: Sheet, head: Head, remarks: Remarks) -> None:
    for row in range(head.below, len(sheet.rows)):
        name = head.get(sheet, row, "name")
        if name and plain(name) not in COLUMNS:
            remarks.at(sheet, row, head.at("name"), "I-SHEET-LEGEND-COLUMN")
