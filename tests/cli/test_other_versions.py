"""Runs that another version of the tool sealed, or a disk has damaged: told in a sentence by every command."""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from migrate.errors import Problem
from migrate.io.publish import MANIFEST, TIMINGS, digest_of
from migrate.rehearsal.later import later_of
from migrate.rehearsal.ledger import Held, add_rehearsal
from migrate.rehearsal.moment import Moment
from migrate.rehearsal.sealed import SealedRun
from migrate.spec.project import Loaded, Project
from tests.cli.conftest import RUN, Command
from tests.resealed import resealed, told
from tests.towns import Towns

WHO = ("--person", "課長", "--at", "2026-10-01T18:30")
COMMANDS: dict[str, tuple[str, ...]] = {
    "report": ("report", "RUN"),
    "report of another": ("report", "WHOLE", "--previous", "RUN"),
    "compare": ("compare", "RUN", "WHOLE"),
    "compare with": ("compare", "WHOLE", "RUN"),
    "match": ("match", "RUN", "WHOLE"),
    "delta": ("delta", "WHOLE", "RUN", "--out", "delta"),
    "gate": ("gate", "RUN", "--project", "project"),
    "freeze": ("freeze", "RUN", *WHO, "--project", "project"),
    "rehearsal": ("rehearsal", "add", "RUN", *WHO, "--project", "project"),
    "sample": ("sample", "RUN", "--input", "IN", "--seed", "1", "--out", "s.xlsx"),
    "export": ("findings", "export", "RUN", "--owner", "団体", "--input", "IN", "--out", "f.xlsx"),
    "withdraw": ("findings", "withdraw", "RUN", "--number", "1", "--project", "project"),
    "gaiji": ("gaiji", "list", "RUN"),
    "gaiji template": ("gaiji", "template", "RUN", "--out", "gaiji.csv"),
    "gaiji reduce": ("gaiji", "reduce", "RUN", "--project", "project"),
    "again": (*RUN, "--input", "IN", "--out", "OUT"),
    "reference": ("run", "--layout", "jutogai", "--input", "IN", "--out", "out", "--reference", "RUN"),
}


def forget(key: str) -> Callable[[Path], None]:
    """``run.json`` without a key; that of each entry of a list, where there is a dot."""
    name, _, below = key.partition(".")
    return told(lambda report: [one.pop(below) for one in report[name]] if below else report.pop(name))


def say(**what: object) -> Callable[[Path], None]:
    return told(lambda report: report.update(what))


def forget_column(folder: Path) -> None:
    path = folder / "findings.parquet"
    pl.read_parquet(path).drop("caused_by").write_parquet(path)


@contextmanager
def spoilt(path: Path, data: bytes | None) -> Iterator[None]:
    """Another content, or none, for a while."""
    whole = path.read_bytes()
    path.unlink() if data is None else path.write_bytes(data)
    yield
    path.write_bytes(whole)


def cut(name: str) -> Callable[[Path], AbstractContextManager[None]]:
    return lambda run: spoilt(run / name, (run / name).read_bytes()[:-9])


def gone(name: str) -> Callable[[Path], AbstractContextManager[None]]:
    return lambda run: spoilt(run / name, None)


def flip(name: str) -> Callable[[Path], AbstractContextManager[None]]:
    return lambda run: spoilt(run / name, bytes([(data := (run / name).read_bytes())[0] ^ 1]) + data[1:])


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "earlier": (say(schema="migrate.run/0", tool="0.0.9"), "U-RUN-VERSION"),
    "no schema": (forget("schema"), "U-RUN-VERSION"),
    "no key": (forget("frozen"), "run.json: frozen"),
    "no key below": (forget("inputs.sha256"), "run.json: inputs[].sha256"),
    "another type": (say(finding_cap="1000"), "run.json: finding_cap"),
    "number for yes/no": (say(balanced=1), "run.json: balanced"),
    "list for map": (say(gates=[]), "run.json: gates"),
    "map for list": (say(tables={}), "run.json: tables"),
    "text below": (say(tables=["jumin"]), "run.json: tables[].balanced"),
    "no JSON": (lambda folder: (folder / "run.json").write_bytes(b"{"), "U-RUN-PARTS"),
    "no map": (lambda folder: (folder / "run.json").write_bytes(b"[]"), "U-RUN-PARTS"),
    "no frame": (lambda folder: (folder / "units.parquet").unlink(), "units.parquet"),
    "no parquet": (lambda folder: (folder / "gaiji.parquet").write_bytes(b"?"), "gaiji.parquet"),
    "no column": (forget_column, "findings.parquet: caused_by"),
    "no table": (lambda folder: (folder / "standard" / "jumin.csv").unlink(), "standard/jumin.csv"),
}


@pytest.fixture
def said(command: Command, towns: Towns, tmp_path: Path) -> Callable[[str, Path], str]:
    """What a command says about a run that it does not read."""
    command("init", "project", "--layout", "juki", "--source", "host_fixed")

    def ask(name: str, run: Path) -> str:
        places = {"RUN": run, "OUT": run.parent, "IN": towns.town(60).inputs, "WHOLE": towns.run(60).folder}
        ended = command(*(places.get(word, word) for word in COMMANDS[name]), "--lang", "en")
        assert ended.code not in (0, 4), ended.err
        assert ended.out == ""
        assert "{" not in ended.err
        return ended.err

    return ask


def test_every_command_tells_a_run_of_another_version(
    said: Callable[[str, Path], str], towns: Towns, tmp_path: Path
) -> None:
    run = resealed(towns.run(60).folder, tmp_path / "other", CHANGES["earlier"][0])
    for name in COMMANDS:
        told_ = said(name, run)
        assert "U-RUN-VERSION" in told_, (name, told_)
        assert "was written by migrate 0.0.9 as migrate.run/0; this version reads migrate.run/1 only" in told_
        assert "run the same files again with this one" in told_


def test_every_command_tells_a_run_that_is_damaged(
    said: Callable[[str, Path], str], towns: Towns, tmp_path: Path
) -> None:
    """A file cut short, one that is gone, one bit of another: it is found before anything is read."""
    run = Path(shutil.copytree(towns.run(60).folder, tmp_path / "out" / towns.run(60).folder.name))
    harms = itertools.cycle(
        (cut("findings.parquet"), cut("run.json"), gone("standard/jumin.csv"), flip("units.parquet"))
    )
    for name, harm in zip(COMMANDS, harms, strict=False):
        with harm(run):
            told_ = said(name, run)
        assert re.match("E-RUN-CHANGED|E-RUN-DAMAGED|.*U-REF-DAMAGED", told_), (name, told_)


def test_what_a_run_lacks_is_named(said: Callable[[str, Path], str], towns: Towns, tmp_path: Path) -> None:
    for name, (change, what) in CHANGES.items():
        told_ = said("gaiji", resealed(towns.run(60).folder, tmp_path / name, change))
        assert what in told_, (name, told_)
        assert "U-RUN-" in told_, (name, told_)


def test_times_of_another_version_are_told(said: Callable[[str, Path], str], towns: Towns, tmp_path: Path) -> None:
    run = resealed(towns.run(60).folder, tmp_path / "other", lambda folder: None, timings={"total": 1})
    assert "(migrate.run/1)" in (told_ := said("gate", run))
    assert TIMINGS in told_


def test_a_manifest_of_another_version_is_told(command: Command, towns: Towns, tmp_path: Path) -> None:
    run = resealed(towns.run(60).folder, tmp_path / "other", lambda folder: None, schema="migrate.manifest/2")
    ended = command("verify", run, "--lang", "en")
    assert (ended.code, "of another version of migrate" in ended.out) == (1, True)
    assert "E-RUN-CHANGED" in command("gaiji", "list", run).err


def test_a_rehearsal_of_another_version_is_left_out_of_a_report_and_told(towns: Towns, tmp_path: Path) -> None:
    said = Project(municipality="さくら市", layout="juki")
    project, out, moment = tmp_path / "project", tmp_path / "out", Moment("2026-10-01T18:30", clock=False)
    whole = towns.run(60)
    shutil.copytree(whole.folder, out / whole.folder.name)
    now = SealedRun.open(out / whole.folder.name)
    earlier = resealed(towns.run(60, 1, 1.0).folder, tmp_path / "other", CHANGES["earlier"][0])
    earlier = earlier.rename(out / earlier.name)
    line = replace(
        now, folder=earlier, report=now.report | {"run_id": earlier.name}, sha256=digest_of(earlier / MANIFEST)
    )
    for run in (line, now):
        add_rehearsal(project, run, Held("課長"), moment)
    problems: list[Problem] = []
    later = later_of(now, None, Loaded(said, project, b""), unread=problems.append)
    assert [problem.code for problem in problems] == ["U-RUN-VERSION"]
    assert (len(later.trend), later.previous) == (1, None)
