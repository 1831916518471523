"""The national list of municipalities: what is in it, when it is read, and what is said of a wrong one."""

import importlib.util
import typing
from collections import Counter
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from migrate.cli.overlay import unread_files
from migrate.errors import DefinitionErrors
from migrate.plan import build
from migrate.plan.words import BY_LEGACY_CODE
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.spec.municipalities import PATH, WORDS
from migrate.vocab import registry
from migrate.vocab.checks.digits import dantai_code_digit
from migrate.vocab.municipalities import AMBIGUOUS, Municipality, Nation
from migrate.vocab.places import Places
from tests.towns import ROOT, juki, layout_of
from tests.vocab.cases import nation

HEAD = "dantai_code,todofuken,gun,shikuchoson,also\n"


def project(folder: Path, *lines: str) -> Library:
    """A project with a list of its own."""
    (folder / "layouts").mkdir()
    (folder / PATH).write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return Library(folder)


def test_every_municipality_and_every_ward_stands_once() -> None:
    rows = nation().rows
    codes = pl.Series([row.dantai_code for row in rows])
    wards = [row for row in rows if "市" in row.shikuchoson and row.shikuchoson.endswith("区")]
    assert (len(rows), len(wards)) == (1912, 171)
    assert codes.is_sorted()
    assert codes.n_unique() == len({(row.todofuken, row.full) for row in rows}) == 1912
    assert codes.to_frame("code").select(dantai_code_digit(pl.col("code")).all()).item()
    assert len({row.todofuken for row in rows}) == len({row.dantai_code[:2] for row in rows}) == 47
    assert all(row.gun == "" or row.gun.endswith("郡") for row in rows)
    kinds = Counter(row.shikuchoson[-1] for row in rows)
    assert kinds == {"市": 792, "区": 23 + 171, "町": 743, "村": 183}


def test_it_is_read_where_a_word_asks_for_it_and_nowhere_else() -> None:
    assert len(juki().municipalities) == 1912
    assert PATH in juki().digests
    for system in ("jutogai", "kotei"):
        assert layout_of(system).municipalities == ()
        assert PATH not in layout_of(system).digests


def test_the_words_that_ask_for_it_are_those_of_places() -> None:
    given = {name for name, entry in registry.WORDS.items() if Places in typing.get_type_hints(entry.function).values()}
    assert given - {name for name, needs in BY_LEGACY_CODE.items() if not needs} == WORDS


def test_a_name_of_two_in_one_prefecture_stands_for_none_without_its_gun() -> None:
    first, second = (
        Municipality(code, "北海道", gun, "泊村", "") for code, gun in (("014036", "古宇郡"), ("016969", "国後郡"))
    )
    written = Nation((first, second)).written
    assert {text: number for text, number in written.items() if " " not in text} == {
        "北海道古宇郡泊村": 0, "古宇郡泊村": 0, "北海道国後郡泊村": 1, "国後郡泊村": 1, "北海道泊村": AMBIGUOUS,
    }  # fmt: skip


def test_keys_are_made_once_for_a_plan() -> None:
    places = Places(nation=nation())
    assert places.of("131016").keys is places.of("131016").keys
    assert places.of("131016").nation.written is places.nation.written


def test_a_project_may_have_its_own(tmp_path: Path) -> None:
    library = project(tmp_path, "354040,山口県,阿武郡,田万川町,")
    layout = load_layout(library, "juki", "host_fixed")
    assert [row["shikuchoson"] for row in layout.municipalities] == ["田万川町"]
    assert layout.digests[PATH] != juki().digests[PATH]
    assert list(unread_files(library)) == []
    assert build(layout).layout.municipalities


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        (["35404,山口県,,田万川町,"], [(2, "D-PLACE-CODE")]),
        (["354041,山口県,,田万川町,"], [(2, "D-PLACE-DIGIT")]),
        (["352047,山口県,,萩市,", "352047,山口県,,長門市,"], [(3, "D-CSV-DUPLICATE")]),
        (["352047,山口県,,萩市,", "131016,山口県,,萩市,"], [(3, "D-CSV-DUPLICATE")]),
        (["352047,山口県,,,"], [(2, "D-CSV-EMPTY")]),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(
    lines: list[str], problems: list[tuple[int, str]], tmp_path: Path
) -> None:
    with pytest.raises(DefinitionErrors) as caught:
        load_layout(project(tmp_path, *lines), "juki", "host_fixed")
    assert [(one.file, one.line, one.code) for one in caught.value.problems] == [
        (PATH, line, code) for line, code in problems
    ]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("municipalities", ROOT / "tools" / "municipalities.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LISTED = "code,prefecture,city\n350001,山口県,\n271004,大阪府,大阪市\n134015,東京都,八丈町\n355020,山口県,阿武町\n"
POST = (("27127", "大阪府", "大阪市北区"), ("13401", "東京都", "八丈島八丈町"), ("35502", "山口県", "阿武郡阿武町"))


def copies(folder: Path, post: tuple[tuple[str, str, str], ...]) -> list[str]:
    """A list and postal data, as files."""
    (folder / "list.csv").write_text(LISTED, encoding="utf-8")
    lines = (",".join((code, "", "", "", "", "", ken, shi)) for code, ken, shi in post)
    (folder / "post.csv").write_text("\n".join(lines), encoding="utf-8")
    return [str(folder / "list.csv"), str(folder / "post.csv")]


def test_the_list_is_made_of_two_copies(tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "OUT", tmp_path / "out.csv")
    assert tool.main(copies(tmp_path, POST)) == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines() == [
        HEAD.strip(), "134015,東京都,,八丈町,八丈島八丈町", "271004,大阪府,,大阪市,", "271276,大阪府,,大阪市北区,",
        "355020,山口県,阿武郡,阿武町,",
    ]  # fmt: skip
    assert tool.main(["--check", *copies(tmp_path, POST)]) == 0


@pytest.mark.parametrize(
    "post",
    [
        (*POST[:2], ("35502", "山口県", "阿武郡安武町")),
        (*POST[:2], ("35502", "島根県", "阿武郡阿武町")),
        POST[:2],
        POST[1:],
        (*POST, ("35204", "山口県", "萩市")),
        (*POST, ("35502", "山口県", "阿武郡阿武村")),
    ],
)
def test_copies_that_do_not_agree_are_refused(
    post: tuple[tuple[str, str, str], ...], tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "OUT", tmp_path / "out.csv")
    with pytest.raises(SystemExit, match=r"[0-9]{6}: "):
        tool.main(copies(tmp_path, post))
    assert not (tmp_path / "out.csv").exists()
