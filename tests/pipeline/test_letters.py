"""A receiving system that does not hold all letters: what is written for them, and who is told."""

from dataclasses import replace
from typing import Any

import pytest

from migrate.pipeline import Options, RunResult, run
from migrate.spec.reductions import Reduction
from migrate.spec.system import Profile
from tests.delivery import Delivery, found, person, sparse
from tests.pipeline.test_effects import resident
from tests.towns import juki

DECIDED = {"髙": Reduction("高", "戸籍法関連通達・通知", ())}
UNDECIDED = {"\ufa11": Reduction("", "", ("崎", "埼"))}


def limited(repertoire: str, encoding: str = "utf-8") -> Profile:
    return juki().profile.model_copy(update={"repertoire": repertoire, "encoding": encoding, "private_use": ()})


def go(delivery: Delivery, profile: Profile, reductions: dict[str, Reduction]) -> RunResult:
    layout = replace(juki(), profile=profile, reductions=reductions)
    return run(layout, Options(delivery.save(), delivery.inputs.parent / "out"))


def ledger(result: RunResult) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in sparse(result, "gaiji").to_dicts() if row["kind"] == "outside"}


def test_a_letter_that_was_decided_on_is_written_and_told(delivery: Delivery) -> None:
    record, unit = resident(delivery)
    delivery.put("kojin", record, "kanji", "髙橋　花髙")
    result = go(delivery, limited("jisx0208"), DECIDED)
    assert {row["shimei"] for row in person(result, "jumin", unit)} >= {"高橋　花高"}
    (change,) = sparse(result, "ledger").filter(rule="R-REDUCE", record=record).to_dicts()
    assert (change["field"], change["before"], change["after"]) == ("shimei", "髙橋　花髙", "高橋　花高")
    told = ledger(result)["U+9AD9"]
    assert (told["state"], told["text"], told["basis"]) == ("reduced", "高", "戸籍法関連通達・通知")
    assert (told["table"], told["field"], told["characters"], told["people"]) == ("jumin", "shimei", 2, 1)
    assert told["readings"] == [delivery.text("kojin", record, "kana")]
    assert ("R-REDUCE", "info", None) in found(result, "kojin", record)


@pytest.mark.parametrize(
    ("reductions", "rule", "candidates"),
    [({}, "R-REPERTOIRE", []), (UNDECIDED, "R-REPERTOIRE-CANDIDATE", ["崎", "埼"])],
)
def test_nothing_is_chosen(
    reductions: dict[str, Reduction], rule: str, candidates: list[str], delivery: Delivery
) -> None:
    record, unit = resident(delivery)
    delivery.put("kojin", record, "kanji", "宮\ufa11　花")
    result = go(delivery, limited("jisx0208"), reductions)
    assert "" in {row["shimei"] for row in person(result, "jumin", unit)}
    assert (rule, "error", None) in found(result, "kojin", record)
    (kept,) = sparse(result, "withheld").filter(record=record, source_file="KOJIN.DAT", field="shimei").to_dicts()
    assert (kept["rule"], kept["value"]) == (rule, "宮\ufa11　花")
    told = ledger(result)["U+FA11"]
    assert (told["state"], told["text"], told["candidates"], told["people"]) == ("unidentified", None, candidates, 1)


def test_cp932_is_written_as_windows_does(delivery: Delivery) -> None:
    """Whole tables, with 髙 and \ufa11 of the IBM extension; what cp932 lacks is withheld; 独自項目 are UTF-8."""
    one, two, *_ = delivery.find("kojin", jotai="10", shubetsu="1", delete_flag="")
    delivery.put("kojin", one, "kanji", "髙橋　\ufa11")
    delivery.put("kojin", two, "kanji", b"\xf0\x41\x81\x40\x88\xea" + b"\x81\x40" * 37)
    result = go(delivery, limited("cp932", "cp932"), {})
    (entry,) = (entry for entry in result.report["tables"] if entry["table"] == "jumin")
    raw = (result.folder / entry["file"]).read_bytes()
    assert b"\xfb\xfc\x8b\xb4\x81\x40\xfa\xb1" in raw
    assert ("R-REPERTOIRE", "error", None) in found(result, "kojin", two)
    assert {*ledger(result)} == {"U+69D7"}
    (extra,) = (result.folder / "extra").glob("jumin.csv")
    assert extra.read_bytes().startswith(b"\xef\xbb\xbf")


def test_all_letters_are_held_by_the_profile_that_comes_along(delivery: Delivery) -> None:
    record, _ = resident(delivery)
    delivery.put("kojin", record, "kanji", "髙橋　\ufa11")
    result = run(juki(), Options(delivery.save(), delivery.inputs.parent / "out"))
    assert not ledger(result)
    assert not [rule for rule, severity, _ in found(result, "kojin", record) if severity != "info"]
