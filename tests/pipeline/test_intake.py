"""A delivery that is not what the source describes is refused, file by file, with a place."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from migrate.errors import InputRefused
from migrate.io.batch import Batch, FileCount
from migrate.io.framing import Buffers
from migrate.io.inputs import InputFile
from migrate.pipeline import Options, RunResult, batches, run
from migrate.pipeline.formats import read_batches
from migrate.plan.reading import ReadPlan
from migrate.vocab import daykey
from tests.delivery import PATHS, Delivery, found, sparse
from tests.towns import Towns, juki


@pytest.fixture
def small(towns: Towns, tmp_path: Path) -> Delivery:
    return Delivery(towns.town(20, 7), tmp_path)


def go(delivery: Delivery, *, retotal: bool = True, **options: Any) -> RunResult:
    return run(juki(), Options(delivery.save(retotal=retotal), delivery.inputs.parent / "out", **options))


def refused(result: RunResult) -> dict[str, str]:
    assert result.exit_code == 3
    return {entry["file"]: entry["code"] for entry in result.report["refused"]}


def test_a_missing_file(small: Delivery) -> None:
    (small.inputs / "SETAI.DAT").unlink()
    assert set(refused(go(small)).values()) == {"F-MISSING"}


def test_an_empty_file_that_may_not_be(small: Delivery) -> None:
    (small.inputs / "KOBANGO.DAT").write_bytes(b"")
    assert refused(go(small)) == {"KOBANGO.DAT": "F-EMPTY"}


@pytest.mark.parametrize("file", ["HOGAKI.DAT", "RIREKI.DAT"])
def test_an_empty_file_that_may_be(small: Delivery, file: str) -> None:
    """Villages have no buildings, and nobody who ever moved."""
    (small.inputs / file).write_bytes(b"")
    result = go(small)
    assert result.exit_code in (0, 1)
    assert result.report["balanced"]
    (book,) = (entry for entry in result.report["inputs"] if entry["file"] == file)
    assert (book["bytes"], book["records"]) == (0, 0)


def test_two_files_of_one_content(small: Delivery) -> None:
    shutil.copyfile(small.inputs / "RIREKI.DAT", small.inputs / "RIREKI2.DAT")
    assert refused(go(small)) == {"RIREKI.DAT": "F-TWIN", "RIREKI2.DAT": "F-TWIN"}


def test_more_files_than_the_source_has(small: Delivery) -> None:
    (small.inputs / "sub").mkdir()
    raw = bytearray((small.inputs / "SETAI.DAT").read_bytes())
    raw[200] ^= 1
    (small.inputs / "sub" / "SETAI.DAT").write_bytes(raw)
    assert refused(go(small)) == {"SETAI.DAT": "F-TOO-MANY", "sub/SETAI.DAT": "F-TOO-MANY"}


def test_a_file_nobody_claims_is_named(small: Delivery) -> None:
    (small.inputs / "stray.csv").write_bytes(b"x")
    (small.inputs / "README.txt").write_bytes(b"x")
    result = go(small)
    assert result.report["unclaimed"] == ["stray.csv"]
    assert ("F-UNCLAIMED", "alert", None) in found(result)


def test_what_a_refused_look_up_does_not_have_is_no_finding(small: Delivery) -> None:
    """Nobody can say what stands in it."""
    raw = (small.inputs / "JUSHO.DAT").read_bytes()
    (small.inputs / "JUSHO.DAT").write_bytes(raw[:-3])
    result = go(small, retotal=False)
    assert refused(result) == {"JUSHO.DAT": "F-LENGTH"}
    assert "R-JOIN" not in {row["rule"] for row in result.report["findings"]}


def test_what_a_missing_look_up_does_not_have_is_no_finding(small: Delivery) -> None:
    (small.inputs / "SETAI.DAT").unlink()
    assert "R-JOIN" not in {row["rule"] for row in go(small).report["findings"]}


def test_a_name_of_the_count_sheet_that_stands_for_nothing_is_told(small: Delivery) -> None:
    sheet = small.inputs.parent / "kensu.csv"
    sheet.write_text("name,expected\nfiles.kojin,20\ntables.juminn,20\n", encoding="utf-8")
    result = go(small, count_sheet=sheet)
    assert ("F-COUNT-NAME", "error", None) in found(result)
    sheet.write_text("name,expected\nfiles.kojin,20\n", encoding="utf-8")
    again = go(small, count_sheet=sheet)
    assert "F-COUNT-NAME" not in {row["rule"] for row in again.report["findings"]}


@pytest.mark.parametrize(("records", "size"), [(1, 0), (0, 1)])
def test_a_reader_that_loses_a_record_or_a_byte_does_not_balance(
    small: Delivery, monkeypatch: pytest.MonkeyPatch, records: int, size: int
) -> None:
    def lossy(
        file: InputFile, plan: ReadPlan, batch_bytes: int, count: FileCount, *, buffers: Buffers
    ) -> Iterator[Batch]:
        yield from read_batches(file, plan, batch_bytes, count, buffers=buffers)
        if file.name == "RIREKI.DAT":
            count.tally.records -= records
            count.tally.bytes -= size

    monkeypatch.setattr(batches, "read_batches", lossy)
    result = go(small)
    assert {entry["file"] for entry in result.report["inputs"] if not entry["balanced"]} == {"RIREKI.DAT"}
    assert "unbalanced" in result.report["reasons"]


@pytest.mark.parametrize(("name", "code"), [("kensu", "F-TOTAL"), ("hash", "F-TOTAL")])
@pytest.mark.parametrize("file", ["kojin", "shien", "kobango"])
def test_a_total_that_is_not_so(small: Delivery, file: str, name: str, code: str) -> None:
    at = {"kensu": 8, "hash": 26}[name]
    trailer = small.records(file)[-1]
    trailer[at] = 0x30 + (trailer[at] - 0x30 + 1) % 10
    assert list(refused(go(small, retotal=False)).values()) == [code]


def test_a_record_lost_on_the_way(small: Delivery) -> None:
    small.drop("kojin", 5)
    result = go(small, retotal=False)
    assert refused(result) == {"KOJIN.DAT": "F-TOTAL"}
    # the refusal says it all: no difference without an explanation, which is ours to explain
    assert (result.report["reasons"], result.report["balanced"]) == (["refused"], False)


def test_a_total_in_letters(small: Delivery) -> None:
    small.records("kojin")[-1][1:9] = b"0000006A"
    assert refused(go(small, retotal=False)) == {"KOJIN.DAT": "F-TOTAL-DIGITS"}


def test_no_trailer(small: Delivery) -> None:
    small.records("kojin").pop()
    assert refused(go(small, retotal=False)) == {"KOJIN.DAT": "F-TRAILER-MISSING"}


def test_two_trailers(small: Delivery) -> None:
    small.records("kojin").append(small.records("kojin")[-1])
    assert refused(go(small, retotal=False)) == {"KOJIN.DAT": "F-TRAILER-TWICE"}


def test_data_behind_the_trailer(small: Delivery) -> None:
    records = small.records("kojin")
    records[-1], records[-2] = records[-2], records[-1]
    assert refused(go(small, retotal=False)) == {"KOJIN.DAT": "F-AFTER-TRAILER"}


def test_no_header(small: Delivery) -> None:
    small.drop("kobango", 1)
    assert refused(go(small)) == {"KOBANGO.DAT": "F-HEADER-MISSING"}


def test_a_header_in_the_middle(small: Delivery) -> None:
    records = small.records("kobango")
    records[0], records[1] = records[1], records[0]
    assert refused(go(small)) == {"KOBANGO.DAT": "F-HEADER-PLACE"}


def test_a_file_in_another_encoding(small: Delivery) -> None:
    for record in small.find("kojin"):
        small.put("kojin", record, "kanji", b"\xef\xbf\xbd\x80\xa0")
    result = go(small)
    assert refused(result) == {"KOJIN.DAT": "F-ENCODING"}
    (first,) = result.report["refused"]
    assert first["record"] == 2  # behind the header
    assert first["offset"] == small.stride("kojin")


def test_every_refused_file_is_named_at_once(small: Delivery) -> None:
    (small.inputs / "SETAI.DAT").unlink()
    (small.inputs / "JUSHO.DAT").write_bytes(b"\x1f\x8b" + bytes(200))
    small.records("kojin")[-1][8:9] = b"0"
    small.records("kojin")[-1][1:9] = b"99999999"
    codes = refused(go(small, retotal=False))
    assert set(codes.values()) == {"F-MISSING", "F-GZIP", "F-TOTAL"}


def test_a_record_of_an_unknown_type_goes_into_quarantine(small: Delivery) -> None:
    small.records("kobango").insert(2, bytearray(b"7" + b"x" * 79 + b"\r\n"))
    result = go(small)
    assert ("R-RECORD-TYPE", "error", None) in found(result, "kobango", 3)
    (row,) = sparse(result, "quarantine").to_dicts()
    assert (row["source_file"], row["record"], row["offset"], row["length"]) == ("KOBANGO.DAT", 3, 164, 80)
    (book,) = (entry for entry in result.report["inputs"] if entry["file"] == "KOBANGO.DAT")
    assert (book["quarantined"], book["balanced"]) == (1, True)


@pytest.mark.parametrize("file", ["kobango", "setai", "rireki"])
def test_blank_records_and_end_of_file_marks_are_counted(small: Delivery, file: str) -> None:
    records = small.records(file)
    end = len(records[0].rstrip(b"\r\n"))
    records.insert(2, bytearray(b" " * end + records[0][end:]))
    records.append(bytearray(b"\x1a"))
    result = go(small, retotal=False)
    (book,) = (entry for entry in result.report["inputs"] if entry["file"] == PATHS[file])
    assert book["blank"] == 2
    assert book["balanced"]
    assert result.exit_code == 0


def test_the_as_of_date_stands_in_the_header(small: Delivery) -> None:
    assert go(small).report["as_of"] == "2026-10-01"
    for file in ("kojin", "shien", "kobango"):
        small.records(file)[0][7:15] = b"20260930"
    result = go(small)
    assert (result.report["as_of"], result.report["refused"]) == ("2026-09-30", [])


@pytest.mark.parametrize("stated", [b"        ", b"2026100A", b"20261345", b"20260230", b"00000000"])
def test_a_header_without_a_date_is_refused(small: Delivery, stated: bytes) -> None:
    small.records("kojin")[0][7:15] = stated
    with pytest.raises(InputRefused) as trouble:
        go(small)
    assert trouble.value.exit_code == 3


def test_parts_that_state_different_dates(small: Delivery) -> None:
    small.save()
    raw = bytearray((small.inputs / "KOJIN.DAT").read_bytes())
    raw[7:15] = b"20260930"
    (small.inputs / "KOJIN2.DAT").write_bytes(raw)
    assert set(refused(go(small)).values()) == {"F-AS-OF"}


@pytest.mark.parametrize("file", ["kojin", "shien", "kobango"])
def test_a_file_extracted_on_another_day_than_the_others(small: Delivery, file: str) -> None:
    small.records(file)[0][7:15] = b"20260930"
    assert refused(go(small)) == dict.fromkeys(("KOJIN.DAT", "SHIEN.DAT", "KOBANGO.DAT"), "F-AS-OF")
    assert go(small, as_of=daykey.pack(2026, 10, 1)).report["refused"] == []


def _growing(path: Path, more: bytes, stage: str) -> Callable[[str, int, int], None]:
    """Lets a file grow once, when a stage first says how far it is."""
    left = [more]

    def grow(now: str, done: int, total: int) -> None:
        if left and now == stage:
            with path.open("ab") as file:
                file.write(left.pop())

    return grow


@pytest.mark.parametrize(
    ("file", "stage"), [("kojin", "stream"), ("kobango", "stream"), ("setai", "stream"), ("rireki", "publish")]
)
def test_a_file_that_grows_by_a_whole_record_during_the_run(small: Delivery, file: str, stage: str) -> None:
    """Before it is read, while it is, or after: each looks like a whole file."""
    more = bytes(small.records(file)[1])
    grow = _growing(small.inputs / PATHS[file], more, stage)
    assert refused(go(small, progress=grow, batch_bytes=1 << 14)) == {PATHS[file]: "F-CHANGED"}


def test_a_file_that_is_taken_away_during_the_run(small: Delivery) -> None:
    path = small.inputs / PATHS["kojin"]
    result = go(small, progress=lambda stage, done, total: path.unlink(missing_ok=True) if stage == "publish" else None)
    assert refused(result) == {"KOJIN.DAT": "F-CHANGED"}


def test_parts_of_one_file_are_taken_together(small: Delivery) -> None:
    whole = go(small)
    records = small.records("rireki")
    half = len(records) // 2
    (small.inputs / "RIREKI2.DAT").write_bytes(b"".join(records[half:]))
    del records[half:]
    small.save()
    parts = run(juki(), Options(small.inputs, small.inputs.parent / "out2"))
    names = [entry["file"] for entry in whole.report["tables"]]
    assert all((whole.folder / n).read_bytes() == (parts.folder / n).read_bytes() for n in names)
