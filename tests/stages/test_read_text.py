"""Delimited text: what the csv module reads, read by whole columns, and every record accounted for."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate.charset import of_site
from migrate.io import delimited
from migrate.io.batch import Batch, FileCount
from migrate.io.delimited import DelimitedForm
from migrate.io.framing import FileRefused
from migrate.io.inputs import InputFile
from migrate.plan.reading import DelimitedPlan, TextColumnPlan
from migrate.stages.read_text import read_text_file
from migrate.vocab import daykey
from migrate.vocab.dateforms import DateRule

NAMES = ("atena", "shimei", "biko")
CELL = st.text(st.sampled_from('山田太郎ｱﾞa1 ,"\n\r　'), max_size=8)
RECORD = st.tuples(CELL, CELL, CELL)


def plan(codec: str = "cp932", *, dates: DateRule | None = None) -> DelimitedPlan:
    columns = tuple(TextColumnPlan(n, n, dates if n == "biko" else None) for n in NAMES)
    return DelimitedPlan(
        "f", DelimitedForm(ord(","), bom=codec == "utf-8"), codec, of_site({}), columns, frozenset(NAMES)
    )


def read(
    path: Path, raw: bytes, used: DelimitedPlan, batch_bytes: int = 1 << 20
) -> tuple[pl.DataFrame, FileCount, list[Batch]]:
    path.write_bytes(raw)
    count = FileCount("f", path.name)
    file = InputFile("f", path, path.name, len(raw), empty=True)
    batches = list(read_text_file(file, used, batch_bytes=batch_bytes, count=count))
    return pl.concat([batch.frame for batch in batches]), count, batches


def written(rows: list[tuple[str, ...]], *, newline: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    if newline == "\n":
        csv.writer(out, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows([NAMES, *rows])
    else:
        csv.writer(out, lineterminator=newline).writerows([NAMES, *rows])
    return out.getvalue()


@pytest.mark.parametrize("codec", ["cp932", "utf-8"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(RECORD, max_size=12), batch_bytes=st.integers(20, 500), newline=st.sampled_from(["\r\n", "\n"]))
def test_as_the_csv_module_reads_it(
    tmp_path: Path, codec: str, rows: list[tuple[str, ...]], batch_bytes: int, newline: str
) -> None:
    raw = written(rows, newline=newline).encode(codec)
    frame, count, _ = read(tmp_path / "f.csv", raw, plan(codec), batch_bytes)
    assert frame.select(NAMES).rows() == [tuple(cell or None for cell in row) for row in rows]
    assert frame["_record"].to_list() == list(range(2, len(rows) + 2))
    assert (count.header, count.data, count.tally.records, count.tally.bytes) == (1, len(rows), len(rows) + 1, len(raw))
    for row, start, length in zip(rows, frame["_offset"], frame["_length"], strict=True):
        again = next(csv.reader(io.StringIO(raw[start : start + length].decode(codec), newline="")))
        assert tuple(again) == row


def test_records_with_another_number_of_fields_are_left_out_and_named(tmp_path: Path) -> None:
    raw = b"atena,shimei,biko\r\n1,a,b\r\n2,a\r\n3,a,b,c\r\n\r\n4,a,b\r\n\x1a"
    frame, count, _ = read(tmp_path / "f.csv", raw, plan())
    assert frame["atena"].to_list() == ["1", "4"]
    assert [(one.rule, one.record, one.offset) for one in count.broken] == [
        ("R-FIELD-COUNT", 3, 26),
        ("R-FIELD-COUNT", 4, 31),
    ]
    assert count.blank == 2
    assert count.tally.records == count.header + count.blank + count.data + len(count.broken)


@pytest.mark.parametrize("record", ['2,"a"b,c', '2,"a"b"c",c', '2, "a,x",c', '2,a"b"c,c', '2,"a" ,c', '2,""\r,c'])
def test_records_with_a_quote_out_of_place_are_left_out_and_named(tmp_path: Path, record: str) -> None:
    raw = f'atena,shimei,biko\r\n1,"a""b",""\r\n{record}\r\n3,"a,b","c"'.encode()
    frame, count, _ = read(tmp_path / "f.csv", raw, plan())
    assert frame.select(NAMES).rows() == [("1", 'a"b', None), ("3", "a,b", "c")]
    assert [(one.rule, one.record, one.offset) for one in count.broken] == [("R-QUOTE", 3, 32)]


def test_a_lone_carriage_return_is_part_of_its_cell(tmp_path: Path) -> None:
    frame, _, batches = read(tmp_path / "f.csv", b"atena,shimei,biko\n1,a\rb,\x81\xff\n", plan())
    assert frame["shimei"].to_list() == ["a\rb"]
    assert [batches[0].raw(0, name) for name in NAMES] == [b"1", b"a\rb", b"\x81\xff"]


@pytest.mark.parametrize("last", ["a", '"a"'])
def test_a_last_record_without_its_whole_line_end_is_read(tmp_path: Path, last: str) -> None:
    for end in ("", "\r", "\r\n"):
        frame, count, _ = read(tmp_path / "f.csv", f"{','.join(NAMES)}\r\n1,2,{last}{end}".encode(), plan())
        assert (frame["biko"].to_list(), count.broken) == (["a"], [])


def test_a_quote_too_many_does_not_hold_the_rest_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file whose fields are all quoted every later quote closes and opens: there is no end to be seen."""
    monkeypatch.setattr(delimited, "MOST_RECORD", 1000)
    rows = [b'"1","a","b"\n'] * 3 + [b'"2","a,"b"\n'] + [b'"3","a","b"\n'] * 500
    raw = b"atena,shimei,biko\n" + b"".join(rows)
    for batch_bytes in (100, 5000, 1 << 20):
        with pytest.raises(FileRefused) as refused:
            read(tmp_path / "f.csv", raw, plan(), batch_bytes)
        assert (refused.value.code, refused.value.record) == ("F-RECORD-ENDLESS", 5)


def test_a_character_lost_before_is_no_character(tmp_path: Path) -> None:
    raw = "atena,shimei,biko\n1,山\ufffd,x\n".encode("utf-8-sig")
    frame, _, batches = read(tmp_path / "f.csv", raw, plan("utf-8"))
    assert frame["shimei"].to_list() == [None]
    assert [(t.trouble, t.column) for t in batches[0].troubles] == [("bytes", "shimei")]


def test_a_cell_of_megabytes(tmp_path: Path) -> None:
    raw = b"atena,shimei,biko\n1,\x81\xff," + b"x" * 3_000_000 + b"\n"
    _, _, batches = read(tmp_path / "f.csv", raw, plan())
    assert batches[-1].raw(0, "biko") == b"x" * 3_000_000


def test_the_bytes_of_a_cell(tmp_path: Path) -> None:
    raw = 'atena,shimei,biko\r\n1,"山""田\n太",x\r\n'.encode("cp932")
    _, _, batches = read(tmp_path / "f.csv", raw, plan())
    assert batches[0].raw(0, "shimei") == '山"田\n太'.encode("cp932")
    assert batches[0].raw(0, "nothing") is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'atena,shimei,biko\r\n1,"a,b\r\n', "F-QUOTE"),
        (b"atena,name,biko\r\n1,a,b\r\n", "F-COLUMNS"),
        (b"atena,shimei,biko,biko\r\n", "F-COLUMNS"),
        (b"atena,shimei\r\n1,a\r\n", "F-COLUMNS"),
        ("1,山田太郎,x\r\n".encode("cp932"), "F-HEADER-MISSING"),
        (b"\xef\xbb\xbfatena,shimei,biko\r\n", "F-UTF8-BOM"),
        (b"atena,shimei,biko\r1,a,b\r2,c,d\r", "F-LINE-END"),
        (b"atena,shimei,biko\r1,a,b\n2,c,d\n", "F-LINE-END"),
        (b"\x1f\x8b\x08", "F-GZIP"),
        ("atena,shimei,biko\r\n".encode("utf-16-le"), "F-UTF16"),
    ],
)
def test_files_in_doubt_are_refused(tmp_path: Path, raw: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path / "f.csv", raw, plan())
    assert refused.value.code == code


def test_undefined_bytes_and_gaiji_are_found_and_not_passed_on(tmp_path: Path) -> None:
    raw = b"atena,shimei,biko\r\n1,\x8d\x20,a\r\n2,\xf0\x40,b\r\n3,\x80,c\r\n4,\x8e\x52,d\r\n"
    frame, _, batches = read(tmp_path / "f.csv", raw, plan())
    found = {(t.trouble, t.column, tuple(t.rows.tolist())) for t in batches[0].troubles}
    assert found == {("bytes", "shimei", (0, 2)), ("gaiji", "shimei", (1,))}
    assert frame["shimei"].to_list() == [None, None, None, "山"]


def test_second_codes_and_undefined_bytes_are_told_as_they_stand_there(tmp_path: Path) -> None:
    """EEE0 and FBFC are both 髙, and Windows writes FBFC; 88ED 8E52 is no EDE8."""
    raw = b"atena,shimei,biko\r\n1,\xfb\xfc\x88\xed\x8e\x52,\xee\xe0\x8b\xb4\xee\xe0\r\n"
    raw += b'2,"\xee\xe0""",\x8d\x20\x80\r\n'
    frame, _, batches = read(tmp_path / "f.csv", raw, plan())
    assert frame.select("shimei", "biko").rows() == [("髙逸山", "髙橋髙"), ('髙"', None)]
    assert sorted(batches[0].glyphs.rows()) == [
        ("biko", 0, "twin", "EEE0"),
        ("biko", 0, "twin", "EEE0"),
        ("biko", 1, "undefined", "80"),
        ("biko", 1, "undefined", "8D"),
        ("shimei", 1, "twin", "EEE0"),
    ]


def test_private_use_beyond_the_first_plane_is_told_and_passed_on(tmp_path: Path) -> None:
    raw = "atena,shimei,biko\n1,\U0010de92田\U000f0000,山\ufffd\n".encode() + b"2,\xff\xe5\xb1,x\n"
    frame, _, batches = read(tmp_path / "f.csv", raw, plan("utf-8"))
    assert frame["shimei"].to_list() == ["\U0010de92田\U000f0000", None]
    assert sorted(batches[0].glyphs.rows()) == [
        ("biko", 0, "undefined", "EFBFBD"),
        ("shimei", 0, "gaiji", "U+10DE92"),
        ("shimei", 0, "gaiji", "U+F0000"),
        ("shimei", 1, "undefined", "B1"),
        ("shimei", 1, "undefined", "E5"),
        ("shimei", 1, "undefined", "FF"),
    ]


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    raw = written([(str(i), "髙橋　山田", "曖昧") for i in range(40)]).encode("utf-8")
    with pytest.raises(FileRefused) as refused:
        read(tmp_path / "f.csv", raw, plan())
    assert refused.value.code == "F-UTF8"


FORMS = ("Gyy.mm.dd", "年月日", "yyyy/mm/dd", "yyyy-mm-dd", "yyyymmdd", "GYYMMDD")


@pytest.mark.parametrize(
    ("text", "key", "trouble"),
    [
        ("S40.12.31", daykey.pack(1965, 12, 31, era=3), None),
        ("Ｓ４０．１２．３１", daykey.pack(1965, 12, 31, era=3), None),
        ("昭40.12.31", daykey.pack(1965, 12, 31, era=3), None),
        ("昭和40年12月31日", daykey.pack(1965, 12, 31, era=3), None),
        ("令和元年5月1日", daykey.pack(2019, 5, 1, era=5), None),
        ("㍼40年12月31日", daykey.pack(1965, 12, 31, era=3), None),
        ("1965/12/31", daykey.pack(1965, 12, 31), None),
        ("1965-2-3", daykey.pack(1965, 2, 3), None),
        ("19651231", daykey.pack(1965, 12, 31), None),
        ("T15.12.25", daykey.pack(1926, 12, 25, era=2), None),
        ("H1.1.7", daykey.pack(1989, 1, 7, era=4), "era"),
        ("1974/02/29", daykey.pack(1974, 2, 29), "noncalendar"),
        ("S49.00.00", daykey.pack(1974, era=3), "unknown"),
        ("不詳", daykey.UNKNOWN, "unknown"),
        ("なし", None, None),
        ("", None, None),
        ("1974/13/01", None, "invalid"),
        ("昭和四十年", None, "invalid"),
        ("S0.1.1", None, "invalid"),
        ("3401231", daykey.pack(1965, 12, 31, era=3), None),
        ("3490000", daykey.pack(1974, era=3), "unknown"),
        ("4130229", daykey.pack(2001, 2, 29, era=4), "noncalendar"),
        ("6010101", None, "invalid"),
        ("A010101", None, "invalid"),
    ],
)
def test_dates(tmp_path: Path, text: str, key: int | None, trouble: str | None) -> None:
    dates = DateRule(FORMS, ("なし",), ("不詳",), eras={"3": 3, "4": 4})
    raw = written([("1", "a", text), ("2", "b", "2000/01/01")]).encode("utf-8")
    frame, _, batches = read(tmp_path / "f.csv", raw, plan("utf-8", dates=dates))
    assert frame["biko"].to_list() == [key, daykey.pack(2000, 1, 1)]
    assert [t.trouble for t in batches[0].troubles] == ([trouble] if trouble else [])
