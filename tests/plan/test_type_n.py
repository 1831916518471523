"""What an item of type N may hold, as far as nobody sees it: derived for every such item."""

from dataclasses import replace

import polars as pl
import pytest

from migrate.plan import Plan, build
from migrate.spec.layout import Layout
from migrate.stages.validate import check_rows
from tests.towns import juki

IVS, MJ_PLUS = "葛\U000e0100飾　太郎", "\U0010de92田　太郎"


def found(plan: Plan, name: str) -> set[str]:
    """The rules that a name of a resident breaks, beside those of the empty items around it."""
    fields = plan.tables["jumin"].table.fields
    row = {f.name: pl.Series([name if f.name == "shimei" else None], dtype=_type(f.type)) for f in fields}
    hits = check_rows(pl.DataFrame(row), plan.tables["jumin"], {}, latest=True, proven=frozenset())
    rules = [plan.book[hit.rule] for hit in hits if hit.fields[0] == "shimei"]
    return {rule.id for rule in rules if rule.id.startswith("R-")}


def _type(letter: str) -> pl.DataType:
    return pl.Int32() if letter == "DATE" else pl.String()


def allowing(layout: Layout, *areas: str) -> Layout:
    return replace(layout, profile=layout.profile.model_copy(update={"private_use": areas}))


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("山田　太郎", set()),
        (IVS, set()),
        ("\ufa19　太郎", set()),
        ("\ue000田　太郎", {"R-PRIVATE"}),
        ("山田　\U000e0100太郎", {"R-SELECTOR"}),
        ("山\u200b田　太郎", {"R-LETTERS"}),
        ("山田　太\u2003郎", {"R-LETTERS"}),
        ("山田　太郎\ufeff", {"R-LETTERS"}),
        ("山田　太郎\r\n", {"R-LETTERS"}),
        ("山田　太郎\x1a", {"R-LETTERS"}),
        ("山田\x00　太郎", {"R-LETTERS"}),
    ],
)
def test_hidden_characters_of_a_name(name: str, rules: set[str]) -> None:
    assert found(build(juki()), name) == rules


def test_the_profile_says_which_private_use_is_held() -> None:
    assert juki().profile.private_use == ("plane16",)
    assert found(build(juki()), MJ_PLUS) == set()
    assert found(build(allowing(juki())), MJ_PLUS) == {"R-PRIVATE"}
    assert found(build(allowing(juki(), "plane15", "plane16")), "\U000f0000\U0010de92") == set()
