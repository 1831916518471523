"""Everything sparse that a run collects: findings, withheld values, ledger entries. Whole columns, few rows."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from migrate import findings
from migrate.memory import copied
from migrate.plan.rules import Rule

FOUND = pl.Schema(
    {
        "rule": pl.Int32,
        "cause": pl.Int32,
        "file": pl.UInt16,
        "record": pl.UInt64,
        "offset": pl.UInt64,
        "unit": pl.String,
        "bytes": pl.Binary,
    }
)
"""One row per finding; ``rule`` and ``cause`` are rule numbers (-1 = no cause), ``file`` a number of an input file."""

WITHHELD = pl.Schema(
    {
        "rule": pl.Int32,
        "table": pl.String,
        "field": pl.String,
        "file": pl.UInt16,
        "record": pl.UInt64,
        "offset": pl.UInt64,
        "value": pl.String,
    }
)
GLYPHS = pl.Schema(
    {
        "kind": pl.String,
        "code": pl.String,
        "file": pl.String,
        "column": pl.String,
        "source": pl.UInt16,
        "record": pl.UInt64,
        "offset": pl.UInt64,
        "unit": pl.String,
        "reading": pl.String,
    }
)
"""One row per character that needs a look (``pipeline/census.py``); ``source`` is a number of an input file."""

LEDGER = pl.Schema(
    {
        "rule": pl.String,
        "table": pl.String,
        "field": pl.String,
        "file": pl.UInt16,
        "record": pl.UInt64,
        "before": pl.String,
        "after": pl.String,
    }
)

CORRECTED = pl.Schema(
    {"number": pl.UInt32, "state": pl.String, "file": pl.UInt16, "record": pl.UInt64, "before": pl.String}
)
"""One row per correction and row of a table that it met (``stages/correct.py``)."""


MOST_PARTS = 64
"""Frames that are kept before they are put together."""


class Store:
    """Collects frames of one schema; many of them are put together into one, a frame of few rows takes its room."""

    def __init__(self, schema: pl.Schema) -> None:
        self._schema = schema
        self._parts: list[pl.DataFrame] = []

    def add(self, part: pl.DataFrame) -> pl.DataFrame:
        """Add rows, and give them as they are kept; columns are put in order, missing ones are null. They are
        copied."""
        if part.is_empty():
            return self._schema.to_frame()
        columns = [pl.col(n) if n in part.columns else pl.lit(None).alias(n) for n in self._schema]
        kept = copied(part.select(columns).cast(self._schema))
        self._parts.append(kept)
        if len(self._parts) >= MOST_PARTS:
            self._parts = [pl.concat(self._parts).rechunk()]
        return kept

    def all(self) -> pl.DataFrame:
        """All rows so far, in the order they came."""
        merged = pl.concat(self._parts) if self._parts else self._schema.to_frame()
        self._parts = [merged]
        return merged

    def replace(self, rows: pl.DataFrame) -> None:
        """Keep these rows only."""
        self._parts = [rows]


def as_findings(found: pl.DataFrame, rules: Sequence[Rule], files: Sequence[str], *, cap: int) -> pl.DataFrame:
    """Findings as they are delivered, by place; a finding with a cause is info. At most ``cap`` rows per rule and
    file."""
    by_rule = _rules_frame(rules)
    names = pl.DataFrame(
        {"file": range(len(files)), "source_file": files}, schema={"file": pl.UInt16, "source_file": pl.String}
    )
    joined = (
        found.drop("bytes", "unit")
        .join(by_rule, on="rule", how="left", maintain_order="left")
        .join(names, on="file", how="left", maintain_order="left")
        .join(by_rule.select(cause="rule", caused_by="id"), on="cause", how="left", maintain_order="left")
    )
    severity = pl.when(pl.col("cause") >= 0).then(pl.lit("info")).otherwise(pl.col("severity"))
    renamed = joined.with_columns(severity=severity).select(
        pl.col("id").alias("rule"), pl.exclude("rule", "id", "file", "cause")
    )
    ordered = renamed.select(findings.SCHEMA.names()).unique().sort(findings.SCHEMA.names(), nulls_last=False)
    return ordered.filter(pl.int_range(pl.len()).over("rule", "source_file") < cap)


def _rules_frame(rules: Sequence[Rule]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "rule": range(len(rules)),
            "id": [rule.id for rule in rules],
            "class": [rule.class_ for rule in rules],
            "severity": [rule.severity for rule in rules],
            "owner": [rule.owner for rule in rules],
            "table": [rule.table or None for rule in rules],
            "field": [rule.field for rule in rules],
        },
        schema={"rule": pl.Int32} | dict.fromkeys(("id", "class", "severity", "owner", "table", "field"), pl.String),
    )


def count_findings(found: pl.DataFrame, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Findings by rule, severity, table and field, uncapped."""
    distinct = found.unique(["rule", "cause", "file", "record"])
    counted = distinct.group_by("rule", caused=pl.col("cause") >= 0).agg(n=pl.len())
    rows = [
        {
            "rule": rules[row["rule"]].id,
            "class": rules[row["rule"]].class_,
            "severity": "info" if row["caused"] else rules[row["rule"]].severity,
            "owner": rules[row["rule"]].owner,
            "table": rules[row["rule"]].table or None,
            "field": rules[row["rule"]].field,
            "scope": rules[row["rule"]].scope,
            "caused": row["caused"],
            "count": row["n"],
        }
        for row in counted.to_dicts()
    ]
    return sorted(rows, key=lambda row: tuple(str(row[k]) for k in ("rule", "table", "field", "severity", "caused")))
