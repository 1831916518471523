"""Reconcile: totals of the source side against totals of what was delivered; every difference has a named reason.

The source side is counted on what mapping read, before cleansing and checks (keys: after them, where a key that was
withheld is empty on both sides); the target side on the rows that were
written.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from migrate.plan.across import ControlPlan
from migrate.plan.mapping import MappingPlan
from migrate.plan.tables import TablePlan
from migrate.vocab.controls import merge

AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
SIDES = ("source", "written", "quarantined", "changed")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One total on both sides; it balances when ``source = target + explained``."""

    name: str
    table: str
    source: int
    target: int
    explained: int
    lost_fails: bool = False
    known: bool = True
    waived: bool = False

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

    def take_sums(self, table: TablePlan, side: str, rows: pl.DataFrame) -> None:
        """Sums of the amounts of one side, in their smallest unit (yen, or the last decimal of the item)."""
        for name in table.amounts:
            if name in rows.columns:
                scaled = rows[name].cast(pl.Decimal(38, table.decimals(name)), strict=False).sum()
                self.sums[table.name, name][side] += int((scaled or 0) * 10 ** table.decimals(name))

    def take_controls(
        self, side: str, controls: Iterable[ControlPlan], table: str, rows: pl.DataFrame, latest: pl.DataFrame
    ) -> None:
        """Totals of the declared controls on one side; ``latest`` are the rows that hold the present state of their
        unit."""
        for plan in controls:
            if plan.control.table == table and plan.control.value != "kinds":
                part = plan.control.totals(latest if plan.control.latest else rows)
                self.totals[f"{plan.name}|{table}", side].append(part)

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
                self.totals[f"{plan.name}|{table}", "changed"] += [plan.control.totals(before.filter(rows)), left]

    def take_target(self, side: str, table: TablePlan, rows: pl.DataFrame, coded: Iterable[str]) -> None:
        """Rows written or quarantined."""
        self.rows[table.name][side] += rows.height
        for name in rows.columns:
            if name[0] not in "_+":
                self.filled[table.name, name][side] += rows.height - rows[name].null_count()
        for name in coded:
            self.totals_of_code(table.name, name, side).update(_counts(rows, name))

    def totals_of_code(self, table: str, name: str, side: str) -> Counter[str | None]:
        """Rows by standard code of one side."""
        return self.codes[table, f"{name}|{side}"]

    def take_withheld(self, table: str, withheld: pl.DataFrame, coded: Iterable[str]) -> None:
        """Values left out of delivered rows: they explain why the target holds fewer."""
        for name, value in zip(withheld["field"].to_list(), withheld["value"].to_list(), strict=True):
            self.filled[table, name]["withheld"] += 1
            if (table, name) in self.sums and value is not None and AMOUNT.fullmatch(value):
                self.sums[table, name]["withheld"] += int(value.replace(".", ""))
        for name in coded:
            of_field = withheld.filter((pl.col("field") == name) & pl.col("value").is_not_null())
            for code in of_field["value"].to_list():
                self.totals_of_code(table, name, "withheld")[code] += 1


def _counts(rows: pl.DataFrame, name: str) -> dict[str | None, int]:
    """Rows by code; an item that nobody fills is empty in all of them."""
    if name not in rows.columns:
        return {None: rows.height}
    counts = rows[name].value_counts(name="n")
    return dict(zip(counts[name].to_list(), counts["n"].to_list(), strict=True))


def agreements(ledger: Ledger, tables: Iterable[TablePlan], controls: Iterable[ControlPlan]) -> list[Agreement]:
    """Every total of both sides, derived ones first: rows, filled cells, amounts, codes, keys."""
    found: list[Agreement] = []
    for table in tables:
        rows = ledger.rows[table.name]
        found.append(Agreement("件数", table.name, rows["source"], rows["written"], rows["quarantined"]))
    found += _filled(ledger)
    for (of, name), sides in sorted(ledger.sums.items()):
        explained = sides["quarantined"] + sides["withheld"]
        found.append(Agreement(f"合計 {name}", of, sides["source"], sides["written"], explained))
    found += _codes(ledger)
    for plan in controls:
        found += _declared(ledger, plan)
    return found


def _filled(ledger: Ledger) -> list[Agreement]:
    found = []
    for (table, name), cells in sorted(ledger.filled.items()):
        if "source" in cells:
            explained = cells["quarantined"] + cells["withheld"] + cells["emptied"]
            found.append(Agreement(f"入力済 {name}", table, cells["source"], cells["written"], explained))
    return found


def _codes(ledger: Ledger) -> list[Agreement]:
    found = []
    for table, name in sorted(ledger.coded):
        source = ledger.codes[table, name]
        sides = {side: ledger.totals_of_code(table, name, side) for side in ("written", "quarantined", "withheld")}
        values = {code for counts in (source, *sides.values()) for code in counts}
        for code in sorted(values, key=lambda value: (value is not None, value or "")):
            explained = sides["quarantined"][code] + (sides["withheld"][code] if code is not None else 0)
            if code is None:
                explained -= sum(n for value, n in sides["withheld"].items() if value is not None)
            found.append(
                Agreement(f"コード {name}={code or '（空）'}", table, source[code], sides["written"][code], explained)
            )
    return found


def _declared(ledger: Ledger, plan: ControlPlan) -> list[Agreement]:
    sides = {side: ledger.totals.get((f"{plan.name}|{plan.control.table}", side), []) for side in SIDES}
    if plan.control.value == "keys":
        return _keys(plan, {side: merge(parts) if parts else None for side, parts in sides.items()})
    tables = [merge(parts).with_columns(side=pl.lit(side)) for side, parts in sides.items() if parts]
    if not tables:
        return [Agreement(plan.name, plan.control.table, 0, 0, 0, plan.lost_fails)]
    keys = [name for name in tables[0].columns if name not in ("n", "side")]
    sums = [pl.col("n").filter(pl.col("side") == side).sum().alias(side) for side in SIDES]
    stacked = pl.concat(tables)
    counted = stacked.group_by(keys).agg(sums).sort(keys) if keys else stacked.select(sums)
    return [
        Agreement(
            _named(plan.name, keys, row),
            plan.control.table,
            row["source"],
            row["written"],
            row["quarantined"] + row["changed"],
            plan.lost_fails,
        )
        for row in counted.to_dicts()
    ]


def _named(name: str, keys: Iterable[str], row: Mapping[str, object]) -> str:
    parts = [f"{key}={row[key] if row[key] is not None else '（空）'}" for key in keys]
    return f"{name} {' '.join(parts)}".rstrip()


def _keys(plan: ControlPlan, sides: Mapping[str, pl.DataFrame | None]) -> list[Agreement]:
    """Number of keys, and the sum of their hashes: the same keys, not merely as many."""

    def of(side: str, column: str) -> int:
        frame = sides[side]
        return int(frame[column][0]) if frame is not None else 0

    source, written, quarantined = (of(side, "n") for side in SIDES[:3])
    count = Agreement(plan.name, plan.control.table, source, written, quarantined, plan.lost_fails)
    same = (of("written", "hash_sum") + of("quarantined", "hash_sum")) % 2**64 == of("source", "hash_sum")
    matched = Agreement(f"{plan.name}（キー一致）", plan.control.table, 1, 1 if same else 0, 0, plan.lost_fails)
    return [count, matched]
