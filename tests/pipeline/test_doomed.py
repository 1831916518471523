"""Who goes into quarantine is asked bucket by bucket: what was found before, and what the bucket's own checks found."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl

from migrate.pipeline.doomed import Doomed
from migrate.pipeline.run_state import State
from migrate.pipeline.store import FOUND, Store
from migrate.plan.rules import Rule

TAKES_OUT, STAYS, OF_LIVING = range(3)
BOOK = [
    Rule("A", "件数", "error", "quarantine", "団体", "jumin"),
    Rule("B", "件数", "error", "keep", "団体", "jumin"),
    Rule("C", "件数", "error", "quarantine", "団体", "jumin", scope="現存者"),
]


def found(*rows: tuple[int, int, str | None]) -> pl.DataFrame:
    """Findings by rule, record and unit."""
    columns = dict(zip(("rule", "record", "unit"), zip(*rows, strict=True), strict=True)) if rows else {}
    return Store(FOUND).add(pl.DataFrame(columns).with_columns(file=pl.lit(0)) if columns else FOUND.to_frame())


def doomed(*before: tuple[int, int, str | None]) -> Doomed:
    """Units from "m" on stand in the second bucket; only "a" and "z" are alive."""
    store = Store(FOUND)
    store.add(found(*before))
    state = SimpleNamespace(
        plan=SimpleNamespace(book=BOOK),
        found=store,
        scopes=SimpleNamespace(holds=lambda scope, units: units.is_in(["a", "z"]).fill_null(False).to_numpy()),
        bucket_of=lambda units: (units >= "m").fill_null(False).to_numpy().astype(np.int64),
    )
    return Doomed(cast("State", state))


def records(rows: pl.DataFrame | None) -> list[int]:
    return [] if rows is None else rows["record"].sort().to_list()


def test_findings_stand_in_the_bucket_of_their_unit_and_those_of_no_unit_in_the_first() -> None:
    asked = doomed((TAKES_OUT, 1, "a"), (TAKES_OUT, 2, "z"), (TAKES_OUT, 3, None))
    assert records(asked.of(0, found())) == [1, 3]
    assert records(asked.of(1, found())) == [2]
    assert asked.of(2, found()) is None


def test_what_a_bucket_finds_is_added_to_it_alone() -> None:
    asked = doomed((TAKES_OUT, 1, "a"))
    assert records(asked.of(0, found((TAKES_OUT, 4, "b")))) == [1, 4]
    assert asked.of(1, found()) is None
    assert records(asked.of(1, found((TAKES_OUT, 5, "z")))) == [5]


def test_only_rules_that_take_out_count_and_only_within_their_scope() -> None:
    asked = doomed((STAYS, 1, "a"), (OF_LIVING, 2, "a"), (OF_LIVING, 3, "b"), (OF_LIVING, 4, None))
    assert records(asked.of(0, found((STAYS, 5, "a"), (OF_LIVING, 6, "c"), (OF_LIVING, 7, "a")))) == [2, 7]
