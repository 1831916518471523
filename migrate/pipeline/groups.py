"""Households by what they are made of, on both sides: a group has the kinds of all its members together."""

from collections import Counter

import polars as pl

from migrate.pipeline.run_state import State
from migrate.stages.reconcile import Agreement

FEW_KINDS = 64
"""Up to so many kinds a column for each is faster than a text for each group."""
_BEFORE = ("source",)
_ALL_DELIVERED = ("written", "quarantined")


def household_agreements(state: State) -> list[Agreement]:
    """One agreement per control and combination of kinds; what quarantine took out of a group explains its
    difference."""
    found: list[Agreement] = []
    for control in state.plan.controls:
        spool = state.groups.get(control.name)
        if spool is None:
            continue
        sides = {"source": Counter[str](), "written": Counter[str](), "whole": Counter[str]()}
        for bucket in range(spool.buckets):
            rows = spool.read(bucket)
            if rows is not None:
                sides["source"].update(made_of(rows, _BEFORE))
                sides["written"].update(made_of(rows, ("written",)))
                sides["whole"].update(made_of(rows, _ALL_DELIVERED))
        for kinds in sorted(set().union(*sides.values())):
            source, written, whole = (sides[side][kinds] for side in ("source", "written", "whole"))
            name, group = f"{control.name} {kinds}", ((control.control.keys[1], kinds),)
            counts = (source, written, whole - written, control.lost_fails)
            found.append(Agreement(name, control.control.table, *counts, declared=control.name, group=group))
    return found


def made_of(rows: pl.DataFrame, sides: tuple[str, ...]) -> dict[str, int]:
    """Number of groups by the kinds of their members, joined by +."""
    some = rows.filter(pl.col("side").is_in(list(sides))).select("g", pl.col("k").fill_null("（空）"))
    kinds = some["k"].unique().sort().to_list()
    if not 0 < len(kinds) <= FEW_KINDS:
        joined = some.group_by("g").agg(kinds=pl.col("k").unique().sort().str.join("+"))
        return dict(joined.group_by("kinds").agg(n=pl.len()).rows())
    held = some.group_by("g").agg((pl.col("k") == kind).any().alias(str(i)) for i, kind in enumerate(kinds))
    counted = held.drop("g").group_by(pl.all()).agg(n=pl.len())
    return {"+".join(kind for kind, there in zip(kinds, row, strict=False) if there): row[-1] for row in counted.rows()}
