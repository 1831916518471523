"""A run to be disturbed, beside an earlier delivery in the same folder, and what must hold whatever befalls it."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from migrate.io.publish import LOCK, WORK_PREFIX, verify
from migrate.synth import make_town
from tests.canaries import Canaries, secrets_of
from tests.faults.runner import Ended, Process, Runners
from tests.faults.syscalls import Decision, carry_out
from tests.towns import juki
from tests.trees import tree_of

TOWNS = {"accepted": (60, 2, 0.05), "unaccepted": (20, 1, 0.3), "earlier": (20, 7, 0.0)}
"""Residents, seed and faults. The first has several buckets; the tables of the second move before it is sealed."""
CODES = {"accepted": 0, "unaccepted": 1}
RENAME = "rename .run 1"
"""The step before which there is nothing, and after which there is everything."""


def make_towns(folder: Path) -> None:
    """The towns of all scenes, below ``folder``."""
    for name, (residents, seed, faults) in TOWNS.items():
        (folder / name).mkdir(parents=True)
        make_town(juki(), residents, seed, faults, folder / name)


@dataclass
class Found:
    """What stands in the output folder beside the earlier delivery: whole deliveries, working folders, complaints."""

    whole: list[Path] = field(default_factory=list)
    stale: list[Path] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@dataclass
class Scene:
    """One town and the folder its deliveries go to. ``steps`` are those of an undisturbed run, in order."""

    name: str
    towns: Path
    folder: Path
    out: Path = field(init=False)
    runners: Runners = field(init=False)
    steps: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.out = self.disk / "out"
        self.runners = Runners(self.folder / "run", self.out, self.towns / self.name / "in")
        self._canaries = Canaries(secrets_of(self.towns / self.name / "in"))
        assert self.rerun("earlier").code == 0
        (earlier,) = self._folders()
        self.earlier = earlier.name
        self._earlier = tree_of(earlier)
        assert self.rerun().code == self.code, "another town: this one comes to another verdict"
        self.steps = self.worker.watcher.steps if self.worker.watcher else []
        (whole,) = (folder for folder in self._folders() if folder != earlier)
        self.whole = whole.name
        self.delivered = tree_of(whole)
        shutil.rmtree(whole)

    @property
    def disk(self) -> Path:
        """What the output folder stands on; a file system of its own where a part wants one."""
        return self.folder / "disk"

    @property
    def code(self) -> int:
        """The exit code of an undisturbed run."""
        return CODES[self.name]

    @property
    def aims(self) -> list[str]:
        """The steps to disturb: all; of a run whose tables move, those that the other run does not have."""
        if self.name == "accepted":
            return self.steps
        return [step for step in self.steps if self.name in step or step.startswith(("rename", "rmdir"))]

    @property
    def worker(self) -> Process:
        return self.runners.worker()

    def arguments(self, town: str | None = None) -> list[str]:
        """``migrate run`` over the town."""
        inputs = self.towns / (town or self.name) / "in"
        said = ["run", "--layout", "juki", "--source", "host_fixed", "--also", "parquet"]
        return [*said, "--input", str(inputs), "--out", str(self.out)]

    def rerun(self, town: str | None = None, decide: Decision = carry_out, **limits: int) -> Ended:
        """A run of the worker."""
        self.worker.begin(self.arguments(town), decide, **limits)
        return self.worker.end(worker=True)

    def _folders(self) -> list[Path]:
        return [path for path in self.out.iterdir() if path.is_dir() and not path.name.startswith(WORK_PREFIX)]

    def look(self) -> Found:
        """What stands there now."""
        found = Found()
        for path in sorted(self.out.iterdir()):
            if path.name == self.earlier:
                if tree_of(path) != self._earlier:
                    found.complaints.append("the earlier delivery has changed")
            elif path.name.startswith(WORK_PREFIX):
                found.stale.append(path)
            elif path.name == self.whole:
                found.whole.append(path)
                if tree_of(path) != self.delivered or verify(path):
                    found.complaints.append("a delivery that is not whole stands under its final name")
            elif path.name != LOCK:
                found.complaints.append(f"{path.name} stands in the output folder")
        if not (self.out / self.earlier).is_dir():
            found.complaints.append("the earlier delivery is gone")
        return found

    def leaks(self, ended: Ended, process: Process) -> list[str]:
        """Numbers in what was said or left anywhere but in data files; files that were written elsewhere."""
        streams = {"stdout": ended.out, "stderr": ended.err}
        held = {name: forms for name, said in streams.items() if (forms := self._canaries.found(said))}
        held |= self._canaries.leaks(self.out)
        told = [f"{name} holds a number ({', '.join(sorted(forms))})" for name, forms in held.items()]
        told += ["a traceback"] * (b"Traceback" in ended.err + ended.out)
        for name in ("tmp", "here"):
            told += [f"{path.name} left in {name}" for path in sorted((self.runners.folder / name).rglob("*"))]
        return told + (sorted(set(process.watcher.strays)) if process.watcher else [])

    def restore(self) -> list[str]:
        """Run again, undisturbed: the delivery must come whole, and nothing be left behind; then it is taken away."""
        ended = self.rerun()
        found = self.look()
        told = [f"again: {complaint}" for complaint in (*found.complaints, *self.leaks(ended, self.worker))]
        told += [f"again: exit code {ended.code}"] * (ended.code != self.code)
        told += ["again: no delivery"] * (not found.whole)
        told += [f"again: {path.name} is left" for path in found.stale]
        for path in (*found.whole, *found.stale):
            shutil.rmtree(path)
        return told

    def close(self) -> None:
        """Let the processes go."""
        self.runners.close()
