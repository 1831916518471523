"""Every injected fault is found and nothing else is complained about; the big towns are ``make recall``."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from migrate import findings
from migrate.spec.layout import Layout
from migrate.synth.faults import KINDS
from tests.layouts.test_rules import ids_of, listed
from tests.recall import Recall, measure
from tests.towns import Towns, juki, layout_of


@pytest.mark.parametrize(
    ("name", "layout", "rows", "faults", "seeds"),
    [
        ("juki", juki(), 2000, 0.05, (1, 2, 3)),
        ("package", layout_of("juki", "package_csv"), 1000, 0.1, (1,)),
        ("jutogai", layout_of("jutogai"), 1200, 0.15, (1, 2, 3)),
        ("kotei", layout_of("kotei"), 80, 0.3, (1, 2, 3)),
    ],
    ids=["juki", "package", "jutogai", "kotei"],
)
def test_every_fault_of_the_towns_is_found_and_nothing_else(
    name: str, layout: Layout, rows: int, faults: float, seeds: tuple[int, ...], tmp_path: Path
) -> None:
    recall = Recall()
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        measure(recall, layout, rows=rows, seed=seed, faults=faults, folder=folder)
    assert recall.perfect, "\n" + "\n".join(recall.lines())
    assert set(recall.kinds) == set(KINDS[name]), "a kind of fault was never injected"
    assert list(not_found_by_their_rule(recall)) == []


def not_found_by_their_rule(recall: Recall) -> Iterator[str]:
    """Rules of ``docs/rules.csv`` whose faults were found, but by none of their own checks."""
    for number, row in listed().items():
        kinds = [recall.kinds[kind] for kind in row["faults"].split() if kind in recall.kinds]
        if any(not ids_of(number, row).intersection(kind.rules) for kind in kinds):
            yield number


@pytest.mark.parametrize("seed", [4, 5])
def test_a_clean_town_passes_without_a_word(towns: Towns, seed: int) -> None:
    result = towns.run(2000, seed)
    found = pl.read_parquet(result.folder / "findings.parquet")
    assert found.filter(pl.col("severity") != "info").to_dicts() == []
    assert (result.report["verdict"], result.exit_code) == ("pass", 0)


def finding(rule: str, severity: str, record: int, caused_by: str | None = None) -> dict[str, object]:
    empty = dict.fromkeys(findings.SCHEMA.names())
    return empty | {"rule": rule, "severity": severity, "source_file": "A", "record": record, "caused_by": caused_by}


def test_recall_counts_misses_and_false_alarms() -> None:
    rows = [
        finding("R1", "error", 1),
        finding("R2", "alert", 3),
        finding("R3", "error", 4, "R2"),
        finding("R4", "info", 5),
    ]
    recall = Recall()
    faults = [{"file": "A", "record": record, "kind": "k"} for record in (1, 2, 5)]
    recall.take(faults, pl.DataFrame(rows, schema=findings.SCHEMA))
    assert recall.misses == [("k", ("A", 2)), ("k", ("A", 5))], "one that is only told as info is not found"
    assert recall.alarms == [("R2", ("A", 3))]
    assert (recall.kinds["k"].faults, recall.kinds["k"].found, dict(recall.kinds["k"].rules)) == (
        3,
        1,
        {"R1": 1, "R4": 1},
    )
    assert not recall.perfect
