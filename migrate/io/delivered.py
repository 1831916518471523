"""Reads columns of a table that a run delivered, as hashes: many keys in little memory."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from migrate.io.framing import FileRefused
from migrate.io.rows import TableRows
from migrate.io.tables import Form
from migrate.spec.system import Profile
from migrate.spec.table import StandardField

Hashes = npt.NDArray[np.uint64]
SEPARATOR = "\x1f"
BLOCK_BYTES = 1 << 24


class OtherForm(Exception):
    """The file does not have the columns asked for."""


def hashed(columns: Sequence[str]) -> pl.Expr:
    """The hash of the texts of some columns together: that of this version of Polars, never for writing down."""
    return pl.concat_str([pl.col(name) for name in columns], separator=SEPARATOR).hash(seed=0)


def key_hashes(path: Path, profile: Profile, fields: Sequence[StandardField], names: Sequence[str]) -> Hashes:
    """The distinct hashes of the items ``names``, sorted; rows that lack one are left out.

    ``fields`` are all items of the table in order. No other column is read. OtherForm where the file has other items.
    """
    if profile.encoding == "cp932":
        return _decoded(path, profile, fields, names)
    columns = _columns(path, profile, fields)
    if not set(names) <= set(columns):
        raise OtherForm
    at = [str(columns.index(name)) for name in names]
    rows = _scan(path, profile, len(columns), skip=0 if profile.header == "none" else 1).select(at)
    filled = rows.filter(pl.all_horizontal((pl.col(at) != "").fill_null(False)))
    return np.unique(filled.select(hashed(at)).collect(engine="streaming").to_series().to_numpy())


def _decoded(path: Path, profile: Profile, fields: Sequence[StandardField], names: Sequence[str]) -> Hashes:
    """The same of a file that Polars cannot read as it stands."""
    try:
        table = TableRows.open(path, Form(profile, tuple(fields)))
    except FileRefused:
        raise OtherForm from None
    if not set(names) <= set(table.columns):
        raise OtherForm
    parts = [
        np.unique(rows.drop_nulls(names).select(hashed(names)).to_series().to_numpy())
        for rows in table.read(batch_bytes=BLOCK_BYTES)
    ]
    return np.unique(np.concatenate([np.empty(0, dtype=np.uint64), *parts]))


def _columns(path: Path, profile: Profile, fields: Sequence[StandardField]) -> list[str]:
    """The romaji names of the columns, as the first line has them; without a header, as the table has them."""
    first = pl.read_csv(
        path, has_header=False, n_rows=1, separator=profile.delimiter, infer_schema=False, raise_if_empty=False
    )
    names = [field.name for field in fields]
    if profile.header == "none":
        return names if first.width in (0, len(names)) else []
    romaji = {field.ja if profile.header == "ja" else field.name: field.name for field in fields}
    return [romaji.get(cell, "") for cell in (first.row(0) if first.height else ())]


def _scan(path: Path, profile: Profile, width: int, *, skip: int) -> pl.LazyFrame:
    return pl.scan_csv(
        path,
        has_header=False,
        skip_rows=skip,
        separator=profile.delimiter,
        schema=pl.Schema({str(i): pl.String() for i in range(width)}),
        raise_if_empty=False,
    )
