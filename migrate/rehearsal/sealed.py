"""A sealed run folder, opened again: its report, its tables, its findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from migrate.errors import EnvironmentTrouble, Problem, UsageError
from migrate.io.publish import MANIFEST, digest_of, read_manifest, verify
from migrate.io.rows import TableRows
from migrate.io.sealed import REPORT, read_frame, read_report, read_seconds
from migrate.io.tables import Form, extra_fields
from migrate.rehearsal.pairs import Keys
from migrate.rehearsal.reading import open_rows
from migrate.spec.layout import Layout
from migrate.spec.table import StandardTable


@dataclass(frozen=True, slots=True)
class SealedRun:
    """A run as it was made: ``report`` is its ``run.json``, ``seconds`` what each stage took, ``files`` size and
    SHA-256 by path, ``sha256`` that of the manifest, which stands for the whole folder."""

    folder: Path
    report: dict[str, Any]
    seconds: dict[str, float]
    files: dict[str, Any]
    sha256: str

    @classmethod
    def open(cls, folder: Path) -> "SealedRun":
        """Read it and prove it; UsageError where it is no run folder, or one that another version of the tool wrote
        and this one cannot read, EnvironmentTrouble where a byte of it changed."""
        folder = folder.resolve()
        if not (folder / MANIFEST).is_file() or not (folder / REPORT).is_file():
            raise UsageError(Problem("U-RUN-FOLDER", {"folder": str(folder)}))
        if problems := verify(folder):
            what, file = problems[0]
            raise EnvironmentTrouble(Problem("E-RUN-CHANGED", {"folder": str(folder), "what": what, "file": file}))
        report = read_report(folder)
        seconds = read_seconds(folder, report)
        return cls(folder, report, seconds, (read_manifest(folder) or {})["files"], digest_of(folder / MANIFEST))

    @property
    def id(self) -> str:
        """Its name."""
        return str(self.report["run_id"])

    def frame(self, name: str) -> pl.DataFrame:
        """``findings``, ``units``, ``withheld``, ``quarantine``, ``ledger`` or ``gaiji``."""
        return read_frame(self.folder, name)

    def tables(self, layout: Layout) -> Iterator["TableFile"]:
        """Every table of the layout in load order, delivered or not, each followed by its 独自項目, if any.

        UsageError where the run has tables that the layout no longer has: they could not be read.
        """
        files = {entry["table"]: entry["file"] for entry in self.report["tables"]}
        if gone := sorted(files.keys() - layout.tables.keys()):
            raise UsageError(Problem("U-RUN-TABLES", {"run": self.id, "tables": ", ".join(gone)}))
        for name, table in layout.tables.items():
            file = files.get(name)
            yield TableFile(self, name, file, Form(layout.profile, table.fields), table)
            extra = f"extra/{name}.csv"
            if self.report["verdict"] == "fail":
                extra = f"unaccepted/{extra}"
            if (self.folder / extra).is_file():
                keys = tuple(table.field(key) for key in table.key)
                form = Form(layout.profile, (*keys, *extra_fields(_extra_names(layout, name)))).beside()
                yield TableFile(self, f"extra/{name}", extra, form, table)


def _extra_names(layout: Layout, table: str) -> dict[str, str]:
    mappings = layout.source.mappings.values() if layout.source else ()
    return {name: extra.ja for m in mappings if m.to == table for name, extra in m.extra.items()}


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table of a run; ``file`` is its path in the run folder, None where it is not delivered."""

    run: SealedRun
    name: str
    file: str | None
    form: Form
    table: StandardTable

    @property
    def keys(self) -> Keys:
        """Its primary key."""
        numbers = frozenset(field.name for field in self.table.fields if field.type in ("9", "S9"))
        return Keys(tuple(self.table.key), numbers)

    def same_file(self, other: "TableFile") -> bool:
        """Both are delivered, and the same to the byte."""
        ours, theirs = (t.run.files.get(t.file or "") for t in (self, other))
        return ours is not None and ours == theirs

    @property
    def written(self) -> int | None:
        """Rows, as the report says; None where it does not speak of the table."""
        return next((entry["written"] for entry in self.run.report["tables"] if entry["table"] == self.name), None)

    def rows(self, *, exact: bool = False) -> TableRows | None:
        """Its rows; None where it is not delivered; InputRefused (``exact``) where its columns are not those of the
        layout."""
        return None if self.file is None else open_rows(self.run.folder / self.file, self.form, exact=exact)
