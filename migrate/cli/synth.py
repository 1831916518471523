"""``migrate synth``: a synthetic town in the form of a source, with its answer key."""

import datetime
from collections.abc import Iterable
from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import GUESS, EnvironmentTrouble, Problem, UsageError, nearest
from migrate.spec.layout import Layout
from migrate.spec.source import HOSTS


@click.command("synth")
@settings.layout_option
@settings.source_option
@click.option("--rows", type=int, required=True, metavar="N")
@click.option("--seed", type=click.IntRange(min=0), default=1, metavar="N")
@click.option("--faults", type=click.FloatRange(min=0, max=100), default=0, metavar="X")
@click.option("--file-fault", metavar="KIND")
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
    file_fault: str | None,
    out: Path,
    as_of: datetime.datetime | None,
    project: Path | None,
) -> int:
    from migrate import synth

    chosen = settings.choose(project, layout, source)
    loaded = chosen.load()
    _refuse_what_cannot_be(chosen, rows, faults, file_fault)
    if faults > 0 or file_fault is not None:
        _refuse_faults_of_hosts(loaded)
    if not (out / "truth.json").is_file():  # a town made before may be made again
        settings.empty_folder(out, "--out")
    day = as_of.date() if as_of else synth.AS_OF
    try:
        if file_fault is None:
            written = synth.make_town(loaded, rows, seed, faults, out, day)
        else:
            written = synth.make_spoilt_town(loaded, rows, seed, file_fault, out, day)
    except synth.NamesMissing:
        raise EnvironmentTrouble(Problem("E-SYNTH-NAMES")) from None
    except UnicodeEncodeError as lacking:
        raise UsageError(Problem("U-SYNTH-LETTER", {"encoding": lacking.encoding})) from None
    except synth.NoFileFits:
        raise UsageError(Problem("U-SYNTH-NO-FILE", {"kind": str(file_fault), "name": str(chosen.source)})) from None
    session.say("synth-done", rows=f"{rows:,}", folder=out / "in", faults=f"{written:,}", key=out / "truth.json")
    return 0


def _refuse_what_cannot_be(chosen: settings.Chosen, rows: int, faults: float, file_fault: str | None) -> None:
    """UsageError where nobody can make such a town."""
    from migrate import synth

    which = chosen.system, chosen.source
    if which not in synth.SOURCES:
        raise UsageError(Problem("U-SYNTH-SOURCE", _facts(chosen, synth.SOURCES)))
    if faults > 0 and which not in synth.FAULTY:
        raise UsageError(Problem("U-SYNTH-FAULTS", _facts(chosen, synth.FAULTY)))
    if file_fault is not None and file_fault not in synth.FILE_KINDS:
        facts = {"kind": file_fault, "known": ", ".join(synth.FILE_KINDS)}
        raise UsageError(Problem("U-SYNTH-KIND", facts | {GUESS: nearest(file_fault, synth.FILE_KINDS)}))
    if file_fault is not None and faults > 0:
        raise UsageError(Problem("U-SYNTH-BOTH"))
    if rows < synth.LEAST:
        raise UsageError(Problem("U-SYNTH-ROWS", {"rows": str(rows), "least": str(synth.LEAST)}))


def _refuse_faults_of_hosts(layout: Layout) -> None:
    """UsageError where a file is in an encoding that the faults are not written in."""
    hosts = layout.source.encodings & HOSTS if layout.source else ()
    if hosts:
        raise UsageError(Problem("U-SYNTH-HOST", {"encoding": ", ".join(sorted(hosts))}))


def _facts(chosen: settings.Chosen, known: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {"name": f"{chosen.system}/{chosen.source}", "known": ", ".join("/".join(which) for which in known)}
