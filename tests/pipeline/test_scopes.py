"""Rules are meant for a population at the 基準日: the dead and the moved away are no second heads."""

from typing import Any

import pytest

from migrate.pipeline import Options, RunResult, run
from migrate.vocab import daykey
from tests.delivery import Delivery, found
from tests.towns import juki


def go(delivery: Delivery, **options: Any) -> RunResult:
    return run(juki(), Options(delivery.save(), delivery.inputs.parent / "out", **options))


def second_head(delivery: Delivery, jotai: str) -> tuple[int, int]:
    """Put another person of that state as head into a living head's household; both records."""
    head = delivery.find("kojin", zokugara_1="01", jotai="10", shubetsu="1", delete_flag="")[0]
    setai = delivery.text("kojin", head, "setai_no")
    other = next(
        record
        for record in delivery.find("kojin", jotai=jotai, shubetsu="1", delete_flag="")
        if delivery.text("kojin", record, "setai_no") != setai and record != head
    )
    delivery.put("kojin", other, "setai_no", setai)
    delivery.put("kojin", other, "zokugara_1", "01")
    for name in ("zokugara_2", "zokugara_3", "zokugara_4"):
        delivery.put("kojin", other, name, "")
    return head, other


def heads_named(result: RunResult, *records: int) -> list[bool]:
    return [("JK-X05", "error", None) in found(result, "kojin", record) for record in records]


def test_a_dead_former_head_is_no_second_head(delivery: Delivery) -> None:
    head, other = second_head(delivery, "30")
    assert heads_named(go(delivery), head, other) == [False, False]


def test_two_living_heads_are_both_named(delivery: Delivery) -> None:
    head, other = second_head(delivery, "10")
    assert heads_named(go(delivery), head, other) == [True, True]


@pytest.mark.parametrize(("leaves", "resident"), [("5081002", True), ("5081001", False), ("5080901", False)])
def test_who_leaves_after_the_as_of_date_is_a_resident_until_then(
    delivery: Delivery, leaves: str, resident: bool
) -> None:
    head, other = second_head(delivery, "20")
    delivery.put("kojin", other, "shojo_ymd", leaves)
    assert heads_named(go(delivery), head, other) == [resident, resident]


def test_the_as_of_date_may_be_given(delivery: Delivery) -> None:
    head, other = second_head(delivery, "20")
    delivery.put("kojin", other, "shojo_ymd", "5081010")
    result = go(delivery, as_of=daykey.pack(2026, 10, 20))
    assert result.report["as_of"] == "2026-10-20"
    assert heads_named(result, head, other) == [False, False]


def test_only_residents_count_against_the_gate(delivery: Delivery) -> None:
    dead = delivery.find("kojin", jotai="30", delete_flag="")[0]
    delivery.put("kojin", dead, "birth", "3491345")
    result = go(delivery)
    assert result.report["verdict"] == "conditional"
    assert any(entry["quarantined"] for entry in result.report["inputs"])
