"""Totals that a fixed file states about itself: counts, hash sums, and sums of signed amounts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from migrate.io.batch import FileCount
from migrate.io.framing import FileRefused
from migrate.io.inputs import InputFile
from migrate.plan import build
from migrate.plan.reading import FixedPlan
from migrate.spec.source import SourceFile
from migrate.stages.read import _add_sums, read_file, totals_that_differ
from tests.towns import layout_of

KOTEI = layout_of("kotei")
PLUS, MINUS = "{ABCDEFGHI", "}JKLMNOPQR"


def zoned(number: int, width: int) -> str:
    """As the host prints it: the sign over the last digit."""
    digits = f"{abs(number):0{width}}"
    return digits[:-1] + (MINUS if number < 0 else PLUS)[int(digits[-1])]


def record(kind: str, **fields: str) -> bytes:
    """One record of ``kazei``."""
    assert KOTEI.source is not None
    file: SourceFile = KOTEI.source.files["kazei"]
    assert file.record is not None
    assert file.header is not None
    assert file.trailer is not None
    raw = bytearray(b" " * file.record.length)
    for field in {"1": file.header.fields, "2": file.fields, "9": file.trailer.fields}[kind]:
        text = {"rectype": kind}.get(field.name) or fields.get(field.name, "")
        raw[field.at - 1 : field.at - 1 + len(text)] = text.encode()
    return bytes(raw) + b"\r\n"


def differing(folder: Path, amounts: list[str], stated: str) -> list[tuple[str, int, int]]:
    """(total, stated, found) of what does not agree in a file of these amounts."""
    records = [record("2", hyojun=zoned(0, 15), zeigaku=amount) for amount in amounts]
    end = record("9", kensu=f"{len(amounts):08}", gokei_hyojun=zoned(0, 18), gokei_zeigaku=stated)
    path = folder / "KAZEI.DAT"
    path.write_bytes(b"".join([record("1", kijunbi="20261001"), *records, end]))
    plan = build(KOTEI).reads["kazei"]
    assert isinstance(plan, FixedPlan)
    count = FileCount("kazei", path.name)
    list(read_file(InputFile("kazei", path, path.name, path.stat().st_size), plan, batch_bytes=400, count=count))
    return list(totals_that_differ(plan, count))


def test_the_sum_may_be_below_zero(tmp_path: Path) -> None:
    amounts = [zoned(n, 13) for n in (1200, -3400, 0, -7, 9_999_999_999_999, -9_999_999_999_999)]
    assert differing(tmp_path, amounts, zoned(-2207, 18)) == []


def test_a_sum_of_another_sign_is_told(tmp_path: Path) -> None:
    assert differing(tmp_path, [zoned(-5, 13)], zoned(5, 18)) == [("sum:zeigaku", 5, -5)]


def test_amounts_that_are_no_numbers_add_nothing(tmp_path: Path) -> None:
    """What is wrong with them is told by the record, not by refusing the file."""
    assert differing(tmp_path, [zoned(70, 13), "00000000000Z{", "000000000001Z", " " * 13], zoned(70, 18)) == []


def test_a_sum_is_not_cut_to_the_digits_that_state_it(tmp_path: Path) -> None:
    assert differing(tmp_path, [zoned(10, 13)], zoned(10 + 10**17, 18)) == [("sum:zeigaku", 10 + 10**17, 10)]


@pytest.mark.parametrize("stated", [" " * 18, "00000000000000001Z"])
def test_a_stated_sum_that_is_no_number_refuses_the_file(stated: str, tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as caught:
        differing(tmp_path, [zoned(1, 13)], stated)
    assert caught.value.code == "F-TOTAL-DIGITS"


def test_what_header_and_trailer_both_state_is_compared_with_both(tmp_path: Path) -> None:
    """The sum is added up once, and a wrong figure of either is told."""
    plan = build(KOTEI).reads["kazei"]
    assert isinstance(plan, FixedPlan)
    twice = replace(plan, totals=(*(replace(total, stated_in="header") for total in plan.totals), *plan.totals))
    count = FileCount("kazei", "KAZEI.DAT", data=2, sums={"sum:zeigaku": 30})
    count.stated = {("header", "records"): (9, 0), ("trailer", "records"): (2, 0)}
    count.stated |= {(where, "sum:zeigaku"): (30, 0) for where in ("header", "trailer")}
    assert list(totals_that_differ(twice, count)) == [("records", 9, 2)]
    cells = np.frombuffer(record("2", hyojun=zoned(0, 15), zeigaku=zoned(10, 13))[:-2], dtype=np.uint8)[np.newaxis]
    added = FileCount("kazei", "KAZEI.DAT")
    _add_sums(cells, twice, added)
    assert added.sums["sum:zeigaku"] == 10
