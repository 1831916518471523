"""run.json as data: the machine's contract of a run (``docs/run-json.md``)."""

from collections.abc import Iterable, Sequence
from typing import Any

from migrate import __version__
from migrate.io.sealed import SCHEMA
from migrate.pipeline.deliver import Delivery
from migrate.pipeline.run_state import FileBook, State
from migrate.pipeline.store import count_findings
from migrate.pipeline.values import code_maps_of, sentinels_of
from migrate.pipeline.verdict import judge_run, residents_in
from migrate.stages.reconcile import Agreement
from migrate.vocab import daykey


def report_of(state: State, delivery: Delivery, controls: Sequence[Agreement]) -> dict[str, Any]:
    """Everything a run says about itself but its id and its timings."""
    findings = count_findings(state.found.all(), list(state.plan.book))
    inputs = [_input(state, file.name) for file in state.intake.files]
    tables = _tables(state, delivery)
    rest = all(part["balanced"] for part in tables) and all(one.balanced or one.waived for one in controls)
    balanced = rest and all(part["balanced"] for part in inputs)
    explained = rest and all(part["balanced"] or part["refused"] for part in inputs)
    counts = _gate_counts(state, delivery, controls)
    verdict, reasons = judge_run(
        state.options, refused=bool(state.intake.refusals), balanced=explained, counts=counts, findings=findings
    )
    layout = state.plan.layout
    return {
        "schema": SCHEMA,
        "tool": __version__,
        "layout": layout.system.system,
        "municipality": state.options.municipality,
        "source": state.plan.source.source.source,
        "profile": layout.profile.profile,
        "as_of": None if state.intake.as_of is None else as_of_text(state.intake.as_of),
        "definitions": layout.definition_hash,
        "verdict": verdict,
        "reasons": reasons,
        "balanced": balanced,
        "refused": _refused(state),
        "unclaimed": list(state.intake.unclaimed),
        "inputs": inputs,
        "tables": tables,
        "controls": _controls(controls),
        "findings": findings,
        "finding_cap": state.options.finding_cap,
        "cleansing": _cleansing(state),
        "code_maps": code_maps_of(state),
        "frozen": state.options.frozen.report(layout.definition_hash) if state.options.frozen else None,
        "gates": dict(state.options.gates),
        "gate_counts": counts,
        "waivers": _waivers(state),
        "references": [
            {"layout": given.system, "run_id": given.run_id, "verdict": given.verdict}
            for given in state.options.references
        ],
        "shared": [{"reference": name, "keys": keys} for name, keys in state.shared.items()],
        "unchecked": [{"rule": rule, "reference": name} for rule, name in state.plan.unchecked],
    }


def _gate_counts(state: State, delivery: Delivery, controls: Sequence[Agreement]) -> dict[str, int]:
    """What each gate looks at. A record that is none has no unit and stands on no side of a control: it may be anyone,
    and any row of the tables that its file feeds."""
    lost = [control for control in controls if control.lost_fails]
    keeps = {control.table for control in lost}
    counts = {
        "quarantined_resident": residents_in(delivery.quarantined_units, state.scopes) + delivery.quarantined_alone,
        "lost_key": sum(1 for control in lost if control.source != control.target),
    }
    for file in state.intake.files:
        book, mappings = state.books.get(file.name), state.plan.mappings.get(file.file, ())
        if book is not None and mappings:
            broken = len(book.count.broken)
            counts["quarantined_resident"] += broken
            counts["lost_key"] += broken if keeps & {mapping.to for mapping in mappings} else 0
    return counts


def as_of_text(key: int) -> str:
    """A daykey as ``YYYY-MM-DD``."""
    return f"{key // 4096 + daykey.BASE_YEAR:04}-{key // 256 % 16:02}-{key // 8 % 32:02}"


def _refused(state: State) -> list[dict[str, Any]]:
    return [
        {
            "file": refusal.file,
            "code": refusal.reason.code,
            "record": refusal.reason.record,
            "offset": refusal.reason.offset,
            "facts": refusal.reason.facts,
        }
        for refusal in sorted(state.intake.refusals, key=lambda refusal: state.place_of(refusal.file))
    ]


def _waivers(state: State) -> list[dict[str, Any]]:
    """Every waiver, and what it was used for; one that was not needed has no use."""
    return [
        {
            "total": waiver.total,
            "reason": waiver.reason,
            "person": waiver.person,
            "used": [
                {"file": use.file, "stated": use.stated, "found": use.found}
                for use in sorted(state.waived, key=lambda use: state.place_of(use.file))
                if use.waiver == waiver
            ],
        }
        for waiver in state.options.waivers
    ]


def _input(state: State, name: str) -> dict[str, Any]:
    book = state.books.get(name)
    told = _counted(state, name, book)
    if state.options.receipts is not None:
        told["receipt"] = state.options.receipts.told(name, told["sha256"])
    return told


def _counted(state: State, name: str, book: FileBook | None) -> dict[str, Any]:
    refused = state.intake.refused(name)
    if book is None:
        return {"file": name, "sha256": None, "bytes": 0, "records": 0, "balanced": False, "refused": refused}
    tally = book.count.tally
    return {
        "file": name,
        "kind": book.kind,
        "sha256": tally.sha256 or None,
        "bytes": tally.bytes,
        "records": tally.records + tally.eof_marks,
        "header": book.count.header,
        "trailer": book.count.trailer,
        "blank": book.count.blank + tally.eof_marks,
        "mapped": book.mapped,
        "referenced": book.referenced,
        "excluded": sum(book.excluded.values()),
        "excluded_by": dict(sorted(book.excluded.items())),
        "quarantined": book.quarantined,
        "sentinels": sentinels_of(state, book),
        "balanced": book.balanced and not refused,
        "refused": refused,
    }


def _tables(state: State, delivery: Delivery) -> list[dict[str, Any]]:
    return [
        {
            "table": name,
            "mapped": (rows := state.totals.rows[name])["source"],
            "written": rows["written"],
            "quarantined": rows["quarantined"],
            "file": delivery.names()[name],
            "sha256": delivery.sha256[name],
            "balanced": rows["source"] == rows["written"] + rows["quarantined"],
        }
        for name in state.plan.tables
    ]


def _controls(controls: Iterable[Agreement]) -> list[dict[str, Any]]:
    return [
        {
            "name": control.name,
            "table": control.table,
            "source": control.source,
            "target": control.target,
            "explained": control.explained,
            "balanced": control.balanced,
            "waived": control.waived,
            "kind": control.kind,
            "declared": control.declared,
            "group": dict(control.group),
            "decimals": control.decimals,
        }
        for control in controls
    ]


def _cleansing(state: State) -> list[dict[str, Any]]:
    return [
        {"table": table, "rule": rule, "field": field, "seen": steps["seen"], "changed": steps["changed"]}
        for (table, rule, field), steps in sorted(state.totals.steps.items())
    ]
