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
