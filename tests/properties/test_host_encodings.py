"""One town from hosts of different encodings: the standard tables are the same."""

from pathlib import Path

import pytest

from migrate.pipeline import Options, run
from migrate.synth import make_town
from tests.hosts import overlay
from tests.towns import Towns

RESIDENTS = 120


@pytest.mark.parametrize("encoding", ["ibm930", "jef"])
def test_a_town_is_the_same_from_every_host(encoding: str, tmp_path: Path, towns: Towns) -> None:
    layout = overlay(tmp_path / "project", encoding)
    make_town(layout, RESIDENTS, 1, 0, tmp_path)
    ours, theirs = run(layout, Options(tmp_path / "in", tmp_path / "out")), towns.run(RESIDENTS)
    assert ours.report["verdict"] == "pass"
    tables = [path.relative_to(theirs.folder) for path in theirs.folder.rglob("*.csv")]
    assert Path("standard/jumin.csv") in tables
    for path in tables:
        assert (ours.folder / path).read_bytes() == (theirs.folder / path).read_bytes(), path
