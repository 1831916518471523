"""Names of totals hold no value of the source that was not checked."""

import polars as pl

from migrate.plan.across import ControlPlan
from migrate.stages.reconcile import UNTOLD, Ledger, agreements
from migrate.vocab.controls import Control

CANARY = "123456789018"
PLAN = ControlPlan("町字別", Control("t", "rows", ("choaza", "seibetsu")), False)


def test_a_value_that_was_withheld_is_not_named() -> None:
    ledger = Ledger()
    source = pl.DataFrame({"choaza": ["0001", CANARY, "山田", None], "seibetsu": ["1", "1", "9", "2"]})
    written = pl.DataFrame({"choaza": ["0001", None, None, None], "seibetsu": ["1", "1", None, "2"]})
    ledger.take_controls("source", [PLAN], "t", source, source)
    ledger.take_controls("written", [PLAN], "t", written, written)
    ledger.take_changed([PLAN], "t", before=source, after=written, touched={"choaza", "seibetsu"})
    found = agreements(ledger, (), [PLAN], {("t", "seibetsu"): frozenset("129")})
    assert all(one.balanced for one in found)
    assert sum(one.source for one in found) == 4
    names = " ".join(one.name for one in found)
    assert CANARY not in names
    assert "山田" not in names
    assert f"choaza={UNTOLD} seibetsu=1" in names
    assert f"choaza={UNTOLD} seibetsu=9" in names  # a code of the standard may be told


def test_a_code_that_no_map_made_is_not_named() -> None:
    ledger = Ledger()
    ledger.coded.add(("t", "jotai"))
    ledger.codes["t", "jotai"].update({"1": 3, CANARY: 2, "〓": 1})
    ledger.totals_of_code("t", "jotai", "written").update({"1": 3, None: 3})
    ledger.totals_of_code("t", "jotai", "withheld").update({CANARY: 2, "〓": 1})
    found = {one.name: one for one in agreements(ledger, (), (), {("t", "jotai"): frozenset("1")})}
    assert set(found) == {"コード jotai=（空）", "コード jotai=1", f"コード jotai={UNTOLD}"}
    assert all(one.balanced for one in found.values())
    assert found[f"コード jotai={UNTOLD}"].source == 3
