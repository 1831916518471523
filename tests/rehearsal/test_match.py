"""Base and delta give the full delivery; a delivery matches its own export, and every difference is told by item."""

import csv
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from migrate.errors import DefinitionErrors, InputRefused, UsageError
from migrate.io.publish import verify
from migrate.pipeline import Options, run
from migrate.rehearsal.delta import make_delta
from migrate.rehearsal.explained import read_explained
from migrate.rehearsal.match import match
from migrate.rehearsal.sealed import SealedRun
from tests.delivery import Delivery
from tests.towns import Towns, juki


def table_rows(run: SealedRun, name: str) -> list[dict[str, str]]:
    """Lines of a delivered table."""
    with (run.folder / f"standard/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def base(towns: Towns) -> SealedRun:
    return SealedRun.open(towns.run(60).folder)


@pytest.fixture(scope="module")
def full(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> SealedRun:
    """One person moved out of the delivery, another with another reading."""
    delivery = Delivery(towns.town(60), tmp_path_factory.mktemp("full"))
    persons = delivery.find("kojin", jotai="10", shubetsu="1")
    delivery.put("kojin", persons[5], "kana", "ﾔﾏﾀﾞ ﾊﾅｺ")
    delivery.put("kojin", persons[6], "kaisei_ymd", "")
    return SealedRun.open(run(juki(), Options(delivery.save(), delivery.inputs.parent / "out")).folder)


def rows(path: Path) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Lines by their first three items, which hold the key of every table here."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = [tuple(row) for row in csv.reader(file)][1:]
    found = {row[:3]: row for row in lines}
    assert len(found) == len(lines)
    return found


def test_base_and_delta_are_the_full_delivery(base: SealedRun, full: SealedRun, tmp_path: Path) -> None:
    folder, document = make_delta(base, full, juki(), tmp_path / "out")
    assert verify(folder) == []
    (jumin,) = (table for table in document["tables"] if table["table"] == "jumin")
    assert (jumin["added"], jumin["removed"]) == (0, 0)
    assert jumin["changed"] >= 1
    for table in document["tables"]:
        whole = rows(base.folder / table["file"])
        removed, changed, added = (rows(folder / kind / table["file"]) for kind in ("removed", "changed", "added"))
        assert (len(removed), len(changed), len(added)) == (table["removed"], table["changed"], table["added"])
        made = {key: row for key, row in whole.items() if key not in removed} | changed | added
        assert made == rows(full.folder / table["file"])
    assert make_delta(base, full, juki(), tmp_path / "out") == (folder, document)
    assert [path.name for path in (tmp_path / "out").glob(".run-*")] == []


def without(run: SealedRun, *tables: str) -> SealedRun:
    """The run, as if it had not delivered these."""
    told = [entry for entry in run.report["tables"] if entry["table"] not in tables]
    return replace(run, report=run.report | {"tables": told})


def test_a_table_that_one_run_delivers_is_added_or_removed_whole(base: SealedRun, tmp_path: Path) -> None:
    less = without(base, "kojin_bango", "shien_sochi")
    for first, second, kind in ((base, less, "removed"), (less, base, "added")):
        _, document = make_delta(first, second, juki(), tmp_path / kind)
        tables = {table["table"]: table for table in document["tables"]}
        (entry,) = (entry for entry in base.report["tables"] if entry["table"] == "kojin_bango")
        told = {"table": "kojin_bango", "file": entry["file"], "added": 0, "changed": 0, "removed": 0, "same": 0}
        assert tables["kojin_bango"] == told | {kind: entry["written"]}


def test_a_table_that_neither_run_delivers_is_left_out(base: SealedRun, full: SealedRun, tmp_path: Path) -> None:
    _, document = make_delta(without(base, "kojin_bango"), without(full, "kojin_bango"), juki(), tmp_path / "out")
    told = [table["table"] for table in document["tables"]]
    assert "jumin" in told
    assert "kojin_bango" not in told


def test_a_table_that_the_definitions_no_longer_have_is_no_reason_to_skip_it(base: SealedRun, tmp_path: Path) -> None:
    now = replace(juki(), tables={name: one for name, one in juki().tables.items() if name != "kojin_bango"})
    with pytest.raises(UsageError, match="U-RUN-TABLES") as refused:
        match(base, base.folder, now, {})
    assert refused.value.problems[0].facts["tables"] == "kojin_bango"
    with pytest.raises(UsageError, match="U-RUN-TABLES"):
        make_delta(base, base, now, tmp_path / "out")


def test_no_delta_of_what_was_not_accepted(base: SealedRun, towns: Towns, tmp_path: Path) -> None:
    failed = SealedRun.open(towns.run(60, 1, 1.0).folder)
    with pytest.raises(UsageError, match="U-DELTA-VERDICT"):
        make_delta(base, failed, juki(), tmp_path / "out")


@pytest.fixture
def export(base: SealedRun, tmp_path: Path) -> Path:
    """The tables as the new system gives them back: beside each other, in an order of its own."""
    folder = tmp_path / "export"
    folder.mkdir()
    for table in base.report["tables"]:
        name = Path(table["file"]).name
        header, *lines = (base.folder / table["file"]).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join([header, *reversed(lines)]), encoding="utf-8")
    return folder


def spoil(path: Path, at: int, item: str, value: str) -> None:
    frame = pl.read_csv(path, infer_schema=False)
    values = frame[item].to_list()
    values[at] = value
    frame.with_columns(pl.Series(item, values)).write_csv(path)


def test_a_delivery_matches_its_export(base: SealedRun, export: Path) -> None:
    (export / "more.csv").write_text("x", encoding="utf-8")
    document = match(base, export, juki(), {})
    assert document["matches"]
    assert document["differences"] == []
    assert document["unclaimed"] == ["more.csv"]
    written = {table["table"]: table["written"] for table in base.report["tables"]}
    assert {table["table"]: table["same"] for table in document["tables"]} == written


def test_differences_are_told_by_item_and_can_be_explained(base: SealedRun, export: Path, tmp_path: Path) -> None:
    spoil(export / "jumin.csv", 3, "shimei", "別 人")
    spoil(export / "jumin.csv", 4, "atenabango", "999999999999999")
    (export / "kojin_bango.csv").unlink()
    document = match(base, export, juki(), {})
    found = {(d["table"], d["item"]): d["count"] for d in document["differences"]}
    assert not document["matches"]
    assert found[("jumin", "shimei")] == found[("jumin", "missing")] == found[("jumin", "extra")] == 1
    lost = next(table for table in document["tables"] if table["table"] == "kojin_bango")
    assert (lost["file"], lost["same"]) == (None, 0)
    assert lost["missing"] > 0
    sheet = tmp_path / "explained.csv"
    lines = [f"{table},{item},新システムの仕様,新ベンダ 主任" for table, item in found]
    sheet.write_text("table,item,reason,person\n" + "\n".join(lines[:-1]) + "\n", encoding="utf-8")
    assert not match(base, export, juki(), read_explained(sheet, juki()))["matches"]
    sheet.write_text("table,item,reason,person\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert match(base, export, juki(), read_explained(sheet, juki()))["matches"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("table,item\n", "D-CSV-HEADER"),
        ("", "D-CSV-HEADER"),
        ("table,item,reason,person\njumin,shimei,,x\n", "D-CSV-EMPTY"),
        ("table,item,reason,person\njumin,shimei,x\n", "D-CSV-COLUMNS"),
        (f"table,item,reason,person\njumin,shimei,{'x' * 200_000},y\n", "D-CSV-SYNTAX"),
        (f"table,item,reason,person\n{'# 長い注記' * 700_000}", "D-CSV-SIZE"),
        ("table,item,reason,person\njumin,shimei,x,y\njumin,shimei,z,y\n", "D-CSV-DUPLICATE"),
        ("table,item,reason,person\njumim,shimei,x,y\n", "U-EXPLAINED-TABLE"),
        ("table,item,reason,person\njumin,shime,x,y\n", "U-EXPLAINED-ITEM"),
    ],
)
def test_an_explanation_names_what_is_known_and_who_says_so(tmp_path: Path, text: str, code: str) -> None:
    sheet = tmp_path / "explained.csv"
    sheet.write_text(text, encoding="utf-8")
    with pytest.raises((UsageError, DefinitionErrors), match=code):
        read_explained(sheet, juki())


def test_every_problem_of_the_explanations_is_told_by_its_line(tmp_path: Path) -> None:
    sheet = tmp_path / "explained.csv"
    sheet.write_text('table,item,reason,person\njumin,shimei,"a\nb",x\njumim,shimei,x,y\n', encoding="utf-8")
    with pytest.raises(DefinitionErrors) as refused:
        read_explained(sheet, juki())
    assert [(one.line, one.code) for one in refused.value.problems] == [(2, "D-CSV-CONTROL"), (4, "U-EXPLAINED-TABLE")]
    with pytest.raises(UsageError, match="U-EXPLAINED-FILE"):
        read_explained(tmp_path / "nowhere.csv", juki())


def test_an_export_of_another_form_is_refused(base: SealedRun, export: Path) -> None:
    text = (export / "jumin.csv").read_text(encoding="utf-8")
    (export / "jumin.csv").write_text(text.replace("shimei,", "shime,", 1), encoding="utf-8")
    with pytest.raises(InputRefused, match="F-COLUMNS"):
        match(base, export, juki(), {})


def test_the_keys_of_what_differs_are_listed(base: SealedRun, full: SealedRun) -> None:
    """As many as are counted, by table and item; each of them a row of the delivery."""
    lines: list[pl.DataFrame] = []
    document = match(base, full.folder, juki(), {}, lines)
    listed = pl.concat(lines)
    counted = {(one["table"], one["item"]): one["count"] for one in document["differences"]}
    by_item = {(table, item): n for table, item, n in listed.group_by("table", "item").len().rows()}
    assert by_item == counted
    assert counted
    there = table_rows(base, "jumin")
    keys = {" ".join(f"{name}={row[name]}" for name in juki().tables["jumin"].key) for row in there}
    assert set(listed.filter(table="jumin")["key"]) <= keys


def test_rows_that_the_export_lacks_are_listed(base: SealedRun, tmp_path: Path) -> None:
    lines: list[pl.DataFrame] = []
    match(base, tmp_path, juki(), {}, lines)
    missing = pl.concat(lines).filter(table="jumin", item="missing")
    assert missing.height == len(table_rows(base, "jumin"))
    assert missing["key"].n_unique() == missing.height
