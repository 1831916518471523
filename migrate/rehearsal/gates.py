"""Go or no-go: a run against the thresholds of its project. Nothing is decided by the clock: a waiver lasts until a
基準日."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from migrate.errors import GUESS, DefinitionErrors, Problem, catalogue, nearest
from migrate.rehearsal.ledger import Frozen
from migrate.rehearsal.receipts import Receipts
from migrate.rehearsal.sealed import SealedRun
from migrate.report.sentences import rule_sentences
from migrate.spec.layout import Layout
from migrate.spec.library import PROJECT_FILE
from migrate.spec.project import GateWaiver, Project, Threshold

SCHEMA = "migrate.gate/1"
FIXED = ("verdict", "quarantined", "totals", "frozen", "received", "window")
"""Gates that are no thresholds of findings; the verdict is the only one that nobody can waive."""

Gate: TypeAlias = tuple[str, float, int]
"""Its name, the figure of the run, and the most that is allowed."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a project knows beside the run: the definitions approved last, and the receipts it keeps."""

    frozen: Frozen | None
    receipts: Receipts | None


def judge_gates(run: SealedRun, project: Project, layout: Layout, known: Known) -> dict[str, Any]:
    """Every gate with its figure, and ``go``; DefinitionErrors where a threshold or waiver names nothing."""
    if problems := list(gate_problems(project, layout)):
        raise DefinitionErrors(*problems)
    gates = [_told(gate, project.go.waivers, run.report["as_of"]) for gate in _gates(run, project, known)]
    return {
        "schema": SCHEMA,
        "run_id": run.id,
        "as_of": run.report["as_of"],
        "go": all(gate["holds"] or gate["waiver"] for gate in gates),
        "gates": gates,
    }


def gate_problems(project: Project, layout: Layout) -> Iterator[Problem]:
    """Thresholds of rules that nobody knows (they would never fail), and waivers of gates that there are not."""
    rules = {*rule_sentences(layout), *catalogue()}
    for threshold in project.go.findings:
        if threshold.rule is not None and threshold.rule not in rules:
            facts = {"rule": threshold.rule, GUESS: nearest(threshold.rule, rules)}
            yield Problem("U-GATE-RULE", facts, PROJECT_FILE)
    names = [*FIXED[1:], *(threshold.what for threshold in project.go.findings)]
    for waiver in project.go.waivers:
        if waiver.gate not in names:
            facts = {"gate": waiver.gate, "known": ", ".join(names), GUESS: nearest(waiver.gate, names)}
            yield Problem("U-GATE-WAIVER", facts, PROJECT_FILE)


def _gates(run: SealedRun, project: Project, known: Known) -> Iterator[Gate]:
    report, go = run.report, project.go
    yield "verdict", int(report["verdict"] == "fail"), 0
    for threshold in go.findings:
        yield threshold.what, sum(row["count"] for row in report["findings"] if _counts(threshold)(row)), threshold.most
    if go.quarantined is not None:
        yield "quarantined", sum(entry.get("quarantined", 0) for entry in report["inputs"]), go.quarantined
    if go.totals is not None:
        yield "totals", sum(1 for control in report["controls"] if not control["balanced"]), go.totals
    if go.frozen:
        same = known.frozen is not None and known.frozen.definitions == report["definitions"]
        yield "frozen", int(not same), 0
    if go.received:
        yield "received", sum(1 for entry in report["inputs"] if not _received(entry, known.receipts)), 0
    if project.window_minutes is not None:
        yield "window", round(run.seconds["total"] / 60, 1), project.window_minutes


def _counts(threshold: Threshold) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a threshold is about a line of findings."""

    def counts(row: Mapping[str, Any]) -> bool:
        if row["caused"]:
            return False
        if threshold.rule is not None:
            return bool(row["rule"] == threshold.rule)
        if threshold.severity is not None:
            return bool(row["severity"] == threshold.severity)
        return bool(row["class"] == threshold.class_ and row["severity"] != "info")

    return counts


def _received(entry: Mapping[str, Any], receipts: Receipts | None) -> bool:
    told = receipts.told(entry["file"], entry["sha256"]) if receipts else None
    return told is not None and not told["superseded"]


def _told(gate: Gate, waivers: Iterable[GateWaiver], as_of: str | None) -> dict[str, Any]:
    """A gate that does not hold, with its first waiver that lasts, or with the one that ended last."""
    name, figure, most = gate
    holds = figure <= most
    told: dict[str, Any] = {"gate": name, "figure": figure, "most": most, "holds": holds, "waiver": None, "ended": None}
    of_gate = [waiver for waiver in waivers if waiver.gate == name]
    if holds or not of_gate:
        return told
    lasting = [waiver for waiver in of_gate if as_of is not None and as_of <= waiver.until]
    lasts, waiver = bool(lasting), lasting[0] if lasting else max(of_gate, key=lambda one: one.until)
    return told | {"waiver" if lasts else "ended": waiver.model_dump(include={"reason", "person", "until"})}
