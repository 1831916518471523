"""``migrate synth``: a synthetic town in the form of a source, with its answer key."""

import datetime
from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import EnvironmentTrouble, Problem, UsageError


@click.command("synth")
@settings.layout_option
@settings.source_option
@click.option("--rows", type=int, required=True, metavar="N")
@click.option("--seed", type=click.IntRange(min=0), default=1, metavar="N")
@click.option("--faults", type=click.FloatRange(min=0, max=100), default=0, metavar="X")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR")
@settings.as_of_option
@settings.project_option
@click.pass_obj
def command(
    session: Session,
    layout: str | None,
    source: str | None,
    rows: int,
    seed: int,
    faults: float,
    out: Path,
    as_of: datetime.datetime | None,
    project: Path | None,
) -> int:
    from migrate import synth

    chosen = settings.choose(project, layout, source)
    loaded = chosen.load()
    if chosen.system != synth.SYSTEM or chosen.source not in synth.SOURCES:
        known = ", ".join(f"{synth.SYSTEM}/{source}" for source in synth.SOURCES)
        facts = {"name": f"{chosen.system}/{chosen.source}", "known": known}
        raise UsageError(Problem("U-SYNTH-SOURCE", facts))
    if faults > 0 and chosen.source not in synth.FAULTY:
        facts = {"name": str(chosen.source), "known": ", ".join(synth.FAULTY)}
        raise UsageError(Problem("U-SYNTH-FAULTS", facts))
    if rows < synth.LEAST:
        raise UsageError(Problem("U-SYNTH-ROWS", {"rows": str(rows), "least": str(synth.LEAST)}))
    if not (out / "truth.json").is_file():  # a town made before may be made again
        settings.empty_folder(out, "--out")
    try:
        written = synth.make_town(loaded, rows, seed, faults, out, as_of.date() if as_of else synth.AS_OF)
    except synth.NamesMissing:
        raise EnvironmentTrouble(Problem("E-SYNTH-NAMES")) from None
    session.say("synth-done", rows=f"{rows:,}", folder=out / "in", faults=f"{written:,}", key=out / "truth.json")
    return 0
