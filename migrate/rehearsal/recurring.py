"""The same finding in the next extraction: rule, item and unit, counted. File and record number change between
extractions, so they only say where a finding stands now.

A finding without a known unit (a file as a whole, a record whose key cannot be read) is matched by how many there are
in its kind of file.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from migrate.rehearsal.sealed import SealedRun

RULE = ("rule", "class", "severity", "owner", "table", "field", "caused")
PLACE = ("file", "record")


def recurring(first: SealedRun, second: SealedRun, *, references: int) -> list[dict[str, Any]]:
    """One entry per rule and item of either run, with counts of records: ``before``, ``after``, ``new``, ``fixed``,
    ``remaining``.

    ``new_at`` and ``fixed_at`` are places in the second and in the first run, at most ``references`` of each.
    ``exact`` is no where ``findings.parquet`` of a run holds fewer rows than there are findings.
    """
    before, after = _placed(first), _placed(second)
    on = [*RULE, "who", "nth"]
    new = after.join(before, on=on, how="anti", nulls_equal=True)
    fixed = before.join(after, on=on, how="anti", nulls_equal=True)
    parts = [
        _counts(before, "before_rows"),
        _counts(after, "after_rows"),
        _counts(new, "new", "new_at", references),
        _counts(fixed, "fixed", "fixed_at", references),
    ]
    known = [_told(first, "before"), _told(second, "after"), *parts]
    merged = pl.concat(known, how="diagonal").group_by(RULE).agg(pl.exclude(RULE).drop_nulls().first())
    return [_entry(row) for row in merged.sort(RULE, nulls_last=False).to_dicts()]


def _placed(run: SealedRun) -> pl.DataFrame:
    """Findings with ``who``, and a number among the equal ones of that unit."""
    kinds = {entry["file"]: entry.get("kind", entry["file"]) for entry in run.report["inputs"]}
    found = run.frame("findings").rename({"source_file": "file"})
    units = run.frame("units").rename({"source_file": "file"}).group_by(PLACE).agg(pl.col("unit").sort().str.join("、"))
    kind = pl.col("file").replace_strict(kinds, default=pl.col("file"), return_dtype=pl.String)
    return (
        found.join(units, on=["file", "record"], how="left")
        .with_columns(
            caused=pl.col("caused_by").is_not_null(),
            who=pl.coalesce(pl.lit("unit ") + pl.col("unit"), pl.lit("file ") + kind),
        )
        .sort(*RULE, "who", *PLACE, nulls_last=False)
        .with_columns(nth=pl.int_range(pl.len()).over(*RULE, "who"))
        .select(*RULE, *PLACE, "who", "nth")
    )


def _counts(found: pl.DataFrame, name: str, places: str | None = None, most: int = 0) -> pl.DataFrame:
    counted = [pl.len().alias(name)]
    if places is not None:
        counted.append(pl.struct(PLACE).sort(nulls_last=True).head(most).implode().alias(places))
    return found.group_by(RULE).agg(counted)


def _told(run: SealedRun, name: str) -> pl.DataFrame:
    """The counts of ``run.json``, which no cap touches."""
    rows = [{key: entry[key] for key in RULE} | {name: entry["count"]} for entry in run.report["findings"]]
    text = dict.fromkeys(RULE, pl.String) | {"caused": pl.Boolean, name: pl.Int64}
    return pl.DataFrame(rows, schema=text)


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    counts = {name: row[name] or 0 for name in ("before", "after", "new", "fixed")}
    exact = (row["before_rows"] or 0) == counts["before"] and (row["after_rows"] or 0) == counts["after"]
    remaining = (row["after_rows"] or 0) - counts["new"]
    places = {name: row[name] or [] for name in ("new_at", "fixed_at")}
    return {key: row[key] for key in RULE} | counts | {"remaining": remaining, "exact": exact} | places
