"""Whom another system protects: spared where that system is referred to, with everything that names them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from migrate.errors import UsageError
from migrate.fixes.strata import draw
from migrate.io.protected import People, people_of
from migrate.pipeline import Options, RunResult
from migrate.pipeline import run as full_run
from migrate.rehearsal.elsewhere import people_elsewhere
from migrate.rehearsal.sealed import SealedRun
from migrate.report.document import document
from migrate.report.model import Evidence, model_of
from migrate.report.model.protection import spared_units
from migrate.spec.library import Library
from migrate.synth import make_town
from tests.delivery import table
from tests.towns import Towns, juki, layout_of

KOTEI = layout_of("kotei")


@pytest.fixture(scope="module")
def result(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    folder = tmp_path_factory.mktemp("kotei")
    make_town(KOTEI, 40, 1, 0.3, folder)
    register, others = towns.references(KOTEI, 40)
    assert (register.system, register.people) == ("juki", frozenset()), "nobody is under protection in a village"
    gates = (("quarantined_resident", 999),)
    return full_run(KOTEI, Options(folder / "in", folder / "out", references=(register, others), gates=gates))


@pytest.fixture(scope="module")
def run(result: RunResult) -> SealedRun:
    return SealedRun.open(result.folder)


@pytest.fixture(scope="module")
def member(result: RunResult) -> tuple[str, str]:
    """A co-owner, and the number of the group."""
    row = table(result, "kyoyu")[0]
    return row["koseiingimushaatenabango"], row["gimushaatenabango"]


def drawn(run: SealedRun, people: People) -> set[str]:
    return {unit for one in draw(run, KOTEI, people, seed=1, each=9_999) for unit in one.units}


def samples_of(result: RunResult, people: People) -> tuple[set[tuple[str, int]], list[str]]:
    made = document(model_of(replace(Evidence.of(result.folder, KOTEI, "ja"), elsewhere=people)))
    (section,) = [one for one in made["sections"] if one["section"] == "samples"]
    rows = section["tables"]["samples"]["rows"] if section["tables"] else []
    return {(row["file"], row["record"]) for row in rows}, [note["note"] for note in section["notes"]]


def test_a_register_tells_whom_it_protects(towns: Towns) -> None:
    """Delivered or taken out; nobody knows where its definitions are not there."""
    register = towns.run(300, 1, 0.35)
    told = people_of(register.folder, register.report, Library())
    delivered = {row["atenabango"] for name in juki().system.protected for row in table(register, name)}
    assert told is not None
    assert delivered
    assert delivered <= told
    assert people_of(register.folder, {**register.report, "source": "gone"}, Library()) is None
    assert people_of(register.folder, {**register.report, "layout": "kotei"}, Library()) is None


def test_a_protected_owner_is_not_drawn_nor_a_group_that_has_one(run: SealedRun, member: tuple[str, str]) -> None:
    person, group = member
    everybody = drawn(run, {"juki": frozenset()})
    assert group in everybody
    assert group not in drawn(run, {"juki": frozenset({person})})
    owner = max(everybody - {group})
    assert everybody - drawn(run, {"juki": frozenset({owner})}) == {owner}


def test_records_of_protected_owners_are_not_sampled_in_the_report(result: RunResult, member: tuple[str, str]) -> None:
    """Where it is not known who they are, nobody's are."""
    person, group = member
    evidence = Evidence.of(result.folder, KOTEI, "ja")
    places, notes = samples_of(result, {"juki": frozenset()})
    assert places
    assert "samples-none" not in notes
    sealed = {one["section"]: one for one in json.loads((result.folder / "report.json").read_bytes())["sections"]}
    assert sealed["samples"]["tables"]["samples"]["count"] >= len(places)
    spared = spared_units(replace(evidence, elsewhere={"juki": frozenset({person})}))
    assert spared is not None
    assert {person, group} <= spared
    file, record = min(places)
    unit = evidence.units.filter(source_file=file, record=record)["unit"][0]
    assert (file, record) not in samples_of(result, {"juki": frozenset({unit})})[0]
    for people in ({}, {"juki": None}):
        assert samples_of(result, people) == (set(), ["samples-none"])


def test_a_row_that_was_taken_out_spares_its_unit(result: RunResult, member: tuple[str, str], tmp_path: Path) -> None:
    """Nobody knows whom it names."""
    folder = Path(shutil.copytree(result.folder, tmp_path / "run"))
    evidence = replace(Evidence.of(folder, KOTEI, "ja"), elsewhere={"juki": frozenset()})
    (file,) = [name for name, kind in evidence.kinds.items() if kind == "kyoyu"]
    place = {"source_file": [file], "record": [9]}
    for name, row in (("quarantine", place), ("units", place | {"unit": [member[1]]})):
        whole = pl.read_parquet(folder / f"{name}.parquet")
        one = pl.DataFrame(row).cast({"record": pl.UInt64})
        pl.concat([whole.clear(), one], how="diagonal").write_parquet(folder / f"{name}.parquet")
    assert spared_units(evidence) == frozenset({member[1]})


def test_the_register_stands_beside_the_run_or_is_given(
    run: SealedRun, result: RunResult, towns: Towns, tmp_path: Path
) -> None:
    register, others = towns.references(KOTEI, 40)
    assert people_elsewhere(run, KOTEI, Library(), ()) == {"juki": None}
    assert people_elsewhere(run, KOTEI, Library(), (register.folder, others.folder)) == {"juki": frozenset()}
    beside = replace(run, folder=register.folder.with_name("this"))
    assert people_elsewhere(beside, KOTEI, Library(), ()) == {"juki": frozenset()}
    with pytest.raises(UsageError, match="U-REF-OTHER"):
        people_elsewhere(run, KOTEI, Library(), (result.folder,))
    alone = replace(run, report=run.report | {"references": []})
    assert people_elsewhere(alone, KOTEI, Library(), ()) == {}
