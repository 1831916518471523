"""The contract of a table and the checks of a run ask the same."""

import pandera.errors
import polars as pl
import pytest

from migrate.plan.schema import contract_of
from migrate.spec.table import StandardField, StandardTable

KEY = StandardField(
    name="id", ja="番号", type="X", digits="3", required="always", on_error="quarantine", grade="P", source="見本"
)


@pytest.mark.parametrize(
    ("type_", "digits", "good", "bad"),
    [
        ("S9", "7,2", ["0", "-0.01", "1234567.89", None], ["1.234", "12345678", "+1", "1."]),
        ("S9", "3", ["-123", "999"], ["-1234", "1.5"]),
        ("9V", "3,1", ["123.4", "5"], ["-1", "1234"]),
        ("M", "4", ["ｱa架空", "1"], ["架空架空架"]),
    ],
)
def test_numbers_and_mixed_text(type_: str, digits: str, good: list[str], bad: list[str]) -> None:
    item = StandardField.model_validate(
        {"name": "a", "ja": "項目", "type": type_, "digits": digits, "grade": "P", "source": "見本"}
    )
    schema = contract_of(StandardTable(table="t", ja="表", key=("id",), fields=(KEY, item)), {})["a"]
    schema.validate(pl.DataFrame({"a": good}))
    for value in bad:
        with pytest.raises(pandera.errors.SchemaError):
            schema.validate(pl.DataFrame({"a": [value]}))
