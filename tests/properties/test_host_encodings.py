"""One town from hosts of different encodings: the standard tables are the same."""

import re
from pathlib import Path

import pytest

from migrate.pipeline import Options, run
from migrate.plan import word_problems
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.synth import make_town
from tests.towns import ROOT, Towns

SOURCE = Path("layouts/juki/sources/host_fixed")
RESIDENTS = 120


def overlay(folder: Path, encoding: str) -> Layout:
    """The bundled layout of a host as a project whose files are in another encoding and have no line ends."""
    target = folder / SOURCE
    target.mkdir(parents=True)
    for path in (ROOT / SOURCE).glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"(?m)^encoding: cp932$", f"encoding: {encoding}", text).replace(
            "terminator: crlf", "terminator: none"
        )
        (target / path.name).write_text(text, encoding="utf-8")
    (target / "gaiji.csv").write_text("code,text,basis,note\n", encoding="utf-8")
    return load_layout(Library(folder), "juki", "host_fixed", words=word_problems)


@pytest.mark.parametrize("encoding", ["ibm930", "jef"])
def test_a_town_is_the_same_from_every_host(encoding: str, tmp_path: Path, towns: Towns) -> None:
    layout = overlay(tmp_path / "project", encoding)
    make_town(layout, RESIDENTS, 1, 0, tmp_path)
    ours, theirs = run(layout, Options(tmp_path / "in", tmp_path / "out")), towns.run(RESIDENTS)
    tables = [path.relative_to(theirs.folder) for path in theirs.folder.rglob("*.csv")]
    assert Path("standard/jumin.csv") in tables
    for path in tables:
        assert (ours.folder / path).read_bytes() == (theirs.folder / path).read_bytes(), path
