"""Look-up files: read whole before anything else; the columns that mappings need stay in memory."""

from collections.abc import Iterable
from contextlib import closing
from functools import reduce

import polars as pl

from migrate.evidence import Evidence
from migrate.io.batch import Batch
from migrate.io.inputs import InputFile
from migrate.memory import give_back
from migrate.pipeline import census
from migrate.pipeline.batches import Ended, batches, finish
from migrate.pipeline.formats import no_rows
from migrate.pipeline.prefetch import Prefetch
from migrate.pipeline.run_state import State
from migrate.plan import Rule
from migrate.plan.mapping import TROUBLES, JoinPlan
from migrate.stages.map import Lookup, LookupTrouble

IGNORED = ("half", "full", "unknown")
"""Troubles that say something about an item only, not about a look-up file by itself."""


def load_lookups(state: State) -> None:
    """Every look-up file of the source, with a finding for what is wrong in it."""
    for kind in state.plan.lookups:
        state.lookups[kind] = _load(state, kind)
    mappings = [mapping for of_file in state.plan.mappings.values() for mapping in of_file]
    uses = [(mapping, join) for mapping in mappings for join in mapping.joins]
    _name_doubles(state, [join for _, join in uses])
    for kind, lookup in state.lookups.items():
        lookup.settle([join for _, join in uses if join.file == kind])
        lookup.heed([(mapping, join) for mapping, join in uses if join.file == kind])
    give_back()


def _load(state: State, kind: str) -> Lookup:
    frames: list[pl.DataFrame] = []
    known: dict[str, list[Evidence]] = {}
    troubles: list[LookupTrouble] = []
    rows = 0
    files = [file for file in state.intake.files if file.file == kind and file.name in state.books]
    with closing(Prefetch(batches(state, files))) as read:
        for piece in read:
            if isinstance(piece, Ended):
                finish(state, piece)
                continue
            file, batch = piece
            frames.append(batch.frame.with_columns(_file=pl.lit(state.file_number(file.name), pl.UInt16)))
            census.note(state, file, batch)
            for name, evidence in batch.known.items():
                known.setdefault(name, []).append(evidence)
            troubles += _note_troubles(state, file, batch, first_row=rows)
            rows += batch.frame.height
    for file in files:
        state.books[file.name].referenced = state.books[file.name].count.data
    frame = pl.concat(frames) if frames else _empty(state, kind)
    facts = {name: reduce(Evidence.__and__, parts) for name, parts in known.items()}
    return Lookup(frame, facts, tuple(troubles), partial=_refused(state, kind))


def _refused(state: State, kind: str) -> bool:
    """A file of this kind is in doubt, or did not come though it must."""
    names = [file.name for file in state.intake.files if file.file == kind]
    must = any(entry.file == kind and entry.required for entry in state.plan.source.source.files)
    return (must and not names) or any(state.intake.refused(name) for name in names)


def _empty(state: State, kind: str) -> pl.DataFrame:
    marks = {"_record": pl.UInt64, "_offset": pl.UInt64, "_length": pl.UInt32, "_file": pl.UInt16}
    return (
        no_rows(state.plan.reads[kind])
        .with_columns(pl.lit(None, kind).alias(name) for name, kind in marks.items())
        .clear()
    )


def _note_troubles(state: State, file: InputFile, batch: Batch, *, first_row: int) -> list[LookupTrouble]:
    """A finding at the look-up's record for what is wrong by itself; what the standard item makes of it is told by rows
    that look it up."""
    owner = state.plan.source.source.owner
    noted = []
    for trouble in batch.troubles:
        number = -1
        if trouble.trouble not in IGNORED:
            rule_id, class_, severity = TROUBLES[trouble.trouble]
            number = state.plan.book.number(Rule(rule_id, class_, severity, "keep", owner, "", trouble.column))
            places = batch.frame[trouble.rows].select(record="_record", offset="_offset")
            state.found.add(
                places.with_columns(
                    rule=pl.lit(number), cause=pl.lit(-1), file=pl.lit(state.file_number(file.name), pl.UInt16)
                )
            )
        noted.append(LookupTrouble(trouble.trouble, trouble.column, trouble.rows + first_row, number))
    return noted


def _name_doubles(state: State, joins: Iterable[JoinPlan]) -> None:
    """A key that stands twice in a look-up file: every holder is named, and the key is not used."""
    for file, on in sorted({(join.file, join.keys) for join in joins}):
        frame = state.lookups[file].frame
        doubled = frame.filter((pl.len().over(on) > 1) & pl.all_horizontal(pl.col(n).is_not_null() for n in on))
        if doubled.height:
            rule = Rule("R-LOOKUP-DOUBLE", "重複", "error", "keep", state.plan.source.source.owner, "", on[-1])
            places = doubled.select(record="_record", offset="_offset", file="_file")
            state.found.add(places.with_columns(rule=pl.lit(state.plan.book.number(rule)), cause=pl.lit(-1)))
