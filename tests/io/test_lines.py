"""Lines of a CSV file: two writers, one form."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.io import lines
from migrate.io.lines import ENDS, csv_lines
from migrate.spec.system import Profile
from tests.towns import juki

VALUES = st.one_of(
    st.none(),
    st.sampled_from(["", "山田　太郎", "a,b", 'say "so"', "two\nlines", "cr\r", "\ttab", " ", "\ufeff", "\u2028", "'"]),
    st.text(max_size=4),
)


def lines_of(delimiter: str, quote: str, newline: str) -> Profile:
    """A profile that writes such lines."""
    return juki().profile.model_copy(update={"delimiter": delimiter, "quote": quote, "newline": newline})


FORMS = st.builds(
    lines_of,
    delimiter=st.sampled_from([",", "\t", ";", "|"]),
    quote=st.sampled_from(["necessary", "always"]),
    newline=st.sampled_from(["crlf", "lf"]),
)


def written_as(text: pl.DataFrame, form: Profile) -> bytes:
    """All lines, in pieces or not."""
    return b"".join(csv_lines(text, form))


def by_polars(text: pl.DataFrame, form: Profile) -> bytes:
    """The same lines by Polars alone, which puts an empty text in quotes to tell it from null."""
    told = text.select(pl.all().replace({"": None})).write_csv(
        include_header=False, separator=form.delimiter, line_terminator=ENDS[form.newline], quote_style=form.quote
    )
    return told.encode()


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=12), st.integers(1, 3), FORMS)
def test_lines_are_those_of_one_writer(rows: list[tuple[str | None, ...]], width: int, form: Profile) -> None:
    schema = {f"c{i}": pl.String for i in range(width)}
    text = pl.DataFrame([row[:width] for row in rows], schema=schema, orient="row")
    assert written_as(text, form) == by_polars(text, form)


@pytest.mark.parametrize("value", ["a,b", 'say "so"', "two\nlines", "cr\rlf"])
def test_one_value_in_quotes_changes_its_own_line_only(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "SLICE", 4)
    names = [str(number) for number in range(10)]
    plain = pl.DataFrame({"a": names, "b": "x"})
    quoted = plain.with_columns(a=pl.when(pl.col("a") == "5").then(pl.lit(value)).otherwise("a"))
    written = written_as(quoted, lines_of(",", "necessary", "crlf"))
    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == [list(row) for row in quoted.rows()]
    without = written_as(plain, lines_of(",", "necessary", "crlf")).split(b"\r\n")
    assert [line for line in written.split(b"\r\n") if line in without] == [*without[:5], *without[6:]]


def test_many_slices_are_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text = pl.DataFrame({"a": [str(n) for n in range(100)], "b": [None, "b"] * 50})
    whole = written_as(text, lines_of("\t", "necessary", "lf"))
    monkeypatch.setattr(lines, "SLICE", 7)
    assert (
        written_as(text, lines_of("\t", "necessary", "lf"))
        == whole
        == by_polars(text, lines_of("\t", "necessary", "lf"))
    )
