"""Whatever stands in or around the data is shown as text: no tag, no formula, no letter that turns the line round."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from migrate.pipeline import Options, RunResult, Waiver, run
from migrate.report.book import book
from migrate.report.html import html
from migrate.report.model import Evidence, Model, model_of
from migrate.report.model.parts import Chart, Fact, Facts, Note, Section, Table, columns
from migrate.report.visible import visible
from tests.delivery import Delivery
from tests.report.pages import Page
from tests.towns import Towns, juki

TURNED = "\u202egnp.exe\u2066\u200b\x07"
EVIL = f"<script>alert(1)</script>\"'><img src=https://example.org/x onerror=y>=cmd|' /C calc'!A1 javascript:1 {TURNED}"
SHOWN = visible(EVIL)
FORMULAS = ("=cmd|' /C calc'!A1", "+1+1", "-2*3", "@SUM(A1)", "\t=1+1", "＝１＋１", "https://example.org/")


@pytest.fixture(scope="module")
def hostile(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A municipality, a waiver, a count sheet and a resident that want to be more than text."""
    folder = tmp_path_factory.mktemp("hostile")
    delivery = Delivery(towns.town(60), folder)
    delivery.put("kojin", delivery.find("kojin", jotai="10")[0], "birth", "<i>=1+1")
    inputs = delivery.save()
    sheet = folder / "counts.csv"
    sheet.write_text(f'name,expected\n"{EVIL.replace(chr(34), chr(34) * 2)}",1\n', encoding="utf-8")
    waivers = (Waiver(f"counts.{EVIL}", EVIL, EVIL),)
    return run(juki(), Options(inputs, folder / "out", municipality=EVIL, waivers=waivers, count_sheet=sheet))


def revealed(result: RunResult) -> Model:
    return model_of(replace(Evidence.of(result.folder, juki(), "ja"), reveal=True))


def test_nothing_visible_is_left_of_what_nobody_sees() -> None:
    assert visible(TURNED) == "⟦U+202E⟧gnp.exe⟦U+2066⟧⟦U+200B⟧⟦U+0007⟧"
    assert visible("田　太郎=１") == "田　太郎=１"


def test_a_page_of_a_hostile_delivery_is_a_page_of_text(hostile: RunResult) -> None:
    for raw in ((hostile.folder / "report.html").read_bytes(), html(revealed(hostile))):
        page = Page(raw)
        assert not {"script", "img"} & set(page.tags)
        assert not [name for name in page.attributes if name.startswith("on")]
        assert [value for _, value in page.links if not value.startswith("#")] == []
        assert any(SHOWN in text for text in page.texts)
        assert not [letter for letter in TURNED if not letter.isprintable() and letter in raw.decode()]


def test_a_revealed_value_is_text(hostile: RunResult) -> None:
    page = Page(html(revealed(hostile)))
    assert any(text == "<i>=1+1" for text in page.texts)
    assert "i" not in page.tags
    masked = Page((hostile.folder / "report.html").read_bytes())
    assert "漢A漢漢9漢9" in masked.texts
    assert "<i>=1+1" not in masked.texts


def test_a_workbook_of_a_hostile_delivery_holds_texts(hostile: RunResult, tmp_path: Path) -> None:
    for raw in ((hostile.folder / "report.xlsx").read_bytes(), book(revealed(hostile), room=tmp_path)):
        cells = [
            cell for sheet in load_workbook(io.BytesIO(raw)).worksheets for row in sheet.iter_rows() for cell in row
        ]
        assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
        assert not [cell for cell in cells if cell.hyperlink]
        assert SHOWN in {cell.value for cell in cells}


def test_every_kind_of_block_escapes(tmp_path: Path) -> None:
    blocks = (
        Facts("about", (Fact("municipality", EVIL),)),
        Note("reason", {"reason": EVIL}),
        Chart("classes", "bars", {"": [(EVIL, 1)]}),
        Chart("trend", "lines", {EVIL: [(EVIL, 1), ("b", 2)]}),
        Table("errors", columns("rule", "table"), [(EVIL, formula) for formula in FORMULAS]),
    )
    model = Model("ja", {"run_id": "0" * 16, "sealed": True}, (Section("todo", blocks, {"owner": EVIL}),))
    page = Page(html(model))
    assert not {"script", "img"} & set(page.tags)
    assert sum(SHOWN in text for text in page.texts) >= 4 + len(FORMULAS)
    sheet = load_workbook(io.BytesIO(book(model, room=tmp_path))).worksheets[0]
    assert [cell.value for cell in sheet["B"][1:]] == [visible(formula) for formula in FORMULAS]
    assert {cell.data_type for cell in sheet["B"]} == {"s"}
