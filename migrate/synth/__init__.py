"""Synthetic towns: one ground truth, rendered through a source layout, with injected faults and their answer key."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np

from migrate.spec.layout import Layout
from migrate.synth.delivery import Delivery, Spot, View
from migrate.synth.estate import make_estate
from migrate.synth.faults import DESKS, Key, inject
from migrate.synth.file_faults import FILE_KINDS, FileKey, clear, spoil
from migrate.synth.host_estate import HostEstate
from migrate.synth.host_fixed import HostFixed
from migrate.synth.host_outsiders import HostOutsiders
from migrate.synth.names import NamesMissing
from migrate.synth.on_disk import NoFileFits
from migrate.synth.outsiders import make_outsiders
from migrate.synth.package_csv import PackageCsv
from migrate.synth.terms import day
from migrate.synth.town import LEAST, Town, make_town_truth

__all__ = [
    "AS_OF",
    "FAULTY",
    "FILE_KINDS",
    "LEAST",
    "SOURCES",
    "NamesMissing",
    "NoFileFits",
    "Town",
    "make_delivery",
    "make_spoilt_town",
    "make_town",
    "make_town_truth",
]

AS_OF = date(2026, 10, 1)
"""基準日 of a town, unless another is asked for."""
DELETED_IN = 1000
"""One logically deleted record for so many persons."""
VIEWS: Mapping[tuple[str, str], Callable[[Town, int], View]] = {
    ("juki", "host_fixed"): lambda town, seed: HostFixed(town),
    ("juki", "package_csv"): lambda town, seed: PackageCsv(town),
    ("jutogai", "host_fixed"): lambda town, seed: HostOutsiders(make_outsiders(town, seed)),
    ("kotei", "host_fixed"): lambda town, seed: HostEstate(make_estate(make_outsiders(town, seed), seed)),
}
SOURCES = tuple(VIEWS)
"""System and source of everything a town can be rendered through."""
FAULTY = tuple(DESKS)
"""The systems and sources that faults are known for."""


def make_delivery(layout: Layout, town: Town, faults: float = 0, seed: int = 0) -> tuple[Delivery, Key]:
    """The delivery of a town through the source of a layout, and its answer key (see ``migrate.synth.faults.inject``).

    ``seed`` is that of the town. ValueError where nobody has written the view of that source, or its faults.
    """
    if layout.source is None:
        raise ValueError("the layout was loaded without a source")
    system, name = which = layout.system.system, layout.source.source.source
    if which not in VIEWS:
        raise ValueError(f"no synthetic view for the source {system}/{name}")
    if faults > 0 and which not in FAULTY:
        raise ValueError(f"no faults are known for the source {system}/{name}")
    view = VIEWS[which](town, seed)
    delivery = Delivery(layout.source, view)
    if view.main is None:
        return delivery, []
    main, persons = view.main
    if main in delivery.renderers:
        _leave_deleted(delivery, main, persons, seed)
    return delivery, inject(delivery, which, persons, faults, seed)


def _leave_deleted(delivery: Delivery, file: str, persons: int, seed: int) -> None:
    """Records that the host only marked as deleted: they still stand in the file, and in its trailer's count."""
    rng = np.random.default_rng([seed, 3])
    for number in rng.choice(len(delivery.ids[file]), size=-(-persons // DELETED_IN), replace=False).tolist():
        copy = delivery.repeat(Spot(file, number))
        delivery.change(copy, "delete_flag", "9")


def make_town(layout: Layout, rows: int, seed: int, faults: float, out: Path, as_of: date = AS_OF) -> int:
    """Write a town of ``rows`` residents to ``out/in/`` and the answer key to ``out/truth.json``.

    ``faults`` is how many there are for each resident, all kinds together (0.01 = one for every hundred). Returns the
    number of lines in the key. The same arguments give the same bytes. NamesMissing where the names are not installed.
    """
    key = _write(layout, rows, seed, faults, out, as_of)
    _tell(layout, seed, out, key, [])
    return len(key)


def make_spoilt_town(layout: Layout, rows: int, seed: int, kind: str, out: Path, as_of: date = AS_OF) -> int:
    """A town without a fault in its records, and one fault of the files themselves (``FILE_KINDS``).

    NoFileFits, with nothing left in ``out/``, where no file of the source can have it.
    """
    key = _write(layout, rows, seed, 0, out, as_of)
    assert layout.source is not None
    try:
        spoilt = spoil(kind, layout.source, out / "in", seed)
    except NoFileFits:
        clear(layout.source, out / "in")
        (out / "truth.json").unlink(missing_ok=True)
        if not any((out / "in").iterdir()):
            (out / "in").rmdir()
        raise
    _tell(layout, seed, out, key, spoilt)
    return len(spoilt)


def _write(layout: Layout, rows: int, seed: int, faults: float, out: Path, as_of: date) -> Key:
    if layout.source is None:
        raise ValueError("the layout was loaded without a source")
    town = make_town_truth(rows, seed, day(as_of.year, as_of.month, as_of.day))
    delivery, key = make_delivery(layout, town, faults, seed)
    clear(layout.source, out / "in")
    delivery.write(out / "in")
    return key


def _tell(layout: Layout, seed: int, out: Path, key: Key, spoilt: FileKey) -> None:
    """The answer key."""
    assert layout.source is not None
    truth = {
        "layout": layout.system.system,
        "source": layout.source.source.source,
        "seed": seed,
        "faults": key,
        "file_faults": spoilt,
    }
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
