"""Two states of a table side by side, whatever the number of ranges: what is told is just what is different."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate.errors import InputRefused
from migrate.io.tables import Form
from migrate.rehearsal.pairs import Keys, Pair, pairs
from migrate.rehearsal.reading import open_rows
from migrate.rehearsal.workroom import Workroom
from migrate.spec.table import StandardField
from tests.towns import juki

NAMES = ("who", "no", "name", "note")
FIELDS = tuple(StandardField(name=n, ja=n, type="9" if n == "no" else "N", grade="model", source="test") for n in NAMES)
FORM = Form(juki().profile, FIELDS)
KEYS = Keys(("who", "no"), frozenset({"no"}))

texts = st.text(st.sampled_from('a"b,\n 0髙'), max_size=3).map(lambda text: text or None)
keys = st.tuples(st.sampled_from("あいab0"), st.integers(1, 12).map(str))
tables = st.dictionaries(keys, st.tuples(texts, texts), max_size=12)


def written(path: Path, rows: dict[tuple[str, str], tuple[str | None, str | None]], *, order: bool = True) -> Path:
    cells = [(*key, *rest) for key, rest in rows.items()]
    cells.sort(key=lambda row: (row[0].encode(), int(row[1])), reverse=not order)
    frame = pl.DataFrame(cells, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    path.write_bytes(FORM.header() + FORM.csv(frame))
    return path


def all_pairs(first: Path, second: Path, *, range_bytes: int) -> list[Pair]:
    with Workroom(first.parent) as room:
        return list(pairs(open_rows(first, FORM), open_rows(second, FORM), KEYS, room.folder, range_bytes=range_bytes))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(first=tables, second=tables, range_bytes=st.sampled_from([30, 10_000]), order=st.booleans())
def test_base_and_difference_make_the_other(
    tmp_path: Path,
    first: dict[tuple[str, str], tuple[str | None, str | None]],
    second: dict[tuple[str, str], tuple[str | None, str | None]],
    range_bytes: int,
    order: bool,
) -> None:
    """Rows of the first, without those only there, with the changes and with those only in the second, are the second;
    the second may stand in any order."""
    ours, theirs = written(tmp_path / "1.csv", first), written(tmp_path / "2.csv", second, order=order)
    found = all_pairs(ours, theirs, range_bytes=range_bytes)
    assert sorted(path.name for path in tmp_path.glob(".run-*")) == []

    def of(name: str) -> dict[tuple[str, str], tuple[str | None, str | None]]:
        rows = pl.concat([getattr(pair, name) for pair in found]).rows()
        assert rows == sorted(rows, key=lambda row: (row[0].encode(), int(row[1])))
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}

    removed, added, before, after = (of(name) for name in ("first", "second", "before", "after"))
    kept = {key: rest for key, rest in first.items() if key not in removed}
    assert kept | after | added == second
    assert before.keys() == after.keys()
    assert all(before[key] == first[key] != after[key] for key in before)
    assert sum(pair.same for pair in found) == len(kept) - len(before)


def test_a_key_that_stands_twice_is_one_row_more(tmp_path: Path) -> None:
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    one.write_bytes(FORM.header() + "あ,1,x,\n".encode())
    two.write_bytes(FORM.header() + "あ,1,x,\nあ,1,x,\nあ,1,y,\n".encode())
    (pair,) = all_pairs(one, two, range_bytes=1000)
    assert (pair.same, pair.first.height, pair.second.height, pair.before.height) == (1, 0, 2, 0)


def test_a_table_in_cp932_is_read_as_windows_reads_it(tmp_path: Path) -> None:
    """Both codes of a letter are the letter."""
    form = Form(juki().profile.model_copy(update={"encoding": "cp932", "header": "none"}), FIELDS)
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    one.write_bytes("亜,1,".encode("cp932") + b"\xee\xe0,\n")
    two.write_bytes("亜,1,".encode("cp932") + b"\xfb\xfc,\n")
    with Workroom(tmp_path) as room:
        (pair,) = pairs(open_rows(one, form), open_rows(two, form), KEYS, room.folder, range_bytes=1000)
    assert (pair.same, pair.first.height, pair.before.height) == (1, 0, 0)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("あ,1,x\n".encode(), "F-TABLE-FIELDS"),
        ("あ,1,x,y,z\n".encode(), "F-TABLE-FIELDS"),
        ('あ,1,x"y,z\n'.encode(), "F-QUOTE"),
        ("あ,1,x,髙\n".encode()[:-2] + b"\n", "F-TABLE-ENCODING"),
    ],
)
def test_what_is_no_row_is_refused_by_its_file_and_record(tmp_path: Path, data: bytes, code: str) -> None:
    one, two = written(tmp_path / "1.csv", {}), tmp_path / "2.csv"
    two.write_bytes(FORM.header() + "い,2,x,y\n".encode() + data)
    with pytest.raises(InputRefused) as refused:
        all_pairs(one, two, range_bytes=1000)
    (problem,) = refused.value.problems
    assert (problem.code, problem.file) == (code, "2.csv")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("who,no,name\n", "F-COLUMNS"),
        ("who,no,name,name\n", "F-COLUMNS"),
        ("山田,太郎,a,b\n", "F-HEADER-MISSING"),
        ('who,no,name,"note\n', "F-COLUMNS"),
        ('"who,no,name,note\nあ,1,山田,x\n', "F-HEADER-MISSING"),
        ('who,no,na"me,note\n', "F-COLUMNS"),
        ('who"x,no,name,note\n', "F-HEADER-MISSING"),
        ('who,no,name,note,"x\nあ,1,山田,x\n"い,2,佐藤,y\n', "F-COLUMNS"),
        ("who,no,name,note\rあ,1,山田,x\r", "F-LINE-END"),
        ("", "F-HEADER-MISSING"),
    ],
)
def test_other_columns_are_refused_and_never_quoted_as_values(tmp_path: Path, header: str, code: str) -> None:
    path = tmp_path / "1.csv"
    path.write_bytes(header.encode())
    with pytest.raises(InputRefused) as refused:
        open_rows(path, FORM, exact=True)
    assert refused.value.problems[0].code == code
    assert "山田" not in str(refused.value.problems)
