"""Fixed-length records: every byte is part of a record, an end of line or an end of file, or the file is refused."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.io.framing import TERMINATORS, Block, FileRefused, Framing, Tally, inspect, read_blocks, read_sample

LENGTH = 8


def framing(terminator: str) -> Framing:
    return Framing(LENGTH, TERMINATORS[terminator])


def records_of(count: int) -> list[bytes]:
    return [f"R{number:07}".encode() for number in range(1, count + 1)]


def written(folder: Path, records: list[bytes], terminator: str, *, tail: bytes = b"", last: bool = True) -> Path:
    path = folder / "A.DAT"
    end = TERMINATORS[terminator]
    body = end.join(records) + (end if records and last else b"")
    path.write_bytes(body + tail)
    return path


def read(path: Path, how: Framing, *, batch_bytes: int = 1 << 20) -> tuple[list[bytes], Tally, list[Block]]:
    tally = Tally()
    blocks = list(read_blocks(path, how, batch_bytes=batch_bytes, tally=tally))
    return [row.tobytes() for block in blocks for row in block.cells], tally, blocks


@pytest.mark.parametrize("terminator", TERMINATORS)
@pytest.mark.parametrize("count", [0, 1, 2, 7])
@pytest.mark.parametrize("batch_bytes", [1, 25, 1 << 20])
def test_whole_files(tmp_path: Path, terminator: str, count: int, batch_bytes: int) -> None:
    path = written(tmp_path, records_of(count), terminator)
    records, tally, blocks = read(path, framing(terminator), batch_bytes=batch_bytes)
    raw = path.read_bytes()
    assert records == records_of(count)
    assert (tally.records, tally.bytes, tally.eof_marks) == (count, len(raw), 0)
    assert tally.sha256 == (hashlib.sha256(raw).hexdigest())
    assert [block.first_record for block in blocks] == [
        1 + sum(b.cells.shape[0] for b in blocks[:i]) for i in range(len(blocks))
    ]
    offsets = [int(offset) for block in blocks for offset in block.offsets()]
    assert [raw[offset : offset + LENGTH] for offset in offsets] == records


@pytest.mark.parametrize("terminator", ["crlf", "lf"])
@pytest.mark.parametrize("batch_bytes", [1, 1 << 20])
def test_a_missing_last_terminator_is_accepted(tmp_path: Path, terminator: str, batch_bytes: int) -> None:
    path = written(tmp_path, records_of(3), terminator, last=False)
    records, tally, _ = read(path, framing(terminator), batch_bytes=batch_bytes)
    assert records == records_of(3)
    assert (tally.records, tally.bytes) == (3, path.stat().st_size)


@pytest.mark.parametrize("terminator", TERMINATORS)
def test_an_end_of_file_mark_is_counted_and_is_no_record(tmp_path: Path, terminator: str) -> None:
    path = written(tmp_path, records_of(3), terminator, tail=b"\x1a")
    records, tally, _ = read(path, framing(terminator))
    assert records == records_of(3)
    assert (tally.records, tally.eof_marks, tally.bytes) == (3, 1, path.stat().st_size)
    assert tally.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("terminator", TERMINATORS)
@pytest.mark.parametrize("tail", [b"x", b"\x1a\x1a", b"R000", b"R00000"])
def test_a_short_last_record_is_refused_at_its_place(tmp_path: Path, terminator: str, tail: bytes) -> None:
    path = written(tmp_path, records_of(3), terminator, tail=tail)
    with pytest.raises(FileRefused) as refused:
        inspect(path, framing(terminator))
    assert (refused.value.code, refused.value.record) == ("F-LENGTH", 4)
    assert refused.value.offset == 3 * framing(terminator).stride


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "F-GZIP"),
        (b"PK\x03\x04\x14\x00\x00\x00", "F-ZIP"),
        (b"\xef\xbb\xbfR0001", "F-UTF8-BOM"),
        (b"\xff\xfeR\x000\x000\x00", "F-UTF16"),
        (b"\xfe\xff\x00R\x000\x000", "F-UTF16"),
        ("R0001234".encode("utf-16-le"), "F-UTF16"),
        ("R0001山田太郎".encode(), "F-UTF8"),
        (("R0001" + "ﾔﾏﾀﾞ" * 400).encode(), "F-UTF8"),
    ],
)
def test_other_formats_are_told_by_their_first_bytes(tmp_path: Path, head: bytes, code: str) -> None:
    path = tmp_path / "A.DAT"
    path.write_bytes(head)
    with pytest.raises(FileRefused) as refused:
        inspect(path, framing("none"))
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["山田太郎", "山田　　", "ﾃﾞﾃﾞﾃﾞﾃﾞ", "R1234567", "縺薙ｓ縺"])
def test_cp932_is_not_taken_for_utf8(tmp_path: Path, text: str) -> None:
    path = tmp_path / "A.DAT"
    path.write_bytes(text.encode("cp932").ljust(LENGTH)[:LENGTH] * 3)
    assert inspect(path, framing("none")) == (3, 0)


@pytest.mark.parametrize(("terminator", "wrong"), [("crlf", b"\n\r"), ("crlf", b"xx"), ("lf", b"\r")])
@pytest.mark.parametrize("batch_bytes", [1, 1 << 20])
def test_a_terminator_out_of_its_place(tmp_path: Path, terminator: str, wrong: bytes, batch_bytes: int) -> None:
    path = written(tmp_path, records_of(5), terminator)
    raw = bytearray(path.read_bytes())
    stride = framing(terminator).stride
    raw[2 * stride + LENGTH : 3 * stride] = wrong
    path.write_bytes(raw)
    with pytest.raises(FileRefused) as refused:
        read(path, framing(terminator), batch_bytes=batch_bytes)
    assert (refused.value.code, refused.value.record) == ("F-TERMINATOR", 3)
    assert refused.value.offset == 2 * stride + LENGTH


def test_a_record_one_byte_short_in_the_middle_is_no_shift(tmp_path: Path) -> None:
    """One byte lost in record 2 and one gained in record 4: the size is right, the records are not."""
    records = records_of(5)
    records[1], records[3] = records[1][:-1], records[3] + b"x"
    path = written(tmp_path, records, "crlf")
    with pytest.raises(FileRefused, match="F-TERMINATOR"):
        read(path, framing("crlf"))


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, records_of(4), "lf")
    blocks = read_blocks(path, framing("lf"), batch_bytes=1, tally=Tally())
    next(blocks)
    with path.open("ab") as file:
        file.write(b"R0000005\n")
    with pytest.raises(FileRefused, match="F-CHANGED"):
        list(blocks)


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, records_of(4), "lf")
    blocks = read_blocks(path, framing("lf"), batch_bytes=1, tally=Tally())
    next(blocks)
    os.truncate(path, 2 * framing("lf").stride)
    with pytest.raises(FileRefused, match="F-CHANGED"):
        list(blocks)


def test_a_file_that_is_rewritten_while_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, records_of(4), "lf")
    blocks = read_blocks(path, framing("lf"), batch_bytes=1, tally=Tally())
    next(blocks)
    path.write_bytes(path.read_bytes().replace(b"R0000001", b"R0000009"))
    os.utime(path, ns=(1, 1))
    with pytest.raises(FileRefused, match="F-CHANGED"):
        list(blocks)


@given(
    count=st.integers(0, 40),
    terminator=st.sampled_from(sorted(TERMINATORS)),
    last=st.booleans(),
    mark=st.booleans(),
    batch_bytes=st.integers(1, 200),
)
def test_bytes_add_up(
    tmp_path_factory: pytest.TempPathFactory, count: int, terminator: str, last: bool, mark: bool, batch_bytes: int
) -> None:
    """Records, terminators and marks are the file, whatever the block size."""
    last = last or mark
    path = written(
        tmp_path_factory.mktemp("f"), records_of(count), terminator, last=last, tail=b"\x1a" if mark else b""
    )
    records, tally, blocks = read(path, framing(terminator), batch_bytes=batch_bytes)
    ends = len(TERMINATORS[terminator]) * (tally.records if last else max(0, tally.records - 1))
    assert tally.records * LENGTH + ends + tally.eof_marks == tally.bytes == path.stat().st_size
    assert len(records) == tally.records == count
    assert all(block.cells.shape[0] <= max(1, batch_bytes // framing(terminator).stride) for block in blocks)


@pytest.mark.parametrize("wanted", [1, 3, 5, 50])
def test_a_sample_is_spread_over_the_file(tmp_path: Path, wanted: int) -> None:
    path = written(tmp_path, records_of(5), "crlf", last=False)
    sample = [row.tobytes() for row in read_sample(path, framing("crlf"), records=wanted).cells]
    assert sample[0] == b"R0000001"
    assert len(sample) == min(wanted, 5)
    assert sample == sorted(set(sample))
    assert wanted == 1 or sample[-1] == b"R0000005"


def test_blocks_do_not_share_memory(tmp_path: Path) -> None:
    path = written(tmp_path, records_of(4), "lf")
    _, _, (first, *rest) = read(path, framing("lf"), batch_bytes=1)
    assert not any(np.shares_memory(first.cells, block.cells) for block in rest)
