"""``migrate fitgap``: which items of the standard the source fills, and which of its fields go where."""

from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.profile import files_below
from migrate.cli.session import Session


@click.command("fitgap")
@click.argument("data", type=click.Path(path_type=Path), required=False)
@settings.layout_option
@settings.source_option
@settings.project_option
@click.option("--excel", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@settings.json_option
@click.pass_obj
def command(
    session: Session,
    data: Path | None,
    layout: str | None,
    source: str | None,
    project: Path | None,
    excel: Path | None,
    as_json: bool,
) -> int:
    from migrate.inventory.census import count_fields
    from migrate.inventory.fitgap import fitgap
    from migrate.report.fitgap import fitgap_sheets, fitgap_tables
    from migrate.report.workbook import write_workbook

    loaded = settings.choose(project, layout, source, inputs=data).load()
    assert loaded.source is not None
    counted = count_fields(loaded.source, files_below(data)) if data is not None else None
    document = fitgap(loaded, counted)
    if excel is not None:
        write_workbook(excel, fitgap_sheets(document, session.lang))
        session.say("excel-done", file=excel)
    if as_json:
        session.document(document)
        return 0
    for table in fitgap_tables(document, session.lang):
        session.sheet(table)
    for name, code in document["refused"].items():
        session.say("fitgap-refused", file=name, code=code)
    for name, count in document["misfits"].items():
        session.say("fitgap-misfits", file=name, count=f"{count:,}")
    return 0
