"""Strata of a sample: which units of a delivery belong to each, and which of them are drawn.

Memory holds a few columns of one row per unit; the tables pass block by block.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from migrate.errors import Problem, UsageError
from migrate.fixes.reread import day_of
from migrate.io.protected import PLACE, People, protected_units, units_with
from migrate.plan.conditions import holds
from migrate.rehearsal.reading import read_rows
from migrate.rehearsal.sealed import SealedRun
from migrate.spec.layout import Layout
from migrate.spec.system import SampleRows, Stratum
from migrate.vocab import daykey
from migrate.vocab.dateforms import OPEN_ENDS, OPEN_STARTS

BLOCK_BYTES = 4 * 1024 * 1024
"""Larger ones are fetched from the system anew each time."""
MERGE = 16
"""Parts that are kept before they are merged."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of one stratum: how many units belong to it, and those drawn; ``reason`` where the layout cannot tell
    them."""

    name: str
    known: int
    units: tuple[str, ...]
    reason: str | None = None


@dataclass(slots=True)
class Rows:
    """The rows of one entry of a stratum, as they gather: one per unit (``latest``: its last), or one per unit, group
    and kind."""

    says: SampleRows
    unit: str
    latest: str | None
    dates: tuple[str, ...]
    passes: pl.Expr
    _parts: list[pl.DataFrame] = field(default_factory=list)

    def take(self, block: pl.DataFrame) -> None:
        """The rows of one block."""
        block = block.with_columns(_as_date(name) for name in self.dates)
        order = pl.col(self.latest).cast(pl.Int64, strict=False) if self.latest else pl.lit(0)
        columns = {"unit": pl.col(self.unit), "order": order, "hit": self.passes, "n": pl.lit(1, pl.UInt32)}
        columns |= {name: pl.col(item) for name, item in self._grouped().items()}
        self._parts.append(self._merged(block.select(**columns)))
        if len(self._parts) >= MERGE:
            self._parts[:] = [self._merged(pl.concat(self._parts))]

    def found(self) -> pl.DataFrame:
        """``unit`` and ``n``, what is counted; only units that have enough of it."""
        if not self._parts:
            return pl.DataFrame(schema={"unit": pl.String, "n": pl.UInt32})
        rows = self._merged(pl.concat(self._parts)).filter("hit")
        if self.says.group is not None:
            counted = pl.col("kind").n_unique() if self.says.kinds else pl.col("n").sum()
            rows = rows.drop_nulls("group").with_columns(n=counted.over("group").cast(pl.UInt32))
            rows = rows.group_by("unit").agg(pl.col("n").max())
        return rows.filter(pl.col("n") >= self.says.at_least).select("unit", "n")

    def _grouped(self) -> dict[str, str]:
        named = {"group": self.says.group, "kind": self.says.kinds}
        return {name: item for name, item in named.items() if item is not None}

    def _merged(self, rows: pl.DataFrame) -> pl.DataFrame:
        if self.says.latest:
            return rows.sort("unit", "order").unique("unit", keep="last", maintain_order=True)
        by = ["unit", *self._grouped()]
        return rows.filter("hit").group_by(by).agg(pl.col("order", "hit").first(), pl.col("n").sum())


def draw(run: SealedRun, layout: Layout, people: People | None = None, *, seed: int, each: int) -> list[Drawn]:
    """At most ``each`` units of every stratum, in the order of the layout; one that is drawn is not drawn again as long
    as there are others. No unit of a protected table, none that is or names one of the ``people`` whom other systems
    protect (without them nobody is asked), and none with an error or an alert: those are looked at anyway.
    """
    assert layout.system.sample is not None
    strata = layout.system.sample.strata
    entries = {id(rows): _rows(rows, layout, run) for stratum in strata for rows in stratum.of}
    kept_out = _kept_out(run, layout, people or {}, entries)
    drawn: list[Drawn] = []
    taken: set[str] = set()
    for number, stratum in enumerate(strata):
        units = _units(stratum, entries).join(kept_out, on="unit", how="anti")
        most = any(rows.most for rows in stratum.of)
        chosen = list(_choose(units, np.random.default_rng([seed, number]), each, taken, most=most))
        taken.update(chosen)
        drawn.append(Drawn(stratum.name, units.height, tuple(chosen), stratum.cannot))
    return drawn


def _rows(says: SampleRows, layout: Layout, run: SealedRun) -> Rows:
    passes = [holds(says, as_of=day_of(run))] if says.conditional else []
    if says.gaiji:
        passes.append(_holds_gaiji(layout, says.table))
    latest = layout.system.state.latest if says.latest and layout.system.state else None
    dates = tuple(name for name in (says.after_as_of, says.not_after_as_of) if name)
    return Rows(says, layout.system.unit.key, latest, dates, pl.all_horizontal(passes) if passes else pl.lit(True))


def _holds_gaiji(layout: Layout, table: str) -> pl.Expr:
    """A letter that gaiji.csv stands for is in some text of the row."""
    letters = sorted({glyph.text for glyph in layout.source.gaiji.values()}) if layout.source else []
    texts = [field.name for field in layout.tables[table].fields if field.type == "N"]
    if not letters or not texts:
        return pl.lit(False)
    return pl.any_horizontal(pl.col(name).str.contains_any(letters).fill_null(False) for name in texts)


def _units(stratum: Stratum, entries: Mapping[int, Rows]) -> pl.DataFrame:
    """``unit`` and ``n`` (of the entry that says ``most``, else of the first), in order of unit."""
    found = [(rows.most, entries[id(rows)].found()) for rows in stratum.of]
    if not found:
        return pl.DataFrame(schema={"unit": pl.String, "n": pl.UInt32})
    first, *others = (frame for _, frame in sorted(found, key=lambda pair: not pair[0]))
    for other in others:
        first = first.join(other, on="unit", how="semi")
    return first.sort("unit")


def _kept_out(run: SealedRun, layout: Layout, people: People, entries: Mapping[int, Rows]) -> pl.DataFrame:
    """Units that are never drawn; on the way every entry takes the rows of its table. UsageError where it cannot be
    told who is protected."""
    protected: dict[str, pl.DataFrame | None] = dict.fromkeys(layout.system.protected)
    for table in run.tables(layout):
        takers = [rows for rows in entries.values() if rows.says.table == table.name]
        if not takers and table.name not in protected:
            continue
        rows = table.rows()
        if rows is None:
            raise UsageError(Problem("U-SAMPLE-TABLES", {"run": run.id}))
        parts = [pl.DataFrame(schema={layout.system.unit.key: pl.String})]
        for block in read_rows(rows, batch_bytes=BLOCK_BYTES):
            for taker in takers:
                taker.take(block)
            if table.name in protected:
                parts.append(block.select(layout.system.unit.key).unique())
        if table.name in protected:
            protected[table.name] = pl.concat(parts)
    spared = protected_units(run.folder, run.report, layout, protected)
    if spared is None:
        raise UsageError(Problem("U-SAMPLE-PROTECTED", {"run": run.id}))
    others = units_with(run.folder, run.report, layout, people) if people else frozenset()
    if others is None:
        raise UsageError(Problem("U-SAMPLE-TABLES", {"run": run.id}))
    kept = pl.DataFrame({"unit": sorted(spared | others)}, schema={"unit": pl.String})
    return pl.concat([_faulty(run), kept]).unique()


def _faulty(run: SealedRun) -> pl.DataFrame:
    """Units with an error or an alert; where the findings of a file are not all listed, every unit that something was
    found about in it."""
    grave = run.frame("findings").filter(pl.col("severity") != "info")
    listed = grave.group_by("rule", "source_file").agg(n=pl.len())
    cut = listed.filter(pl.col("n") >= run.report["finding_cap"])
    units = run.frame("units")
    known = units.join(grave, on=PLACE, how="semi")
    return pl.concat([known, units.join(cut, on="source_file", how="semi")]).select("unit").unique()


def _choose(
    units: pl.DataFrame, random: np.random.Generator, each: int, taken: set[str], *, most: bool
) -> Iterator[str]:
    """Units in the order of chance (of their number of rows, where that counts), those not drawn before first."""
    chance = random.permutation(units.height)
    order = np.lexsort((chance, -units["n"].to_numpy().astype(np.int64))) if most else np.argsort(chance)
    known = units["unit"]
    chosen: list[str] = []
    again: list[str] = []
    for at in order.tolist():
        unit = known[at]
        if unit not in taken:
            chosen.append(unit)
        elif len(again) < each:
            again.append(unit)
        if len(chosen) == each:
            break
    yield from [*chosen, *again][:each]


def _as_date(name: str) -> pl.Expr:
    """A delivered date (YYYY-MM-DD or YYYYMMDD) as a daykey, an open start or end as well; null where its year is
    unknown."""
    digits = pl.col(name).str.replace_all("-", "", literal=True)
    year, month, day = (digits.str.slice(*part).cast(pl.Int32, strict=False) for part in ((0, 4), (4, 2), (6, 2)))
    key = (((year - daykey.BASE_YEAR) * 16 + month) * 32 + day) * 8
    start, end = digits.is_in(OPEN_STARTS), digits.is_in(OPEN_ENDS)
    opened = pl.when(end).then(daykey.OPEN_END).when(start).then(daykey.OPEN_START)
    return opened.when(year > 0).then(key).cast(pl.Int32).alias(name)
