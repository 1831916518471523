"""What the checks found: each rule with its light, its count and who has to act; then each finding, and cleansing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from migrate.findings import SEVERITIES
from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Block, Chart, Note, Row, Section, Table, columns

RULES = (
    "light=severity",
    "rule",
    "class",
    "table",
    "item",
    "owner",
    ">count",
    "scope",
    "caused=report-yes",
    "sentence",
)
FINDINGS = ("rule", "class", "table", "item", "owner", "file", ">record", ">offset", "unit", "sentence")
LISTED = 100_000
"""Rows of a list of findings in a workbook; the others stand in findings.parquet."""
SAMPLE = 20


def rules(evidence: Evidence) -> Iterator[Section]:
    """Rules with findings, the most severe first; rules without; then the findings themselves."""
    found = sorted(evidence.report["findings"], key=_order)
    sums: Counter[str] = Counter()
    for row in found:
        sums[row["severity"]] += row["count"]
    blocks: list[Block] = [Note("rules", {name: f"{sums[name]:,}" for name in SEVERITIES})]
    by_class: Counter[str] = Counter()
    for row in found:
        if row["severity"] != "info":
            by_class[row["class"]] += row["count"]
    if by_class:
        blocks.append(Chart("classes", "bars", {"": sorted(by_class.items(), key=lambda one: (-one[1], one[0]))}))
    blocks.append(Table("rules", columns(*RULES), [_rule(evidence, row) for row in found]))
    quiet = sorted(_checks(evidence).items() - {(row["rule"], evidence.declared.get(row["rule"], "")) for row in found})
    blocks.append(Table("quiet", columns("rule", "sentence"), quiet, shown=500))
    for severity, name in (("error", "errors"), ("alert", "alerts")):
        blocks.append(_listing(evidence, severity, name))
    yield Section("rules", tuple(blocks))


def _order(row: Mapping[str, Any]) -> tuple[int, int, str, str]:
    return SEVERITIES.index(row["severity"]), -row["count"], row["rule"], str((row["table"], row["field"]))


def _rule(evidence: Evidence, row: Mapping[str, Any]) -> Row:
    item = (evidence.table(row["table"]), evidence.item(row["table"], row["field"]))
    caused = "yes" if row["caused"] else "no"
    scope = None if row["scope"] == "all" else row["scope"]
    told = (row["owner"], row["count"], scope, caused, evidence.sentence(row["rule"]))
    return (row["severity"], row["rule"], row["class"], *item, *told)


def _checks(evidence: Evidence) -> dict[str, str]:
    """Declared checks that were run; cleansing rules are told of elsewhere."""
    left_out = {one["rule"] for one in evidence.report["unchecked"]} | {rule.id for rule in evidence.layout.rules}
    return {name: why for name, why in evidence.declared.items() if name not in left_out}


def _listing(evidence: Evidence, severity: str, name: str) -> Table:
    """One row per finding, by place."""
    rows = evidence.found.filter(pl.col("severity") == severity)
    table, field = pl.col("table"), pl.col("field")
    items = {(t, f): evidence.item(t, f) for t, f in rows.select("table", "field").unique().rows()}
    tables = {t: evidence.table(t) for t, _ in items}
    keyed = pl.DataFrame(
        [(t, f, ja) for (t, f), ja in sorted(items.items(), key=str)],
        schema=dict.fromkeys(("table", "field", "item"), pl.String),
        orient="row",
    )
    sentences = {rule: evidence.sentence(rule) for rule in rows["rule"].unique().sort().to_list()}
    told = rows.head(LISTED).join(keyed, on=["table", "field"], how="left", nulls_equal=True, maintain_order="left")
    listed = told.select(
        "rule",
        "class",
        table.replace_strict(tables, return_dtype=pl.String, default=table).alias("table"),
        pl.coalesce("item", field).alias("item"),
        "owner",
        "source_file",
        "record",
        "offset",
        (pl.lit(None, pl.String) if evidence.least else pl.col("units").list.join("、")).alias("unit"),
        pl.col("rule").replace_strict(sentences, return_dtype=pl.String, default="").alias("sentence"),
    )
    return Table(name, columns(*FINDINGS), listed, shown=SAMPLE, total=rows.height)


def cleansing(evidence: Evidence) -> Iterator[Section]:
    """Every cleansing rule by item: how many values it looked at, and how many it changed."""
    entries = sorted(evidence.report["cleansing"], key=lambda row: (-row["changed"], row["table"], row["field"]))
    rows = [
        (
            row["rule"],
            evidence.table(row["table"]),
            evidence.item(row["table"], row["field"]),
            row["seen"],
            row["changed"],
            evidence.sentence(row["rule"]),
        )
        for row in entries
    ]
    heads = ("rule", "table", "item", ">seen", ">changed", "sentence")
    yield Section("cleansing", (Note("cleansing"), Table("cleansing", columns(*heads), rows, shown=100)))
