"""The delivering half of a run: bucket by bucket, units in quarantine are taken out and the rest is written in key
order."""

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from migrate.io.tables import Form, TableFile, extra_fields
from migrate.pipeline.judge import judge
from migrate.pipeline.prefetch import prefetch
from migrate.pipeline.run_state import State
from migrate.pipeline.staging import restored, side_rows, stage_group
from migrate.pipeline.store import FOUND
from migrate.plan.tables import TablePlan
from migrate.stages.map import EXTRA

QUARANTINE = pl.Schema({"file": pl.UInt16, "record": pl.UInt64, "offset": pl.UInt64, "length": pl.UInt32})


class Delivery:
    """Writes every table; knows what was written and what went into quarantine."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._files = {name: self._open(table) for name, table in state.plan.tables.items()}
        self._extras = self._open_extras()
        self.sha256: dict[str, str] = {}
        self.quarantined = QUARANTINE.to_frame()
        self.quarantined_units = pl.DataFrame(schema={"unit": pl.String})
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

    def run(self) -> None:
        """All buckets, in key order."""
        state = self._state
        parts, done = [self.quarantined], 0
        buckets = prefetch(self._read_all())
        while True:
            with state.watch("publish: read (waiting)"):
                frames = next(buckets, None)
            if frames is None:
                break
            parts += self._bucket(frames)
            done += 1
            state.options.progress("publish", done, state.buckets)
        self.quarantined = pl.concat(parts)
        with state.watch("publish: close"):
            for name, file in self._files.items():
                self.sha256[name] = file.close()
            for extra, _ in self._extras.values():
                extra.close()

    def _read_all(self) -> Iterator[dict[str, pl.DataFrame]]:
        """The staged rows of every bucket in key order, by table."""
        state = self._state
        for bucket in range(state.buckets):
            frames = {}
            for name, spool in state.tables.items():
                frame = spool.read(bucket)
                if frame is not None:
                    ordered = _in_key_order(frame, state.plan.tables[name])
                    whole = restored(ordered, state.plan.deferred[name], state.lookups)
                    frames[name] = _with_judged(whole, state.plan.judged[name])
                spool.drop(bucket)
            yield frames

    def _bucket(self, frames: dict[str, pl.DataFrame]) -> list[pl.DataFrame]:
        state = self._state
        with state.watch("publish: checks"):
            self._check_duplicates(frames)
            self._check_across(frames)
            self._check_present(frames)
            doomed = self._doomed()
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

    def _check_duplicates(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Every holder of a key that stands twice. Rows are in key order, so equal keys are neighbours."""
        for name, frame in frames.items():
            table = self._state.plan.tables[name]
            keys = [pl.col(key) for key in table.table.key]
            same = pl.all_horizontal(key.eq(key.shift(1)) for key in keys).fill_null(False)
            second = frame.select(same=same).to_series()
            if second.any():
                places = frame.select(file="_file", record="_record", offset="_offset", unit=self._state.plan.unit)
                double = places.filter(second | second.shift(-1, fill_value=False))
                self._state.found.add(double.with_columns(rule=pl.lit(table.duplicate), cause=pl.lit(-1)))

    def _check_across(self, frames: Mapping[str, pl.DataFrame]) -> None:
        state = self._state
        for check in state.plan.across:
            if not check.local:
                continue
            rows = [
                side_rows(frames[side.table], check, number, state.plan.unit)
                for number, side in enumerate(check.across.sides)
                if side.table in frames
            ]
            if not rows:
                continue
            stacked = pl.concat(rows) if len(rows) > 1 else rows[0]
            if check.across.suspects is not None:
                named = check.across.suspects(stacked).unique()
                if not len(named):
                    continue
                stacked = stacked.filter(pl.col("g0").is_in(named.implode()))
            state.found.add(judge(state, check, stacked.with_columns(_taint=pl.lit(False))))

    def _check_present(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Units that have a past and no present: their present record is lost, or its key cannot be read."""
        state = self._state
        if state.plan.no_present is None or state.plan.layout.system.state is None:
            return
        frame = frames.get(state.plan.layout.system.state.table)
        if frame is None:
            return
        unit = state.plan.unit
        present = frame.filter("_latest").select(unit)
        if present[unit].drop_nulls().n_unique() == frame[unit].drop_nulls().n_unique():
            return
        lost = frame.filter(pl.col(unit).is_not_null()).join(present, on=unit, how="anti", maintain_order="left")
        last = lost.unique(unit, keep="last", maintain_order=True)
        state.found.add(
            last.select(file="_file", record="_record", offset="_offset", unit=unit).with_columns(
                rule=pl.lit(state.plan.no_present), cause=pl.lit(-1)
            )
        )

    def _doomed(self) -> pl.DataFrame | None:
        """Findings so far that put a unit into quarantine; None if there are none."""
        state = self._state
        found = state.found.all()
        rules = [n for n, rule in enumerate(state.plan.book) if rule.effect == "quarantine"]
        doomed = found.filter(pl.col("rule").is_in(rules))
        if not doomed.height:
            return None
        for scope in sorted({state.plan.book[n].scope for n in rules} - {"all"}):
            of_scope = pl.col("rule").is_in([n for n in rules if state.plan.book[n].scope == scope])
            held = pl.lit(pl.Series(state.scopes.holds(scope, doomed["unit"])))
            doomed = doomed.filter(~of_scope | held)
        return doomed

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
        for side, rows in (("written", written), ("quarantined", taken)):
            state.totals.take_target(side, table, rows, state.plan.coded[name])
            state.totals.take_sums(table, side, rows)
            latest = self._latest(name, rows)
            state.totals.take_controls(side, state.plan.controls, name, rows, latest)
            for control in state.plan.controls:
                if control.name in state.groups and control.control.table == name:
                    group, kind = control.control.keys
                    stage_group(state, control.name, side, latest.select(g=group, k=kind))
        if taken.height:
            self.quarantined_units = pl.concat([self.quarantined_units, taken.select(unit=state.plan.unit)]).unique()

    def _latest(self, name: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that hold the present state of their unit; a table without a state has only such rows."""
        of = self._state.plan.layout.system.state
        return rows if of is None or of.table != name else rows.filter("_latest")

    def _note_caused(self, name: str, taken: pl.DataFrame, doomed: pl.DataFrame) -> None:
        """Rows that are in quarantine because of another row of their unit."""
        state = self._state
        places = taken.select(file="_file", record="_record", offset="_offset", unit=state.plan.unit)
        own = doomed.join(places.select("unit").unique(), on="unit", how="semi", nulls_equal=True)
        first = (
            own.sort("file", "record", "rule")
            .unique("unit", keep="first", maintain_order=True)
            .select("unit", cause="rule")
        )
        others = places.join(doomed, on=["file", "record"], how="anti")
        caused = others.join(first, on="unit", how="left").with_columns(rule=pl.lit(state.plan.caused[name], pl.Int32))
        state.found.add(caused.select(c for c in FOUND if c in caused.columns))


def _in_key_order(frame: pl.DataFrame, table: TablePlan) -> pl.DataFrame:
    """Rows by primary key; numbers by value, equal keys by place. A key that no row of the bucket has is not staged."""
    numbers = {field.name for field in table.table.fields if field.type in ("9", "S9")}
    keys = [
        pl.col(k).cast(pl.Int64, strict=False) if k in numbers else pl.col(k)
        for k in table.table.key
        if k in frame.columns
    ]
    return frame.sort(*keys, "_file", "_record", nulls_last=False)


def _with_judged(frame: pl.DataFrame, judged: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """With the items that checks and totals read, also where no row of the bucket has a value."""
    return frame.with_columns(pl.lit(None, kind).alias(n) for n, kind in judged.items() if n not in frame.columns)
