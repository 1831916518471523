"""The package's view: delimited files that say what the town is, and nothing to complain about."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from migrate.pipeline import Options, run
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.spec.source import DateForm
from migrate.synth import make_delivery, make_town, make_town_truth
from migrate.synth.delivery import Spot
from migrate.synth.faults import KINDS, Key
from migrate.synth.render_text import TextRenderer, dates_as_text
from migrate.synth.terms import NO_KEY, day
from migrate.vocab import daykey

AS_OF = day(2026, 10, 1)
BOM = b"\xef\xbb\xbf"
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def layout() -> Layout:
    return load_layout(Library(), "juki", "package_csv")


@pytest.fixture(scope="module")
def folder(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package")
    assert make_town(layout, 400, 7, 0, path) == 0
    return path


def rows(folder: Path, name: str) -> Rows:
    codec = "utf-8-sig" if name == "GAIKOKUJIN" else "cp932"
    text = (folder / "in" / f"{name}.csv").read_bytes().decode(codec)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_a_clean_town_passes_without_a_word(layout: Layout, folder: Path, tmp_path: Path) -> None:
    as_of = daykey.pack(2026, 10, 1)
    result = run(layout, Options(folder / "in", tmp_path, as_of=as_of))
    assert result.report["verdict"] == "pass", result.report["reasons"]
    assert {f["severity"] for f in result.report["findings"] if f["count"]} <= {"info"}


@pytest.mark.parametrize(("history", "compressed"), [("all", True), ("since", False), ("latest", False)])
def test_a_beginning_is_missed_only_where_all_history_comes(
    layout: Layout, folder: Path, tmp_path: Path, history: str, compressed: bool
) -> None:
    assert layout.source
    declared = layout.source.source.model_copy(update={"history": history})
    other = replace(layout, source=replace(layout.source, source=declared))
    result = run(other, Options(folder / "in", tmp_path, as_of=daykey.pack(2026, 10, 1)))
    found = {(f["rule"], f["severity"]) for f in result.report["findings"] if f["count"]}
    assert (("JK-X03", "alert") in found) == compressed


def test_same_arguments_same_bytes(layout: Layout, folder: Path, tmp_path: Path) -> None:
    make_town(layout, 400, 7, 0, tmp_path)
    assert digests(tmp_path) == digests(folder)


def test_each_person_once_and_each_row_in_the_map(folder: Path) -> None:
    japanese, foreign = rows(folder, "NIHONJIN"), rows(folder, "GAIKOKUJIN")
    numbers = [row["宛名番号"] for row in japanese + foreign]
    assert len(numbers) == len(set(numbers)) > 400
    assert len(foreign) > 0
    told = {(row["宛名番号"], row["旧履歴番号"]): int(row["新履歴番号"]) for row in rows(folder, "RIREKI_MAP")}
    assert len(told) > len(numbers)
    latest = {atena: max(new for (who, _), new in told.items() if who == atena) for atena in numbers[:40]}
    for row in japanese[:40]:
        assert told[row["宛名番号"], row["履歴番号"]] == latest[row["宛名番号"]]


def test_what_a_package_writes(folder: Path) -> None:
    japanese, foreign = rows(folder, "NIHONJIN"), rows(folder, "GAIKOKUJIN")
    assert (folder / "in" / "GAIKOKUJIN.csv").read_bytes().startswith(BOM)
    assert not (folder / "in" / "NIHONJIN.csv").read_bytes().startswith(BOM)
    remarks = {row["備考"] for row in japanese}
    assert any("," in text for text in remarks)
    assert any("\n" in text for text in remarks)
    assert any('"' in text for text in remarks)
    assert any("," in row["住所表示"] for row in japanese)
    assert any(row["生年月日"] == "T15.12.25" for row in japanese)
    assert any(row["住民となった日"] == "不詳" for row in japanese)
    assert any(row["外国人住民となった日"] == "平成24年7月9日" for row in foreign)
    assert {row["性別"] for row in japanese} == {"男", "女"}
    assert not any("ｱ" <= letter <= "ﾝ" for row in japanese for letter in row["氏名カナ"] + row["方書カナ"])
    slots = rows(folder, "YOKUSHI")
    assert {row["連番"] for row in slots} >= {"1"}
    assert {row["宛名番号"] for row in slots} == {row["宛名番号"] for row in rows(folder, "SHIEN")}


def test_records_left_out_or_repeated(layout: Layout, tmp_path: Path) -> None:
    assert layout.source
    delivery, key = make_delivery(layout, make_town_truth(60, 1, AS_OF))
    assert key == []
    delivery.drop(Spot("kojinbango", 0))
    copy = delivery.repeat(Spot("kojinbango", 5))
    assert delivery.place(copy) == ("KOJINBANGO.csv", 7)
    delivery.write(tmp_path / "in")
    written = rows(tmp_path, "KOJINBANGO")
    assert len(written) == delivery.view.count("kojinbango")
    assert written[4] == written[5]


def test_faults_are_refused_where_nobody_knows_any(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migrate.synth.FAULTY", ())
    with pytest.raises(ValueError, match="no faults are known"):
        make_town(layout, 60, 1, 0.1, tmp_path)


@pytest.fixture(scope="module")
def spoilt(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Key]:
    """The town of ``folder`` with several hundred faults, and the key to them."""
    path = tmp_path_factory.mktemp("spoilt")
    make_town(layout, 400, 7, 0.5, path)
    return path, json.loads((path / "truth.json").read_text(encoding="utf-8"))["faults"]


def test_faults_of_a_package(spoilt: tuple[Path, Key]) -> None:
    _, key = spoilt
    kinds = KINDS["package"]
    assert len(kinds) >= 90
    assert {line["kind"] for line in key} >= {"rireki_lost", "birth_in_western_form", "line_end_in_name", "two_heads"}
    assert all(line["severity"] == kinds[line["kind"]][0] for line in key)


def test_the_key_points_at_what_was_changed(layout: Layout, folder: Path, spoilt: tuple[Path, Key]) -> None:
    """Of the Japanese, every record that differs from the clean town; but a household without a head is named at its
    first member."""
    path, key = spoilt
    assert layout.source
    japanese = {field.name: field.column for field in layout.source.files["nihonjin"].fields}
    before, after = rows(folder, "NIHONJIN"), rows(path, "NIHONJIN")
    assert len(after) == len(before) + sum(line["kind"] == "duplicate_key" for line in key) // 2
    named = {line["record"] for line in key if line["file"] == "NIHONJIN.csv"}
    known = {tuple(row.values()) for row in before}
    others = [row for number, row in enumerate(after, start=2) if number not in named]
    beside = sum(line["kind"] == "no_head" for line in key)
    assert sum(tuple(row.values()) not in known for row in others) <= beside
    for line in key:
        if line["file"] == "NIHONJIN.csv" and line["value"] and not line["kind"].endswith(("_shared", "two_heads")):
            assert after[line["record"] - 2][japanese[line["field"]] or line["field"]] != line["value"], line


def test_what_stands_in_quotes(spoilt: tuple[Path, Key]) -> None:
    """And what does not: a comma that makes one field too many."""
    path, key = spoilt
    written = rows(path, "NIHONJIN")
    assert any(row["氏名"].endswith("\r\n") for row in written)
    assert any("\x0b" in row["方書"] for row in written)
    bare = sum(line["kind"] == "comma_without_quotes" for line in key)
    assert sum(len(row) > len(written[0]) for row in written) == bare > 0


def test_a_column_that_the_layout_lacks(layout: Layout) -> None:
    assert layout.source
    with pytest.raises(KeyError):
        TextRenderer(layout.source.files["yokushi"], "cp932").records({"nothing": np.array([1])}, 1)


@pytest.mark.parametrize(
    ("form", "key", "text"),
    [
        ("Gyy.mm.dd", daykey.pack(1965, 12, 31), "S40.12.31"),
        ("Gyy.mm.dd", daykey.pack(1926, 12, 25, era=2), "T15.12.25"),
        ("年月日", daykey.pack(2019, 5, 1), "令和元年5月1日"),
        ("yyyy/mm/dd", daykey.pack(1965, 2, 3), "1965/02/03"),
        ("yyyy-mm-dd", daykey.pack(1965, 2, 3), "1965-02-03"),
        ("yyyymmdd", daykey.pack(1965, 2, 3), "19650203"),
    ],
)
def test_forms(form: str, key: int, text: str) -> None:
    date = DateForm.model_validate({"forms": [form], "unknown": ["不詳"]})
    written = dates_as_text(np.array([key, daykey.UNKNOWN, NO_KEY, key]), date)
    assert written.to_list() == [text, "不詳", None, text]
