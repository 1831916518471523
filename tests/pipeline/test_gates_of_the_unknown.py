"""What nobody can name is counted by the gates: records that are none, and records without a key."""

from pathlib import Path

import pytest

from migrate.pipeline import Options, RunResult, run
from migrate.synth import AS_OF, make_town
from migrate.vocab import daykey
from tests.towns import layout_of

PACKAGE = layout_of("juki", "package_csv")
DAY = daykey.pack(AS_OF.year, AS_OF.month, AS_OF.day)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    make_town(PACKAGE, 800, 3, 0, tmp_path)
    return tmp_path / "in"


def changed(path: Path, *, most: int, broken: bool) -> int:
    """Records of one line that get a comma too much, or lose their number; how many."""
    lines = path.read_bytes().decode("cp932").splitlines(keepends=True)
    whole = [i for i, line in enumerate(lines[1:], 1) if line.count('"') % 2 == 0 and line[:15].isdigit()]
    for i in whole[:most]:
        lines[i] = lines[i].rstrip("\r\n") + ",\r\n" if broken else lines[i][15:]
    path.write_bytes("".join(lines).encode("cp932"))
    return len(whole[:most])


def ran(inputs: Path, *, most: int = 0) -> RunResult:
    gates = (("quarantined_resident", most), ("lost_key", 0))
    return run(PACKAGE, Options(inputs, inputs.parent / "out", as_of=DAY, gates=gates))


@pytest.mark.parametrize("broken", [True, False], ids=["no record", "no key"])
def test_each_such_record_may_be_a_resident(inputs: Path, broken: bool) -> None:
    assert changed(inputs / "NIHONJIN.csv", most=5, broken=broken) == 5
    result = ran(inputs, most=4)
    assert result.report["gate_counts"]["quarantined_resident"] == 5
    assert (result.report["reasons"], result.exit_code) == (["quarantined_resident"], 1)
    assert ran(inputs, most=5).report["reasons"] == []


def test_a_broken_record_of_a_protected_person_is_a_key_lost(inputs: Path) -> None:
    assert changed(inputs / "SHIEN.csv", most=1, broken=True) == 1
    result = ran(inputs, most=9)
    assert result.report["gate_counts"]["lost_key"] == 1
    assert (result.report["reasons"], result.exit_code) == (["lost_key"], 1)


def test_a_broken_record_of_others_is_none(inputs: Path) -> None:
    assert changed(inputs / "KOJINBANGO.csv", most=2, broken=True) == 2
    assert ran(inputs, most=9).report["gate_counts"] == {"quarantined_resident": 2, "lost_key": 0}
