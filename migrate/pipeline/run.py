"""One run from input folder to sealed run folder."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.errors import EnvironmentTrouble, InputRefused, Problem
from migrate.io.publish import RunFolder, locked, verify
from migrate.io.sealed import read_report
from migrate.memory import give_back, share
from migrate.pipeline.batches import batches, open_books
from migrate.pipeline.bucket import checked, staged
from migrate.pipeline.deliver import Delivery
from migrate.pipeline.identity import digests_of, run_id
from migrate.pipeline.intake import Intake, receive, refuse_changed
from migrate.pipeline.judge import judge_groups
from migrate.pipeline.lookups import load_lookups
from migrate.pipeline.options import Options
from migrate.pipeline.outcome import conclude
from migrate.pipeline.prefetch import Prefetch
from migrate.pipeline.references import load_references, missing_references, refuse_other_days
from migrate.pipeline.report import as_of_text
from migrate.pipeline.run_state import State
from migrate.pipeline.sizes import Sizes
from migrate.pipeline.stopwatch import Stopwatch
from migrate.pipeline.stream import sample_bounds, stream
from migrate.plan import Plan, build, framing_plans
from migrate.spec.layout import Layout

TURN = 0.0005
"""Seconds for which one thread of Python may keep the others waiting. Most wait for Polars and need a moment only, to
give it the next thing to do."""
DISK_FACTOR = 2.5
"""Free space a run wants, as a multiple of its input: staged rows and tables stand beside each other for a while."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: its folder, ``run.json`` as data, and the exit code that says the verdict."""

    folder: Path
    report: dict[str, Any]
    exit_code: int
    repeated: bool = False


def run(layout: Layout, options: Options) -> RunResult:
    """Run a layout with a source over a delivery.

    Raises InputRefused where no 基準日 is stated, EnvironmentTrouble where the machine cannot take the run;
    everything that is wrong with the data is in the result.
    """
    assert layout.source is not None
    share()
    intake = receive(options, layout.source, framing_plans(layout))
    if intake.as_of is None and not intake.refusals:
        raise InputRefused(Problem("I-AS-OF", {"folder": str(options.inputs)}))
    missing = missing_references(layout, options.references)
    if intake.as_of is not None:
        refuse_other_days(options.references, as_of_text(intake.as_of))
    plan = build(layout, missing=missing, **({} if intake.as_of is None else {"as_of": intake.as_of}))
    with locked(options.out), _short_turns():
        earlier = _earlier(plan, options, intake)
        if earlier is not None:
            return earlier
        _need_room(options, intake)
        folder = RunFolder.open(options.out)
        try:
            return _run(plan, options, intake, folder)
        except BaseException:
            folder.abandon()
            raise


@contextmanager
def _short_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _run(plan: Plan, options: Options, intake: Intake, folder: RunFolder) -> RunResult:
    watch = Stopwatch()
    data = {f.name: f for f in intake.files if f.file in plan.mappings and f.bytes and not intake.refused(f.name)}
    sizes = Sizes.of(plan, options, intake)
    with watch("sample"):
        bounds = sample_bounds(plan, data, buckets=sizes.buckets)
    state = State(plan, options, intake, folder, sizes.batch_bytes, len(bounds) + 1, bounds, folder.staging(), watch)
    open_books(state, (f for f in intake.files if f.file in plan.reads and not intake.refused(f.name)))
    mapped = [file for file in intake.files if file.file in plan.mappings and file.name in state.books]
    mapped.sort(key=lambda file: file.bytes)  # of the last file only a part of a block is left to wait for
    with closing(state), closing(Prefetch(batches(state, mapped, state.room))) as read:
        with watch("look-ups"):
            load_lookups(state)
            state.references |= load_references(plan.layout, options.references)
        stream(state, read)
        give_back()
        delivery = _deliver(state)
        refuse_changed(intake)
        with watch("conclude"):
            report = conclude(state, delivery)
    final = folder.seal(report["run_id"], {"seconds": dict(watch.seconds), "total": watch.total()})
    return RunResult(final, report, exit_code(report))


def _deliver(state: State) -> Delivery:
    """The delivering half: the first buckets are read and checked while groups across buckets are judged."""
    delivery = Delivery(state)
    with closing(Prefetch(staged(state))) as read, closing(Prefetch(checked(state, read))) as buckets, state.room:
        with state.watch("judge groups"):
            judge_groups(state)
        delivery.run(buckets)
    return delivery


def exit_code(report: dict[str, Any]) -> int:
    """0 合格 or 条件付合格, 1 不合格 or unbalanced, 3 a file was refused."""
    if report["refused"]:
        return 3
    return 0 if report["verdict"] in ("pass", "conditional") else 1


def _earlier(plan: Plan, options: Options, intake: Intake) -> RunResult | None:
    """The delivery of an equal run, if it is there and intact; then nothing is written."""
    sealed = [folder for folder in options.out.iterdir() if (folder / "manifest.json").is_file()]
    if not sealed:
        return None
    name = run_id(plan, options, intake, digests_of(intake, {}))
    folder = options.out / name
    if folder not in sealed:
        return None
    if problems := verify(folder):
        what, file = problems[0]
        raise EnvironmentTrouble(Problem("E-RUN-DAMAGED", {"folder": str(folder), "what": what, "file": file}))
    report = read_report(folder)
    return RunResult(folder, report, exit_code(report), repeated=True)


def _need_room(options: Options, intake: Intake) -> None:
    free = shutil.disk_usage(options.out).free
    needed = int(intake.bytes * DISK_FACTOR)
    if free < needed:
        facts = {"needed": f"{needed / 1e9:.1f}", "free": f"{free / 1e9:.1f}", "folder": str(options.out)}
        raise EnvironmentTrouble(Problem("E-DISK-SPACE", facts))
