"""Every rule and every phenomenon of ``docs/rules.csv`` has a check that finds it, or a reason why there is none."""

import csv
import re

import pytest

from migrate.plan import build
from migrate.spec.layout import Layout
from migrate.synth.faults import KINDS
from tests.towns import ROOT, juki, layout_of

LAYOUTS = (juki(), layout_of("jutogai"), layout_of("kotei"))


def listed() -> dict[str, dict[str, str]]:
    """Rows by number."""
    with (ROOT / "docs" / "rules.csv").open(encoding="utf-8", newline="") as file:
        return {row["no"]: row for row in csv.DictReader(file)}


def rules_of(layout: Layout) -> dict[str, str]:
    """Severity by id of every rule that a run can find."""
    return {rule.id: rule.severity for rule in build(layout).book}


KNOWN = {id_: severity for layout in LAYOUTS for id_, severity in rules_of(layout).items()}


def ids_of(number: str, row: dict[str, str]) -> set[str]:
    """The checks of one rule: those named after it, and those listed."""
    named = {id_ for id_ in KNOWN if re.fullmatch(rf"[A-Z]+-{number}(-[0-9]+)?", id_)}
    return named | set(row["checks"].split())


def test_the_list_is_whole() -> None:
    wanted = [f"{kind}{number:02}" for kind in "VP" for number in range(1, 31)]
    assert list(listed()) == wanted


@pytest.mark.parametrize(("number", "row"), listed().items(), ids=listed())
def test_each_rule_has_a_check_or_a_reason(number: str, row: dict[str, str]) -> None:
    ids = ids_of(number, row)
    assert ids <= set(KNOWN), "a check that no layout has"
    assert ids or row["note"]
    kinds = {kind for faults in KINDS.values() for kind in faults}
    faults = set(row["faults"].split())
    assert faults <= kinds, "a fault that no town has"
    assert faults or row["note"], "found in no town, and nobody says why"


def test_each_check_named_after_a_rule_is_listed_under_one_that_exists() -> None:
    numbers = {found[1] for id_ in KNOWN if (found := re.search(r"-(V[0-9]{2})(?:-|$)", id_))}
    assert numbers <= set(listed())


@pytest.mark.parametrize("layout", LAYOUTS, ids=["juki", "jutogai", "kotei"])
def test_each_check_says_on_what_it_stands(layout: Layout) -> None:
    mappings = layout.source.mappings.values() if layout.source else ()
    for part in (layout.system, *layout.tables.values(), *mappings):
        for check in part.checks:
            assert check.basis, check.id
            assert check.why, check.id
