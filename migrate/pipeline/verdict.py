"""The verdict: gates over what was lost, findings, and whether the books balance."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
import polars as pl

from migrate.pipeline.options import Options
from migrate.pipeline.scopes import ScopeIndex

Verdict = Literal["pass", "conditional", "fail"]


def judge_run(
    options: Options,
    *,
    refused: bool,
    balanced: bool,
    counts: Mapping[str, int],
    findings: Iterable[Mapping[str, Any]],
) -> tuple[Verdict, list[str]]:
    """不合格 with its reasons; else 条件付合格 where there is an error or an alert; else 合格.

    ``counts`` is what each gate looks at; a gate is the most that is allowed. ``balanced``: nothing is missing but what
    stands in refused files, which is a reason by itself.
    """
    grounds = {"refused": refused, "unbalanced": not balanced}
    grounds |= {name: counts[name] > most for name, most in options.gates}
    reasons = [name for name, holds in grounds.items() if holds]
    if reasons:
        return "fail", reasons
    return ("conditional" if any(row["severity"] in ("error", "alert") for row in findings) else "pass"), []


def residents_in(units: pl.Series, scopes: ScopeIndex) -> int:
    """Units that are residents (the first scope of the system), or of which nobody can say that they are not."""
    resident = scopes.first
    if resident is None:
        return len(units)
    known_to_be_none = scopes.known(units) & ~scopes.holds(resident, units)
    return int(np.count_nonzero(~known_to_be_none))
