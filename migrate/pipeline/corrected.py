"""What became of the corrections of a project in a run: told without a value, and whole beside the tables."""

from typing import Any

import polars as pl

from migrate.findings import masked
from migrate.io.tables import parquet_bytes
from migrate.pipeline.run_state import State
from migrate.plan import Rule
from migrate.stages.correct import CHANGED, REFUSED, UNNECESSARY, refuse

UNMATCHED = "unmatched"
"""No row has the key any more, or nothing fills the item there."""
RULES = {
    REFUSED: ("F-CORRECTION-REFUSED", "alert"),
    UNMATCHED: ("F-CORRECTION-NONE", "alert"),
    CHANGED: ("F-CORRECTION-OLD", "alert"),
    UNNECESSARY: ("F-CORRECTION-DONE", "info"),
}
FILE = "corrections.parquet"


def corrections_in(state: State) -> pl.DataFrame:
    """One row per correction and row it met: the correction, ``state``, ``source_file``, ``record`` and ``before``,
    what the old system held; ``unmatched`` ones have no place."""
    assert state.options.corrections is not None
    names = [file.name for file in state.intake.files]
    files = pl.DataFrame({"file": range(len(names)), "source_file": names}, schema=_FILES)
    met = state.corrected.all().join(files, on="file", how="left").drop("file")
    whole = state.options.corrections.rows.join(met, on="number", how="left")
    return whole.with_columns(pl.col("state").fill_null(UNMATCHED)).sort(
        "number", "source_file", "record", nulls_last=True
    )


_FILES = pl.Schema({"file": pl.UInt16, "source_file": pl.String})


def note_corrections(state: State, quarantined: pl.DataFrame) -> None:
    """A finding for each correction that was not applied, or whose row (``file``, ``record``) is in quarantine."""
    if state.options.corrections is None:
        return
    state.corrected.replace(refuse(state.corrected.all(), quarantined, ("file", "record")))
    for row in corrections_in(state).filter(pl.col("state").is_in(list(RULES))).to_dicts():
        code, severity = RULES[row["state"]]
        rule = Rule(code, "件数", severity, "keep", "団体", row["table"], row["item"])  # type: ignore[arg-type]
        state.file_finding(rule, row["source_file"], record=row["record"])


def told_of_corrections(state: State) -> list[dict[str, Any]]:
    """As run.json has them: the original masked, no key."""
    if state.options.corrections is None:
        return []
    same = ("number", "table", "item", "state", "record", "rule", "person", "at", "at_clock")
    return [
        {name: row[name] for name in same} | {"file": row["source_file"], "original": masked(row["before"] or "")}
        for row in corrections_in(state).to_dicts()
    ]


def write_corrections(state: State) -> None:
    """The corrections as they were used, where there were any; the file holds personal data."""
    if state.options.corrections is not None:
        state.folder.add(FILE, parquet_bytes(corrections_in(state)))
