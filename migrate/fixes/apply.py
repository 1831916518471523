"""A filled-in sheet taken back: every line proved, then all of them corrections of the project, or none."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from migrate.errors import Problem, UsageError
from migrate.io.workbook import Sheet, place, read_workbook
from migrate.plan import Plan, build
from migrate.rehearsal.corrections import SCHEMA, refusal
from migrate.rehearsal.moment import Moment
from migrate.report.fix_sheets import ABOUT, MACHINE, check_of, empties, head_names
from migrate.report.fix_sheets import SCHEMA as SHEET_SCHEMA
from migrate.spec.layout import Layout
from migrate.spec.table import StandardField
from migrate.stages.correct import cleaned, typed
from migrate.vocab import daykey, fusho
from migrate.vocab.dateforms import keys_of

MIDNIGHT = "T00:00:00"
"""What Excel's own dates end with."""
NEEDED = (*MACHINE, "fix-seen", "fix-value", "fix-person", "fix-note")


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook as it came back: what it is of (schema, run, layout, source, as_of), and its sheet of corrections."""

    file: str
    about: Mapping[str, str]
    sheet: Sheet
    columns: Mapping[str, int]

    def cell(self, row: int, name: str) -> str:
        """What a cell says."""
        return self.sheet.cell(row, self.columns[name])

    def problem(self, row: int, name: str, code: str, **facts: str) -> Problem:
        """A problem with its cell address."""
        return Problem(code, facts, f"{self.file}:{self.sheet.name}!{place(row, self.columns[name])}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One line that says something: its row in the sheet, the cell of the table, and the value (None: nothing)."""

    row: int
    table: str
    item: str
    key: tuple[str, ...]
    value: str | None


def read_filled(path: Path) -> Filled:
    """The workbook; UsageError where it is none that ``migrate findings export`` wrote."""
    sheets = {sheet.name: sheet for sheet in read_workbook(path)}
    about = {row[0]: row[1] for row in sheets[ABOUT].rows if len(row) > 1} if ABOUT in sheets else {}
    for sheet in sheets.values():
        columns = head_names(sheet.rows[0]) if sheet.rows else {}
        if about.get("schema") == SHEET_SCHEMA and all(name in columns for name in NEEDED):
            return Filled(path.name, about, sheet, columns)
    raise UsageError(Problem("U-FIX-SHEET", file=path.name))


def corrections_from(filled: Filled, layout: Layout, moment: Moment) -> pl.DataFrame:
    """What a sheet says as rows of ``corrections.parquet``; UsageError with every cell that cannot be taken."""
    assert layout.source is not None
    answers, problems = _answers(filled, layout)
    if answers:
        as_of = daykey.of_digits(filled.about.get("as_of", "").replace("-", ""))
        problems += _refused_values(filled, answers, build(layout) if as_of is None else build(layout, as_of=as_of))
    problems += _contradictions(filled, answers)
    if problems:
        raise UsageError(*sorted(problems, key=lambda problem: problem.file or ""))
    same = {"layout": layout.system.system, "source": layout.source.source.source, "run": filled.about["run"]}
    rows = [{**same, **_said(filled, answer), **moment.says()} for answer in answers]
    return pl.DataFrame(rows, schema=SCHEMA).unique(("table", "key", "item"), keep="first", maintain_order=True)


def _said(filled: Filled, answer: Answer) -> dict[str, Any]:
    row = answer.row
    return {
        "table": answer.table,
        "key": list(answer.key),
        "item": answer.item,
        "seen": filled.cell(row, "fix-seen") or None,
        "value": answer.value,
        "person": filled.cell(row, "fix-person"),
        "note": filled.cell(row, "fix-note") or None,
        "rule": filled.cell(row, "cell-rule"),
    }


def _answers(filled: Filled, layout: Layout) -> tuple[list[Answer], list[Problem]]:
    """Lines with a value, as far as they can be understood."""
    answers: list[Answer] = []
    problems: list[Problem] = []
    for row in range(1, len(filled.sheet.rows)):
        if not filled.cell(row, "fix-value"):
            continue
        found = _answer(filled, row, layout)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            answers.append(found)
        if not filled.cell(row, "fix-person"):
            problems.append(filled.problem(row, "fix-person", "U-FIX-PERSON"))
    return answers, problems


def _answer(filled: Filled, row: int, layout: Layout) -> Answer | Problem:
    """One line; a problem where it is not as it was written, or its item is not to be corrected here."""
    table = layout.tables.get(filled.cell(row, "cell-table"))
    item = table.by_name().get(filled.cell(row, "cell-item")) if table else None
    if table is None or item is None:
        return filled.problem(row, "cell-item", "U-FIX-ROW")
    if code := refusal(table, item.name):
        return filled.problem(row, "fix-value", code, item=item.ja)
    cells = [filled.cell(row, name) for name in (*MACHINE[:-1], "fix-seen")]
    known = {key: filled.about.get(key, "") for key in ("run", "layout", "source", "as_of")}
    if check_of(known, cells) != filled.cell(row, "cell-check"):
        return filled.problem(row, "cell-check", "U-FIX-ROW")
    value = _value(filled.cell(row, "fix-value"), item, layout)
    if value is False:
        return filled.problem(row, "fix-value", "U-FIX-DATE", item=item.ja)
    return Answer(row, table.table, item.name, tuple(json.loads(cells[2])), value or None)


def _value(text: str, item: StandardField, layout: Layout) -> str | Literal[False] | None:
    """A cell as a value: a code without its name, a date as corrections hold it (False: none), None for nothing."""
    if text in empties():
        return None
    if item.codes:
        code, _, name = text.partition("：")
        known = layout.codes[item.codes].get(code)
        return code if known is not None and known.name == name else text
    if item.type == "DATE":
        return _date(text, item)
    return text


def _date(text: str, item: StandardField) -> str | Literal[False]:
    """A day as YYYY-MM-DD; where 不詳表記 stands beside the item, a date that is not wholly known in that notation."""
    keys = keys_of(pl.Series([text.removesuffix(MIDNIGHT)]))
    key, whole, iso = keys[0], *pl.select(daykey.is_whole(pl.lit(keys)), daykey.iso(pl.lit(keys))).row(0)
    if key is None or not (whole or item.unknown):
        return False
    return iso if whole else fusho.wording(key)


def _refused_values(filled: Filled, answers: Sequence[Answer], plan: Plan) -> Iterator[Problem]:
    """Values that the item's own checks (letters, digits, codes, and those declared for it alone) call an error, as
    cleansing leaves them."""
    cells = sorted({(answer.table, answer.item) for answer in answers})
    for table, item in cells:
        some = [answer for answer in answers if (answer.table, answer.item) == (table, item)]
        tables = plan.tables[table]
        values = typed(pl.Series(item, [a.value for a in some], dtype=pl.String), dates=item in tables.dates)
        frame = (values if item in tables.dates else cleaned(values, item, plan.cleansing[table])).to_frame()
        refused: set[int] = set()
        for check in tables.checks:
            rule = plan.book[check.rule]
            if check.reads != {item} or rule.severity != "error":
                continue
            holds = frame.select(check.holds.fill_null(True)).to_series()
            for number in [n for n, fine in enumerate(holds.to_list()) if not fine and n not in refused]:
                refused.add(number)
                name = tables.table.field(item).ja
                yield filled.problem(some[number].row, "fix-value", "U-FIX-VALUE", item=name, rule=rule.id)


def _contradictions(filled: Filled, answers: Sequence[Answer]) -> Iterator[Problem]:
    """One cell, two values: the sheet has a line for each finding."""
    first: dict[tuple[str, tuple[str, ...], str], Answer] = {}
    for answer in answers:
        before = first.setdefault((answer.table, answer.key, answer.item), answer)
        if before.value != answer.value:
            other = place(before.row, filled.columns["fix-value"])
            yield filled.problem(answer.row, "fix-value", "U-FIX-TWICE", other=other)
