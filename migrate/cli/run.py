"""``migrate run``: from the files received to a sealed run folder."""

import csv
import datetime
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from migrate.cli import settings
from migrate.cli.dry_run import look, problems_of, received
from migrate.cli.session import Session
from migrate.errors import EnvironmentTrouble, InputRefused, Problem, UsageError
from migrate.io.publish import Locked, canonical
from migrate.report.summary import Delivered, summary
from migrate.report.texts import text
from migrate.spec.project import Loaded

if TYPE_CHECKING:
    from migrate.pipeline import Options, RunResult
    from migrate.spec.layout import Layout

OUT = Path("out")
INPUT = "input"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line says about one run."""

    inputs: Path | None
    out: Path | None
    as_of: datetime.date | None
    count_sheet: Path | None
    parquet: bool


@click.command("run")
@settings.layout_option
@settings.source_option
@click.option("--input", "inputs", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR")
@settings.as_of_option
@settings.profile_option
@click.option("--also", type=click.Choice(["parquet"]))
@settings.project_option
@click.option("--count-sheet", type=click.Path(path_type=Path), metavar="FILE")
@settings.json_option
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def command(
    session: Session,
    layout: str | None,
    source: str | None,
    inputs: Path | None,
    out: Path | None,
    as_of: datetime.datetime | None,
    profile: str | None,
    also: str | None,
    project: Path | None,
    count_sheet: Path | None,
    as_json: bool,
    dry_run: bool,
) -> int:
    chosen = settings.choose(project, layout, source, profile)
    loaded = chosen.load()
    options = _options(
        Wish(inputs, out, as_of.date() if as_of else None, count_sheet, also == "parquet"), chosen.project
    )
    if dry_run:
        return look(session, loaded, options, as_json=as_json)
    with _progress(session) as progress:
        result = _run(loaded, replace(options, progress=progress))
    if as_json:
        session.data(canonical(result.report))
    else:
        window = chosen.project.project.window_minutes if chosen.project else None
        told = Delivered(result.folder, repeated=result.repeated, window_minutes=window)
        session.show(*summary(result.report, loaded, told, session.lang))
    return result.exit_code


def _options(wish: Wish, project: Loaded | None) -> "Options":
    """The command line, then the project, then the defaults."""
    from migrate.pipeline import Options
    from migrate.vocab import daykey

    folder = project.folder if project else None
    inputs = wish.inputs or (folder / INPUT if folder else None)
    if inputs is None:
        raise UsageError(Problem("U-INPUT-MISSING"))
    settings.existing_folder(inputs, "--input")
    out = wish.out or (folder / OUT if folder else OUT)
    if out.exists():
        settings.existing_folder(out, "--out")
    if out.resolve().is_relative_to(inputs.resolve()):
        raise UsageError(Problem("U-OUT-INSIDE", {"out": str(out), "input": str(inputs)}))
    said = project.project if project else None
    as_of = wish.as_of or (datetime.date.fromisoformat(said.as_of) if said and said.as_of else None)
    options: dict[str, Any] = {"gates": tuple(said.gates.model_dump().items())} if said else {}
    return Options(
        inputs=inputs,
        out=out,
        as_of=daykey.pack(as_of.year, as_of.month, as_of.day) if as_of else None,
        parquet=wish.parquet,
        count_sheet=_count_sheet(wish, project),
        **options,
    )


def _count_sheet(wish: Wish, project: Loaded | None) -> Path | None:
    sheet = wish.count_sheet
    if sheet is None and project and project.project.count_sheet:
        sheet = project.folder / project.project.count_sheet
    if sheet is not None:
        _read_sheet(sheet)
    return sheet


def _read_sheet(sheet: Path) -> None:
    """UsageError unless it is a CSV of name,expected with whole numbers."""
    facts = {"file": str(sheet)}
    if not sheet.is_file():
        raise UsageError(Problem("U-SHEET-MISSING", facts))
    try:
        head, *rows = csv.reader(sheet.read_text(encoding="utf-8-sig").splitlines())
    except (ValueError, csv.Error):
        raise UsageError(Problem("U-SHEET-FORM", facts | {"line": "1"})) from None
    wrong = [line for line, row in enumerate(rows, start=2) if len(row) != 2 or not re.fullmatch("[0-9]+", row[1])]
    if head != ["name", "expected"] or wrong:
        raise UsageError(
            Problem("U-SHEET-FORM", facts | {"line": "1" if head != ["name", "expected"] else str(wrong[0])})
        )


def _run(layout: "Layout", options: "Options") -> "RunResult":
    from migrate.pipeline import run

    try:
        return run(layout, options)
    except Locked:
        raise EnvironmentTrouble(Problem("E-LOCKED", {"folder": str(options.out)})) from None
    except InputRefused as trouble:  # no file states a 基準日: most often because it is not there
        raise InputRefused(*problems_of(received(layout, options)), *trouble.problems) from None


@contextmanager
def _progress(session: Session) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal; nothing off it."""
    if not session.err.is_terminal:
        yield lambda stage, done, total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=session.err, transient=True) as bar:
        tasks = {
            stage: bar.add_task(text(f"stage-{stage}", session.lang), total=None, visible=False)
            for stage in ("stream", "publish")
        }

        def hear(stage: str, done: int, total: int) -> None:
            if stage in tasks:
                bar.update(tasks[stage], completed=done, total=total, visible=True)

        yield hear
