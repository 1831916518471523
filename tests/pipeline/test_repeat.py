"""An equal run writes nothing; whatever the result depends on makes another run."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migrate.errors import EnvironmentTrouble
from migrate.pipeline import Options, RunResult, run
from migrate.spec.library import Library, bundled_root
from migrate.spec.load import load_layout
from migrate.vocab import daykey
from tests.delivery import Delivery
from tests.towns import Town, Towns, juki


@pytest.fixture
def town(towns: Towns) -> Town:
    return towns.town(20, 7)


def state_of(out: Path) -> dict[str, tuple[int, int, bytes]]:
    files = (path for path in out.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(p.relative_to(out)): (p.stat().st_mtime_ns, p.stat().st_ino, p.read_bytes()) for p in files}


def test_an_equal_run_writes_nothing_and_says_what_the_first_said(town: Town, tmp_path: Path) -> None:
    first = run(juki(), Options(town.inputs, tmp_path))
    before = state_of(tmp_path)
    again = run(juki(), Options(town.inputs, tmp_path, batch_bytes=5000))
    assert (again.repeated, first.repeated) == (True, False)
    assert (again.folder, again.exit_code, again.report) == (first.folder, first.exit_code, first.report)
    assert state_of(tmp_path) == before


def test_a_refused_run_is_repeated_the_same_way(town: Town, tmp_path: Path) -> None:
    delivery = Delivery(town, tmp_path)
    delivery.records("kojin")[-1][1:9] = b"00000001"
    delivery.save(retotal=False)
    first, again = (run(juki(), Options(delivery.inputs, tmp_path / "out")) for _ in range(2))
    assert (first.exit_code, again.exit_code, again.repeated) == (3, 3, True)


def test_a_refusal_that_the_content_does_not_tell_is_not_repeated(town: Town, tmp_path: Path) -> None:
    """A file that grew while it was read: the same good file comes again."""
    delivery = Delivery(town, tmp_path)
    inputs, out = delivery.save(), tmp_path / "out"
    good = (inputs / "KOBANGO.DAT").read_bytes()

    def grow(stage: str, done: int, total: int) -> None:
        if stage == "publish" and (inputs / "KOBANGO.DAT").read_bytes() == good:
            (inputs / "KOBANGO.DAT").write_bytes(good + b"x")

    refused = run(juki(), Options(inputs, out, progress=grow))
    (inputs / "KOBANGO.DAT").write_bytes(good)
    again = run(juki(), Options(inputs, out))
    assert (refused.exit_code, again.exit_code, again.repeated) == (3, 0, False)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_a_name_that_cannot_be_read_is_noticed_behind_a_good_run(town: Town, tmp_path: Path) -> None:
    inputs, out = Delivery(town, tmp_path).save(), tmp_path / "out"
    assert run(juki(), Options(inputs, out)).exit_code == 0
    (inputs / "KOJIN9.DAT").symlink_to(tmp_path / "nowhere")
    assert run(juki(), Options(inputs, out)).exit_code == 3


def test_a_count_sheet_counts_whatever_its_name(town: Town, tmp_path: Path) -> None:
    """A file of the same name in the delivery does not stand for it."""
    inputs, out = Delivery(town, tmp_path).save(), tmp_path / "out"
    sheet = tmp_path / "counts.csv"
    (inputs / sheet.name).write_bytes(b"x")
    ids = []
    for expected in (1, 2):
        sheet.write_text(f"name,expected\ntables.jumin,{expected}\n", encoding="utf-8")
        ids.append(run(juki(), Options(inputs, out, count_sheet=sheet)).report["run_id"])
    assert ids[0] != ids[1]


def test_a_damaged_delivery_is_not_taken_for_the_result(town: Town, tmp_path: Path) -> None:
    first = run(juki(), Options(town.inputs, tmp_path))
    path = first.folder / "standard" / "jumin.csv"
    os.chmod(path, 0o600)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(EnvironmentTrouble) as trouble:
        run(juki(), Options(town.inputs, tmp_path))
    assert [problem.code for problem in trouble.value.problems] == ["E-RUN-DAMAGED"]


def with_stray(inputs: Path) -> dict[str, Any]:
    (inputs / "stray.csv").write_bytes(b"x")
    return {}


def renamed(inputs: Path) -> dict[str, Any]:
    (inputs / "KOJIN.DAT").rename(inputs / "KOJIN2.DAT")
    return {}


def with_gates(inputs: Path) -> dict[str, Any]:
    return {"gates": (("quarantined_resident", 1), ("lost_key", 0))}


def with_as_of(inputs: Path) -> dict[str, Any]:
    return {"as_of": daykey.pack(2026, 10, 2)}


def with_parquet(inputs: Path) -> dict[str, Any]:
    return {"parquet": True}


def with_cap(inputs: Path) -> dict[str, Any]:
    return {"finding_cap": 5}


def with_sheet(inputs: Path) -> dict[str, Any]:
    sheet = inputs.parent / "KENSU.csv"
    sheet.write_text("name,expected\nfiles.setai,0\n", encoding="utf-8")
    return {"count_sheet": sheet}


def with_another_byte(inputs: Path) -> dict[str, Any]:
    path = inputs / "SETAI.DAT"
    raw = bytearray(path.read_bytes())
    raw[-5] ^= 1
    path.write_bytes(raw)
    return {}


@pytest.mark.parametrize(
    "change",
    [with_another_byte, renamed, with_stray, with_gates, with_as_of, with_parquet, with_cap, with_sheet],
    ids=lambda change: change.__name__,
)
def test_what_the_result_depends_on_makes_another_run(
    town: Town, tmp_path: Path, change: Callable[[Path], dict[str, Any]]
) -> None:
    inputs = tmp_path / "in"
    shutil.copytree(town.inputs, inputs)
    first = run(juki(), Options(inputs, tmp_path / "out"))
    options = change(inputs)
    second = run(juki(), Options(inputs, tmp_path / "out", **options))
    assert not second.repeated
    assert second.folder != first.folder


def test_another_definition_makes_another_run(town: Town, tmp_path: Path) -> None:
    rules = tmp_path / "project" / "cleansing_rules" / "juki.yaml"
    rules.parent.mkdir(parents=True)
    bundled = (bundled_root() / "cleansing_rules" / "juki.yaml").read_text(encoding="utf-8")
    rules.write_text(bundled + "# one more line\n", encoding="utf-8")
    own = load_layout(Library(project=tmp_path / "project"), "juki", "host_fixed")
    other = load_layout(Library(), "juki", "host_fixed", profile="chukan-v2.7")
    folders = {run(layout, Options(town.inputs, tmp_path / "out")).folder for layout in (juki(), own, other)}
    assert len(folders) == 3


def test_deliveries_of_different_inputs_stand_side_by_side(towns: Towns, tmp_path: Path) -> None:
    results: list[RunResult] = [run(juki(), Options(towns.town(20, seed).inputs, tmp_path)) for seed in (7, 8)]
    assert len({result.folder for result in results}) == 2
    assert all((result.folder / "manifest.json").is_file() for result in results)
