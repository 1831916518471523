"""What a look-up gave is staged as the row of the look-up, but not where rows are put in order by it."""

from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from migrate.pipeline.staging import _deferred


@pytest.mark.parametrize(
    ("key", "staged"), [("number", ["number", "_at:places"]), ("town", ["number", "town", "ward"])]
)
def test_a_key_is_never_deferred(key: str, staged: list[str]) -> None:
    rows = pl.DataFrame({"number": ["1"], "town": ["a"], "ward": ["b"], "_at:places": [0]})
    given = {"_at:places": (("town", "t"), ("ward", "w"))}
    table = SimpleNamespace(table=SimpleNamespace(key=(key,)))
    plan = SimpleNamespace(deferred={"people": given}, tables={"people": table})
    state: Any = SimpleNamespace(plan=plan)
    mapping: Any = SimpleNamespace(to="people")
    assert _deferred(state, mapping, rows, ["town", "ward"]).columns == staged
