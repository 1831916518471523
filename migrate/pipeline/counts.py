"""The count sheet: what the old system says it holds, as a CSV of name, expected."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from migrate.errors import InputRefused, Problem
from migrate.stages.reconcile import Agreement

HEADER = ["name", "expected"]
FIGURE = re.compile(r"-?[0-9]+")
"""A count, or a sum of amounts, which may be below zero (減額)."""
SHEET = "件数表 "
"""What the name of a control from the sheet begins with."""


def read_counts(path: Path, *, encoding: str) -> tuple[tuple[str, int], ...]:
    """Names and expected counts. UTF-8, or else what the source's lists are in; InputRefused names the line that is
    wrong."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode(encoding, "replace")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or rows[0] != HEADER:
        raise _refused(path, 1)
    counts = []
    for line, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        if len(row) != len(HEADER) or not FIGURE.fullmatch(row[1].replace(",", "")):
            raise _refused(path, line)
        counts.append((row[0], int(row[1].replace(",", ""))))
    if not counts:
        raise _refused(path, 2)
    return tuple(counts)


def _refused(path: Path, line: int) -> InputRefused:
    return InputRefused(Problem("I-COUNT-SHEET", {"header": ",".join(HEADER)}, path.name, line))


def compare(
    counts: Iterable[tuple[str, int]], ours: Mapping[str, int], controls: Iterable[Agreement]
) -> list[Agreement]:
    """Each expected count against ours: ``files.<file>``, ``tables.<table>`` or the name of a control."""
    known = {control.name: control.source for control in controls} | dict(ours)
    return [
        Agreement(f"{SHEET}{name}", "", expected, known.get(name, 0), 0, known=name in known, kind="sheet")
        for name, expected in counts
    ]
