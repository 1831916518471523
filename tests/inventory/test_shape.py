"""How a file is cut into records."""

from pathlib import Path

import numpy as np
import pytest

from migrate.inventory.encodings import ByteCensus, candidates
from migrate.inventory.records import Misfits, fixed_records, text_records
from migrate.inventory.shape import Shape, shape_of


def seen(path: Path, data: bytes) -> tuple[Shape, str]:
    path.write_bytes(data)
    census = ByteCensus()
    census.add(data)
    found = candidates(census)
    name = found[0].name if found else "unknown"
    return shape_of(path, name, census), name


def records(count: int, length: int) -> list[bytes]:
    """Numbered records of a name and blanks, as hosts write them."""
    names = ["ﾀﾅｶ ｲﾁﾛｳ", "ｻﾄｳ ﾊﾅｺ", "ｽｽﾞｷ ｱｷﾗ"]
    return [
        (f"{n:08}".encode() + names[n % 3].encode("cp932").ljust(20) + f"{n * 37 % 1000:05}".encode()).ljust(length)
        for n in range(count)
    ]


@pytest.mark.parametrize("length", [40, 60, 97, 400])
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b""])
def test_the_length_of_fixed_records(length: int, end: bytes, tmp_path: Path) -> None:
    shape, _ = seen(tmp_path / "f", b"".join(record + end for record in records(200, length)))
    assert (shape.kind, shape.length, shape.terminator, shape.records) == ("fixed", length, end, 200)
    assert (shape.misfits, shape.rest) == (0, 0)


def test_an_end_of_file_mark_is_no_record(tmp_path: Path) -> None:
    for end in (b"\r\n", b""):
        shape, _ = seen(tmp_path / "f", b"".join(record + end for record in records(50, 60)) + b"\x1a")
        assert (shape.length, shape.records, shape.rest) == (60, 50, 0)


def test_a_cut_file_has_a_rest(tmp_path: Path) -> None:
    shape, _ = seen(tmp_path / "f", b"".join(records(200, 60))[:-13])
    assert (shape.kind, shape.length, shape.records, shape.rest) == ("fixed", 60, 199, 47)


def test_records_that_do_not_fit_are_counted_and_named(tmp_path: Path) -> None:
    lines = records(200, 60)
    lines[6] = lines[6][:-3]
    shape, _ = seen(tmp_path / "f", b"".join(line + b"\r\n" for line in lines))
    misfits = Misfits()
    cells = np.concatenate(list(fixed_records(tmp_path / "f", shape, misfits)))
    assert (shape.length, shape.misfits, cells.shape) == (60, 1, (199, 60))
    assert misfits.first == [(7, 57)]


ROWS = "".join(f'{n:05},東京 {n},"備考、\r\n2行目, {n}"\r\n' for n in range(30))


@pytest.mark.parametrize("codec", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_delimited_text_with_a_header(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    shape, name = seen(path, ("宛名番号,住所,備考\r\n" + ROWS).encode(codec))
    assert (shape.kind, shape.delimiter, shape.header) == ("delimited", ",", True)
    assert shape.columns == ("宛名番号", "住所", "備考")
    frames = list(text_records(path, name, shape, Misfits()))
    assert sum(frame.height for frame in frames) == 30
    assert frames[0].row(0) == ("00000", "東京 0", "備考、\r\n2行目, 0")


def test_a_first_record_is_never_taken_for_a_header(tmp_path: Path) -> None:
    """What is taken for names is shown; a person's record must not be."""
    shape, _ = seen(tmp_path / "f.csv", ROWS.encode("cp932"))
    assert (shape.kind, shape.header) == ("delimited", False)
    assert shape.columns == ("column_1", "column_2", "column_3")
    people = "".join(f"田中,太郎{n},東京都\r\n" for n in "甲乙丙丁")
    shape, _ = seen(tmp_path / "g.csv", people.encode("cp932"))
    assert shape.columns == ("column_1", "column_2", "column_3")


@pytest.mark.parametrize(
    "below",
    [
        ["田中次郎,タナカジロウ,桜市桜町二丁目,"] * 9,  # an empty column is no column of numbers
        ["田中次郎,タナカジロウ,桜市桜町二丁目,100"],
        ["田中次郎,タナカジロウ,桜市桜町二丁目,0312345678"] * 9,
        ["田中次郎,タナカジロウ,桜市桜町二丁目,要連絡", *["田中次郎,タナカジロウ,桜市桜町二丁目,"] * 9],
    ],
)
@pytest.mark.parametrize("last", ["要連絡", "無職", "番号不明", "全額", "春日"])
def test_a_record_without_a_number_is_never_taken_for_a_header(below: list[str], last: str, tmp_path: Path) -> None:
    """A name of a column of numbers is known for one, and stands above numbers."""
    rows = ["山田太郎,ヤマダタロウ,桜市桜町一丁目," + last, *below]
    shape, _ = seen(tmp_path / "f.csv", "".join(row + "\r\n" for row in rows).encode("cp932"))
    assert (shape.kind, shape.header) == ("delimited", False)
    assert shape.columns == ("column_1", "column_2", "column_3", "column_4")


@pytest.mark.parametrize("name", ["宛名番号", "世帯コード", "生年月日", "税額", "年度", "ATENA_NO", "id", "電話番号２"])
def test_names_of_columns_of_numbers(name: str, tmp_path: Path) -> None:
    rows = [f"住所1,{name}", *(f"桜町{n}丁目,{n * 37}" for n in range(6))]
    shape, _ = seen(tmp_path / "f.csv", "\r\n".join(rows).encode("cp932"))
    assert shape.columns == ("住所1", name)


def test_columns_of_a_layout_that_claims_the_file_are_names(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes("町字,方書\n桜町,桜荘\n".encode("cp932"))
    census = ByteCensus()
    census.add((tmp_path / "f.csv").read_bytes())
    assert not shape_of(tmp_path / "f.csv", "cp932", census).header
    assert shape_of(tmp_path / "f.csv", "cp932", census, names=frozenset(["町字", "方書"])).columns == ("町字", "方書")


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_file_of_blank_lines_has_no_records(end: bytes, tmp_path: Path) -> None:
    shape, _ = seen(tmp_path / "f.txt", end * 50)
    assert (shape.kind, shape.records, shape.length) == ("lines", 50, 0)


def test_a_bar_inside_a_character_is_no_delimiter(tmp_path: Path) -> None:
    """ポ is 837C in cp932, and 7C is the bar."""
    lines = "番号|名\r\n" + "".join(f"{n}|ポポ{n}\r\n" for n in range(20))
    shape, name = seen(tmp_path / "f.txt", lines.encode("cp932"))
    assert (shape.delimiter, shape.columns) == ("|", ("番号", "名"))
    (frame,) = text_records(tmp_path / "f.txt", name, shape, Misfits())
    assert frame.row(19) == ("19", "ポポ19")


def test_rows_with_other_fields_are_counted(tmp_path: Path) -> None:
    rows = ["番号,名"] + [f"{n},{'甲' * (n + 1)}" for n in range(40)] + ["1,2,3"]
    shape, name = seen(tmp_path / "f.csv", "\r\n".join(rows).encode("cp932"))
    misfits = Misfits()
    assert sum(frame.height for frame in text_records(tmp_path / "f.csv", name, shape, misfits)) == 40
    assert misfits.first == [(42, 3)]


def test_an_empty_file(tmp_path: Path) -> None:
    assert seen(tmp_path / "f", b"")[0].kind == "empty"
