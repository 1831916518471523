"""The delivering half of a run: bucket by bucket, units in quarantine are taken out and the rest is written in key
order."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import polars as pl

from migrate.io.tables import Form, TableFile, extra_fields
from migrate.memory import copied
from migrate.pipeline.bucket import Checked, Frames
from migrate.pipeline.doomed import Doomed
from migrate.pipeline.run_state import State
from migrate.pipeline.staging import stage_group
from migrate.pipeline.store import FOUND
from migrate.plan.tables import TablePlan
from migrate.stages.map import EXTRA

QUARANTINE = pl.Schema({"file": pl.UInt16, "record": pl.UInt64, "offset": pl.UInt64, "length": pl.UInt32})

_TAKEN = pl.Schema({"unit": pl.String, "_file": pl.UInt16, "_record": pl.UInt64})
"""Units that were taken out, and the records among them of which nobody knows the unit."""


def _together(found: list[pl.DataFrame]) -> pl.DataFrame:
    """What several checks found, each with the columns it has, in one frame."""
    some = [part for part in found if part.height]
    return pl.concat(some, how="diagonal_relaxed") if some else FOUND.to_frame()


class Delivery:
    """Writes every table; knows what was written and what went into quarantine: ``quarantined_units``, and how many
    records without a unit (``quarantined_alone``)."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._files = {name: self._open(table) for name, table in state.plan.tables.items()}
        self._extras = self._open_extras()
        self.sha256: dict[str, str] = {}
        self.quarantined = QUARANTINE.to_frame()
        self.quarantined_units = pl.Series(dtype=pl.String)
        self.quarantined_alone = 0
        self._taken = [_TAKEN.to_frame()]
        self.records: Counter[int] = Counter()

    def names(self) -> dict[str, str]:
        """Path of each table's file within the run folder."""
        template = self._state.plan.layout.profile.file_name
        return {
            name: f"{table.table.folder or 'standard'}/{template.format(table=name)}"
            for name, table in self._state.plan.tables.items()
        }

    def _open(self, table: TablePlan) -> TableFile:
        form = Form(self._state.plan.layout.profile, table.table.fields)
        return self._start(self.names()[table.name], form, parquet=self._state.options.parquet)

    def _start(self, name: str, form: Form, *, parquet: bool) -> TableFile:
        file = TableFile(self._state.folder, name, form, parquet=parquet)
        self._state.closing.append(file.abandon)
        return file

    def _open_extras(self) -> dict[str, tuple[TableFile, list[str]]]:
        extras: dict[str, dict[str, str]] = {}
        for mapping in self._state.plan.source.mappings.values():
            extras.setdefault(mapping.to, {}).update({name: extra.ja for name, extra in mapping.extra.items()})
        opened = {}
        for table, names in extras.items():
            if names:
                plan = self._state.plan.tables[table].table
                keys = [plan.field(key) for key in plan.key]
                form = Form(self._state.plan.layout.profile, (*keys, *extra_fields(names))).beside()
                opened[table] = (self._start(f"extra/{table}.csv", form, parquet=False), list(names))
        return opened

    def run(self, buckets: Iterator[Checked]) -> None:
        """All buckets, in key order."""
        state, doomed = self._state, Doomed(self._state)
        parts, done = [self.quarantined], 0
        while True:
            with state.watch("publish: checks (waiting)"):
                bucket = next(buckets, None)
            if bucket is None:
                break
            frames, found = bucket
            with state.watch("publish: quarantine"):
                out = doomed.of(done, state.found.add(_together(found)))
            parts += self._bucket(frames, out)
            del bucket, frames, found
            state.room.leave()
            done += 1
            state.options.progress("publish", done, state.buckets)
        self.quarantined = pl.concat(parts)
        taken = pl.concat(self._taken).unique()
        self.quarantined_units = taken["unit"].drop_nulls()
        self.quarantined_alone = taken["unit"].null_count()

    def close(self) -> None:
        """Waits until the last rows are written, and finishes every file."""
        with self._state.watch("publish: close"):
            for name, file in self._files.items():
                self.sha256[name] = file.close()
            for extra, _ in self._extras.values():
                extra.close()

    def _bucket(self, frames: Frames, doomed: pl.DataFrame | None) -> list[pl.DataFrame]:
        state = self._state
        parts = []
        for name, frame in frames.items():
            written, taken = frame, frame.clear()
            if doomed is not None and (out := self._quarantine_rows(frame, doomed)).any():
                written, taken = frame.filter(pl.Series(~out)), frame.filter(pl.Series(out))
            with state.watch("reconcile"):
                self._book(name, written, taken)
            self._count_records(name, frame)
            if doomed is not None and taken.height:
                parts.append(taken.select(file="_file", record="_record", offset="_offset", length="_length"))
                self._note_caused(name, taken, doomed)
            with state.watch("publish: write (waiting)"):
                self._write(name, written)
        return parts

    def folders(self) -> tuple[str, ...]:
        """Prefixes of the files that hold tables."""
        return tuple({f"{name.partition('/')[0]}/" for name in self.names().values()} | {"extra/"})

    def _count_records(self, name: str, rows: pl.DataFrame) -> None:
        """Records that became rows, by file: those of the mapping that takes each record once."""
        state = self._state
        for number, n in zip(*(column.to_list() for column in rows["_file"].value_counts(name="n")), strict=True):
            if state.plan.mappings[state.intake.files[number].file][0].to == name:
                self.records[number] += n

    def _write(self, name: str, rows: pl.DataFrame) -> None:
        self._files[name].append(rows)
        if name in self._extras:
            file, names = self._extras[name]
            columns = [column for column in (EXTRA + n for n in names) if column in rows.columns]
            filled = rows.filter(pl.any_horizontal(pl.col(c).is_not_null() for c in columns))
            file.append(
                filled.select(*self._state.plan.tables[name].table.key, *(pl.col(c).alias(c[1:]) for c in columns))
            )

    def _quarantine_rows(
        self, frame: pl.DataFrame, doomed: pl.DataFrame
    ) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        unit = frame[self._state.plan.unit]
        by_unit = unit.is_in(doomed["unit"].drop_nulls().unique().implode()).fill_null(False).to_numpy()
        if not unit.null_count():
            return by_unit
        alone = doomed.filter(pl.col("unit").is_null()).select(_file="file", _record="record").unique()
        hit = frame.select("_file", "_record").with_row_index("i").join(alone, on=["_file", "_record"], how="semi")
        by_unit[hit["i"].to_numpy()] = True
        return by_unit

    def _book(self, name: str, written: pl.DataFrame, taken: pl.DataFrame) -> None:
        state = self._state
        table = state.plan.tables[name]
        sides = {"written": written} | ({"quarantined": taken} if taken.height else {})
        for side, rows in sides.items():
            state.totals.take_target(side, table, rows, state.plan.coded[name])
            state.totals.take_sums(table, side, rows)
            latest = self._latest(name, rows)
            state.totals.take_controls(side, state.plan.controls, name, rows, latest)
            for control in state.plan.controls:
                if control.name in state.groups and control.control.table == name:
                    group, kind = control.control.keys
                    stage_group(state, control.name, side, latest.select(g=group, k=kind))
        if taken.height:
            unit = pl.col(state.plan.unit)
            alone = {name: pl.when(unit.is_null()).then(name) for name in ("_file", "_record")}
            self._taken.append(copied(taken.select(unit=unit, **alone).unique()))

    def _latest(self, name: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that hold the present state of their unit; a table without a state has only such rows."""
        of = self._state.plan.layout.system.state
        return rows if of is None or of.table != name else rows.filter("_latest")

    def _note_caused(self, name: str, taken: pl.DataFrame, doomed: pl.DataFrame) -> None:
        """Rows that are in quarantine because of another row of their unit. A record may have rows of several."""
        state = self._state
        places = taken.select(file="_file", record="_record", offset="_offset", unit=state.plan.unit)
        own = doomed.join(places.select("unit").unique(), on="unit", how="semi", nulls_equal=True)
        first = (
            own.sort("file", "record", "rule")
            .unique("unit", keep="first", maintain_order=True)
            .select("unit", cause="rule")
        )
        others = places.join(doomed, on=["file", "record", "unit"], how="anti", nulls_equal=True)
        caused = others.join(first, on="unit", how="left").with_columns(rule=pl.lit(state.plan.caused[name], pl.Int32))
        state.found.add(caused.select(c for c in FOUND if c in caused.columns))
