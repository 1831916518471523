"""Verdicts, and where the tables stand: accepted, not accepted, or nowhere."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from migrate.io.publish import verify
from migrate.io.spool import Spool
from migrate.pipeline import Options, RunResult, run
from tests.delivery import Delivery, found
from tests.pipeline.test_effects import resident
from tests.towns import juki


def go(delivery: Delivery, **options: Any) -> RunResult:
    return run(juki(), Options(delivery.save(), delivery.inputs.parent / "out", **options))


def tables_in(result: RunResult) -> set[str]:
    return {path.relative_to(result.folder).as_posix() for path in result.folder.rglob("*.csv")}


def test_pass(clean: RunResult) -> None:
    assert (clean.report["verdict"], clean.report["reasons"], clean.exit_code) == ("pass", [], 0)
    assert {"standard/jumin.csv", "standard/shien_sochi.csv", "kojin_bango/kojin_bango.csv"} <= tables_in(clean)
    assert not (clean.folder / "unaccepted").exists()


def test_conditional_pass(delivery: Delivery) -> None:
    record, _ = resident(delivery)
    delivery.put("kojin", record, "kanji", "山田太郎")
    result = go(delivery)
    assert found(result) == {("JK-N01", "alert", None)}
    assert (result.report["verdict"], result.exit_code) == ("conditional", 0)
    assert (result.folder / "standard" / "jumin.csv").exists()


def test_fail_puts_the_tables_where_no_loader_takes_them(delivery: Delivery, clean: RunResult) -> None:
    record, _ = resident(delivery)
    delivery.put("kojin", record, "birth", "3491345")
    result = go(delivery)
    assert (result.report["verdict"], result.report["reasons"], result.exit_code) == (
        "fail",
        ["quarantined_resident"],
        1,
    )
    names = tables_in(result)
    assert len(names) == len(tables_in(clean))
    assert all(name.startswith("unaccepted/") for name in names)
    assert all((result.folder / entry["file"]).is_file() for entry in result.report["tables"])
    assert verify(result.folder) == []


def test_gates_allow_what_they_say(delivery: Delivery) -> None:
    for skip in (0, 1):
        record, _ = resident(delivery, skip=skip)
        delivery.put("kojin", record, "birth", "3491345")
    allowed = go(delivery, gates=(("quarantined_resident", 2), ("lost_key", 0)))
    assert (allowed.report["verdict"], allowed.exit_code) == ("conditional", 0)
    one_less = go(delivery, gates=(("quarantined_resident", 1), ("lost_key", 0)))
    assert (one_less.report["verdict"], one_less.exit_code) == ("fail", 1)


def lose_a_row(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """The staging of 住民情報 loses, or doubles, its first row."""
    append = Spool.append
    done: list[bool] = []

    def wrong(self: Spool, frame: pl.DataFrame, *bucket: Any) -> None:
        if not done and "jumin" in str(vars(self).values()) and "rirekibango" in frame.columns:
            done.append(True)
            frame = frame.slice(1) if change == "lost" else pl.concat([frame.head(1), frame])
            bucket = ()
        append(self, frame, *bucket)

    monkeypatch.setattr(Spool, "append", wrong)


@pytest.mark.parametrize("change", ["lost", "doubled"])
@pytest.mark.parametrize(
    "gates", [(("quarantined_resident", 0), ("lost_key", 0)), (("quarantined_resident", 9), ("lost_key", 9))]
)
def test_a_run_that_does_not_balance_delivers_no_table(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch, change: str, gates: tuple[tuple[str, int], ...]
) -> None:
    lose_a_row(monkeypatch, change)
    result = go(delivery, gates=gates)
    assert not result.report["balanced"]
    assert "unbalanced" in result.report["reasons"]
    assert (result.report["verdict"], result.exit_code) == ("fail", 1)
    assert tables_in(result) == set()
    assert [entry["file"] for entry in result.report["tables"]] == [None] * 4
    assert verify(result.folder) == []


def test_a_refused_file_delivers_no_table(delivery: Delivery) -> None:
    delivery.records("kojin")[-1][1:9] = b"00000001"
    result = run(juki(), Options(delivery.save(retotal=False), delivery.inputs.parent / "out"))
    assert [(entry["file"], entry["code"]) for entry in result.report["refused"]] == [("KOJIN.DAT", "F-TOTAL")]
    assert (result.report["verdict"], result.exit_code) == ("fail", 3)
    assert "refused" in result.report["reasons"]
    assert tables_in(result) == set()
    assert ("F-TOTAL", "error", None) in found(result)


@pytest.mark.parametrize(("by", "agrees"), [(0, True), (1, False), (-1, False)])
def test_count_sheet(delivery: Delivery, clean: RunResult, tmp_path: Path, by: int, agrees: bool) -> None:
    persons = len(delivery.find("kojin"))
    rows = next(t["mapped"] for t in clean.report["tables"] if t["table"] == "jumin")
    sheet = tmp_path / "KENSU.csv"
    sheet.write_text(f"name,expected\nfiles.kojin,{persons + by}\ntables.jumin,{rows}\n", encoding="utf-8")
    result = go(delivery, count_sheet=sheet)
    named = {
        c["name"]: c["balanced"] for c in result.report["controls"] if "kojin" in c["name"] or "jumin" in c["name"]
    }
    assert [named[name] for name in sorted(named) if "files.kojin" in name] == [agrees]
    assert [named[name] for name in sorted(named) if "tables.jumin" in name] == [True]
    assert (result.report["verdict"], result.exit_code) == (("pass", 0) if agrees else ("fail", 1))


def test_a_name_on_the_count_sheet_that_means_nothing_does_not_agree(delivery: Delivery, tmp_path: Path) -> None:
    sheet = tmp_path / "KENSU.csv"
    sheet.write_text("name,expected\nfiles.nobody,0\n", encoding="utf-8")
    assert go(delivery, count_sheet=sheet).report["verdict"] == "fail"
