"""Fixed files of a host: record types, dates, signed numbers, totals and ends in EBCDIC."""

from pathlib import Path

import polars as pl
import pytest

from migrate.charset import encode
from migrate.io.batch import FileCount
from migrate.io.framing import FileRefused, read_sample
from migrate.io.inputs import InputFile
from migrate.plan import build
from migrate.plan.reading import FixedPlan
from migrate.spec.layout import Layout
from migrate.stages.read import read_as_of, read_file, totals_that_differ
from migrate.synth import make_town
from tests.hosts import overlay
from tests.towns import layout_of

PEOPLE = 40


def read(path: Path, plan: FixedPlan) -> tuple[pl.DataFrame, FileCount]:
    count = FileCount(plan.file, path.name)
    file = InputFile(plan.file, path, path.name, path.stat().st_size)
    batches = list(read_file(file, plan, batch_bytes=1 << 20, count=count))
    return pl.concat([batch.frame for batch in batches]).drop("_offset", "_length"), count


def kojin(layout: Layout) -> FixedPlan:
    plan = build(layout).reads["kojin"]
    assert isinstance(plan, FixedPlan)
    return plan


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return overlay(tmp_path_factory.mktemp("host"), "ibm930")


@pytest.fixture(scope="module")
def delivered(host: Layout, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The persons of a small town in ibm930."""
    folder = tmp_path_factory.mktemp("town")
    make_town(host, PEOPLE, 1, 0, folder)
    return (folder / "in" / "KOJIN.DAT").read_bytes()


@pytest.fixture
def file(delivered: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "KOJIN.DAT"
    path.write_bytes(delivered)
    return path


def test_estate_with_signed_sums_is_read_as_from_cp932(tmp_path: Path) -> None:
    """Zoned amounts with the sign over the last digit, totals of the trailer, dates, code and double-byte fields."""
    theirs, ours = layout_of("kotei"), overlay(tmp_path / "project", "ibm939", "kotei")
    for name, layout in (("theirs", theirs), ("ours", ours)):
        make_town(layout, PEOPLE, 1, 0, tmp_path / name)
    sums = 0
    for name, expected in build(theirs).reads.items():
        plan = build(ours).reads[name]
        assert isinstance(plan, FixedPlan)
        assert isinstance(expected, FixedPlan)
        paths = sorted((tmp_path / "theirs" / "in").glob(f"{name.upper()}*.DAT"))
        for path in paths:
            found, count = read(tmp_path / "ours" / "in" / path.name, plan)
            frame, _ = read(path, expected)
            assert found.equals(frame), name
            assert list(totals_that_differ(plan, count)) == []
            sums += len(count.stated)
    assert sums >= 3


def test_header_trailer_and_as_of(host: Layout, file: Path) -> None:
    plan = kojin(host)
    frame, count = read(file, plan)
    assert (count.header, count.trailer, count.data, count.broken) == (1, 1, frame.height, [])
    assert count.stated
    assert list(totals_that_differ(plan, count)) == []
    assert (read_as_of(read_sample(file, plan.framing, records=5), plan) or "").isdigit()


@pytest.mark.parametrize("mark", [b"\x3f", b"\x1a"])
def test_blank_records_and_an_end_of_file_mark(mark: bytes, host: Layout, file: Path) -> None:
    plan = kojin(host)
    file.write_bytes(file.read_bytes() + b"\x40" * plan.framing.length + mark)
    _, count = read(file, plan)
    assert (count.blank, count.tally.eof_marks, count.broken) == (1, 1, [])


def test_blank_records_of_a_file_without_types(host: Layout, tmp_path: Path) -> None:
    plan = build(host).reads["setai"]
    assert isinstance(plan, FixedPlan)
    assert plan.types is None
    path = tmp_path / "SETAI.DAT"
    path.write_bytes((b"\xf0" * 20).ljust(plan.framing.length, b"\x40") + b"\x40" * plan.framing.length)
    frame, count = read(path, plan)
    assert (count.blank, frame.height) == (1, 1)


def test_blanks_of_ascii_are_no_blank_record(host: Layout, file: Path) -> None:
    plan = kojin(host)
    raw = file.read_bytes()
    at = 3 * plan.framing.length
    file.write_bytes(raw[:at] + b"\x20" * plan.framing.length + raw[at:])
    _, count = read(file, plan)
    assert [(one.rule, one.record) for one in count.broken] == [("R-RECORD-TYPE", 4)]


def test_a_file_that_was_converted_to_text_is_refused(host: Layout, tmp_path: Path) -> None:
    make_town(layout_of("juki"), PEOPLE, 1, 0, tmp_path)
    with pytest.raises(FileRefused) as refused:
        read(tmp_path / "in" / "KOJIN.DAT", kojin(host))
    assert refused.value.code == "F-HOST-TEXT"


def test_a_file_of_another_host_is_refused(host: Layout, tmp_path: Path) -> None:
    make_town(overlay(tmp_path / "jef", "jef"), PEOPLE, 1, 0, tmp_path)
    with pytest.raises(FileRefused) as refused:
        read(tmp_path / "in" / "KOJIN.DAT", kojin(host))
    assert refused.value.code == "F-ENCODING"


def test_bytes_that_are_nothing_are_told_with_their_place(host: Layout, file: Path) -> None:
    plan = kojin(host)
    raw, at = bytearray(file.read_bytes()), plan.places["kanji"]
    second = plan.framing.length * 2 + at.start
    raw[second : second + 4] = bytes.fromhex("fffe6941")
    house = plan.places["banchi"]
    base = plan.framing.length * 2
    raw[base + house.start : base + house.stop] = encode("一", "ibm930")[:3].ljust(house.stop - house.start, b"\x40")
    file.write_bytes(bytes(raw))
    count = FileCount("kojin", file.name)
    batch, *_ = read_file(InputFile("kojin", file, file.name, len(raw)), plan, batch_bytes=1 << 20, count=count)
    troubles = {(one.trouble, one.column): one.rows.tolist() for one in batch.troubles if one.trouble == "bytes"}
    assert troubles == {("bytes", "kanji"): [1], ("bytes", "banchi"): [1]}
    assert batch.frame["_offset"].to_list()[1] == 2 * plan.framing.length
    told = batch.glyphs.filter(pl.col("kind") == "undefined").select("column", "code").rows()
    assert told == [("kanji", "FFFE"), ("banchi", "0E")]
