"""A workbook filled in as a person would do it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias

from migrate.fixes.export import export
from migrate.io.workbook import Sheet, read_workbook
from migrate.pipeline import RunResult
from migrate.rehearsal.sealed import SealedRun
from migrate.report.fix_sheets import head_names, workbook
from tests.towns import juki

Line: TypeAlias = Mapping[str, str]

OWNERS = ("団体", "現行ベンダ", "新ベンダ")


def written(result: RunResult, inputs: Path) -> bytes:
    """The workbook of all errors and alerts of a run."""
    sealed = SealedRun.open(result.folder)
    made = export(sealed, juki(), inputs, OWNERS)
    about = {key: sealed.report[key] for key in ("layout", "source", "as_of")}
    about |= {"run": sealed.id, "left_out": made.left_out, "uncounted": made.uncounted}
    return workbook([asdict(line) for line in made.lines], juki(), about, "ja")


def lines(sheet: Sheet) -> Iterator[tuple[int, dict[str, str]]]:
    """(row from 0, cells by the name of their column)."""
    names = head_names(sheet.rows[0])
    for row in range(1, len(sheet.rows)):
        yield row, {name: sheet.cell(row, column) for name, column in names.items()}


def named(path: Path, name: str) -> Sheet:
    """One sheet."""
    return next(sheet for sheet in read_workbook(path) if sheet.name == name)


def fill(path: Path, answer: Callable[[Line], Line], *, sheet: str = "修正") -> list[dict[str, str]]:
    """Write ``answer`` into the cells of every line of a sheet; the lines that it has something for."""
    import xlsxwriter

    said = []
    book = xlsxwriter.Workbook(str(path.with_suffix(".new")), {"strings_to_formulas": False})
    for one in read_workbook(path):
        out = book.add_worksheet(one.name)
        cells = [list(row) for row in one.rows]
        for row, line in lines(one) if one.name == sheet else ():
            given = answer(line)
            said += [{**line, **given}] if given else []
            for name, value in given.items():
                cells[row][head_names(one.rows[0])[name]] = value
        for row, values in enumerate(cells):
            out.write_row(row, 0, values)
    book.close()
    path.with_suffix(".new").replace(path)
    return said
