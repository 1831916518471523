"""What one run is asked to do: the command line, then the project, then the defaults."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrate.cli import settings
from migrate.errors import Problem, UsageError
from migrate.spec.project import Loaded

if TYPE_CHECKING:
    from migrate.pipeline import Options

OUT = "out"
INPUT = "input"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line says about one run."""

    inputs: Path | None
    out: Path | None
    as_of: datetime.date | None
    count_sheet: Path | None
    parquet: bool


def options_of(wish: Wish, project: Loaded | None) -> "Options":
    """Folders and sheet proved to be there; UsageError otherwise."""
    from migrate.pipeline import Options, Waiver
    from migrate.rehearsal.ledger import frozen_of
    from migrate.rehearsal.receipts import receipts_of
    from migrate.vocab import daykey

    inputs, out = _folders(wish, project.folder if project else None)
    said = project.project if project else None
    as_of = wish.as_of or (datetime.date.fromisoformat(said.as_of) if said and said.as_of else None)
    options: dict[str, Any] = {}
    if project and said:
        options["receipts"], options["frozen"] = receipts_of(project.folder), frozen_of(project.folder)
        options["municipality"] = said.municipality
        options["gates"] = tuple(said.gates.model_dump().items())
        options["waivers"] = tuple(Waiver(w.total, w.reason, w.person) for w in said.waivers)
    return Options(
        inputs=inputs,
        out=out,
        as_of=daykey.pack(as_of.year, as_of.month, as_of.day) if as_of else None,
        parquet=wish.parquet,
        count_sheet=_count_sheet(wish, project),
        **options,
    )


def _folders(wish: Wish, folder: Path | None) -> tuple[Path, Path]:
    inputs = wish.inputs or (folder / INPUT if folder else None)
    if inputs is None:
        raise UsageError(Problem("U-INPUT-MISSING"))
    settings.existing_folder(inputs, "--input")
    out = wish.out or (folder or Path()) / OUT
    if out.exists():
        settings.existing_folder(out, "--out")
    if out.resolve().is_relative_to(inputs.resolve()):
        raise UsageError(Problem("U-OUT-INSIDE", {"out": str(out), "input": str(inputs)}))
    return inputs, out


def _count_sheet(wish: Wish, project: Loaded | None) -> Path | None:
    sheet = wish.count_sheet
    if sheet is None and project and project.project.count_sheet:
        sheet = project.folder / project.project.count_sheet
    if sheet is not None and not sheet.is_file():
        raise UsageError(Problem("U-SHEET-MISSING", {"file": str(sheet)}))
    return sheet
