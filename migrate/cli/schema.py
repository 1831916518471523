"""``migrate schema``: the checks of a standard table as data.

pandera's own serialisation leaves out every check that it did not define itself; this one lists them all.
"""

from pathlib import Path
from typing import Any

import click

from migrate.cli import settings
from migrate.cli.session import Session
from migrate.cli.show import unknown
from migrate.spec.load import load_layout

SCHEMA = "migrate.schema/1"


@click.command("schema")
@click.argument("name")
@settings.project_option
@click.pass_obj
def command(session: Session, name: str, project: Path | None) -> int:
    library, _ = settings.open_library(project)
    system, _, table = name.partition(".")
    layout = load_layout(library, system)
    if table not in layout.tables:
        unknown(name, [f"{system}.{known}" for known in layout.tables])
    from migrate.plan.schema import schema_of

    document = schema_document(schema_of(layout, table), name)
    session.document(document)
    return 0


def schema_document(schema: Any, name: str) -> dict[str, Any]:
    """A ``pandera.polars.DataFrameSchema`` as plain data: columns in order, with all their checks."""
    columns = [
        {
            "name": column,
            "dtype": str(given.dtype),
            "nullable": given.nullable,
            "unique": given.unique,
            "required": given.required,
            "title": given.title,
            "description": given.description,
            "checks": [_check(check) for check in given.checks],
        }
        for column, given in schema.columns.items()
    ]
    checks = [_check(check) for check in schema.checks or ()]
    unique = list(schema.unique or ())
    return {"schema": SCHEMA, "table": name, "unique": unique, "columns": columns, "checks": checks}


def _check(check: Any) -> dict[str, Any]:
    statistics = {key: _plain(value) for key, value in (check.statistics or {}).items()}
    return {"name": check.name, "error": check.error, "description": check.description, "arguments": statistics}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(map(str, value)) if isinstance(value, set | frozenset) else [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
