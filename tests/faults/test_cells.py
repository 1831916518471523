"""The proof at full breadth (``make faults``) in one of its cells, and what its exit code means."""

import json
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("seccomp is Linux's", allow_module_level=True)

from tests.faults import __main__ as proof
from tests.faults.scene import CODES, RENAME, make_towns


def test_a_run_killed_at_a_step_leaves_nothing_and_runs_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_towns(tmp_path / "towns")
    assert proof.share("kills", "unaccepted", tmp_path / "towns", f"^kill {RENAME}$", 1, 0) == 0
    steps, cell = map(json.loads, capsys.readouterr().out.splitlines())
    assert steps["steps"] > 100
    assert cell == {"what": f"kill {RENAME}", "ended": "SIGKILL", "again": True, "complaints": []}


@pytest.mark.parametrize(
    ("asked", "cells", "code"),
    [((), (3, 3), 0), ((), (3, 0), 1), (("--only", "manifest"), (3, 0), 0), (("--only", "none"), (0, 0), 1)],
)
def test_a_part_without_a_cell_is_wrong_unless_only_some_were_asked_for(
    asked: tuple[str, ...], cells: tuple[int, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [proof.Row("kills", scene, cells=count) for scene, count in zip(CODES, cells, strict=True)]
    monkeypatch.setattr(proof, "prove", lambda *_, **__: rows)
    monkeypatch.setattr(sys, "argv", ["tests.faults", "--parts", "kills", *asked])
    assert proof.main() == code
