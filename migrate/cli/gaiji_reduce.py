"""``migrate gaiji reduce``: letters of a run that the receiving system does not hold, with what may be written for
them."""

from pathlib import Path

import click

from migrate.charset.candidates import RULES, SOURCE, Found, candidates
from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import Problem, UsageError
from migrate.io.chain import replace_file
from migrate.report.gaiji import letter_of, table_file
from migrate.spec import csvtext
from migrate.spec.layout import reductions_path
from migrate.spec.load import load_profile
from migrate.spec.reductions import BETWEEN


@click.command("reduce")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--rule", "rules", multiple=True, type=click.Choice(list(RULES)), default=("jis", "kokuji", "koseki"))
@settings.project_option
@click.pass_obj
def command(session: Session, run: Path, rules: tuple[str, ...], project: Path | None) -> int:
    from migrate.rehearsal.sealed import SealedRun

    library, opened = settings.open_library(project)
    if opened is None or library.project is None:
        raise UsageError(Problem("U-PROJECT-NEEDED"))
    sealed = SealedRun.open(settings.existing_folder(run, "RUN"))
    profile = load_profile(library, sealed.report["profile"])
    if profile.repertoire == "unicode":
        raise UsageError(Problem("U-REPERTOIRE-ALL", {"profile": profile.profile}))
    path = reductions_path(profile.profile)
    there = csvtext.keyed(library.find(path), path, header=csvtext.REDUCTIONS, key="text")
    codes = sorted(row["code"] for row in sealed.frame("gaiji").to_dicts() if row["kind"] == "outside" and row["code"])
    letters = [letter for letter in dict.fromkeys(map(letter_of, codes)) if letter not in there]
    found = candidates(letters, profile.repertoire, rules)
    fresh = {letter: _row(letter, some) for letter, some in found.items() if some}
    if fresh:
        target = library.project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, table_file([*there.values(), *fresh.values()], csvtext.REDUCTIONS, by="text"), mode=0o666)
    decided = sum(1 for row in fresh.values() if row["to"])
    counts = {"decided": decided, "open": len(fresh) - decided, "none": len(letters) - len(fresh)}
    session.say("gaiji-reduced-to", file=path, **counts)
    return 0


def _row(letter: str, found: Found) -> dict[str, str]:
    """A line of the table: the only candidate with its rules, or all of them to choose from, with theirs as a note."""
    keys = "・".join(dict.fromkeys(key for some in found.values() for key in some))
    if len(found) == 1:
        return {"text": letter, "to": next(iter(found)), "basis": keys, "candidates": "", "note": SOURCE}
    return {"text": letter, "to": "", "basis": "", "candidates": BETWEEN.join(found), "note": f"{keys}。{SOURCE}"}
