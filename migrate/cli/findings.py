"""``migrate findings``: the sheet on which staff correct what was found, and its way back."""

from dataclasses import asdict
from pathlib import Path
from typing import get_args

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import Problem, UsageError
from migrate.report.model.corrections import ORDER
from migrate.spec.table import Owner


@click.group("findings")
def command() -> None: ...


@command.command("export")
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--owner", "owners", type=click.Choice(get_args(Owner)), multiple=True, default=("団体",))
@click.option("--input", "inputs", type=click.Path(path_type=Path), metavar="DIR", required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE")
@click.option("--with-info", "every", is_flag=True)
@settings.references_option
@settings.project_option
@click.pass_obj
def export_(
    session: Session,
    folder: Path,
    owners: tuple[str, ...],
    inputs: Path,
    out: Path,
    every: bool,
    references: tuple[Path, ...],
    project: Path | None,
) -> int:
    from migrate.fixes.export import MUNICIPALITY, export
    from migrate.rehearsal.elsewhere import people_elsewhere
    from migrate.rehearsal.sealed import SealedRun
    from migrate.report.fix_sheets import workbook
    from migrate.report.model.evidence import Evidence
    from migrate.report.model.protection import spared_units

    settings.free_file(out)
    run = SealedRun.open(settings.existing_folder(folder, "RUN"))
    chosen = settings.choose(project, run.report["layout"], run.report["source"], run.report["profile"])
    layout = chosen.load()
    people = people_elsewhere(run, layout, chosen.library, references)
    evidence = Evidence(run.folder, run.report, layout, session.lang, elsewhere=people)
    told = MUNICIPALITY in owners or not (layout.system.protected or layout.system.protected_by)
    spared = frozenset() if told else spared_units(evidence)
    made = export(run, layout, settings.existing_folder(inputs, "--input"), owners, spared, whole=every)
    same = {key: run.report[key] for key in ("layout", "source", "as_of")}
    about = {**same, "run": run.id, "left_out": made.left_out, "uncounted": made.uncounted}
    settings.private_file(out, workbook([asdict(line) for line in made.lines], layout, about, session.lang))
    counts = {place: sum(line.place == place for line in made.lines) for place in ("open", "kosho")}
    session.say("findings-exported", file=out, **counts, elsewhere=len(made.lines) - sum(counts.values()))
    return 0


@command.command("apply")
@click.argument("sheet", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@settings.at_option
@settings.project_option
@click.pass_obj
def apply(session: Session, sheet: Path, at: str, project: Path | None) -> int:
    from migrate.fixes.apply import corrections_from, read_filled
    from migrate.rehearsal.corrections import FILE, enter_corrections
    from migrate.rehearsal.moment import Moment

    moment, filled = Moment.parse(at), read_filled(sheet)
    chosen = settings.choose(project, filled.about["layout"], filled.about["source"])
    home = chosen.home
    given = corrections_from(filled, chosen.load(), moment)
    session.say("findings-applied", file=FILE, **enter_corrections(home, given))
    return 0


@command.command("withdraw")
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--state", "states", type=click.Choice(ORDER), multiple=True)
@click.option("--number", "numbers", type=click.IntRange(min=1), multiple=True, metavar="N")
@settings.project_option
@click.pass_obj
def withdraw(
    session: Session, folder: Path, states: tuple[str, ...], numbers: tuple[int, ...], project: Path | None
) -> int:
    import polars as pl

    from migrate.rehearsal.corrections import FILE, SCHEMA, withdraw_corrections
    from migrate.rehearsal.sealed import SealedRun

    run = SealedRun.open(settings.existing_folder(folder, "RUN"))
    home = settings.choose(project, run.report["layout"], run.report["source"]).home
    known = {row["number"] for row in run.report["corrections"]}
    if not (states or numbers) or not known.issuperset(numbers):
        raise UsageError(Problem("U-FIX-WITHDRAW", {"run": run.id, "count": f"{len(known)}"}))
    asked = {row["number"] for row in run.report["corrections"] if row["state"] in states}.union(numbers)
    used = run.frame("corrections").filter(pl.col("number").is_in(sorted(asked))) if asked else SCHEMA.to_frame()
    session.say("findings-withdrawn", file=FILE, **withdraw_corrections(home, used))
    return 0
