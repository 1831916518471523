"""The smallest Excel file that says what a test wants, cell by cell."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

Cell: TypeAlias = str | int | float | None
Rows: TypeAlias = Sequence[Sequence[Cell]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_workbook(file: Path, sheets: Mapping[str, Rows], merged: Mapping[str, Sequence[str]] | None = None) -> Path:
    """Sheets by name, each a list of rows; ``merged`` are ranges as ``B5:C6``."""
    parts = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations([("worksheet", f"worksheets/s{i}.xml") for i in range(len(sheets))]),
    }
    for i, (name, rows) in enumerate(sheets.items()):
        parts[f"xl/worksheets/s{i}.xml"] = _sheet(rows, (merged or {}).get(name, ()))
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return file


def _types(sheets: int) -> str:
    overrides = [f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>']
    overrides += [
        f'<Override PartName="/xl/worksheets/s{i}.xml" ContentType="{TYPE}.worksheet+xml"/>' for i in range(sheets)
    ]
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    default = (
        f'<Default Extension="rels" ContentType="{rels}"/><Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'<Types xmlns="{PACKAGE}/content-types">{default}{"".join(overrides)}</Types>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    rows = (
        f'<Relationship Id="r{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def _book(names: Mapping[str, Rows]) -> str:
    sheets = (f'<sheet name={quoteattr(name)} sheetId="{i + 1}" r:id="r{i}"/>' for i, name in enumerate(names))
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(sheets)}</sheets></workbook>'


def _sheet(rows: Rows, merged: Sequence[str]) -> str:
    body = "".join(
        f'<row r="{r}">{"".join(_cell(r, c, value) for c, value in enumerate(row) if value is not None)}</row>'
        for r, row in enumerate(rows, start=1)
    )
    ranges = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    merges = f"<mergeCells>{ranges}</mergeCells>" if ranges else ""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>{merges}</worksheet>'


def _cell(row: int, column: int, value: Cell) -> str:
    at = f'r="{chr(ord("A") + column)}{row}"'
    if isinstance(value, str):
        return f'<c {at} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"<c {at}><v>{value}</v></c>"
