"""``migrate layouts import``: definition files from an official sheet, and the cells that were not understood."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import click
from rich.table import Table

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.errors import Lang, Problem, UsageError, told
from migrate.importer import MADE, Import, Remark, import_sheet, read_decisions
from migrate.report.tables import grid
from migrate.report.texts import text
from migrate.spec.words import NAME

SCHEMA = "migrate.import/1"
DECISIONS = "import.yaml"


@click.command("import")
@click.argument("sheet", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR")
@click.option("--decisions", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@settings.json_option
@click.pass_obj
def command(session: Session, sheet: Path, out: Path, decisions: Path | None, as_json: bool) -> int:
    system = out.resolve().name
    if not NAME.fullmatch(system):
        raise UsageError(Problem("U-IMPORT-NAME", {"name": system}))
    _refuse_work_of_hands(out / "system.yaml")
    beside = out / DECISIONS
    made = import_sheet(sheet, system, read_decisions(decisions or (beside if beside.is_file() else None)))
    for name, content in made.files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    if as_json:
        session.document(_document(made, system, session.lang))
    else:
        for name, remarks in groupby(made.remarks, key=lambda remark: remark.sheet):
            session.show(_table(name, remarks, session.lang))
    facts = {"tables": made.tables, "items": made.items, "codes": made.codes, "remarks": len(made.remarks)}
    session.say("import-done", folder=out, **facts)
    return 0


def _refuse_work_of_hands(file: Path) -> None:
    if file.is_file() and MADE not in file.read_text(encoding="utf-8", errors="replace").partition("\n")[0]:
        raise UsageError(Problem("U-IMPORT-HAND", {"file": str(file)}))


def _table(sheet: str, remarks: Iterable[Remark], lang: Lang) -> Table:
    table = grid(lang, "cell", "~says", "~sentence", "~assumed", title=text("import-remarks", lang, sheet=sheet))
    for remark in remarks:
        table.add_row(remark.cell, remark.says.replace("\n", " "), *told(remark.problem, lang))
    return table


def _document(made: Import, system: str, lang: Lang) -> dict[str, object]:
    rows = []
    for remark in made.remarks:
        sentence, assumed = told(remark.problem, lang)
        row = {"sheet": remark.sheet, "cell": remark.cell, "says": remark.says, "code": remark.problem.code}
        rows.append({**row, "sentence": sentence, "assumed": assumed})
    return {"schema": SCHEMA, "system": system, "files": list(made.files), "remarks": rows}
