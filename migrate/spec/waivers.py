"""Waivers of a project against the totals that its source states."""

from collections.abc import Iterator

from migrate.errors import GUESS, Problem, nearest
from migrate.spec.layout import Layout
from migrate.spec.library import PROJECT_FILE
from migrate.spec.project import Project

COUNTS = "counts."
"""Before the name of a line of the count sheet."""
OF_NAMES = (f"{COUNTS}files.", f"{COUNTS}tables.")
"""Before a file or a table; all others are names of controls."""


def waiver_problems(project: Project, layout: Layout) -> Iterator[Problem]:
    """Waivers of totals that no header, no trailer and no count sheet states: they would waive nothing."""
    source = layout.source
    if source is None or (project.layout, project.source or source.source.source) != (
        layout.system.system,
        source.source.source,
    ):
        return  # the command line asks for another source
    known = [*_totals(layout), *_counts(layout)]
    for waiver in project.waivers:
        if waiver.total not in known and (not waiver.total.startswith(COUNTS) or waiver.total.startswith(OF_NAMES)):
            facts = {"total": waiver.total, "known": ", ".join([*known, f"{COUNTS}…"])}
            yield Problem("U-WAIVER-TOTAL", facts | {GUESS: nearest(waiver.total, known)}, PROJECT_FILE)


def _counts(layout: Layout) -> Iterator[str]:
    """Lines of a count sheet that can be named beforehand."""
    names = (layout.source.files if layout.source else (), layout.tables)
    yield from (f"{before}{name}" for before, some in zip(OF_NAMES, names, strict=True) for name in some)


def _totals(layout: Layout) -> Iterator[str]:
    """``<file>.<total>``, as refusals name them: ``kojin.records``, ``kojin.hash_sum:atena_no``."""
    for name, file in layout.source.files.items() if layout.source else ():
        for end in (file.header, file.trailer):
            for total in end.totals if end else ():
                word = total.total
                yield f"{name}.{word.name}" if word.positional is None else f"{name}.{word.name}:{word.positional}"
