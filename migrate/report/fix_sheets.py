"""The workbook of findings to be fixed: what stands in which column of which sheet, written and found again."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from migrate.errors import Lang
from migrate.io.publish import canonical
from migrate.report.sentences import rule_sentences, sentence
from migrate.report.texts import text, texts
from migrate.report.workbook import FormSheet, Row, form_workbook
from migrate.spec.layout import Layout
from migrate.spec.table import StandardField, StandardTable

SCHEMA = "migrate.fix/1"
ABOUT = "migrate"
"""The hidden sheet that says what the workbook is of."""
SEEN = ("fix-no", "fix-severity", "fix-owner", "fix-unit", "fix-key", "fix-table", "fix-item", "fix-reason", "fix-seen")
WHERE = ("fix-file", "fix-record")
ANSWERS = ("fix-value", "fix-person", "fix-note")
MACHINE = ("cell-table", "cell-item", "cell-key", "cell-rule", "cell-check")
"""Columns for programs: the cell of the standard table, and what shows that the line is as it was written."""
OPEN_HEADS = (*SEEN, *ANSWERS, *WHERE, *MACHINE)
KOSHO_HEADS = (*SEEN, *WHERE, "fix-done", "fix-person", "fix-note")
ELSEWHERE_HEADS = (*SEEN, "fix-how", *WHERE, "fix-done", "fix-person", "fix-note")

Line: TypeAlias = Mapping[str, Any]
"""A line of ``fixes.export.Line`` as data."""


def heads(names: Iterable[str], lang: Lang) -> list[str]:
    """Labels of columns; those for programs are their own."""
    return [text(f"head-{name}", lang) if name.startswith("fix-") else name for name in names]


def head_names(labels: Sequence[str]) -> dict[str, int]:
    """Columns by name, in whichever language their labels are."""
    known = {text(f"head-{name}", lang): name for name in OPEN_HEADS[: -len(MACHINE)] for lang in ("ja", "en")}
    return {known.get(label, label): column for column, label in enumerate(labels)}


def workbook(lines: Sequence[Line], layout: Layout, about: Mapping[str, Any], lang: Lang) -> bytes:
    """The bytes of the workbook; ``about`` has run, layout, source, as_of, left_out, uncounted."""
    groups = {
        "open": [line for line in lines if line["place"] == "open"],
        "kosho": [line for line in lines if line["place"] == "kosho"],
        "elsewhere": [line for line in lines if line["place"] not in ("open", "kosho")],
    }
    known = {key: about[key] for key in ("run", "layout", "source", "as_of")}
    identity = [["schema", SCHEMA], *([key, value] for key, value in known.items())]
    items = [_item(line, layout) for line in groups["open"]]
    codes = {item.codes for item in items if item and item.codes}
    lists = {name: [f"{code}：{value.name}" for code, value in layout.codes[name].items()] for name in codes}
    told = rule_sentences(layout)
    sheets = [
        FormSheet(text("fixsheet-about", lang), [""], [[line] for line in _about(groups, about, lang)]),
        _open(groups["open"], items, layout, told, known, lang),
        _closed("kosho", KOSHO_HEADS, groups["kosho"], layout, told, lang),
        _closed("elsewhere", ELSEWHERE_HEADS, groups["elsewhere"], layout, told, lang),
        FormSheet(ABOUT, ["key", "value"], identity, shown=False),
    ]
    return form_workbook(sheets, lists, list_sheet=text("fixsheet-codes", lang))


def check_of(known: Mapping[str, str], cells: Sequence[str]) -> str:
    """A short digest of what a line is about: run, table, item, key, rule, present value."""
    return hashlib.sha256(canonical([SCHEMA, dict(known), list(cells)])).hexdigest()[:12]


def empties() -> set[str]:
    """What is written to take a value away."""
    return set(texts()["fix-empty"].values())


def _about(groups: Mapping[str, Sequence[Line]], about: Mapping[str, Any], lang: Lang) -> Iterable[str]:
    yield text("fix-about-personal", lang)
    yield text("fix-about-run", lang, **{key: about[key] for key in ("run", "layout", "source", "as_of")})
    yield text("fix-about-open", lang, count=f"{len(groups['open']):,}", empty=text("fix-empty", lang))
    yield text("fix-about-kosho", lang, count=f"{len(groups['kosho']):,}")
    yield text("fix-about-elsewhere", lang, count=f"{len(groups['elsewhere']):,}")
    if hidden := sum(line["place"] == "protected" for line in groups["elsewhere"]):
        yield text("fix-about-protected", lang, count=f"{hidden:,}")
    if about["left_out"]:
        yield text("fix-about-left-out", lang, count=f"{about['left_out']:,}")
    if about["uncounted"]:
        yield text("fix-about-uncounted", lang, count=f"{about['uncounted']:,}")


def _open(
    lines: Sequence[Line],
    items: Sequence[StandardField | None],
    layout: Layout,
    told: Mapping[str, str],
    known: Mapping[str, str],
    lang: Lang,
) -> FormSheet:
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        key = json.dumps(line["key"], ensure_ascii=False)
        cells = [line["table"], line["item"], key, line["rule"]]
        check = check_of(known, [*cells, line["seen"] or ""])
        rows.append([*_seen(number, line, layout, told, lang), "", "", "", *_where(line), *cells, check])
    column = OPEN_HEADS.index("fix-value")
    lists = {(row, column): item.codes for row, item in enumerate(items) if item and item.codes}
    answers = frozenset(OPEN_HEADS.index(name) for name in ANSWERS)
    machine = frozenset(OPEN_HEADS.index(name) for name in MACHINE)
    return FormSheet(text("fixsheet-open", lang), heads(OPEN_HEADS, lang), rows, answers, machine, lists)


def _closed(
    kind: str, names: Sequence[str], lines: Sequence[Line], layout: Layout, told: Mapping[str, str], lang: Lang
) -> FormSheet:
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        how = [text(f"fixplace-{line['place']}", lang)] if "fix-how" in names else []
        rows.append([*_seen(number, line, layout, told, lang), *how, *_where(line), "", "", ""])
    answers = frozenset(names.index(name) for name in ("fix-done", "fix-person", "fix-note"))
    return FormSheet(text(f"fixsheet-{kind}", lang), heads(names, lang), rows, answers)


def _seen(number: int, line: Line, layout: Layout, told: Mapping[str, str], lang: Lang) -> list[str | int]:
    table = layout.tables.get(line["table"] or "")
    item, key = _item(line, layout), row_name(layout, table, line["key"])
    seen = text("fix-secret-value", lang) if line["place"] == "secret" else line["seen"] or ""
    severity, ja = text(f"severity-{line['severity']}", lang), item.ja if item else line["item"] or ""
    reason = sentence(line["rule"], told, lang) or line["rule"]
    return [number, severity, line["owner"], line["unit"] or "", key, table.ja if table else "", ja, reason, seen]


def row_name(layout: Layout, table: StandardTable | None, key: Sequence[str]) -> str:
    """The primary key of a row in words, without the unit's own."""
    names = table.by_name() if table else {}
    pairs = zip(table.key if table else (), key, strict=False)
    return "、".join(f"{names[name].ja} {value}" for name, value in pairs if name != layout.system.unit.key)


def _where(line: Line) -> list[str | int]:
    return [line["file"], "" if line["record"] is None else line["record"]]


def _item(line: Line, layout: Layout) -> StandardField | None:
    table = layout.tables.get(line["table"] or "")
    return table.by_name().get(line["item"] or "") if table else None
