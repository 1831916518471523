"""``migrate sample``: 突合票, records of a delivery to be compared by two people."""

from dataclasses import asdict
from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import Problem, UsageError


@click.command("sample")
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--input", "inputs", type=click.Path(path_type=Path), metavar="DIR", required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE")
@click.option("--seed", type=click.IntRange(min=0), required=True)
@click.option("--per-stratum", "each", type=click.IntRange(min=1), default=3)
@settings.references_option
@settings.project_option
@click.pass_obj
def command(
    session: Session,
    folder: Path,
    inputs: Path,
    out: Path,
    seed: int,
    each: int,
    references: tuple[Path, ...],
    project: Path | None,
) -> int:
    from migrate.fixes.sample import sample
    from migrate.rehearsal.elsewhere import people_elsewhere
    from migrate.rehearsal.sealed import SealedRun
    from migrate.report.sample_sheets import sample_workbook

    settings.free_file(out)
    run = SealedRun.open(settings.existing_folder(folder, "RUN"))
    chosen = settings.choose(project, run.report["layout"], run.report["source"], run.report["profile"])
    layout = chosen.load()
    if layout.system.sample is None:
        raise UsageError(Problem("U-SAMPLE-NONE", {"layout": layout.system.system}))
    people = people_elsewhere(run, layout, chosen.library, references)
    if untold := [system for system, those in people.items() if those is None]:
        names = {one["layout"]: one["run_id"] for one in run.report["references"]}
        facts = [{"run": run.id, "system": system, "reference": names[system]} for system in untold]
        raise UsageError(*(Problem("U-SAMPLE-REFERENCE", fact) for fact in facts))
    strata, lines = sample(run, layout, settings.existing_folder(inputs, "--input"), people, seed=seed, each=each)
    about = {key: run.report[key] for key in ("layout", "source", "as_of")} | {
        "run": run.id,
        "seed": seed,
        "each": each,
        "protected": bool(layout.system.protected or people),
    }
    told = [asdict(line) for line in lines]
    settings.private_file(out, sample_workbook([asdict(one) for one in strata], told, layout, about, session.lang))
    units = len({unit for one in strata for unit in one.units})
    without = "、".join(one.name for one in strata if not one.units) or "—"
    session.say("sample-written", file=out, units=units, lines=f"{len(lines):,}", without=without)
    return 0
