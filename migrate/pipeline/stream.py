"""The streaming half of a run: every batch is read, mapped, cleansed, checked and staged by key bucket.

Batches go from thread to thread: one is read, one mapped and cleansed (``pipeline/work.py``), one checked and booked
here, and what is to be kept of one is staged.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial

import polars as pl

from migrate.errors import InternalError, Problem
from migrate.io.batch import Batch
from migrate.io.inputs import InputFile
from migrate.pipeline import census
from migrate.pipeline.batches import Ended, finish
from migrate.pipeline.formats import sample
from migrate.pipeline.origins import bytes_of, text_of
from migrate.pipeline.prefetch import Prefetch
from migrate.pipeline.run_state import State
from migrate.pipeline.staging import stage
from migrate.pipeline.work import Worked, work
from migrate.plan import Plan
from migrate.plan.across import ControlPlan
from migrate.plan.hits import Hit
from migrate.plan.mapping import MappingPlan, lookup_of
from migrate.stages.cleanse import Cleansed
from migrate.stages.correct import refuse
from migrate.stages.map import SLOT, Mapped, derive
from migrate.stages.validate import Foregone, Validated, check_rows, confirm, foregone, settle

SAMPLE_RECORDS, OF_A_BUCKET = 8192, 256
"""Records that tell where buckets begin: so many, and so many for each bucket; few would make buckets unequal."""


def sample_bounds(plan: Plan, files: Mapping[str, InputFile], *, buckets: int) -> pl.Series:
    """Unit keys that cut the delivery into about equal ranges, from records evenly spread over its files."""
    if buckets == 1:
        return pl.Series(dtype=pl.String)
    total = sum(file.bytes for file in files.values()) or 1
    wanted = max(SAMPLE_RECORDS, OF_A_BUCKET * buckets)
    keys = [pl.Series("key", [], dtype=pl.String)]
    for file in files.values():
        read = plan.reads[file.file]
        held = {column.name for column in read.columns}
        made = [
            value for mapping in plan.mappings[file.file] if (value := _unit_key(mapping, plan.unit, held)) is not None
        ]
        names = {name for value in made for name in value.meta.root_names()}
        if names:
            frame = sample(file, read, names, records=max(1, wanted * file.bytes // total))
            keys += [frame.select(value.alias("key")).to_series() for value in made]
    ordered = pl.concat(keys).drop_nulls().sort()
    at = [len(ordered) * i // buckets for i in range(1, buckets)]
    return ordered.gather(at).unique().sort() if len(ordered) else pl.Series(dtype=pl.String)


def _unit_key(mapping: MappingPlan, unit: str, held: Collection[str]) -> pl.Expr | None:
    """How the unit key is made of the columns of a file; None where it takes a code map, a slot or a look-up."""
    key = next(field for field in mapping.fields if field.target == unit)
    plain = key.codes is None and mapping.group is None and set(key.value.meta.root_names()) <= set(held)
    return key.value if plain else None


def stream(state: State, read: Iterator[tuple[InputFile, Batch] | Ended]) -> None:
    """Every data file through the stages; ``read`` are the batches of the files, in whatever order."""
    done, total = 0, state.intake.bytes
    with state.watch("validate"):
        state.foregone |= {name: tuple(_judge_lookups(state, name)) for name in state.plan.tables}
    with closing(Prefetch(work(state, read))) as worked, state.room:
        for piece in worked:
            if isinstance(piece, Ended):
                finish(state, piece)
                _quarantine_broken(state, piece.file)
                continue
            _take(state, piece)
            ended = piece.batch.bytes if piece.last else None
            del piece
            if ended is not None:
                state.room.leave()
                done += ended
            if ended:
                state.options.progress("stream", done, total)
    with state.watch("stage (waiting)"):
        state.stager.drain()
    state.scopes.close()
    for lookup in state.lookups.values():
        lookup.drop_keys()


def _judge_lookups(state: State, table: str) -> Iterator[Foregone]:
    """The rows of every look-up of a table, as the items that they are delivered as, held against its checks."""
    for at, targets in state.plan.deferred[table].items():
        rows = state.lookups[lookup_of(at)].frame
        given = rows.select(pl.col(source).alias(target) for target, source in targets)
        yield foregone(at, given, state.plan.tables[table].checks)


def _take(state: State, done: Worked) -> None:
    """Checks and books what became of one batch, and hands it over to be staged."""
    watch, mapping = state.watch, done.mapping
    with watch("validate"):
        checked, hits = _check(state, done)
    with watch("confirm"):
        if disagreement := confirm(checked.frame, state.plan.tables[mapping.to], hits):
            item, check = disagreement
            raise InternalError(Problem("X-CONTRACT", {"table": mapping.to, "item": item, "check": check}))
    with watch("reconcile"):
        _count_source(state, mapping, done.mapped)
        _count_corrections(state, done)
        _note_steps(state, done.file, mapping, done.cleansed)
        touched = {count.field for count in done.cleansed.counts if count.changed} | done.corrected_items
        _count_changes(state, mapping, done.mapped.frame, checked, touched)
    with watch("collect"):
        _collect(state, done.file, done.batch, mapping, checked)
        if done.corrected is not None:
            _note_corrections(state, done.file, done.corrected.outcome, checked)
        if done.first:
            _book(state, done.file, done.taken)
            census.note(state, done.file, done.batch, done.taken)
        if state.plan.layout.profile.repertoire != "unicode":
            census.note_letters(state, done.file, done.batch, done.taken, done.cleansed, hits)
    with watch("stage (waiting)"):
        state.stager.submit(partial(stage, state, done.file, mapping, checked, done.cleansed.untouched))


def _check(state: State, done: Worked) -> tuple[Validated, tuple[Hit, ...]]:
    """The rows with their checks, and everything that reading, mapping, cleansing and checking found."""
    mapping, cleansed = done.mapping, done.cleansed
    proven = mapping.proven.difference(done.corrected_items)
    table = state.plan.tables[mapping.to]
    there = set(cleansed.frame.columns)
    judged = [part for part in state.foregone[mapping.to] if part.at in there and part.items <= cleansed.untouched]
    own = check_rows(
        cleansed.frame,
        table,
        cleansed.known,
        latest=mapping.latest,
        proven=proven,
        judged=judged,
        asked=state.asked_checks,
    )
    hits = (*done.taken.hits, *cleansed.hits, *own)
    checked = settle(cleansed.frame, hits, state.plan.book)
    return replace(checked, frame=derive(checked.frame, mapping)), hits


def _count_source(state: State, mapping: MappingPlan, mapped: Mapped) -> None:
    """The side of the source: what was mapped, before anything is changed."""
    plan, totals = state.plan, state.totals
    totals.take_source(
        mapping,
        mapped.frame,
        filled=mapped.filled,
        emptied=mapped.emptied,
        asked=mapped.codes,
        coded=plan.coded[mapping.to],
    )
    totals.take_sums(plan.tables[mapping.to], "source", mapped.frame)
    totals.take_controls(
        "source", _controls(plan, keyed=False), mapping.to, mapped.frame, _latest(mapped.frame, mapping)
    )


def _count_changes(
    state: State, mapping: MappingPlan, original: pl.DataFrame, checked: Validated, touched: set[str]
) -> None:
    """What corrections, cleansing and withheld values changed of it; keys are counted as they were checked."""
    frame, plan = checked.frame, state.plan
    state.totals.take_controls("source", _controls(plan, keyed=True), mapping.to, frame, _latest(frame, mapping))
    state.totals.take_changed(
        [control for control in _controls(plan, keyed=False) if mapping.latest or not control.control.latest],
        mapping.to,
        before=original,
        after=frame,
        touched=touched | set(checked.withheld["field"].to_list()),
    )


def _controls(plan: Plan, *, keyed: bool) -> list[ControlPlan]:
    return [control for control in plan.controls if (control.control.value == "keys") is keyed]


def _latest(frame: pl.DataFrame, mapping: MappingPlan) -> pl.DataFrame:
    return frame if mapping.latest else frame.clear()


def _count_corrections(state: State, done: Worked) -> None:
    """What corrections did to the totals of the items."""
    plan, to = state.plan, done.mapping.to
    for book in done.corrected.books.values() if done.corrected else ():
        state.totals.take_corrected(plan.tables[to], book.before, book.after, filled=book.filled, coded=plan.coded[to])


def _note_corrections(state: State, file: InputFile, outcome: pl.DataFrame, checked: Validated) -> None:
    """What became of the corrections of one batch, those whose value was left out by a check refused."""
    if outcome.height:
        told = refuse(outcome, checked.withheld.select("row", item="field"), ("row", "item"))
        told = told.with_columns(file=pl.lit(state.file_number(file.name), pl.UInt16))
        state.corrected.add(told.drop("row", "item"))


def _book(state: State, file: InputFile, mapped: Mapped) -> None:
    book = state.books[file.name]
    for reason, rows in mapped.excluded.rows.items():
        book.excluded[reason] = book.excluded.get(reason, 0) + rows.size
    if mapped.plan.group is not None:
        raise AssertionError("the first mapping of a file has one row per record")


def _note_steps(state: State, file: InputFile, mapping: MappingPlan, cleansed: Cleansed) -> None:
    for count in cleansed.counts:
        steps = state.totals.steps[mapping.to, count.rule, count.field]
        steps["seen"] += count.seen
        steps["changed"] += count.changed
        state.totals.filled[mapping.to, count.field]["emptied"] += count.emptied
    if cleansed.ledger.height:
        places = cleansed.frame.select(record="_record").with_row_index("row")
        entries = cleansed.ledger.join(places, on="row", how="left", maintain_order="left")
        state.ledger.add(entries.with_columns(table=pl.lit(mapping.to), file=pl.lit(state.file_number(file.name))))


def _collect(state: State, file: InputFile, batch: Batch, mapping: MappingPlan, checked: Validated) -> None:
    """Findings and withheld values of one batch, with their places."""
    if not checked.found.height:
        return
    number = pl.lit(state.file_number(file.name), pl.UInt16)
    slot = pl.col(SLOT) if SLOT in checked.frame.columns else pl.lit(None, pl.String)
    places = checked.frame.select(
        record="_record", offset="_offset", unit=state.plan.unit, batch_row="_row", slot=slot
    ).with_row_index("row")
    found = checked.found.join(places, on="row", how="left", maintain_order="left").with_columns(file=number)
    state.found.add(found.with_columns(bytes=_offending(state, batch, mapping, found)))
    cells = checked.withheld.unique(["row", "field"], keep="first", maintain_order=True)
    state.totals.take_withheld(state.plan.tables[mapping.to], cells, state.plan.coded[mapping.to])
    withheld = cells.join(places, on="row", how="left", maintain_order="left").with_columns(
        table=pl.lit(mapping.to), file=number
    )
    withheld = withheld.with_columns(value=_as_read(state, batch, mapping, withheld))
    state.withheld.add(withheld)


def _offending(state: State, batch: Batch, mapping: MappingPlan, found: pl.DataFrame) -> pl.Series:
    """The bytes of the field that puts a record into quarantine, unless it is secret."""
    rules = [state.plan.book[number] for number in found["rule"].to_list()]
    rows, slots = found["batch_row"].to_list(), found["slot"].to_list()
    raw = [
        bytes_of(batch, mapping, rule.field or "", row, slot)
        if rule.effect == "quarantine" and not rule.secret
        else None
        for rule, row, slot in zip(rules, rows, slots, strict=True)
    ]
    return pl.Series("bytes", raw, dtype=pl.Binary)


def _as_read(state: State, batch: Batch, mapping: MappingPlan, withheld: pl.DataFrame) -> pl.Series:
    """What stood where a value was withheld: the value as checked, or the source bytes as text where it could not
    be read."""
    read = state.plan.reads[mapping.file]
    cells = zip(*(withheld[name].to_list() for name in ("rule", "field", "batch_row", "slot", "value")), strict=True)
    values = []
    for rule, field, row, slot, value in cells:
        if value is None and not state.plan.book[rule].secret:
            value = text_of(batch, mapping, read, field, row, slot)
        values.append(value)
    return pl.Series("value", values, dtype=pl.String)


def _quarantine_broken(state: State, file: InputFile) -> None:
    """Records that are no data records go to quarantine by themselves."""
    broken = state.books[file.name].count.broken
    if broken:
        rows = {
            "rule": [state.plan.broken[one.rule] for one in broken],
            "record": [one.record for one in broken],
            "offset": [one.offset for one in broken],
        }
        state.found.add(pl.DataFrame(rows).with_columns(cause=pl.lit(-1), file=pl.lit(state.file_number(file.name))))
