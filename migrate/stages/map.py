"""Map: source columns → standard items, by look-ups, code maps and the expressions of the mapping."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.evidence import Evidence
from migrate.io.batch import Batch
from migrate.memory import copied
from migrate.plan.hits import Hit, rows_where
from migrate.plan.mapping import KEY, FieldPlan, JoinPlan, MappingPlan, Meaning

EXTRA = "+"
"""Prefix of 独自項目 in a mapped frame."""
MARKS = ("_row", "_record", "_offset", "_length")
SLOT = "_slot"
"""The number of the OCCURS slot that a row was made of, where it was."""


@dataclass(frozen=True, slots=True)
class LookupTrouble:
    """One kind of trouble in one column of a look-up file, in rows of its frame; ``rule`` is its own finding (-1 =
    none)."""

    trouble: str
    column: str
    rows: npt.NDArray[np.intp]
    rule: int


@dataclass(frozen=True, slots=True)
class _Index:
    """Row numbers ``_at`` by key (``k0`` …), in key order; keys that stand twice are left out (they are findings).
    ``numbers``: a single key as numbers, where each is another one and their order is the same."""

    rows: pl.DataFrame
    numbers: npt.NDArray[np.int64] | None

    def at(self, place: npt.NDArray[np.intp] | pl.Series, asked: pl.Series) -> pl.Series:
        """The row numbers at these places, null where another key stands there."""
        there = self.rows["k0"].gather(place)
        return self.rows["_at"].gather(place).set(there.ne_missing(asked), None)


@dataclass(slots=True)
class Lookup:
    """A look-up file in memory: the columns that mappings read; ``partial`` where the file is refused, so that nobody
    can say what it does not have."""

    frame: pl.DataFrame
    known: Mapping[str, Evidence] = field(default_factory=dict)
    troubles: tuple[LookupTrouble, ...] = ()
    partial: bool = False
    _indexes: dict[tuple[str, ...], _Index] = field(default_factory=dict)

    def find(self, on: tuple[str, ...], keys: pl.DataFrame) -> pl.Series:
        """The row of the look-up for each row of ``keys`` (columns ``k0`` …), null where there is none."""
        index = self._index(on)
        rows, last = index.rows, index.rows.height - 1
        if index.numbers is not None:
            asked = keys["k0"].cast(pl.Int64, strict=False).fill_null(-1).to_numpy()
            return index.at(np.searchsorted(index.numbers, asked).clip(0, last), keys["k0"])
        if len(on) == 1 and rows.height > keys.height:
            return index.at(rows["k0"].search_sorted(keys["k0"]).clip(0, last), keys["k0"])
        return keys.join(rows, on=keys.columns, how="left", maintain_order="left")["_at"]

    def settle(self, joins: Iterable[JoinPlan]) -> None:
        """Keep what these joins ask for and no more: the columns that they carry, and their keys in order. A city has a
        row for every household."""
        for join in joins:
            self._index(join.keys)
        carried = {name for join in joins for name in join.carries}
        self.frame = copied(self.frame.select(name for name in self.frame.columns if name in carried))

    def heed(self, uses: Iterable[tuple[MappingPlan, JoinPlan]]) -> None:
        """Keep the troubles that one of these mappings leaves a value out for, and no others: half-width kana in a name
        may be one in every row."""
        known = {(t.trouble, t.column) for t in self.troubles}
        heeded = {one for plan, join in uses for one in known if _left_out(plan, join, *one)}
        self.troubles = tuple(t for t in self.troubles if (t.trouble, t.column) in heeded)

    def drop_keys(self) -> None:
        """Nothing is looked up any more; the rows stay."""
        self._indexes.clear()

    def _index(self, on: tuple[str, ...]) -> _Index:
        if on not in self._indexes:
            keys = self.frame.select(pl.col(name).alias(f"k{i}") for i, name in enumerate(on)).with_row_index("_at")
            names = [f"k{i}" for i in range(len(on))]
            rows = copied(keys.filter(pl.len().over(names) == 1).drop_nulls(names).sort(names))
            self._indexes[on] = _Index(rows, _numbers(rows["k0"]) if len(on) == 1 and rows.height else None)
        return self._indexes[on]


def _numbers(keys: pl.Series) -> npt.NDArray[np.int64] | None:
    """Keys in order as numbers, which are found in half the time; None where they do not tell the keys apart."""
    numbers = keys.cast(pl.Int64, strict=False)
    if keys.dtype != pl.String or numbers.null_count() or not (numbers.diff().drop_nulls() > 0).all():
        return None
    return numbers.to_numpy()


@dataclass(frozen=True, slots=True)
class Excluded:
    """Records left out by a mapping: their rows in the batch, by reason."""

    rows: Mapping[str, npt.NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Mapped:
    """Rows of a standard table from one batch: items, 独自項目 as ``+name``, look-up rows as ``_at:file:join``, and
    ``_row`` (in the batch), ``_record``, ``_offset``, ``_length``; ``_slot`` where rows were made of OCCURS slots.

    ``filled`` counts filled source cells by item, ``emptied`` those that a step of the mapping made empty;
    ``codes`` counts what code maps were asked, by item (frame: key, count).
    """

    plan: MappingPlan
    frame: pl.DataFrame
    hits: tuple[Hit, ...]
    excluded: Excluded
    known: Mapping[str, Evidence]
    filled: Mapping[str, int]
    emptied: Mapping[str, int]
    codes: Mapping[str, pl.DataFrame]


def map_batch(batch: Batch, plan: MappingPlan, lookups: Mapping[str, Lookup]) -> Mapped:
    """One batch through one mapping."""
    frame = batch.frame.with_row_index("_row")
    frame, excluded = _exclude(frame, plan)
    frame = _slots(frame, plan)
    hits = _cell_hits(batch, plan, frame)
    for join in plan.joins:
        frame, missed = _join(frame, join, lookups[join.file])
        if missed.size and not lookups[join.file].partial:
            hits.append(Hit(join.rule, missed, join.taints[:1], taints=join.taints))
        hits += _looked_up(frame, plan, join, lookups[join.file])
    hits += _check(frame, plan)
    keyed = frame.with_columns(f.codes.key.alias(KEY + f.target) for f in plan.fields if f.codes)
    mapped = keyed.select(
        *(f.value.alias(f.target) for f in plan.fields),
        *(extra.value.alias(EXTRA + extra.name) for extra in plan.extras if not extra.derived),
        *MARKS,
        *([] if plan.group is None else [pl.col(f"{plan.group}.no").alias(SLOT)]),
        *(join.at for join in plan.joins),
    )
    hits += _misses(keyed, mapped, plan) + _conflicts(keyed, plan)
    filled, emptied = _filled(keyed, hits, plan), _emptied(keyed, mapped, plan)
    return Mapped(
        plan, mapped, tuple(hits), excluded, _known(batch, plan, lookups), filled, emptied, _asked(keyed, plan)
    )


def derive(frame: pl.DataFrame, plan: MappingPlan) -> pl.DataFrame:
    """Checked rows with the 独自項目 that are made of their items, as ``+name``."""
    return frame.with_columns(extra.value.alias(EXTRA + extra.name) for extra in plan.extras if extra.derived)


def _exclude(frame: pl.DataFrame, plan: MappingPlan) -> tuple[pl.DataFrame, Excluded]:
    if not plan.excludes:
        return frame, Excluded({})
    masks = frame.select(condition.alias(str(i)) for i, (condition, _) in enumerate(plan.excludes))
    out = np.zeros(frame.height, dtype=np.bool_)
    rows: dict[str, npt.NDArray[np.intp]] = {}
    for i, (_, reason) in enumerate(plan.excludes):
        hit = masks[str(i)].to_numpy() & ~out
        if hit.any():
            rows[reason] = np.flatnonzero(hit)
            out |= hit
    return (frame.filter(pl.Series(~out)) if out.any() else frame), Excluded(rows)


def _slots(frame: pl.DataFrame, plan: MappingPlan) -> pl.DataFrame:
    """One row per filled OCCURS slot, slot numbers as ``group.no``."""
    if plan.group is None:
        return frame
    prefix, common = f"{plan.group}.", [name for name in frame.columns if "#" not in name]
    parts = []
    for slot in range(1, plan.slots + 1):
        ending = f"#{slot}"
        of_slot = [name for name in frame.columns if name.startswith(prefix) and name.endswith(ending)]
        part = frame.select(
            *common,
            *(pl.col(name).alias(name.removesuffix(ending)) for name in of_slot),
            pl.lit(str(slot)).alias(f"{prefix}no"),
        )
        parts.append(part if plan.skip_slot is None else part.filter(~plan.skip_slot))
    return pl.concat(parts).sort("_row", maintain_order=True)


def _cell_hits(batch: Batch, plan: MappingPlan, frame: pl.DataFrame) -> list[Hit]:
    """Troubles of reading, in rows of the mapped frame, as what they mean for the standard item."""
    hits = []
    for trouble in batch.troubles:
        column, _, slot = trouble.column.partition("#")
        meaning = plan.meanings.get((trouble.trouble, column))
        if meaning is None:
            continue
        here = np.zeros(batch.frame.height, dtype=np.bool_)
        here[trouble.rows] = True
        found = here[frame["_row"].to_numpy()]
        if slot:
            found &= (frame[f"{plan.group}.no"] == slot).to_numpy()
        rows = np.flatnonzero(found)
        if rows.size:
            hits.append(Hit(meaning.rule, rows, (meaning.target,), meaning.withhold))
    return hits


def _join(frame: pl.DataFrame, join: JoinPlan, lookup: Lookup) -> tuple[pl.DataFrame, npt.NDArray[np.intp]]:
    """The look-up's columns beside the frame, and the rows that asked for a key it does not have."""
    names = [f"k{i}" for i in range(len(join.on))]
    keys = frame.select(pl.col(source).alias(name) for name, (source, _) in zip(names, join.on, strict=True))
    asks = pl.all_horizontal(pl.lit(keys[name]).is_not_null() for name in names)
    asking = frame.select(asks if join.applies is None else asks & join.applies).to_series().to_numpy()
    rows = np.flatnonzero(asking)
    at = lookup.find(join.keys, keys if rows.size == frame.height else keys[rows])
    missed = rows[at.is_null().to_numpy()]
    if rows.size != frame.height:
        at = pl.Series(values=[None], dtype=pl.UInt32).new_from_index(0, frame.height).scatter(rows, at)
    given = lookup.frame.select(join.carries)
    if at.null_count() == frame.height:
        carried = [pl.lit(None, kind).alias(f"{join.name}.{name}") for name, kind in given.schema.items()]
        return frame.with_columns(*carried, at.alias(join.at)), missed
    found = given.select(pl.all().gather(at).name.prefix(f"{join.name}."))
    return frame.with_columns(*found.get_columns(), at.alias(join.at)), missed


def _left_out(plan: MappingPlan, join: JoinPlan, trouble: str, column: str) -> Meaning | None:
    """What a trouble in a column of a look-up means for the item that takes it, where it means that it is left out."""
    meaning = plan.meanings.get((trouble, f"{join.name}.{column}"))
    return meaning if meaning is not None and meaning.withhold else None


def _looked_up(frame: pl.DataFrame, plan: MappingPlan, join: JoinPlan, lookup: Lookup) -> list[Hit]:
    """Values of a look-up that must not be delivered, in the rows that found them; the look-up's own finding is the
    cause."""
    hits = []
    for trouble in lookup.troubles:
        meaning = _left_out(plan, join, trouble.trouble, trouble.column)
        if meaning is not None:
            found = frame[join.at].is_in(pl.Series(trouble.rows.astype(np.uint32)).implode()).fill_null(False)
            rows = rows_where(found)
            if rows.size:
                hits.append(Hit(meaning.rule, rows, (meaning.target,), True, cause=trouble.rule))
    return hits


def _check(frame: pl.DataFrame, plan: MappingPlan) -> list[Hit]:
    checks = [check for check in plan.checks if plan.latest or not check.latest]
    failed = frame.select(check.fails.alias(str(i)) for i, check in enumerate(checks))
    hits = []
    for i, check in enumerate(checks):
        rows = rows_where(failed.to_series(i))
        if rows.size:
            hits.append(Hit(check.rule, rows, check.fields, check.withhold))
    return hits


def _misses(keyed: pl.DataFrame, mapped: pl.DataFrame, plan: MappingPlan) -> list[Hit]:
    hits = []
    for f in plan.fields:
        if f.codes and mapped[f.target].null_count() != keyed[KEY + f.target].null_count():
            rows = rows_where(keyed[KEY + f.target].is_not_null() & mapped[f.target].is_null())
            some = keyed[KEY + f.target].gather(rows).is_in(list(f.codes.candidates)).to_numpy()
            hits += [
                Hit(rule, part, (f.target,), withhold=True)
                for rule, part in ((f.codes.miss, rows[~some]), (f.codes.undecided, rows[some]))
                if part.size
            ]
    return hits


def _conflicts(frame: pl.DataFrame, plan: MappingPlan) -> list[Hit]:
    hits = []
    for f in plan.fields:
        if f.conflict is not None:
            values = [pl.col(o) // 8 if frame.schema[o] == pl.Int32 else pl.col(o) for o in f.origins]
            pairs = [a.ne(b).fill_null(False) for i, a in enumerate(values) for b in values[i + 1 :]]
            rows = rows_where(frame.select(pl.any_horizontal(pairs)).to_series())
            if rows.size:
                hits.append(Hit(f.conflict, rows, (f.target,)))
    return hits


def _filled(keyed: pl.DataFrame, hits: list[Hit], plan: MappingPlan) -> dict[str, int]:
    """Cells in which the source holds something, whether or not it could be read."""
    misses = {rule for f in plan.fields if f.codes for rule in f.codes.rules}
    filled = {}
    for f in (f for f in plan.fields if f.origins):
        read = _read(keyed, f)
        left_out = [h.rows for h in hits if h.withhold and h.fields[0] == f.target and h.rule not in misses]
        unread = read.gather(np.unique(np.concatenate(left_out))).null_count() if left_out else 0
        filled[f.target] = keyed.height - read.null_count() + unread
    return filled


def _known(batch: Batch, plan: MappingPlan, lookups: Mapping[str, Lookup]) -> dict[str, Evidence]:
    """What is known of the mapped items from the columns they were taken from as they are."""
    sources = dict(batch.known)
    for join in plan.joins:
        sources.update({f"{join.name}.{name}": known for name, known in lookups[join.file].known.items()})
    found = {}
    for f in plan.fields:
        if f.known is not None:
            found[f.target] = f.known
        elif not f.stepped and all(origin in sources for origin in f.origins):
            found[f.target] = reduce(Evidence.__and__, (sources[origin] for origin in f.origins))
    return found


def _emptied(keyed: pl.DataFrame, mapped: pl.DataFrame, plan: MappingPlan) -> dict[str, int]:
    stepped = [f for f in plan.fields if f.stepped]
    return {f.target: mapped[f.target].null_count() - _read(keyed, f).null_count() for f in stepped}


def _read(keyed: pl.DataFrame, f: FieldPlan) -> pl.Series:
    """What was read for an item: the key of its code map, or the first of its source columns that has a value."""
    if f.codes:
        return keyed[KEY + f.target]
    if len(f.origins) == 1:
        return keyed[f.origins[0]]
    return keyed.select(pl.coalesce(f.origins)).to_series()


def _asked(keyed: pl.DataFrame, plan: MappingPlan) -> dict[str, pl.DataFrame]:
    return {
        f.target: keyed[KEY + f.target].alias("key").value_counts(name="n").with_columns(pl.col("n").cast(pl.Int64))
        for f in plan.fields
        if f.codes
    }
