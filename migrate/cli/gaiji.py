"""``migrate gaiji``: which characters of a run are a site's own, the sheet to decide on them, and what was decided."""

from pathlib import Path

import click

from migrate.cli import gaiji_reduce, settings
from migrate.cli.session import Session
from migrate.errors import DefinitionErrors, Problem, UsageError
from migrate.importer.mj import NAME, mj_texts
from migrate.io.chain import replace_file
from migrate.report import gaiji as sheets
from migrate.spec import csvtext
from migrate.spec.gaiji import gaiji_table, is_code
from migrate.spec.layout import Paths

SCHEMA = "migrate.gaiji/1"

run_argument = click.argument("run", type=click.Path(path_type=Path))


@click.group("gaiji")
def command() -> None: ...


@command.command("list")
@run_argument
@settings.json_option
@click.pass_obj
def list_(session: Session, run: Path, as_json: bool) -> int:
    rows = _ledger(run)
    if as_json:
        told = [{name: cell for name, cell in row.items() if name not in ("readings", "first")} for row in rows]
        document = {"schema": SCHEMA, "run_id": run.resolve().name, "gaiji": told}
        session.document(document)
    else:
        session.sheet(sheets.table(rows, session.lang))
    open_ = sum(1 for row in rows if row["state"] == "unidentified")
    session.say("gaiji-listed", codes=len(rows), open=open_)
    return 0


@command.command("template")
@run_argument
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE")
@click.option("--all", "every", is_flag=True)
@click.pass_obj
def template(session: Session, run: Path, out: Path, every: bool) -> int:
    own = [row for row in _ledger(run) if row["kind"] in ("gaiji", "undefined") and is_code(row["code"])]
    rows = [row for row in own if every or row["state"] == "unidentified"]
    settings.private_file(out, sheets.sheet(rows, session.lang))
    session.say("gaiji-template", file=out, codes=len(rows))
    return 0


@command.command("apply")
@click.argument("sheet", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--mj", "mj", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@settings.layout_option
@settings.source_option
@settings.project_option
@click.pass_obj
def apply(
    session: Session, sheet: Path, mj: Path | None, layout: str | None, source: str | None, project: Path | None
) -> int:
    chosen = settings.choose(project, layout, source)
    folder = chosen.library.project
    if folder is None or chosen.source is None:
        raise UsageError(Problem("U-PROJECT-NEEDED"))
    path = Paths(chosen.system, chosen.source).gaiji
    given = [csvtext.Row(line, cells) for line, cells in sheets.filled_in(sheet.read_bytes(), sheet.name)]
    given = _named(sheet.name, given, mj)
    if problems := [*gaiji_table(sheet.name, given)[1], *_contradictions(sheet.name, given)]:
        raise DefinitionErrors(*problems)
    there = csvtext.keyed(chosen.library.find(path), path, header=csvtext.GAIJI, key="code")
    changed = {row.cells["code"]: row.cells for row in given if there.get(row.cells["code"]) != row.cells}
    there |= changed
    if changed:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, sheets.table_file(there.values(), csvtext.GAIJI), mode=0o666)
    session.say("gaiji-applied", file=path, codes=len(changed), whole=len(there))
    return 0


command.add_command(gaiji_reduce.command)


def _named(name: str, rows: list[csvtext.Row], mj: Path | None) -> list[csvtext.Row]:
    """The rows with the text of MJ names in their place, which are kept as a note."""
    if not any(NAME.fullmatch(row.cells["text"]) for row in rows):
        return rows
    if mj is None:
        raise UsageError(Problem("U-MJ-LIST"))
    texts, found, problems = mj_texts(mj), [], []
    for row in rows:
        called = row.cells["text"]
        if NAME.fullmatch(called) and called not in texts:
            problems.append(Problem("U-MJ-NAME", {"name": called}, name, row.line))
        elif NAME.fullmatch(called):
            note = " ".join(filter(None, (called, row.cells["note"])))
            row = csvtext.Row(row.line, row.cells | {"text": texts[called], "note": note})
        found.append(row)
    if problems:
        raise DefinitionErrors(*problems)
    return found


def _contradictions(name: str, rows: list[csvtext.Row]) -> list[Problem]:
    """One code, two decisions (character, basis, note): the sheet has a row for each item it stands in."""
    firsts: dict[str, csvtext.Row] = {}
    for row in rows:
        firsts.setdefault(row.cells["code"], row)
    return [
        Problem(
            "U-GAIJI-TWICE", {"code": row.cells["code"], "first": str(firsts[row.cells["code"]].line)}, name, row.line
        )
        for row in rows
        if row.cells != firsts[row.cells["code"]].cells
    ]


def _ledger(run: Path) -> sheets.Rows:
    """The gaiji ledger of a sealed run, once the run is proved."""
    from migrate.rehearsal.sealed import SealedRun

    return SealedRun.open(settings.existing_folder(run, "RUN")).frame("gaiji").to_dicts()
