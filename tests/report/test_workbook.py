"""The workbook opens with heads that stay, filters and pages; it holds texts as texts, and says how much it holds."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from migrate.report import book
from migrate.report.model import Model
from migrate.report.model.parts import Section, Table, columns
from tests.towns import Towns

SHEETS = (
    *("表紙", "件数照合", "金額照合", "人口・世帯", "エラー一覧", "アラート一覧", "クレンジング結果", "コード変換"),
    *("外字一覧", "不詳日等", "支援措置", "未検査", "移行しないもの", "対象一覧", "承認"),
)


@pytest.fixture(scope="module")
def workbook(towns: Towns) -> Workbook:
    return load_workbook(towns.run(300, faults=0.1).folder / "report.xlsx")


def test_every_sheet_is_there(workbook: Workbook) -> None:
    assert set(SHEETS) <= set(workbook.sheetnames)


def test_heads_stay_rows_can_be_filtered_and_pages_repeat_them(workbook: Workbook) -> None:
    for sheet in workbook.worksheets:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref == f"A1:{sheet.dimensions.rpartition(':')[2]}" or sheet.max_row == 1
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.print_area
        assert sheet.page_setup.paperSize == 9
        assert sheet.column_dimensions["A"].width > 3


def test_no_cell_is_a_formula(workbook: Workbook) -> None:
    kinds = {cell.data_type for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}


def test_the_findings_are_those_of_the_run(workbook: Workbook, towns: Towns) -> None:
    found = towns.run(300, faults=0.1).report["findings"]
    for name, severity in (("エラー一覧", "error"), ("アラート一覧", "alert")):
        told = [row["count"] for row in found if row["severity"] == severity]
        assert workbook[name].max_row - 1 >= sum(told) > 0


def test_nothing_tells_when_or_where_it_was_made(workbook: Workbook) -> None:
    assert workbook.properties.created.year == workbook.properties.modified.year == 2000
    assert not workbook.properties.creator


def model(rows: int, total: int | None = None) -> Model:
    table = Table("errors", columns("rule", ">record"), [(f"R-{n}", n) for n in range(rows)], total=total)
    return Model("ja", {"run_id": "0123456789abcdef"}, (Section("rules", (table,)),))


def written(made: Model, folder: Path) -> Workbook:
    return load_workbook(io.BytesIO(book.book(made, room=folder)))


def test_a_long_list_goes_on_on_further_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "SHEET_ROWS", 4)
    workbook = written(model(10), tmp_path)
    assert workbook.sheetnames == ["エラー一覧", "エラー一覧 (2)", "エラー一覧 (3)"]
    assert [[row[1].value for row in sheet.iter_rows(min_row=2)] for sheet in workbook.worksheets] == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
    ]


@pytest.mark.parametrize(("total", "says"), [(None, "3 件"), (7, "全 7 件中、はじめの 3 件")])
def test_a_page_says_how_many_there_are(total: int | None, says: str, tmp_path: Path) -> None:
    sheet = written(model(3, total), tmp_path).worksheets[0]
    assert sheet.oddHeader is not None
    assert says in str(sheet.oddHeader.left.text)


def test_rows_in_memory_and_rows_on_disk_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = written(model(50), tmp_path)
    monkeypatch.setattr(book, "MANY_ROWS", 10)
    many = written(model(50), tmp_path)
    assert list(tmp_path.iterdir()) == []
    values = [[[cell.value for cell in row] for row in one.worksheets[0].iter_rows()] for one in (few, many)]
    assert values[0] == values[1]
