"""The workbook of records to be compared (突合票): old and new side by side, with boxes for two people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from migrate.errors import Lang
from migrate.report.fix_sheets import Line, row_name
from migrate.report.texts import text
from migrate.report.workbook import FormSheet, Row, form_workbook
from migrate.spec.layout import Layout
from migrate.spec.table import StandardField

HEADS = (
    "fix-no", "sample-stratum", "fix-unit", "fix-table", "fix-key", "fix-item", "sample-old", "sample-new",
    "sample-compared", "sample-confirmed", "fix-note", "fix-file", "fix-record",
)  # fmt: skip
BOXES = ("sample-compared", "sample-confirmed", "fix-note")
STRATA_HEADS = ("sample-stratum", "sample-known", "sample-drawn", "sample-reason")


def sample_workbook(
    strata: Sequence[Line], lines: Sequence[Line], layout: Layout, about: Mapping[str, Any], lang: Lang
) -> bytes:
    """The bytes of the workbook. ``strata`` and ``lines`` are ``fixes.strata.Drawn`` and ``fixes.sample.Compared`` as
    data; ``about`` has run, layout, source, as_of, seed, each, and ``protected``: whether it is known who is."""
    told = [text("fix-about-personal", lang), text("sample-about", lang, **about)]
    if not about["protected"]:
        told.append(text("sample-unprotected", lang))
    told.append(text("sample-how", lang))
    boxes = frozenset(HEADS.index(name) for name in BOXES)
    sheets = [
        FormSheet(text("fixsheet-about", lang), [""], [[line] for line in told]),
        FormSheet(text("sheet-strata", lang), _heads(STRATA_HEADS, lang), [_stratum(one, lang) for one in strata]),
        FormSheet(text("sheet-sample", lang), _heads(HEADS, lang), list(_rows(lines, layout)), boxes),
    ]
    return form_workbook(sheets, {}, list_sheet="")


def _heads(names: Iterable[str], lang: Lang) -> list[str]:
    return [text(f"head-{name}", lang) for name in names]


def _stratum(one: Line, lang: Lang) -> Row:
    reason = one["reason"] or ("" if one["units"] else text("sample-none", lang))
    return [one["name"], one["known"], len(one["units"]), reason]


def _with_name(value: str | None, item: StandardField, layout: Layout) -> str:
    """A delivered value, a code with its name."""
    known = layout.codes[item.codes].get(value or "") if item.codes else None
    return f"{value}：{known.name}" if known else value or ""


def _rows(lines: Sequence[Line], layout: Layout) -> Iterable[Row]:
    for number, line in enumerate(lines, start=1):
        table = layout.tables[line["table"]]
        names = (number, line["stratum"], line["unit"], table.ja, row_name(layout, table, line["key"]))
        item = table.field(line["item"])
        values = (item.ja, line["old"] or "", _with_name(line["new"], item, layout))
        yield [*names, *values, "", "", "", line["file"] or "", "" if line["record"] is None else line["record"]]
