"""The public contract of a standard table as a pandera schema, compiled from the same layout as the checks of a run."""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from migrate.plan.derived import NUMBERS, number_pattern
from migrate.spec.layout import Layout
from migrate.spec.system import Profile
from migrate.spec.table import CodeValue, StandardField, StandardTable
from migrate.vocab.hidden import CONTROL

HALFWIDTH = "^[ -~\uff61-\uff9f]*$"
FULLWIDTH = rf"^[^ -~{CONTROL}\uff61-\uff9f\u00a5\u203e]*$"
DATES = {"YYYY-MM-DD": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "YYYYMMDD": r"^[0-9]{8}$"}
LETTERS = {"X": HALFWIDTH, "N": FULLWIDTH, "9": "^[0-9]+$"}


Codes = Mapping[str, Mapping[str, CodeValue]]


def schema_of(layout: Layout, table: str) -> pa.DataFrameSchema:
    """One column per item, all text as delivered in the layout's profile; key items together are unique.

    KeyError for a table that the layout does not have.
    """
    standard = layout.tables[table]
    columns = {field.name: _column(field, layout.codes, layout.profile) for field in standard.fields}
    return pa.DataFrameSchema(columns, unique=list(standard.key), name=table, title=standard.ja, strict=True)


def contract_of(table: StandardTable, codes: Codes) -> dict[str, pa.Column]:
    """Letters, digits and codes of every item that is no date, for rows on their way: emptied values are allowed."""
    fields = [field for field in table.fields if field.type != "DATE"]
    return {f.name: pa.Column(pl.String, _text_checks(f, codes), nullable=True, name=f.name) for f in fields}


def _column(field: StandardField, codes: Codes, profile: Profile) -> pa.Column:
    checks = [pa.Check.str_matches(DATES[profile.date])] if field.type == "DATE" else _text_checks(field, codes)
    nullable = field.required != "always" or field.on_error != "quarantine"
    return pa.Column(pl.String, checks, nullable=nullable, title=field.ja, description=field.source)


def _text_checks(field: StandardField, codes: Codes) -> list[pa.Check]:
    if field.type in NUMBERS:
        return [pa.Check.str_matches(f"^{number_pattern(field)}$")]
    checks = []
    if field.type in LETTERS:
        checks.append(pa.Check.str_matches(LETTERS[field.type]))
    if field.digits and field.digits.isdigit():
        most = int(field.digits)
        checks.append(pa.Check.str_length(min_value=most if field.fixed else 1, max_value=most))
    if field.codes:
        checks.append(pa.Check.isin(sorted(codes[field.codes])))
    return checks
