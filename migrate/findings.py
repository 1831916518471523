"""What one data problem is: a row. Severity, class, owner, place; never a value."""

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

_MASKS = (
    (r"\p{Han}", "漢"),
    (r"\p{Hiragana}", "あ"),
    (r"[[\p{Katakana}ー]--[ｦ-ﾟ]]", "ア"),
    (r"[ｦ-ﾟ]", "ｱ"),
    (r"[０-９]", "９"),
    (r"[Ａ-Ｚ]", "Ａ"),
    (r"[ａ-ｚ]", "ａ"),
    (r"[0-9]", "9"),
    (r"[A-Z]", "A"),
    (r"[a-z]", "a"),
    (r"[^漢あアｱ９Ａａ9Aa \u{3000}\p{P}\p{S}]", "?"),
)


def masked(value: pl.Expr) -> pl.Expr:
    """What kind of characters stands in each place of a value, and not which: 漢 あ ア ｱ ９ Ａ ａ 9 A a, ``?`` for any
    other; blanks, punctuation and symbols as they are. The only way in which a report shows a value, unless somebody
    asks to see it."""
    for pattern, mask in _MASKS:
        value = value.str.replace_all(pattern, mask)
    return value
