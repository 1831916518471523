"""How many field boundaries of an undocumented fixed file a draft finds: ``python -m tests.drafts [residents]``.

The bundled sources render a town, their layouts are hidden, each file is drafted from its bytes alone. A *boundary*
is the first byte of a field of the data record but the first one, groups that repeat written out. Not counted, on
either side: a boundary that no byte can tell, where the field that begins is one blank or one digit throughout all
records and the byte before it is always the same. Files with fewer than 30 data records are left out, and said so.
"""

import fnmatch
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from migrate.inventory.fields import data_records, of_layout
from migrate.inventory.grid import Cells
from migrate.inventory.profile import fixed_shape, sample_fields
from migrate.inventory.records import Misfits, fixed_records
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from migrate.synth import SOURCES, make_town

LEAST = 30


@dataclass(frozen=True)
class Drafted:
    """One file: boundaries there are, boundaries drafted, and how many of these are right."""

    file: str
    records: int
    true: int
    drafted: int
    right: int


def drafted_town(layout: Layout, folder: Path) -> Iterator[Drafted]:
    """Every fixed file of a town that has enough records."""
    assert layout.source is not None
    for entry in layout.source.source.files:
        file = layout.source.files[entry.file]
        for path in sorted(folder.iterdir()):
            if file.record is not None and fnmatch.fnmatch(path.name, entry.pattern):
                encoding, shape = fixed_shape(path)
                assert shape is not None
                assert shape.length == file.record.length, path.name
                fields, types, records = sample_fields(path, encoding, shape)
                if records < LEAST:
                    continue
                cells = data_records(np.concatenate(list(fixed_records(path, shape, Misfits()))), types)
                parts = [(one.at - 1, one.width) for one in of_layout(file)]
                hidden = {at for at, width in parts[1:] if _untold(cells, at, width)}
                true = {at for at, _ in parts[1:]} - hidden
                got = {one.at - 1 for one in fields[1:]} - hidden
                yield Drafted(path.name, records, len(true), len(got), len(true & got))


def _untold(cells: Cells, at: int, width: int) -> bool:
    part = cells[:, at - 1 : at + width]
    return bool((part == part[0, 0]).all())


def fixed_sources() -> Iterator[Layout]:
    """The bundled sources that towns are made for, and that have fixed files."""
    for which in SOURCES:
        layout = load_layout(Library(), *which)
        if layout.source and any(file.record for file in layout.source.files.values()):
            yield layout


def main(residents: int) -> None:
    """A line for each file, and the whole."""
    found: list[Drafted] = []
    for layout in fixed_sources():
        assert layout.source is not None
        with tempfile.TemporaryDirectory() as folder:
            make_town(layout, residents, 1, 0, Path(folder))
            for one in drafted_town(layout, Path(folder) / "in"):
                found.append(one)
                share = f"found {one.right}/{one.true}, right {one.right}/{one.drafted}"
                name = f"{layout.system.system}/{layout.source.source.source}"
                print(f"{name:16} {one.file:12} {one.records:8,} records  {share}")
    right = sum(one.right for one in found)
    recall, precision = right / sum(one.true for one in found), right / sum(one.drafted for one in found)
    print(f"boundaries found {recall:.1%}, drafted boundaries that are right {precision:.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
