"""``history`` of ``source.yaml``: rows that the source says it does not deliver are found."""

import csv
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.pipeline import Options, run
from tests.towns import Towns, juki

SINCE = "2019-04-01"


def row_by_row(path: Path, history: str) -> int:
    """How many rows of 住民情報 such a source would not deliver, counted person by person."""
    rows = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["atenabango"]].append((int(row["rirekibango"]), row["idonengappi"]))
    more = 0
    for person in rows.values():
        person.sort()
        for number, _ in person[:-1]:
            later = [day for other, day in person if other > number and "-00" not in day and day]
            more += history == "latest" or (history == "since" and any(day <= SINCE for day in later))
    return more


@pytest.mark.parametrize("history", ["all", "since", "latest"])
def test_rows_that_were_not_to_come_are_found(towns: Towns, tmp_path: Path, history: str) -> None:
    layout = juki()
    assert layout.source
    told = {"history": history, "since": SINCE if history == "since" else None}
    declared = layout.source.source.model_copy(update=told)
    other = replace(layout, source=replace(layout.source, source=declared))
    result = run(other, Options(towns.town(300).inputs, tmp_path))
    found = {f["rule"]: (f["severity"], f["count"]) for f in result.report["findings"]}
    wanted = row_by_row(result.folder / "standard/jumin.csv", history)
    assert found.get("JK-X11") == (("alert", wanted) if wanted else None)
    assert (wanted > 20) == (history != "all")
