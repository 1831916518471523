"""The end of a run: books closed, verdict given, everything but the tables written."""

from dataclasses import replace
from typing import Any

import polars as pl

from migrate.io.publish import canonical
from migrate.io.sealed import REPORT
from migrate.io.tables import parquet_bytes
from migrate.pipeline import census
from migrate.pipeline.corrected import note_corrections, told_of_corrections, write_corrections
from migrate.pipeline.counts import SHEET, compare
from migrate.pipeline.deliver import QUARANTINE, Delivery
from migrate.pipeline.groups import household_agreements
from migrate.pipeline.identity import digests_of, run_id
from migrate.pipeline.report import report_of
from migrate.pipeline.run_state import State
from migrate.pipeline.store import as_findings
from migrate.plan import Rule
from migrate.report.documents import documents
from migrate.report.model import Evidence, model_of
from migrate.spec.waivers import COUNTS
from migrate.stages.reconcile import Agreement, agreements


def conclude(state: State, delivery: Delivery) -> dict[str, Any]:
    """Close the books, decide, write findings and run.json; the report as data."""
    _note_file_findings(state)
    _note_shared(state)
    census.note_twins(state)
    _note_receipts(state)
    note_corrections(state, delivery.quarantined)
    _drop_out_of_scope(state)
    _close_books(state, delivery)
    controls = _controls(state)
    glyphs = census.ledger(state)
    delivery.close()
    report = report_of(state, delivery, controls)
    report |= {"gaiji": census.told(glyphs), "corrections": told_of_corrections(state)}
    known = {name: book.count.tally.sha256 for name, book in state.books.items()}
    report["run_id"] = run_id(state.plan, state.options, state.intake, digests_of(state.intake, known))
    _place_tables(state, delivery, report)
    state.folder.read_back_ahead()
    _write_frames(state, delivery)
    write_corrections(state)
    state.folder.add("gaiji.parquet", parquet_bytes(glyphs))
    state.folder.add(REPORT, canonical(report))
    _write_report(state)
    return report


def _write_report(state: State) -> None:
    """The report for people: made of what stands in the folder, in the first language, whoever asks."""
    with state.folder.reading_back():
        people = {given.system: given.people for given in state.options.references}
        model = model_of(replace(Evidence.of(state.folder.work, state.plan.layout, "ja"), elsewhere=people))
    for name, data in documents(model, room=state.folder.staging()):
        state.folder.add(name, data)


def _note_file_findings(state: State) -> None:
    """What is wrong with files as a whole."""
    owner = state.plan.source.source.owner
    for refusal in state.intake.refusals:
        reason = refusal.reason
        rule = Rule(reason.code, "件数", "error", "keep", owner, "")
        state.file_finding(rule, refusal.file, record=reason.record, offset=reason.offset)
    for name in state.intake.of_other_days:
        state.file_finding(Rule("F-AS-OF-GIVEN", "日付", "alert", "keep", owner, ""), name)
    for _ in state.intake.unclaimed:
        state.file_finding(Rule("F-UNCLAIMED", "件数", "alert", "keep", owner, ""), None)


def _note_shared(state: State) -> None:
    """Keys that two of the deliveries referred to have, where the system says that none may be in two."""
    for reference in state.plan.layout.system.references:
        keys = state.references.get(reference.name) if reference.distinct else None
        if keys is not None and (shared := keys.shared()):
            state.shared[reference.name] = shared
            state.file_finding(Rule("F-REF-SHARED", "重複", "error", "keep", "団体", ""), None)


def _note_receipts(state: State) -> None:
    """Files that were never received, or in whose place another came; definitions that are not the approved ones."""
    owner = state.plan.source.source.owner
    receipts, frozen = state.options.receipts, state.options.frozen
    for name, book in state.books.items() if receipts else ():
        told = receipts.told(name, book.count.tally.sha256) if receipts else None
        if told is None:
            state.file_finding(Rule("F-RECEIPT-NONE", "件数", "alert", "keep", owner, ""), name)
        elif told["superseded"]:
            state.file_finding(Rule("F-RECEIPT-OLD", "件数", "error", "keep", owner, ""), name)
    if frozen and frozen.definitions != state.plan.layout.definition_hash:
        state.file_finding(Rule("F-FROZEN", "件数", "alert", "keep", "新ベンダ", ""), None)


def _drop_out_of_scope(state: State) -> None:
    """Findings of rules that are not meant for the unit's population are none."""
    found = state.found.all()
    book = list(state.plan.book)
    for scope in sorted({rule.scope for rule in book} - {"all"}):
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
        if book is not None and file.file in state.plan.mappings:
            taken = quarantined.get(number, 0)
            book.quarantined = taken + len(book.count.broken)
            book.mapped = delivery.records[number] - taken


def _controls(state: State) -> list[Agreement]:
    """Every total of both sides, the old system's own counts last."""
    controls = agreements(state.totals, state.plan.tables.values(), state.plan.controls, _standard_codes(state))
    controls += household_agreements(state)
    ours = {f"tables.{name}": rows["source"] for name, rows in state.totals.rows.items()}
    for book in state.books.values():
        ours[f"files.{book.kind}"] = ours.get(f"files.{book.kind}", 0) + book.count.data
    expected = compare(state.intake.counts, ours, controls)
    if not all(count.known for count in expected):
        owner = state.plan.source.source.owner
        state.file_finding(Rule("F-COUNT-NAME", "件数", "error", "keep", owner, ""), None)
    return [*controls, *(_waived(state, count) for count in expected)]


def _standard_codes(state: State) -> dict[tuple[str, str], frozenset[str]]:
    """The codes of every item that has a code table, by table and item."""
    layout = state.plan.layout
    fields = [(name, field) for name, table in layout.tables.items() for field in table.fields]
    return {(name, field.name): frozenset(layout.codes[field.codes]) for name, field in fields if field.codes}


def _waived(state: State, control: Agreement) -> Agreement:
    """A count of the sheet that does not agree, and that somebody answers for."""
    name = control.name.removeprefix(SHEET)
    if control.balanced or not state.waives(f"{COUNTS}{name}", None, stated=control.source, found=control.target):
        return control
    return replace(control, waived=True)


def _place_tables(state: State, delivery: Delivery, report: dict[str, Any]) -> None:
    """Accepted tables stand in ``standard/``; those of a failed run in ``unaccepted/``; an unbalanced run has none."""
    if report["verdict"] != "fail":
        return
    none = not report["balanced"] or bool(report["refused"])
    for name in [name for name in state.folder.files if name.startswith(delivery.folders())]:
        if none:
            state.folder.discard(name)
        else:
            state.folder.move(name, _unaccepted(name))
    for table in report["tables"]:
        table["file"] = None if none else _unaccepted(table["file"])
        table["sha256"] = None if none else table["sha256"]


def _unaccepted(name: str) -> str:
    return f"unaccepted/{name.removeprefix('standard/')}"


def _write_frames(state: State, delivery: Delivery) -> None:
    rules = list(state.plan.book)
    files = [file.name for file in state.intake.files]
    found = as_findings(state.found.all(), rules, files, cap=state.options.finding_cap)
    state.folder.add("findings.parquet", parquet_bytes(found))
    state.folder.add("units.parquet", parquet_bytes(_with_file_names(state, _units(state))))
    state.folder.add("withheld.parquet", parquet_bytes(_with_rule_ids(state, state.withheld.all())))
    state.folder.add("ledger.parquet", parquet_bytes(_with_file_names(state, state.ledger.all())))
    state.folder.add("quarantine.parquet", parquet_bytes(_quarantine(state, delivery)))


def _units(state: State) -> pl.DataFrame:
    """Whose record each finding is about: what finds it again in the next extraction. No unit key that is secret; one
    that is itself in doubt was left out where it was checked."""
    secret = any(state.plan.unit in plan.table.secrets for plan in state.plan.tables.values())
    known = state.found.all().filter(pl.col("unit").is_not_null(), pl.col("record").is_not_null())
    units = known.select("file", "record", "unit").unique()
    return units.clear() if secret else units


def _with_file_names(state: State, rows: pl.DataFrame) -> pl.DataFrame:
    """``source_file`` in place of the file's number; rows in order of place."""
    files = [file.name for file in state.intake.files]
    names = pl.DataFrame({"file": range(len(files)), "source_file": files}, schema=_NAMES)
    named = rows.join(names, on="file", how="left").drop("file")
    return named.sort(["source_file", "record", *(c for c in named.columns if c not in ("source_file", "record"))])


_NAMES = pl.Schema({"file": pl.UInt16, "source_file": pl.String})
_RULES = pl.Schema({"rule": pl.Int32, "id": pl.String, "rule_table": pl.String, "rule_field": pl.String})


def _rules(state: State) -> pl.DataFrame:
    book = list(state.plan.book)
    return pl.DataFrame(
        {
            "rule": range(len(book)),
            "id": [rule.id for rule in book],
            "rule_table": [rule.table for rule in book],
            "rule_field": [rule.field for rule in book],
        },
        schema=_RULES,
    )


def _with_rule_ids(state: State, rows: pl.DataFrame) -> pl.DataFrame:
    ids = _rules(state).select("rule", "id")
    return _with_file_names(state, rows.join(ids, on="rule", how="left").drop("rule").rename({"id": "rule"}))


def _quarantine(state: State, delivery: Delivery) -> pl.DataFrame:
    """One row per record taken out: its place and length (bytes), the first rule that did it, the bytes found wrong."""
    book = list(state.plan.book)
    doing = [number for number, rule in enumerate(book) if rule.effect == "quarantine" or rule.id == "R-UNIT"]
    reasons = (
        state.found.all()
        .filter(pl.col("rule").is_in(doing))
        .sort("file", "record", "rule", maintain_order=True)
        .unique(["file", "record"], keep="first", maintain_order=True)
        .select("file", "record", "offset", "rule", "bytes")
    )
    records = pl.concat([delivery.quarantined, _broken(state)]).unique(["file", "record"])
    placed = (
        records.join(reasons.drop("offset"), on=["file", "record"], how="left")
        .join(_rules(state), on="rule", how="left")
        .drop("rule")
        .rename({"id": "rule", "rule_table": "table", "rule_field": "field"})
    )
    return _with_file_names(state, placed)


def _broken(state: State) -> pl.DataFrame:
    """Records that were no data records."""
    rows = [
        (state.file_number(name), one.record, one.offset, one.length)
        for name, book in state.books.items()
        for one in book.count.broken
    ]
    return pl.DataFrame(rows, schema=QUARANTINE, orient="row")
