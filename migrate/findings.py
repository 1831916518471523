"""What one data problem is: a row. Severity, class, owner, place; never a value."""

import re

import polars as pl

SEVERITIES = ("error", "alert", "info")

SCHEMA = pl.Schema(
    {
        "rule": pl.String,
        "class": pl.String,
        "severity": pl.String,
        "owner": pl.String,
        "table": pl.String,
        "field": pl.String,
        "source_file": pl.String,
        "record": pl.UInt64,
        "offset": pl.UInt64,
        "caused_by": pl.String,
    }
)
"""One row per finding; ``record`` (from 1) and ``offset`` (bytes from 0) are null for a finding about a whole file."""

MOST_MASKED = 40
_KINDS = (
    ("[0-9０-９]", "9"),
    ("[A-Za-zＡ-Ｚａ-ｚ]", "A"),
    ("[ァ-ヺｦ-ﾟ]", "ア"),
    ("[ぁ-ゖ]", "あ"),
    (r"[^\s\\\-／/.・ー9Aアあ|]", "漢"),
)


def masked(value: str) -> str:
    """A value by the kinds of its letters, each letter one sign: what may be told of it outside the data files."""
    for letters, sign in _KINDS:
        value = re.sub(letters, sign, value)
    return value[:MOST_MASKED]


def masks(values: pl.Expr) -> pl.Expr:
    """The same of a whole column."""
    for letters, sign in _KINDS:
        values = values.str.replace_all(letters, sign)
    return values.str.head(MOST_MASKED)
