"""A record that makes rows of several units: what was found about it is told of each of them."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from migrate.io.protected import PLACE
from migrate.rehearsal.recurring import recurring
from migrate.rehearsal.sealed import SealedRun
from migrate.report.model import Evidence
from migrate.report.model.glyphs import _emptied
from migrate.report.model.parts import Section, Table
from migrate.report.model.protection import _counts
from migrate.report.model.rules import rules
from tests.resealed import resealed
from tests.towns import Towns, juki

SECOND = "二人目"


@pytest.fixture(scope="module")
def run(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> SealedRun:
    """Each record that something was found about is somebody else's, too."""

    def join_another(folder: Path) -> None:
        units = pl.read_parquet(folder / "units.parquet")
        pl.concat([units, units.with_columns(unit=pl.lit(SECOND))]).unique().write_parquet(folder / "units.parquet")

    folder = towns.run(60, 1, 1.0).folder
    return SealedRun.open(resealed(folder, tmp_path_factory.mktemp("several") / "out", join_another))


def tables_of(sections: Iterable[Section]) -> dict[str, Table]:
    return {part.name: part for section in sections for part in section.blocks if isinstance(part, Table)}


def test_each_unit_is_named_and_counted(run: SealedRun) -> None:
    evidence = Evidence.of(run.folder, juki(), "ja")
    errors = run.frame("findings").filter(severity="error")
    listed = pl.DataFrame(tables_of(rules(evidence))["errors"].rows)
    assert listed.height == errors.height, "one line for a finding, however many it is about"
    known = errors.join(run.frame("units"), on=PLACE, how="semi").height
    assert known == listed["unit"].drop_nulls().len() == listed["unit"].str.contains(SECOND).sum() > 0
    (counts,) = {_counts(evidence.found)[SECOND]}
    assert counts[0] == known
    assert all(SECOND in people for _, people in _emptied(evidence.withheld).values())


def test_no_finding_is_counted_twice_in_the_next_rehearsal(run: SealedRun, towns: Towns) -> None:
    rows = recurring(run, run, references=0)
    assert all((row["new"], row["fixed"], row["exact"]) == (0, 0, True) for row in rows)
