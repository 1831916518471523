"""Reconcile: totals of the source side against totals of what was delivered; every difference has a named reason.

The source side is counted on what mapping read, before cleansing and checks (keys: after them, where a key that was
withheld is empty on both sides); the target side on the rows that were
written.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

import polars as pl

from migrate.memory import copied
from migrate.plan.across import ControlPlan
from migrate.plan.mapping import MappingPlan
from migrate.plan.tables import TablePlan
from migrate.vocab.controls import merge

MOST_PARTS = 16
"""Parts of a total that are kept before they are merged."""
AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
SIDES = ("source", "written", "quarantined", "changed")
CODE_SIDES = ("written", "quarantined", "withheld", "corrected")
UNTOLD = "（検査で外した値）"
"""Values that stand in the source only: unchecked, they are not written down."""
Codes: TypeAlias = Mapping[tuple[str, str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One total on both sides; it balances when ``source = target + explained``.

    ``declared`` is the control that it belongs to, ``group`` the items it goes by and their values;
    totals of amounts are in units of the last of ``decimals`` digits behind the point.
    """

    name: str
    table: str
    source: int
    target: int
    explained: int
    lost_fails: bool = False
    known: bool = True
    waived: bool = False
    kind: Literal["rows", "filled", "sum", "code", "declared", "sheet"] = "declared"
    declared: str | None = None
    group: tuple[tuple[str, str | None], ...] = ()
    decimals: int = 0

    @property
    def balanced(self) -> bool:
        """Nothing is unexplained; a total that nobody can find never balances."""
        return self.known and self.source == self.target + self.explained


@dataclass(slots=True)
class Ledger:
    """Mergeable totals of one run.

    ``asked`` counts by code map the legacy codes that the map lists; the others together as None: what
    they hold may be anything.
    """

    rows: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    codes: dict[tuple[str, str], Counter[str | None]] = field(default_factory=lambda: defaultdict(Counter))
    asked: dict[str, Counter[str | None]] = field(default_factory=lambda: defaultdict(Counter))
    coded: set[tuple[str, str]] = field(default_factory=set)
    filled: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    sums: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    steps: dict[tuple[str, str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    totals: dict[tuple[str, str], list[pl.DataFrame]] = field(default_factory=lambda: defaultdict(list))

    def take_source(
        self,
        plan: MappingPlan,
        frame: pl.DataFrame,
        *,
        filled: Mapping[str, int],
        emptied: Mapping[str, int],
        asked: Mapping[str, pl.DataFrame],
        coded: Iterable[str],
    ) -> None:
        """Mapped rows of one batch, before cleansing; ``coded`` are items that some mapping fills by a code map."""
        for name, cells in emptied.items():
            self.filled[plan.to, name]["emptied"] += cells
        self.rows[plan.to]["source"] += frame.height
        for name, cells in filled.items():
            self.filled[plan.to, name]["source"] += cells
        for mapped in plan.fields:
            if mapped.codes is None:
                continue
            counts = asked[mapped.target]
            self.coded.add((plan.to, mapped.target))
            for key, n in zip(counts["key"].to_list(), counts["n"].to_list(), strict=True):
                self.codes[plan.to, mapped.target][mapped.codes.table.get(key) if key is not None else None] += n
                if key is not None:
                    told = key if key in mapped.codes.table or key in mapped.codes.candidates else None
                    self.asked[mapped.codes.name][told] += n
        for name in coded:
            if name not in plan.proven:
                self.codes[plan.to, name].update(_counts(frame, name))

    def take_sums(self, table: TablePlan, side: str, rows: pl.DataFrame, *, sign: int = 1) -> None:
        """Sums of the amounts of one side, in their smallest unit (yen, or the last decimal of the item)."""
        for name in table.amounts:
            if name in rows.columns:
                scaled = rows[name].cast(pl.Decimal(38, table.decimals(name)), strict=False).sum()
                self.sums[table.name, name][side] += sign * int((scaled or 0) * 10 ** table.decimals(name))

    def take_controls(
        self, side: str, controls: Iterable[ControlPlan], table: str, rows: pl.DataFrame, latest: pl.DataFrame
    ) -> None:
        """Totals of the declared controls on one side; ``latest`` are the rows that hold the present state of their
        unit."""
        for plan in controls:
            if plan.control.table == table and plan.control.value != "kinds":
                part = plan.control.totals(latest if plan.control.latest else rows)
                self._add(f"{plan.name}|{table}", side, part)

    def take_changed(
        self,
        controls: Iterable[ControlPlan],
        table: str,
        *,
        before: pl.DataFrame,
        after: pl.DataFrame,
        touched: set[str],
    ) -> None:
        """Rows of which an item that a control reads was withheld or cleansed: as they were mapped, less as they are
        delivered."""
        for plan in controls:
            names = sorted(touched.intersection(plan.control.reads).intersection(before.columns))
            if plan.control.table != table or plan.control.value not in ("rows", "sums") or not names:
                continue
            differs = [pl.lit(before[name]).ne_missing(pl.lit(after[name])) for name in names]
            rows = pl.select(pl.any_horizontal(differs)).to_series()
            if rows.any():
                left = plan.control.totals(after.filter(rows)).with_columns(n=0 - pl.col("n"))
                self._add(f"{plan.name}|{table}", "changed", plan.control.totals(before.filter(rows)))
                self._add(f"{plan.name}|{table}", "changed", left)

    def _add(self, control: str, side: str, part: pl.DataFrame) -> None:
        """One more part; many are merged into one, so that what is held does not grow with the batches."""
        parts = self.totals[control, side]
        parts.append(copied(part))
        if len(parts) >= MOST_PARTS:
            parts[:] = [merge(parts)]

    def take_target(self, side: str, table: TablePlan, rows: pl.DataFrame, coded: Iterable[str]) -> None:
        """Rows written or quarantined."""
        self.rows[table.name][side] += rows.height
        for name, nulls in rows.null_count().row(0, named=True).items():
            if name[0] not in "_+":
                self.filled[table.name, name][side] += rows.height - nulls
        for name in coded:
            self.totals_of_code(table.name, name, side).update(_counts(rows, name))

    def totals_of_code(self, table: str, name: str, side: str) -> Counter[str | None]:
        """Rows by standard code of one side."""
        return self.codes[table, f"{name}|{side}"]

    def take_corrected(
        self, table: TablePlan, before: pl.Series, after: pl.Series, *, filled: int, coded: Iterable[str]
    ) -> None:
        """Values of an item that corrections took the place of: as they were mapped, less as they are now (series named
        after it); ``filled`` is by how many the cells that hold something became fewer."""
        item = before.name
        self.filled[table.name, item]["corrected"] += filled
        for values, sign in ((before, 1), (after, -1)):
            if item in table.amounts:
                self.take_sums(table, "corrected", values.to_frame(), sign=sign)
            for code, n in _counts(values.to_frame(), item).items() if item in coded else ():
                self.totals_of_code(table.name, item, "corrected")[code] += sign * n

    def take_withheld(self, table: TablePlan, withheld: pl.DataFrame, coded: Iterable[str]) -> None:
        """Values left out of delivered rows: they explain why the target holds fewer."""
        for name, value in zip(withheld["field"].to_list(), withheld["value"].to_list(), strict=True):
            self.filled[table.name, name]["withheld"] += 1
            if (table.name, name) in self.sums and value is not None and AMOUNT.fullmatch(value):
                self.sums[table.name, name]["withheld"] += int(Decimal(value).scaleb(table.decimals(name)))
        for name in coded:
            of_field = withheld.filter((pl.col("field") == name) & pl.col("value").is_not_null())
            for code in of_field["value"].to_list():
                self.totals_of_code(table.name, name, "withheld")[code] += 1


def _counts(rows: pl.DataFrame, name: str) -> dict[str | None, int]:
    """Rows by code; an item that nobody fills is empty in all of them."""
    if name not in rows.columns:
        return {None: rows.height}
    counts = rows[name].value_counts(name="n")
    return dict(zip(counts[name].to_list(), counts["n"].to_list(), strict=True))


def agreements(
    ledger: Ledger, tables: Iterable[TablePlan], controls: Iterable[ControlPlan], codes: Codes
) -> list[Agreement]:
    """Every total of both sides, derived ones first: rows, filled cells, amounts, codes, keys.

    ``codes`` are those of the standard, by table and item: only what they list, or what was delivered or quarantined
    after its checks, is named; other values of the source stand together, since they may be anything.
    """
    found: list[Agreement] = []
    plans = {table.name: table for table in tables}
    for table in plans.values():
        rows = ledger.rows[table.name]
        counts = (rows["source"], rows["written"], rows["quarantined"])
        found.append(Agreement("件数", table.name, *counts, kind="rows"))
    found += _filled(ledger)
    for (of, name), sides in sorted(ledger.sums.items()):
        counts = (sides["source"], sides["written"], sides["quarantined"] + sides["withheld"] + sides["corrected"])
        group, decimals = ((name, None),), plans[of].decimals(name)
        found.append(Agreement(f"合計 {name}", of, *counts, kind="sum", group=group, decimals=decimals))
    found += _codes(ledger, codes)
    for plan in controls:
        if plan.control.value != "kinds":  # those are counted by whole groups
            found += _declared(ledger, plan, codes)
    return found


def _filled(ledger: Ledger) -> list[Agreement]:
    found = []
    for (table, name), cells in sorted(ledger.filled.items()):
        if "source" in cells:
            explained = sum(cells[side] for side in ("quarantined", "withheld", "emptied", "corrected"))
            counts = (cells["source"], cells["written"], explained)
            found.append(Agreement(f"入力済 {name}", table, *counts, kind="filled", group=((name, None),)))
    return found


def _codes(ledger: Ledger, codes: Codes) -> list[Agreement]:
    found = []
    for table, name in sorted(ledger.coded):
        source = ledger.codes[table, name]
        sides = {side: ledger.totals_of_code(table, name, side) for side in CODE_SIDES}
        known = codes.get((table, name), frozenset()).union(sides["written"], sides["quarantined"])
        totals: dict[str, Counter[str]] = defaultdict(Counter)
        for code in {code for counts in (source, *sides.values()) for code in counts}:
            told = "" if code is None else code if code in known else UNTOLD
            explained = sides["quarantined"][code] + sides["corrected"][code]
            explained += sides["withheld"][code] if code is not None else 0
            if code is None:
                explained -= sum(n for value, n in sides["withheld"].items() if value is not None)
            totals[told].update(source=source[code], written=sides["written"][code], explained=explained)
        for told, total in sorted(totals.items()):
            named, by = f"コード {name}={told or '（空）'}", ((name, told or None),)
            counts_ = (total["source"], total["written"], total["explained"])
            found.append(Agreement(named, table, *counts_, kind="code", group=by))
    return found


def _declared(ledger: Ledger, plan: ControlPlan, codes: Codes) -> list[Agreement]:
    sides = {side: ledger.totals.get((f"{plan.name}|{plan.control.table}", side), []) for side in SIDES}
    if plan.control.value == "keys":
        return _keys(plan, {side: merge(parts) if parts else None for side, parts in sides.items()})
    tables = [merge(parts).with_columns(side=pl.lit(side)) for side, parts in sides.items() if parts]
    if not tables:
        return [Agreement(plan.name, plan.control.table, 0, 0, 0, plan.lost_fails, declared=plan.name)]
    keys = [name for name in tables[0].columns if name not in ("n", "side")]
    sums = [pl.col("n").filter(pl.col("side") == side).sum().alias(side) for side in SIDES]
    stacked = pl.concat(tables)
    counted = stacked.group_by(keys).agg(sums).sort(keys) if keys else stacked.select(sums)
    counted = _untold(counted, keys, plan.control.table, codes)
    return [
        Agreement(
            _named(plan.name, keys, row),
            plan.control.table,
            row["source"],
            row["written"],
            row["quarantined"] + row["changed"],
            plan.lost_fails,
            declared=plan.name,
            group=tuple((key, row[key]) for key in keys),
            decimals=plan.control.decimals,
        )
        for row in counted.to_dicts()
    ]


def _untold(counted: pl.DataFrame, keys: list[str], table: str, codes: Codes) -> pl.DataFrame:
    """Values that only the source has, and that are no code of the standard, together under UNTOLD."""
    if not keys:
        return counted
    gone = (pl.col("written") == 0) & (pl.col("quarantined") == 0)
    hide = {key: gone & ~_may_be_told(key, codes.get((table, key))) for key in keys}
    told = counted.with_columns(pl.when(hide[key]).then(pl.lit(UNTOLD)).otherwise(key).alias(key) for key in keys)
    return told.group_by(keys).agg(pl.col(*SIDES).sum()).sort(keys)


def _may_be_told(key: str, known: frozenset[str] | None) -> pl.Expr:
    """The value is a code of the standard, or nothing."""
    return pl.col(key).is_null() | (pl.lit(False) if known is None else pl.col(key).is_in(sorted(known)))


def _named(name: str, keys: Iterable[str], row: Mapping[str, object]) -> str:
    parts = [f"{key}={row[key] if row[key] is not None else '（空）'}" for key in keys]
    return f"{name} {' '.join(parts)}".rstrip()


def _keys(plan: ControlPlan, sides: Mapping[str, pl.DataFrame | None]) -> list[Agreement]:
    """Number of keys, and the sum of their hashes: the same keys, not merely as many."""

    def of(side: str, column: str) -> int:
        frame = sides[side]
        return int(frame[column][0]) if frame is not None else 0

    source, written, quarantined = (of(side, "n") for side in SIDES[:3])
    fails, declared = plan.lost_fails, plan.name
    count = Agreement(plan.name, plan.control.table, source, written, quarantined, fails, declared=declared)
    same = (of("written", "hash_sum") + of("quarantined", "hash_sum")) % 2**64 == of("source", "hash_sum")
    named = f"{plan.name}（キー一致）"
    matched = Agreement(named, plan.control.table, 1, 1 if same else 0, 0, fails, declared=declared)
    return [count, matched]
