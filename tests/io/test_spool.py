"""Buckets on disk: every row comes back, in its bucket, in the order it was added."""

import os
import stat
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.io.spool import Spool

PARTS = st.lists(st.lists(st.integers(0, 4), max_size=12), max_size=6)


@given(parts=PARTS)
def test_order_is_kept_in_every_bucket(tmp_path_factory: pytest.TempPathFactory, parts: list[list[int]]) -> None:
    spool = Spool(tmp_path_factory.mktemp("s"), "t", 5)
    expected: dict[int, list[int]] = {bucket: [] for bucket in range(5)}
    number = 0
    for part in parts:
        rows = list(range(number, number + len(part)))
        number += len(part)
        spool.append(pl.DataFrame({"n": rows}, schema={"n": pl.Int64}), np.array(part, dtype=np.int64))
        for row, bucket in zip(rows, part, strict=True):
            expected[bucket].append(row)
    for bucket, rows in expected.items():
        frame = spool.read(bucket)
        assert ([] if frame is None else frame["n"].to_list()) == rows
        assert spool.rows[bucket] == len(rows)
        spool.drop(bucket)


TEXTS = st.lists(st.none() | st.text(max_size=30), max_size=9)


@given(texts=TEXTS, more=TEXTS)
def test_values_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str | None], more: list[str | None]
) -> None:
    spool = Spool(tmp_path_factory.mktemp("s"), "t", 1)
    frames = []
    for part in (texts, more):
        rows = {
            "text": pl.Series(part, dtype=pl.String),
            "raw": pl.Series([None if text is None else text.encode() for text in part], dtype=pl.Binary),
            "date": pl.Series([None if text is None else len(text) for text in part], dtype=pl.Int32),
            "file": pl.Series(range(len(part)), dtype=pl.UInt16),
            "record": pl.Series(range(len(part)), dtype=pl.UInt64),
            "latest": pl.Series([text is None for text in part], dtype=pl.Boolean),
        }
        frames.append(pl.DataFrame(rows))
        spool.append(frames[-1])
    whole, told = pl.concat(frames), spool.read(0)
    if told is None:
        assert whole.is_empty()
    else:
        assert told.equals(whole.select(told.columns))
        assert told.schema.items() <= whole.schema.items()
        assert all(whole[name].null_count() == whole.height for name in set(whole.columns) - set(told.columns))


def test_a_bucket_holds_no_texts_of_others(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "t", 50)
    texts = [f"{number * 2654435761 % 2**32:08x} {number:05} とても長い名前" for number in range(5_000)]
    names = pl.DataFrame({"name": texts})
    spool.append(names, np.arange(5_000) % 50)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 2 * names.estimated_size()


@pytest.mark.parametrize("at", [0, 3, 7, 9, 40, 200, -1])
def test_rows_that_a_disk_has_damaged_are_not_taken(tmp_path: Path, at: int) -> None:
    """One bit is another, in the rows or in what stands before them; or the end is missing."""
    spool = Spool(tmp_path, "t", 1)
    for _ in range(2):
        spool.append(pl.DataFrame({"a": [str(number) for number in range(99)]}))
    whole = (tmp_path / "t.0").read_bytes()
    for data in (whole[:at] + bytes([whole[at] ^ 4]) + whole[at:][1:], whole[:at]):
        (tmp_path / "t.0").write_bytes(data)
        with pytest.raises(OSError, match="read back differs"):
            spool.read(0)


def test_a_part_may_lack_columns_that_others_have(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "t", 1)
    spool.append(pl.DataFrame({"a": ["1"], "b": ["x"]}))
    spool.append(pl.DataFrame({"a": ["2"]}))
    frame = spool.read(0)
    assert frame is not None
    assert frame.to_dicts() == [{"a": "1", "b": "x"}, {"a": "2", "b": None}]
    spool.drop(0)


def test_a_bucket_may_be_read_between_additions(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "t", 1)
    for value in ("1", "2"):
        spool.append(pl.DataFrame({"a": [value]}))
        frame = spool.read(0)
        assert frame is not None
        assert frame["a"][-1] == value
    spool.drop(0)


def test_a_dropped_bucket_leaves_no_file(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "t", 2)
    spool.append(pl.DataFrame({"a": ["1", "2"]}), np.array([0, 1]))
    spool.drop(0)
    spool.drop(0)
    assert spool.read(0) is None
    assert [path.name for path in tmp_path.iterdir()] == ["t.1"]
    spool.drop(1)


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_staged_rows_are_for_the_owner_only(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "t", 1)
    spool.append(pl.DataFrame({"a": ["1"]}))
    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o600]
    spool.drop(0)


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_NOFILE")
def test_more_buckets_than_open_files(tmp_path: Path) -> None:
    """A city of millions has more buckets and tables than a process may have files."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = len(os.listdir("/dev/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 8, before[1]))
    try:
        spool = Spool(tmp_path, "t", 64)
        for _ in range(2):
            spool.append(pl.DataFrame({"n": range(64)}), np.arange(64))
        frames = [spool.read(bucket) for bucket in range(64)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert [frame["n"].to_list() for frame in frames if frame is not None] == [[n, n] for n in range(64)]
