"""The cleansing of a name column against jaconv alone, in one process.

    python -m benchmarks.names [--rows 5000000] [--repeat 3]

The column is half-width readings, family and given name. Each of these stands in two of a hundred: a space before, one
kind of space behind or another, a double or no-break space between, a hyphen for the long vowel, a number. The chain
is the rules for kind ``kana`` of ``cleansing_rules/common.yaml``, compiled as for a run: ends, kana, width, spaces,
dashes.
First every value is compared with what a plain Python function makes
of it. Then the chain is timed against ``jaconv.h2z`` in a list comprehension, which does the kana and nothing else.
Seconds are wall-clock and of all threads (CPU); the three take turns.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from statistics import median

import jaconv
import numpy as np
import polars as pl

from benchmarks import figures
from benchmarks.plain_values import RUN, SPACES, told_apart
from migrate.plan.binding import Context
from migrate.plan.cleansing import plan_cleansing
from migrate.plan.rules import RuleBook
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.synth.names import load
from migrate.vocab.fusing import fused

SEED = 1
TARGET = 5.0


def column(rows: int) -> pl.Series:
    """Readings as an old host holds them."""
    names = load()
    rng = np.random.default_rng(SEED)
    family = names.family.kana.gather(names.family.draw(rng, rows))
    given = names.given.kana.gather(rng.integers(0, len(names.given.kana), rows).astype(np.uint32))
    between = pl.Series([" "] * 47 + ["\u3000", "  ", "\u00a0"]).gather(rng.integers(0, 50, rows))
    before = pl.Series([""] * 49 + [" "]).gather(rng.integers(0, 50, rows))
    behind = pl.Series([""] * 46 + ["   ", "\u3000", "-", "1-2"]).gather(rng.integers(0, 50, rows))
    parts = {"a": before, "b": family, "c": between, "d": given, "e": behind}
    return pl.DataFrame(parts).select(value=pl.concat_str("a", "b", "c", "d", "e")).to_series()


def chain() -> pl.Expr:
    """The rules for kana in one expression."""
    layout = load_layout(Library(), "juki")
    context = Context(RuleBook(), 0, layout.system.unit.key, "", layout.codes)
    plans = plan_cleansing(layout.tables["jumin"], layout.rules, context)
    steps = [step for plan in plans if plan.field == "shimei_furigana" for step in plan.steps]
    made = pl.col("value")
    for change in fused(steps):
        made = change(made)
    return made


def plain(text: str) -> str:
    """What the chain does, one value at a time."""
    wide = jaconv.h2z(text.strip(SPACES), kana=True, ascii=True, digit=True).replace("\t", "\u3000")
    return told_apart(RUN.sub("\u3000", wide))


def differing(before: pl.Series, expression: pl.Expr) -> int:
    """How many distinct values the chain and the plain function do not agree on."""
    distinct = before.unique()
    after = distinct.to_frame().lazy().select(expression).collect().to_series()
    return sum(one != plain(text) for text, one in zip(distinct.to_list(), after.to_list(), strict=True))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall-clock and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main(given: Sequence[str] | None = None) -> int:
    """The command; 1 where the results differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000, help="values (default 5000000)")
    parser.add_argument("--repeat", type=int, default=3, help="measured turns (default 3)")
    asked = parser.parse_args(given)
    before, expression = column(asked.rows), chain()
    if wrong := differing(before, expression):
        print(f"{wrong:,} distinct values differ from the plain function")
        return 1
    print(f"{figures.machine()}; {asked.rows:,} values, {before.n_unique():,} distinct, all equal", flush=True)
    frame, texts = before.to_frame().lazy(), before.to_list()
    turns = [
        (timed(lambda: [jaconv.h2z(text) for text in texts]), timed(lambda: frame.select(expression).collect()))
        for _ in range(asked.repeat)
    ]
    (alone, alone_cpu), (ours, ours_cpu) = (
        tuple(median(turn[who][what] for turn in turns) for what in (0, 1)) for who in (0, 1)
    )
    lines = [
        figures.Line("jaconv.h2z alone, wall-clock (CPU)", f"{alone:.2f} s ({alone_cpu:.2f})"),
        figures.Line("the whole chain, wall-clock (CPU)", f"{ours:.2f} s ({ours_cpu:.2f})"),
        figures.Line("times as fast as jaconv alone", f"{alone / ours:.1f}", f"≥ {TARGET:g}", alone / ours >= TARGET),
        figures.Line("times less CPU than jaconv alone", f"{alone_cpu / ours_cpu:.1f}"),
    ]
    print(f"load average {figures.load()}", *figures.shown(lines), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
