"""The end of a run: books closed, verdict given, everything but the tables written."""

import csv
from typing import Any

import polars as pl

from migrate import __version__
from migrate.io.tables import parquet_bytes
from migrate.pipeline.deliver import Delivery
from migrate.pipeline.groups import household_agreements
from migrate.pipeline.run_state import State
from migrate.pipeline.store import as_findings, count_findings
from migrate.plan.rules import Rule
from migrate.stages.reconcile import Agreement, agreements
from migrate.vocab import daykey

SCHEMA = "migrate.run/1"


def conclude(state: State, delivery: Delivery) -> dict[str, Any]:
    """Close the books, decide, write findings and run.json; the report as data."""
    from migrate.pipeline.run import run_id

    _file_findings(state)
    _drop_out_of_scope(state)
    _close_books(state, delivery)
    controls = [
        *agreements(state.totals, state.plan.tables.values(), state.plan.controls),
        *household_agreements(state),
        *_count_sheet(state),
    ]
    report = _report(state, delivery, controls)
    digests = {name: book.count.tally.sha256 for name, book in sorted(state.books.items())}
    for refusal in state.intake.refusals:
        digests.setdefault(refusal.file, refusal.reason.code)
    complete = not report["refused"]
    report["run_id"] = run_id(state.plan, state.options, digests) if complete else _refused_id(state)
    _place_tables(state, delivery, report)
    _write(state, delivery, report)
    return report


def _refused_id(state: State) -> str:
    from migrate.io.publish import digest_of
    from migrate.pipeline.run import run_id

    return run_id(state.plan, state.options, {file.name: digest_of(file.path) for file in state.intake.files})


def _file_findings(state: State) -> None:
    """What is wrong with files as a whole."""
    owner = state.plan.source.source.owner
    for refusal in state.intake.refusals:
        reason = refusal.reason
        rule = Rule(reason.code, "件数", "error", "keep", owner, "")
        state.file_finding(rule, refusal.file, record=reason.record, offset=reason.offset)
    for _ in state.intake.unclaimed:
        state.file_finding(Rule("F-UNCLAIMED", "件数", "alert", "keep", owner, ""), None)


def _drop_out_of_scope(state: State) -> None:
    """Findings of rules that are not meant for the unit's population are none."""
    found = state.found.all()
    book = list(state.plan.book)
    for scope in {rule.scope for rule in book} - {"all"}:
        rules = [number for number, rule in enumerate(book) if rule.scope == scope]
        of_scope = pl.col("rule").is_in(rules)
        some = found.filter(of_scope)
        if some.height:
            held = some.filter(pl.Series(state.scopes.holds(scope, some["unit"])))
            found = pl.concat([found.filter(~of_scope), held])
    state.found.replace(found)


def _close_books(state: State, delivery: Delivery) -> None:
    """Per input file: mapped = records that stand in a table, quarantined = records taken out."""
    lost = delivery.quarantined.unique(["file", "record"]).group_by("file").agg(n=pl.len())
    quarantined = dict(zip(lost["file"].to_list(), lost["n"].to_list(), strict=True))
    for number, file in enumerate(state.intake.files):
        book = state.books.get(file.name)
        if book is None or file.file not in state.plan.mappings:
            continue
        taken = quarantined.get(number, 0)
        book.quarantined = taken + len(book.count.unknown_type)
        book.mapped = delivery.records[number] - taken


def _count_sheet(state: State) -> list[Agreement]:
    """The old system's own counts against ours: names are ``files.<file>`` or ``tables.<table>``."""
    sheet = state.options.count_sheet
    if sheet is None:
        return []
    ours = {f"tables.{name}": rows["source"] for name, rows in state.totals.rows.items()}
    for book in state.books.values():
        ours[f"files.{book.kind}"] = ours.get(f"files.{book.kind}", 0) + book.count.data
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Agreement(f"件数表 {row['name']}", "", int(row["expected"]), ours.get(row["name"], 0), 0) for row in rows]


def _verdict(
    state: State, delivery: Delivery, controls: list[Agreement], counts: list[dict[str, Any]], balanced: bool
) -> tuple[str, list[str]]:
    gates = dict(state.options.gates)
    residents = _residents_lost(state, delivery)
    lost = sum(1 for c in controls if c.lost_fails and c.source != c.target)
    reasons = []
    if state.intake.refusals:
        reasons.append("refused")
    if not balanced:
        reasons.append("unbalanced")
    if residents > gates.get("quarantined_resident", 0):
        reasons.append("quarantined_resident")
    if lost > gates.get("lost_key", 0):
        reasons.append("lost_key")
    if reasons:
        return "fail", reasons
    problems = any(row["severity"] in ("error", "alert") for row in counts)
    return ("conditional" if problems else "pass"), []


def _residents_lost(state: State, delivery: Delivery) -> int:
    """Units in quarantine that are, or may be, residents: those known to be none do not count."""
    units = delivery.quarantined_units["unit"]
    alone = delivery.quarantined_units["unit"].null_count()
    if not state.plan.scopes:
        return len(units)
    known_out = state.scopes.known(units) & ~state.scopes.holds(next(iter(state.plan.scopes)), units)
    return int((~known_out).sum()) if alone == 0 else int((~known_out).sum())


def _report(state: State, delivery: Delivery, controls: list[Agreement]) -> dict[str, Any]:
    counts = count_findings(state.found.all(), list(state.plan.book))
    inputs = [_input(state, file.name) for file in state.intake.files]
    tables = _tables(state, delivery)
    balanced = (
        all(i["balanced"] for i in inputs) and all(t["balanced"] for t in tables) and all(c.balanced for c in controls)
    )
    verdict, reasons = _verdict(state, delivery, controls, counts, balanced)
    system, source = state.plan.layout.system, state.plan.source.source
    return {
        "schema": SCHEMA,
        "tool": __version__,
        "layout": system.system,
        "source": source.source,
        "profile": state.plan.layout.profile.profile,
        "as_of": as_of_text(state.plan.as_of),
        "definitions": state.plan.layout.definition_hash,
        "verdict": verdict,
        "reasons": reasons,
        "balanced": balanced,
        "refused": [{"file": r.file, "code": r.reason.code, "facts": r.reason.facts} for r in state.intake.refusals],
        "unclaimed": list(state.intake.unclaimed),
        "inputs": inputs,
        "tables": tables,
        "controls": [_control(control) for control in controls],
        "findings": counts,
        "finding_cap": state.options.finding_cap,
        "cleansing": [
            {"table": table, "rule": rule, "field": field, "seen": steps["seen"], "changed": steps["changed"]}
            for (table, rule, field), steps in sorted(state.totals.steps.items())
        ],
        "gates": dict(state.options.gates),
    }


def as_of_text(key: int) -> str:
    """A daykey as ``YYYY-MM-DD``."""
    return f"{key // 4096 + daykey.BASE_YEAR:04}-{key // 256 % 16:02}-{key // 8 % 32:02}"


def _control(control: Agreement) -> dict[str, Any]:
    return {
        "name": control.name,
        "table": control.table,
        "source": control.source,
        "target": control.target,
        "explained": control.explained,
        "balanced": control.balanced,
    }


def _input(state: State, name: str) -> dict[str, Any]:
    book = state.books.get(name)
    if book is None:
        return {"file": name, "sha256": None, "bytes": 0, "records": 0, "balanced": False, "refused": True}
    tally = book.count.tally
    refused = state.intake.refused(name)
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


def _place_tables(state: State, delivery: Delivery, report: dict[str, Any]) -> None:
    """Accepted tables stand in ``standard/``; those of a failed run in ``unaccepted/``; an unbalanced run has none."""
    if report["verdict"] != "fail":
        return
    withheld = not report["balanced"] or bool(report["refused"])
    for name in [name for name in state.folder.files if name.startswith(delivery.folders())]:
        if withheld:
            state.folder.discard(name)
        else:
            state.folder.move(name, f"unaccepted/{name.removeprefix('standard/')}")
    for table in report["tables"]:
        table["file"] = None if withheld else f"unaccepted/{table['file'].removeprefix('standard/')}"
        if withheld:
            table["sha256"] = None


def _write(state: State, delivery: Delivery, report: dict[str, Any]) -> None:
    files = [file.name for file in state.intake.files]
    names = pl.DataFrame(
        {"file": range(len(files)), "source_file": files}, schema={"file": pl.UInt16, "source_file": pl.String}
    )
    rules = list(state.plan.book)
    found = state.found.all()
    state.folder.add("findings.parquet", parquet_bytes(as_findings(found, rules, files, cap=state.options.finding_cap)))
    state.folder.add("withheld.parquet", parquet_bytes(_named(state.withheld.all(), names, rules)))
    state.folder.add("ledger.parquet", parquet_bytes(_placed(state.ledger.all(), names)))
    state.folder.add("quarantine.parquet", parquet_bytes(_quarantine(state, delivery, names)))
    from migrate.io.publish import canonical

    state.folder.add("run.json", canonical(report))


def _placed(rows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    named = rows.join(names, on="file", how="left").drop("file")
    return named.sort(["source_file", "record", *(c for c in named.columns if c not in ("source_file", "record"))])


def _named(rows: pl.DataFrame, names: pl.DataFrame, rules: list[Rule]) -> pl.DataFrame:
    ids = pl.DataFrame(
        {"rule": range(len(rules)), "id": [r.id for r in rules]}, schema={"rule": pl.Int32, "id": pl.String}
    )
    return _placed(rows.join(ids, on="rule", how="left").drop("rule").rename({"id": "rule"}), names)


def _quarantine(state: State, delivery: Delivery, names: pl.DataFrame) -> pl.DataFrame:
    """One row per record taken out: file, record, offset, length, the rule that did it and the bytes it found wrong."""
    rules = list(state.plan.book)
    numbers = [number for number, rule in enumerate(rules) if rule.effect == "quarantine" or rule.id == "R-UNIT"]
    reasons = (
        state.found.all()
        .filter(pl.col("rule").is_in(numbers))
        .sort("file", "record", "rule")
        .unique(["file", "record"], keep="first", maintain_order=True)
        .select("file", "record", "offset", "rule", "bytes")
    )
    kinds = [file.file for file in state.intake.files]
    lengths = pl.DataFrame(
        {"file": range(len(kinds)), "length": [state.plan.reads[kind].framing.length for kind in kinds]},
        schema={"file": pl.UInt16, "length": pl.UInt32},
    )
    broken = reasons.filter(pl.col("rule") == state.plan.unknown_type).select("file", "record", "offset")
    records = pl.concat([delivery.quarantined, broken]).unique(["file", "record"])
    placed = records.join(reasons.drop("offset"), on=["file", "record"], how="left").join(
        lengths, on="file", how="left"
    )
    fields = pl.DataFrame(
        {"rule": range(len(rules)), "table": [r.table for r in rules], "field": [r.field for r in rules]},
        schema={"rule": pl.Int32, "table": pl.String, "field": pl.String},
    )
    return _named(placed.join(fields, on="rule", how="left"), names, rules)
