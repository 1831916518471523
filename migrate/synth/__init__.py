"""Synthetic towns: one ground truth, rendered through a source layout, with injected faults and their answer key."""

import json
from datetime import date
from pathlib import Path

import numpy as np

from migrate.spec.layout import Layout, SourceLayout
from migrate.synth.delivery import Delivery, Spot
from migrate.synth.faults import Key, inject
from migrate.synth.file_faults import FILE_KINDS, FileKey, clear, spoil
from migrate.synth.host_fixed import HostFixed
from migrate.synth.names import NamesMissing
from migrate.synth.on_disk import NoFileFits
from migrate.synth.package_csv import PackageCsv
from migrate.synth.terms import day
from migrate.synth.town import LEAST, Town, make_town_truth

__all__ = [
    "AS_OF",
    "FAULTY",
    "FILE_KINDS",
    "LEAST",
    "SOURCES",
    "SYSTEM",
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
"""One logically deleted record for so many residents."""
SYSTEM = "juki"
"""The system whose sources a town can be rendered through."""
VIEWS = {"host_fixed": HostFixed, "package_csv": PackageCsv}
SOURCES = tuple(VIEWS)
"""The sources a town can be rendered through."""
FAULTY = ("host_fixed",)
"""The sources that faults are known for."""


def make_delivery(source: SourceLayout, town: Town, faults: float = 0, seed: int = 0) -> tuple[Delivery, Key]:
    """The delivery of a town through a source layout, and its answer key (see ``migrate.synth.faults.inject``).

    ValueError where nobody has written the view of that source, or its faults.
    """
    name = source.source.source
    if name not in VIEWS:
        raise ValueError(f"no synthetic view for the source {name}")
    if faults > 0 and name not in FAULTY:
        raise ValueError(f"no faults are known for the source {name}")
    view = VIEWS[name](town)
    delivery = Delivery(source, view)
    if not isinstance(view, HostFixed):
        return delivery, []
    _leave_deleted(delivery, town.residents, seed)
    return delivery, inject(delivery, view, faults, seed)


def _leave_deleted(delivery: Delivery, residents: int, seed: int) -> None:
    """Records that the host only marked as deleted: they still stand in the file, and in its trailer's count."""
    rng = np.random.default_rng([seed, 3])
    for number in rng.choice(len(delivery.ids["kojin"]), size=-(-residents // DELETED_IN), replace=False).tolist():
        copy = delivery.repeat(Spot("kojin", number))
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
    delivery, key = make_delivery(layout.source, town, faults, seed)
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
