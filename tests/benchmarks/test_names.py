"""The benchmark of a name column: equality first, then figures."""

import polars as pl
import pytest

from benchmarks import names
from benchmarks.plain_values import told_apart


def test_every_value_is_compared_before_it_is_timed(capsys: pytest.CaptureFixture[str]) -> None:
    assert names.main(["--rows", "3000", "--repeat", "1"]) == 0
    said = capsys.readouterr().out
    assert "all equal" in said
    assert "times as fast as jaconv alone" in said


def test_a_difference_is_no_figure() -> None:
    column = names.column(500)
    assert names.differing(column, names.chain()) == 0
    assert names.differing(column, pl.col("value")) > 300


@pytest.mark.parametrize(
    ("text", "told"), [("センター１ー２", "センター１－２"), ("コーポ－２", "コーポ－２"), ("ｾﾝﾀ-", "ｾﾝﾀｰ")]
)
def test_the_plain_function_tells_dashes_apart(text: str, told: str) -> None:
    assert told_apart(text) == told
