"""Keys read back from a delivered table, in every form that a profile can give it."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from migrate.io.delivered import OtherForm, hashed, key_hashes
from migrate.io.publish import RunFolder
from migrate.io.tables import Form, TableFile
from migrate.spec.system import Profile
from migrate.spec.table import StandardField

FIELDS = tuple(
    StandardField(name=name, ja=ja, type="X", grade="model", source="見本", secret=name == "himitsu")
    for name, ja in (("himitsu", "秘密"), ("bango", "番号"), ("no", "連番"))
)
ROWS = pl.DataFrame(
    {
        "himitsu": ["x,1", 'y"2', "z\n3", "4", None],
        "bango": ["007", "008", "007", None, "009"],
        "no": ["1", "2", "1", "1", None],
    }
)


def profile(**changes: str) -> Profile:
    plain = {
        "profile": "p", "ja": "見本", "grade": "model", "source": "見本", "encoding": "utf-8", "delimiter": ",",
        "quote": "necessary", "header": "romaji", "newline": "lf", "file_name": "{table}.csv", "date": "YYYY-MM-DD",
        "unknown_date": "empty", "open_start": "", "open_end": "",
    }  # fmt: skip
    return Profile.model_validate(plain | changes)


def written(folder: Path, form: Profile, rows: pl.DataFrame = ROWS) -> Path:
    made = RunFolder.open(folder)
    file = TableFile(made, "t.csv", Form(form, FIELDS), parquet=False)
    file.append(rows)
    file.close()
    return made.work / "t.csv"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"header": "ja", "encoding": "utf-8-bom", "newline": "crlf"},
        {"header": "none", "quote": "always"},
        {"header": "none", "encoding": "utf-8-bom", "delimiter": "\t"},
        {"header": "ja", "encoding": "cp932", "newline": "crlf"},
        {"header": "none", "encoding": "cp932", "quote": "always"},
    ],
    ids=str,
)
def test_the_keys_are_those_that_were_written(changes: dict[str, str], tmp_path: Path) -> None:
    form = profile(**changes)
    path = written(tmp_path, form)
    alone = pl.DataFrame({"k": ["007", "008", "009"]}).select(hashed(["k"])).to_series()
    together = pl.DataFrame({"a": ["007", "008"], "b": ["1", "2"]}).select(hashed(["a", "b"])).to_series()
    assert np.array_equal(key_hashes(path, form, FIELDS, ["bango"]), np.sort(alone.to_numpy()))
    assert np.array_equal(key_hashes(path, form, FIELDS, ["bango", "no"]), np.sort(together.to_numpy()))


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize("header", ["romaji", "ja", "none"])
def test_a_table_without_rows_has_no_keys(header: str, encoding: str, tmp_path: Path) -> None:
    form = profile(header=header, encoding=encoding)
    assert key_hashes(written(tmp_path, form, ROWS.clear()), form, FIELDS, ["bango"]).size == 0


@pytest.mark.parametrize(
    ("header", "encoding"),
    [("romaji", "utf-8"), ("ja", "utf-8"), ("none", "utf-8"), ("romaji", "cp932"), ("ja", "cp932")],
)
def test_a_file_of_other_columns_is_no_such_table(header: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(OtherForm):
        key_hashes(path, profile(header=header, encoding=encoding), FIELDS, ["bango"])


def test_pairs_are_not_mixed_up() -> None:
    keys = pl.DataFrame({"a": ["1", "12"], "b": ["23", "3"]}).select(hashed(["a", "b"])).to_series()
    assert keys.n_unique() == 2
