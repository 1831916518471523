"""The search for numbers finds every form of every number, wherever it stands, and nothing else."""

import base64
import hashlib
from pathlib import Path

import polars as pl
import pytest

from tests.canaries import Canaries, forms, secrets_of
from tests.towns import Towns

NUMBER = "123456789018"


@pytest.fixture
def canaries() -> Canaries:
    return Canaries([NUMBER, "99999999999"])


@pytest.mark.parametrize("form", [form for _, form in forms(NUMBER)], ids=[name for name, _ in forms(NUMBER)])
def test_every_form_is_found(canaries: Canaries, form: bytes) -> None:
    assert canaries.found(b"before " + form + b" after")
    assert not canaries.found(b"before " + form[1:] + b" after")


@pytest.mark.parametrize("before", range(7))
@pytest.mark.parametrize("after", range(4))
def test_base64_of_more_than_the_number(canaries: Canaries, before: int, after: int) -> None:
    assert canaries.found(base64.b64encode(b"x" * before + NUMBER.encode() + b"y" * after))


def test_bytes_without_a_number_are_clean(canaries: Canaries) -> None:
    other = b"123456789017"
    assert not canaries.found(other + base64.b64encode(other) + hashlib.sha256(other).digest())


def test_cells_of_parquet_files_are_looked_at(canaries: Canaries, tmp_path: Path) -> None:
    for name in ("standard/jumin.parquet", "findings.parquet"):
        (tmp_path / "0123" / name).parent.mkdir(parents=True, exist_ok=True)
        pl.DataFrame({"value": ["a", NUMBER]}).write_parquet(tmp_path / "0123" / name, compression="zstd")
    assert set(canaries.leaks(tmp_path)) == {"0123/findings.parquet"}


def test_the_numbers_of_a_town(towns: Towns) -> None:
    found = secrets_of(towns.town(20, 7).inputs)
    assert len(found) > 40
    assert {11, 12} <= {len(number) for number in found}
