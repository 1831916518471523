"""The page opens anywhere, asks nobody, runs nothing, and shows whatever stands in the data as text."""

import base64
import hashlib
import re

import pytest

from migrate.report.html import cell_class
from migrate.report.model.parts import Column
from tests.report.pages import Page
from tests.towns import Towns

SECTIONS: tuple[str, ...] = (
    *("cover", "conservation", "totals", "protection", "rules", "cleansing", "codes", "gaiji", "dates", "certificates"),
    *("samples", "unchecked", "gone", "todo-現行ベンダ", "todo-新ベンダ", "todo-団体", "scope", "signing"),
)


@pytest.fixture(scope="module")
def page(towns: Towns) -> Page:
    return Page((towns.run(300, faults=0.1).folder / "report.html").read_bytes())


def test_nothing_leads_out_of_the_page(page: Page) -> None:
    assert [link for link in page.links if not link[1].startswith("#")] == []
    assert not {"script", "link", "iframe", "object", "embed", "img", "form", "base"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on") or name == "style"]
    assert not re.search(r"url\(|@import|expression", page.style)


def test_a_browser_may_use_this_style_and_nothing_else(page: Page) -> None:
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    policy = page.metas["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert not [part for part in policy if "unsafe" in part or "script" in part]


def test_every_section_stands_there_in_the_order_of_reading(page: Page) -> None:
    assert [name for name in page.ids if name in SECTIONS] == list(SECTIONS)
    assert len(page.ids) == len(set(page.ids))


def test_every_entry_of_the_contents_leads_to_a_section(page: Page) -> None:
    from urllib.parse import unquote

    targets = [unquote(value.removeprefix("#")) for _, value in page.links]
    assert set(SECTIONS) <= set(targets)
    assert set(targets) <= set(page.ids)


def test_the_reason_of_a_refusal_stands_before_anything_else(page: Page) -> None:
    reason = next(n for n, told in enumerate(page.texts) if told.startswith("不合格の理由"))
    assert reason < page.texts.index("判定")


def test_one_thing_has_one_name(page: Page) -> None:
    """アラート are not called 注意 in the next table, nor コード変換表 対応表."""
    assert {"エラー", "アラート", "情報"} <= set(page.texts)
    assert not {"注意", "重さ", "対応表別", "標準の符号"} & set(page.texts)


@pytest.mark.parametrize(
    ("column", "name", "folded"),
    [("file", "KOBANGO.DAT", False), ("table", "住民情報", False), ("table", "住登外者宛名基本情報（外国人）", True)],
)
def test_a_short_name_is_never_broken_in_two(column: str, name: str, folded: bool) -> None:
    assert cell_class(Column(column), name) == ("" if folded else "w")
