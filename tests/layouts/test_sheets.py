"""Any sheet of the form: other places, other groups, and cells that nobody can read."""

from pathlib import Path
from typing import Any

import pytest

from migrate.errors import DefinitionErrors, catalogue
from migrate.importer import Import, import_sheet, read_decisions
from migrate.plan import word_problems
from migrate.spec.layout import Layout
from migrate.spec.library import Library, bundled_root
from migrate.spec.load import load_layout
from tests.layouts.workbook import Cell, Rows, write_workbook

TESTS = (Path(__file__), Path(__file__).with_name("test_official.py"))
TITLES = (
    "データ項目ID", "データ項目", "データ項目（ローマ字）", "グループ_名称", "グループ_主キー", "グループ_外部キー",
    "データ型", "桁数", "コード", "繰り返し", "データ出力条件", "項目説明",
)  # fmt: skip
"""In one row, in another order than the official sheet, and fewer of them."""
CODES: Rows = (
    ("業務名",), ("水道",), (),
    ("コードID", "コード名", "コード値", "コード値の内容", "備考"),
    (1, "区分", 1, "家庭"), (None, None, 2, "営業", "店舗"), (2, "休止", "0", "使用中"), (None, None, "1", "休止中"),
    (999, "自治体固有コード", "任意", "任意"),
)  # fmt: skip


def row(number: object, ja: str, name: str, **cells: Cell) -> list[Cell]:
    """An item of the group 使用者: type X, five digits, 任意, unless told otherwise."""
    said: dict[str, Cell] = {"group": "使用者", "type": "X", "digits": 5, "output": "任意", **cells}
    rest = ("group", "key", "foreign", "type", "digits", "code", "repeat", "output", "rule")
    told: list[Cell] = [said.get(cell) for cell in rest]
    return [str(number), ja, name, *told]


KEY = row("05000001", "番号", "bango", key="○", output="必須")


class Trial:
    """Imports small workbooks into a project, and loads what came of them."""

    def __init__(self, folder: Path) -> None:
        self.project = folder
        self.folder = folder / "layouts" / "suido"
        self.folder.mkdir(parents=True)

    def workbook(self, items: Rows, codes: Rows = CODES, titles: Rows = (TITLES,), **sheets: Rows) -> Path:
        named: dict[str, Rows] = {"項目": [*titles, *items], "コード一覧（個別）": codes, **sheets}
        return write_workbook(self.project / "sheet.xlsx", named)

    def make(self, file: Path, decisions: str = "") -> Import:
        beside = self.folder / "import.yaml"
        if decisions:
            beside.write_text(decisions, encoding="utf-8")
        made = import_sheet(file, "suido", read_decisions(beside if decisions else None))
        for name, content in made.files.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_bytes(content)
        return made

    def items(self, *items: list[Cell], **more: Any) -> Import:
        return self.make(self.workbook([KEY, *items], **more))

    def layout(self) -> Layout:
        return load_layout(Library(self.project, bundled=bundled_root()), "suido", words=word_problems)


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


def told(made: Import) -> list[tuple[str, str]]:
    """Cells and codes, but for those that every sheet without decisions gets."""
    always = ("I-SHEET-GROUP-NAME", "I-SHEET-VERSION")
    return [(remark.cell, remark.problem.code) for remark in made.remarks if remark.problem.code not in always]


def test_another_order_of_columns_and_one_row_of_titles(trial: Trial) -> None:
    made = trial.items(
        row("050-2", "名称", "meisho"),
        row("05000003", "氏名", "shimei", type="Ｎ", digits=100),
        row("05000004", "使用量", "shiyoryo", type="９Ｖ", digits="７，２"),
        row("05000005", "区分", "kubun", code="００１", digits=1),
        row("05000006", "開始日", "kaishi", type="DATE", digits=10, rule="・不詳日を許容する"),
        row("05000007", "開始日_不詳表記", "kaishi_text", type="Ｎ", digits=72),
    )
    assert told(made) == [("A3", "I-SHEET-ROW"), ("I6", "I-SHEET-CODE-ZEROS")]
    fields = trial.layout().tables["group_1"].by_name()
    assert list(fields) == ["bango", "shimei", "shiyoryo", "kubun", "kaishi", "kaishi_text"]
    assert (fields["shimei"].type, fields["shimei"].kind) == ("N", "name")
    assert (fields["shiyoryo"].type, fields["shiyoryo"].digits) == ("9V", "7,2")
    assert (fields["kubun"].codes, fields["kubun"].kind) == ("kubun", "code")
    unknown = fields["kaishi"].unknown
    assert unknown
    assert unknown.items() == ("kaishi_text",)
    assert trial.layout().codes["kubun"]["2"].source == "コード一覧（個別） コードID 1（店舗）"
    assert trial.layout().system.number == "050"
    assert "code_002" in trial.layout().codes


def test_merged_cells_and_titles_in_two_rows(trial: Trial) -> None:
    above = (
        "データ項目ID",
        None,
        "データ項目",
        "データ項目（ローマ字）",
        "グループ",
        None,
        None,
        "データ型",
        "桁数",
        "データ出力条件",
    )
    below = (None, None, None, None, "名称", "主キー", "外部キー", None, None, None)
    items = (
        ("050", 1, "番号", "bango", "使用者", "○", None, "X", 5, "必須"),
        ("050", 2, "年度", "nendo", None, None, "○", "YEAR", 4, "任意"),
        ("050", 3, "番号", "bango", "請求", "〇", "◯", "X", 5, "必須"),
        ("e",) * 10,
    )
    merged = {"項目": ["A2:B3", "C2:C3", "E2:G2", "E4:E5"]}
    file = write_workbook(
        trial.project / "sheet.xlsx", {"項目": [("■水道（上水道）項目",), above, below, *items]}, merged
    )
    made = trial.make(file)
    assert [code for _, code in told(made)] == ["I-SHEET-NOTE"]
    system = trial.layout().system
    assert (system.ja, system.spec, system.tables) == ("上水道", "水道（上水道）項目", ("group_1", "group_2"))
    first, second = trial.layout().tables.values()
    assert [field.name for field in first.fields] == ["bango", "nendo"]
    official = first.fields[1].official
    assert official
    assert (official.id, official.foreign) == ("05000002", True)
    assert second.key == ("bango",)


READ = (
    ("区分が家庭の場合は出力必須", {"when": {"kubun": ["1"]}}),
    ("「区分」が「２」の場合は出力必須とする。", {"when": {"kubun": ["2"]}}),
    ("区分が家庭以外の場合は必須", {"unless": {"kubun": ["1"]}}),
    ("区分が家庭でない場合は必須", {"unless": {"kubun": ["1"]}}),
    ("番号が設定されている場合は出力必須", {"filled": ["bango"]}),
    ("番号が空欄の場合は出力必須", {"empty": ["bango"]}),
    ("番号が空でない場合は出力必須", {"filled": ["bango"]}),
    ("区分が営業かつ番号が入力されている場合は出力必須", {"when": {"kubun": ["2"]}, "filled": ["bango"]}),
)


@pytest.mark.parametrize(("prose", "clauses"), READ)
def test_prose_that_names_items_and_codes_is_a_condition(trial: Trial, prose: str, clauses: dict[str, Any]) -> None:
    made = trial.items(
        row("05000002", "区分", "kubun", code=1, digits=1),
        row("05000003", "店名", "tenmei", output="条件付き必須", rule=f"・注\n※※{prose}"),
    )
    assert told(made) == []
    field = trial.layout().tables["group_1"].field("tenmei")
    assert not isinstance(field.required, str)
    assert field.required.model_dump(exclude_unset=True) == {
        kind: {name: tuple(values) for name, values in part.items()} if isinstance(part, dict) else tuple(part)
        for kind, part in clauses.items()
    }
    assert field.official
    assert (field.official.rule, field.official.condition) == ("・注", prose)


@pytest.mark.parametrize(
    "prose",
    [
        "必要な場合は出力必須",
        "区分が官公庁の場合は出力必須",
        "店名が設定されている場合は出力必須",
        "区分が家庭の場合は出力が望ましい",
        "区分が家庭または営業の場合は出力必須",
        "番号が家庭の場合は出力必須",
    ],
)
def test_prose_that_could_mean_something_else_stays_prose(trial: Trial, prose: str) -> None:
    made = trial.items(
        row("05000002", "区分", "kubun", code=1, digits=1),
        row("05000003", "店名", "tenmei", output="条件付き必須", rule=f"※※{prose}"),
    )
    assert told(made) == [("L4", "I-SHEET-CONDITION")]
    assert made.remarks[-1].says == f"※※{prose}"
    assert trial.layout().tables["group_1"].field("tenmei").required == "optional"


UNREADABLE: tuple[tuple[dict[str, Cell], list[tuple[str, str]]], ...] = (
    ({"name": "Kana-Mei"}, [("C3", "I-SHEET-NAME")]),
    ({"name": "カナ"}, [("C3", "I-SHEET-NAME")]),
    ({"type": "構造化"}, [("G3", "I-SHEET-TYPE")]),
    ({"type": "BLOB", "digits": None}, [("G3", "I-SHEET-BLOB")]),
    ({"digits": "数桁"}, [("H3", "I-SHEET-DIGITS")]),
    ({"digits": None}, [("H3", "I-SHEET-DIGITS")]),
    ({"key": "●"}, [("E3", "I-SHEET-MARK")]),
    ({"key": "○", "output": "任意"}, [("K3", "I-SHEET-KEY-OPTIONAL")]),
    ({"code": "一覧"}, [("I3", "I-SHEET-CODE")]),
    ({"code": 7}, [("I3", "I-SHEET-CODE-MISSING")]),
    ({"code": "下水道 1"}, [("I3", "I-SHEET-CODE-MISSING")]),
    ({"code": "999"}, [("I3", "I-SHEET-OWN-CODES")]),
    ({"repeat": 3}, [("J3", "I-SHEET-REPEAT")]),
    ({"repeat": "多数"}, [("J3", "I-SHEET-REPEAT-NUMBER")]),
    ({"output": "要"}, [("K3", "I-SHEET-OUTPUT")]),
    ({"output": "条件付き必須"}, [("L3", "I-SHEET-CONDITION-NONE")]),
    ({"rule": "※※ある場合は必須"}, [("L3", "I-SHEET-CONDITION-ALONE")]),
    ({"type": "DATE", "digits": 10, "rule": "不詳日を許容する"}, [("L3", "I-SHEET-UNKNOWN")]),
)


@pytest.mark.parametrize(("cells", "expected"), UNREADABLE, ids=lambda case: "")
def test_a_cell_that_cannot_be_read_is_told_and_the_rest_loads(
    trial: Trial, cells: dict[str, Cell], expected: list[tuple[str, str]]
) -> None:
    name = str(cells.pop("name", "kana_mei"))
    assert told(trial.items(row("05000002", "仮名", name, **cells))) == expected
    assert len(trial.layout().tables["group_1"].fields) == 2


def test_whole_groups_and_sheets(trial: Trial) -> None:
    items = [
        row("05000001", "番号", "bango", output="必須"),
        row("06000002", "番号", "bango"),
        row("05000003", "月", "tsuki", group="請求", key="○", output="必須"),
        row("05000004", "年", "nen", group=None, key="○", output="必須"),
    ]
    items[0].append("メモ")
    made = trial.make(
        trial.workbook(
            items,
            titles=(("ご注意",), (*TITLES[:-1], "謎", "項目説明")),
            別紙=(("別の表",),),
            凡例型=(("データ型", "データ型の内容"), ("X", "全角文字列"), ("Z", "謎")),
            凡例列=(("項目名", "記載内容"), ("桁数", "桁"), ("謎", "謎")),
        )
    )
    assert {code for _, code in told(made)} >= {
        "I-SHEET-NOTE", "I-SHEET-COLUMN", "I-SHEET-KEY-NONE", "I-SHEET-NAME-TWICE", "I-SHEET-NUMBERS", "I-SHEET-UNIT",
        "I-SHEET-GROUP-NONE", "I-SHEET-SKIPPED", "I-SHEET-LEGEND-TYPE", "I-SHEET-LEGEND-MEANING",
        "I-SHEET-LEGEND-COLUMN",
    }  # fmt: skip
    sheets = [remark.sheet for remark in made.remarks]
    assert sheets == sorted(sheets, key=["項目", "コード一覧（個別）", "別紙", "凡例型", "凡例列"].index)


def test_a_column_without_a_title(trial: Trial) -> None:
    assert told(trial.items([*row("05000002", "年", "nen"), "メモ"])) == [("M3", "I-SHEET-UNTITLED")]


def test_code_lists_of_other_systems(trial: Trial) -> None:
    shared = (
        ("業務名", "コードID", "コード名", "コード値", "コード値の内容"),
        ("住民基本台帳", 3, "続柄", "０１", "世帯主"),
        ("住民基本台帳", "三", "続柄", "02", "妻"),
        ("住民基本台帳", 4, "性別", None, "男"),
    )
    made = trial.items(row("05000002", "続柄", "zokugara", code="住民基本台帳 ３"), **{"コード一覧（連携）": shared})
    assert told(made) == [
        ("D2", "I-SHEET-CODE-VALUE"), ("B3", "I-SHEET-CODE-ID"), ("D4", "I-SHEET-CODE-ROW"),
    ]  # fmt: skip
    assert trial.layout().tables["group_1"].field("zokugara").codes == "zokugara"
    assert list(trial.layout().codes["zokugara"]) == ["01"]


DECIDED = """\
version: 第1版
unit: {key: bango, ja: 使用者}
tables:
  使用者:
    name: shiyosha
    fields:
      tenmei: {kind: name, required: {filled: [bango]}, why: 番号があれば店}
    checks:
      - {id: S-1, field: bango, check: filled, severity: error, basis: 試験, why: 番号がありません}
"""


def test_decisions_fill_what_the_sheet_leaves_open(trial: Trial) -> None:
    store = row("05000002", "店名", "tenmei", output="条件付き必須", rule="※※店の場合は出力必須")
    book = trial.workbook([KEY, store])
    made = trial.make(book, DECIDED)
    assert made.remarks == ()
    table = trial.layout().tables["shiyosha"]
    field = table.field("tenmei")
    assert not isinstance(field.required, str)
    assert (field.required.filled, field.kind, field.note) == (("bango",), "name", "番号があれば店")
    assert [check.id for check in table.checks] == ["S-1"]
    assert (trial.layout().system.version, trial.layout().system.unit.ja) == ("第1版", "使用者")
    assert trial.make(book, DECIDED).files == made.files


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("tables: {使用車: {name: a}}\n", "U-IMPORT-GROUP", 1),
        ("tables:\n  使用者:\n    name: a\n    fields:\n      banga: {kind: id}\n", "U-IMPORT-ITEM", 5),
        ("tables: {使用者: {name: a, fields: {bango: {required: {empty: [bango]}}}}}\n", "U-IMPORT-REQUIRED", 1),
        ("tables:\n  使用者:\n    nama: a\n", "D-KEY-MISSING", 2),
        ("version: &a 1\n", "D-YAML-ALIAS", 1),
    ],
)
def test_decisions_about_another_sheet(trial: Trial, text: str, code: str, line: int) -> None:
    with pytest.raises(DefinitionErrors) as caught:
        trial.make(trial.workbook([KEY]), text)
    assert (code, line) in [(problem.code, problem.line) for problem in caught.value.problems]
    assert all(problem.file and problem.file.endswith("import.yaml") for problem in caught.value.problems)


def test_every_remark_says_what_was_assumed() -> None:
    refusals = ("I-SHEET-FILE", "I-SHEET-NONE")
    messages = {c: m for c, m in catalogue().items() if c.startswith("I-SHEET-") and c not in refusals}
    assert all(message.ja_hint and message.en_hint for message in messages.values())
    tried = "".join(path.read_text(encoding="utf-8") for path in TESTS)
    assert [code for code in messages if f'"{code}"' not in tried] == []
