"""Nobody holds what is no longer used: a run is as large as what is under way, however large the city is."""

import ctypes
import threading
import weakref
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from migrate import memory
from migrate.evidence import NOTHING
from migrate.io import framing
from migrate.io.framing import Buffers, Framing, Tally, read_blocks
from migrate.pipeline.options import Options
from migrate.pipeline.prefetch import Prefetch
from migrate.pipeline.run import run
from migrate.pipeline.run_state import UNDER_WAY
from migrate.pipeline.store import FOUND, MOST_PARTS, Store
from migrate.plan import build
from migrate.plan.across import ControlPlan
from migrate.plan.mapping import JoinPlan, MappingPlan, Meaning
from migrate.stages.map import Lookup, LookupTrouble
from migrate.stages.reconcile import Ledger
from migrate.vocab import daykey
from migrate.vocab.controls import Control
from tests.towns import Towns, juki


class Item:
    """Something large."""


def test_an_item_that_was_let_go_is_gone_while_the_next_is_made() -> None:
    made: list[weakref.ref[Item]] = []
    held: list[int] = []
    let_go = threading.Semaphore(1)

    def items() -> Generator[Item, None, None]:
        for _ in range(5):
            let_go.acquire()
            held.append(sum(item() is not None for item in made))
            item = Item()
            made.append(weakref.ref(item))
            yield item
            del item

    with closing(Prefetch(items())) as ahead:
        for item in ahead:
            del item
            let_go.release()
    assert held == [0] * 5


def test_a_run_holds_the_blocks_under_way_and_no_others(
    towns: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools: list[Buffers] = []
    begin = Buffers.__init__

    def noted(pool: Buffers, whole: int) -> None:
        begin(pool, whole)
        pools.append(pool)

    monkeypatch.setattr(Buffers, "__init__", noted)
    run(juki(), Options(towns.town(400, 1, 0.0).inputs, tmp_path, batch_bytes=32 << 10))
    blocks = [len(pool._made) for pool in pools]
    assert 1 < max(blocks) <= UNDER_WAY


def test_a_buffer_is_used_again_when_nobody_looks_at_it_and_only_then() -> None:
    buffers = Buffers(1000)
    first = buffers.take(900)
    second = buffers.take(900)
    first[:], second[:] = 1, 2
    seen = first.reshape(9, 100)[:, :50]
    del first, second
    for size in (900, 990, 1000):
        again = buffers.take(size)
        assert again.size == size
        again[:] = 3
        del again
    assert (seen == 1).all()
    assert len(buffers._made) == 2
    assert buffers.take(1200).size == 1200
    assert sorted(buffer.size for buffer in buffers._made) == [1000, 1200]


def test_the_next_file_is_read_into_the_buffers_of_the_one_before(tmp_path: Path) -> None:
    buffers, how = Buffers(1000), Framing(98, b"\r\n")
    for name in "ab":
        (tmp_path / name).write_bytes((b"1" * 98 + b"\r\n") * 40)
        for block in read_blocks(tmp_path / name, how, batch_bytes=256 * 10, tally=Tally(), buffers=buffers):
            assert block.cells.shape == (10, 98)
            del block
    assert len(buffers._made) == 1


def test_blocks_of_short_records_hold_fewer_bytes(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes((b"1" * 30 + b"\r\n") * 100)
    blocks = list(read_blocks(tmp_path / "f", Framing(30, b"\r\n"), batch_bytes=10 * framing.NARROW, tally=Tally()))
    assert [block.cells.shape[0] for block in blocks] == [10] * 10


def test_a_settled_look_up_keeps_what_is_asked_for_and_finds_the_same() -> None:
    frame = pl.DataFrame(
        {"no": ["3", "1", "1", "2", None], "name": ["c", "a", "b", "d", "e"], "other": list("vwxyz")}
    ).with_columns(_record=pl.Series(range(5), dtype=pl.UInt64))
    join = JoinPlan("setai", "setai", (("setai_no", "no"),), None, ("name",), 0, ())
    asked = pl.DataFrame({"k0": ["1", "2", "3", "4"]})
    whole, settled = Lookup(frame, {"name": NOTHING}), Lookup(frame, {"name": NOTHING})
    settled.settle([join])
    assert settled.frame.columns == ["name"]
    assert settled.find(join.keys, asked).to_list() == whole.find(join.keys, asked).to_list() == [None, 3, 0, None]
    assert settled.frame["name"].gather([3, 0]).to_list() == ["d", "c"]
    settled.drop_keys()
    assert not settled._indexes


def test_a_look_up_keeps_the_troubles_that_a_value_is_left_out_for() -> None:
    rows = np.arange(3)
    some = [LookupTrouble(kind, column, rows, -1) for kind in ("half", "bytes") for column in ("name", "no")]
    lookup = Lookup(pl.DataFrame({"no": ["1"], "name": ["a"]}), troubles=tuple(some))
    told, left_out = Meaning(0, "shimei", withhold=False), Meaning(1, "shimei", withhold=True)
    meanings = {("half", "setai.name"): told, ("bytes", "setai.name"): left_out}
    join = JoinPlan("setai", "setai", (("setai_no", "no"),), None, ("name",), 0, ())
    lookup.heed([(replace(_mapping(), meanings=meanings), join)])
    assert [(kept.trouble, kept.column) for kept in lookup.troubles] == [("bytes", "name")]


def _mapping() -> MappingPlan:
    plan = build(juki(), as_of=daykey.pack(2026, 10, 1))
    return next(iter(plan.mappings.values()))[0]


def test_a_store_gives_rows_as_they_came_however_many_parts_there_were() -> None:
    store = Store(FOUND)
    for number in range(3 * MOST_PARTS):
        kept = store.add(pl.DataFrame({"rule": [number], "unit": [str(number)]}))
        assert kept["unit"].to_list() == [str(number)]
    assert store.all()["rule"].to_list() == [*range(3 * MOST_PARTS)]


def held(texts: pl.Series) -> int:
    """Bytes that a text column keeps, its own and those of the columns that its values were taken from."""
    array = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    return sum(buffer.size for buffer in array.buffers() if buffer is not None)


def test_totals_hold_nothing_of_the_columns_that_they_were_counted_in() -> None:
    rows = pl.DataFrame({"shimei": [f"とても長い名前の人その{number}" for number in range(20_000)]})
    some = rows.filter(pl.col("shimei").str.ends_with("777"))
    ledger = Ledger()
    ledger.take_controls("source", [ControlPlan("c", Control("t", "rows", ("shimei",)), True)], "t", some, some)
    (part,) = ledger.totals["c|t", "source"]
    assert part.height == some.height == 20
    assert held(part["shimei"]) < 10_000 < 500_000 < held(some["shimei"])


def test_a_copy_is_equal() -> None:
    frame = pl.DataFrame(
        {"a": ["x", None, "長い長い長い名前"], "n": np.arange(3, dtype=np.uint16), "b": [b"1", None, b""]}
    )
    some = pl.concat([frame, frame.filter(pl.col("n") > 0)])
    assert memory.copied(some).equals(some)
    assert memory.copied(some).schema == some.schema


def test_a_run_has_one_allocator_for_arrow_and_numpy(towns: Towns, tmp_path: Path) -> None:
    before = pa.default_memory_pool()
    try:
        other = next(name for name in pa.supported_memory_backends() if name != "system")
        pa.set_memory_pool(getattr(pa, f"{other}_memory_pool")())
        run(juki(), Options(towns.town(20, 7).inputs, tmp_path))
        assert pa.default_memory_pool().backend_name == "system"
    finally:
        pa.set_memory_pool(before)


@pytest.mark.parametrize("missing", [AttributeError, OSError, TypeError])
def test_a_system_that_cannot_give_back_is_left_alone(
    missing: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(name: object) -> object:
        raise missing

    monkeypatch.setattr(ctypes, "CDLL", fails)
    memory.give_back()
