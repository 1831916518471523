"""Totals that others state can be waived by name, with a reason and a person; the books of a run cannot."""

from pathlib import Path

from migrate.pipeline import Options, RunResult, Waiver, run
from tests.delivery import PATHS, Delivery, found
from tests.towns import juki

WAIVER = Waiver("kojin.records", "旧ベンダの件数に論理削除が含まれない", "情報政策課 課長")


def go(inputs: Path, *waivers: Waiver, sheet: Path | None = None) -> RunResult:
    return run(juki(), Options(inputs, inputs.parent / "out", waivers=waivers, count_sheet=sheet))


def with_wrong_trailer(delivery: Delivery) -> Path:
    inputs = delivery.save()
    path = inputs / PATHS["kojin"]
    raw = path.read_bytes()
    stride = delivery.stride("kojin")
    end = raw[-stride:]
    assert end[:1] == b"9"
    path.write_bytes(raw[:-stride] + end[:1] + b"%08d" % (int(end[1:9]) + 1) + end[9:])
    return inputs


def test_a_wrong_trailer_refuses_the_file(delivery: Delivery) -> None:
    result = go(with_wrong_trailer(delivery))
    assert [(r["code"], r["facts"]["total"]) for r in result.report["refused"]] == [("F-TOTAL", "records")]
    assert result.exit_code == 3


def test_a_waived_trailer_is_noted_and_the_tables_are_delivered(delivery: Delivery) -> None:
    result = go(with_wrong_trailer(delivery), WAIVER, Waiver("shien.records", "使わない", "担当"))
    used, unused = result.report["waivers"]
    assert (used["total"], used["reason"], used["person"]) == (WAIVER.total, WAIVER.reason, WAIVER.person)
    assert [(u["file"], u["stated"] - u["found"]) for u in used["used"]] == [(PATHS["kojin"], 1)]
    assert unused["used"] == []
    assert ("F-TOTAL-WAIVED", "alert", None) in found(result)
    assert (result.report["verdict"], result.exit_code) == ("conditional", 0)
    assert (result.folder / "standard" / "jumin.csv").is_file()


def test_uses_stand_in_the_order_of_the_files_whichever_is_read_first(delivery: Delivery) -> None:
    """The second part is the smaller one, and both say what the file said as a whole."""
    inputs = delivery.save()
    header, *data, trailer = delivery.records("kojin")
    whole = inputs / PATHS["kojin"]
    parts = [whole.with_name("KOJIN1.DAT"), whole.with_name("KOJIN2.DAT")]
    for path, some in zip(parts, (data[:-2], data[-2:]), strict=True):
        path.write_bytes(b"".join([header, *some, trailer]))
    whole.unlink()
    result = go(inputs, WAIVER, Waiver("kojin.hash_sum:atena_no", "全体の和", "情報政策課"))
    names = [path.relative_to(inputs).as_posix() for path in parts]
    assert [[use["file"] for use in waiver["used"]] for waiver in result.report["waivers"]] == [names, names]
    assert result.report["refused"] == []


def test_a_waiver_is_part_of_what_a_run_is(delivery: Delivery) -> None:
    inputs = delivery.save()
    assert go(inputs).folder != go(inputs, WAIVER).folder


def test_a_count_of_the_sheet_can_be_waived(delivery: Delivery, tmp_path: Path) -> None:
    sheet = tmp_path / "counts.csv"
    sheet.write_text("name,expected\ntables.jumin,1\n", encoding="utf-8")
    inputs = delivery.save()
    assert go(inputs, sheet=sheet).report["reasons"] == ["unbalanced"]
    result = go(inputs, Waiver("counts.tables.jumin", "件数表は現存者だけ", "住民課"), sheet=sheet)
    (control,) = [c for c in result.report["controls"] if c["waived"]]
    assert (control["source"], control["balanced"], result.report["balanced"]) == (1, False, True)


def test_the_books_of_a_run_have_no_waiver(delivery: Delivery) -> None:
    """No total of our own is asked about: a name like one of ours waives nothing."""
    inputs = delivery.save()
    result = go(inputs, Waiver("件数", "x", "y"), Waiver("jumin.件数", "x", "y"))
    assert all(waiver["used"] == [] for waiver in result.report["waivers"])
