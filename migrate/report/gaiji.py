"""The gaiji ledger of a run as a table for the terminal, and as the sheet that staff fill in."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from migrate.errors import Lang, Problem, UsageError
from migrate.report.tables import grid, number
from migrate.report.texts import text

KNOWN = ("コード", "区分", "状態", "いまの文字", "ファイル", "項目", "文字数", "人数", "読み", "最初のレコード")
FILL = ("文字（記入）", "根拠（記入）", "備考（記入）")
"""Columns of the sheet: what the run knows of a code, and what a person decides. A cell of 文字 is one character, or
its code points as ``U+845B U+E0100``; 根拠 says why, where it is another character than it was (縮退)."""

Rows = Sequence[Mapping[str, Any]]


def table(rows: Rows, lang: Lang) -> Table:
    """One row per code and source column. No reading: rare ones name a person."""
    found = grid(lang, "code", "glyph", "state", "kind", "file", "item", ">characters", ">people")
    for row in rows:
        found.add_row(
            row["code"] or "-",
            row["text"] or "",
            text(f"gaiji-{row['state']}", lang),
            text(f"gaiji-{row['kind']}", lang),
            row["file"],
            row["field"] or row["column"],
            number(row["characters"]),
            number(row["people"]),
        )
    return found


def sheet(rows: Rows, lang: Lang) -> bytes:
    """CSV in UTF-8 with BOM, one row per code and source column. It holds readings: personal data."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow((*KNOWN, *FILL))
    for row in rows:
        first = "、".join(f"{place['source_file']}:{place['record']}" for place in row["first"])
        known = (
            row["code"],
            text(f"gaiji-{row['kind']}", lang),
            text(f"gaiji-{row['state']}", lang),
            row["text"] or "",
            row["file"],
            row["field"] or row["column"],
            row["characters"],
            row["people"],
            _plain("、".join(row["readings"])),
            _plain(first),
        )
        writer.writerow((*known, "", "", ""))
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _plain(cell: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def filled_in(raw: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line of the file, and ``code``, ``text``, ``basis``, ``note`` of every row that somebody filled in; UsageError
    where it is no such sheet."""
    try:
        reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        rows, lines = [], [1]
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num + 1)
    except (UnicodeDecodeError, csv.Error):
        raise UsageError(Problem("U-GAIJI-SHEET", {"file": name})) from None
    wanted = [KNOWN[0], *FILL]
    if not rows or not set(wanted) <= set(rows[0]):
        raise UsageError(Problem("U-GAIJI-SHEET", {"file": name}))
    places = [rows[0].index(column) for column in wanted]
    for line, row in zip(lines[1:-1], rows[1:], strict=True):
        cells = [row[place].strip() if place < len(row) else "" for place in places]
        code, letter, basis, remark = cells
        if letter:
            yield line, {"code": code, "text": letter_of(letter), "basis": basis, "note": remark}


def letter_of(cell: str) -> str:
    """A cell of 文字: ``U+845B U+E0100`` as the characters, anything else as it stands."""
    parts = cell.replace("+", " ").upper().split("U ")
    points = [part.strip() for part in parts if part.strip()]
    if not cell.upper().startswith("U+") or not points:
        return cell
    try:
        return "".join(chr(int(point, 16)) for point in points)
    except (ValueError, OverflowError):
        return cell


def table_file(rows: Iterable[Mapping[str, str]], header: Sequence[str], *, by: str = "code") -> bytes:
    """``gaiji.csv``, or another table that people decide in, in order of code (or of another column)."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: row[by]))
    return buffer.getvalue().encode()
