"""突合票: records that passed, drawn by strata, with what the old system holds beside what is delivered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from migrate.fixes.reread import Inputs, Reread
from migrate.fixes.strata import BLOCK_BYTES, Drawn, draw
from migrate.io.protected import People
from migrate.plan.tables import TablePlan
from migrate.rehearsal.reading import read_rows
from migrate.rehearsal.sealed import SealedRun
from migrate.spec.layout import Layout
from migrate.stages.correct import cleaned

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One item of one row of a drawn unit, as it was (``old``, None where no record of it was found) and as it is
    delivered."""

    stratum: str
    unit: str
    table: str
    key: Key
    item: str
    old: str | None
    new: str | None
    file: str | None
    record: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """A record of the old system: what it holds by standard item."""

    file: str
    record: int
    values: Mapping[str, str | None]


def sample(
    run: SealedRun, layout: Layout, inputs: Path, people: People | None = None, *, seed: int, each: int
) -> tuple[list[Drawn], list[Compared]]:
    """The strata, and every filled item of every row of the units drawn, in their order and that of the layout.

    Secret items are left out, and so are the tables that the layout protects; nobody of ``people`` is drawn.
    UsageError where the definitions or the files are not those of the run.
    """
    read = Inputs.open(run, layout, inputs)
    strata = draw(run, layout, people, seed=seed, each=each)
    units = [unit for stratum in strata for unit in stratum.units]
    new = dict(_delivered(run, layout, units))
    old = _held(read, new)
    by_unit: dict[str | None, list[tuple[str, Key]]] = {}
    for place, row in new.items():
        by_unit.setdefault(row[layout.system.unit.key], []).append(place)
    lines = [
        line
        for stratum in strata
        for unit in stratum.units
        for table, key in by_unit.get(unit, ())
        for line in _lines(stratum.name, unit, table, key, new[table, key], old.get((table, key)), layout)
    ]
    return strata, lines


def _delivered(
    run: SealedRun, layout: Layout, units: Sequence[str]
) -> Iterator[tuple[tuple[str, Key], Mapping[str, str | None]]]:
    """((table, key), row) of the units, in the order of the tables."""
    assert layout.system.sample is not None
    for table in run.tables(layout):
        rows = table.rows() if table.name in layout.tables else None
        if rows is None or table.name in layout.system.sample.protected:
            continue
        for block in read_rows(rows, batch_bytes=BLOCK_BYTES):
            for row in block.filter(pl.col(layout.system.unit.key).is_in(units)).to_dicts():
                yield (table.name, tuple(row[name] or "" for name in table.table.key)), row


def _held(read: Inputs, wanted: Mapping[tuple[str, Key], object]) -> dict[tuple[str, Key], Held]:
    """By (table, key): the record that a row was made of."""
    found: dict[tuple[str, Key], Held] = {}
    for part in read.rows():
        table = read.plan.tables[part.mapping.to]
        keys = [key for name, key in wanted if name == table.name]
        if keys:
            ours = pl.DataFrame(keys, schema=list(table.table.key), orient="row").unique()
            theirs = _keys(part.frame, table, read).with_row_index("row")
            for *key, row in theirs.join(ours, on=list(table.table.key)).select(*table.table.key, "row").rows():
                found[table.name, tuple(key)] = _record(part, row, table)
    return found


def _record(part: Reread, row: int, table: TablePlan) -> Held:
    items = [item.name for item in table.table.fields if not item.secret and item.name in part.frame.columns]
    values = {item: part.seen(row, item) for item in items}
    return Held(part.file, int(part.frame["_record"][row]), values)


def _keys(frame: pl.DataFrame, table: TablePlan, read: Inputs) -> pl.DataFrame:
    """The keys of mapped rows as they are delivered."""
    texts = frame.select(text.alias(name) for name, text in zip(table.table.key, table.key_texts, strict=True))
    plans = read.plan.cleansing[table.name]
    plain = [texts[name] if name in table.dates else cleaned(texts[name], name, plans) for name in texts.columns]
    if read.plan.layout.profile.date == "YYYYMMDD":
        plain = [one.str.replace_all("-", "", literal=True) if one.name in table.dates else one for one in plain]
    return pl.DataFrame(plain)


def _lines(
    stratum: str,
    unit: str,
    table: str,
    key: Key,
    row: Mapping[str, str | None],
    held: Held | None,
    layout: Layout,
) -> Iterator[Compared]:
    place = (held.file, held.record) if held else (None, None)
    for item in (item for item in layout.tables[table].fields if not item.secret):
        old, delivered = held.values.get(item.name) if held else None, row[item.name]
        if old is not None or delivered is not None:
            yield Compared(stratum, unit, table, key, item.name, old, delivered, *place)
