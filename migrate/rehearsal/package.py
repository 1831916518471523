"""A package of rows: some tables by kind (``added/standard/jumin.csv``), sealed as a run folder is."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from migrate.io.publish import Part, RunFolder, canonical
from migrate.io.tables import Form


def package_id(document: Mapping[str, Any]) -> str:
    """The name of a package: 16 hexadecimal digits over what it is made from."""
    return hashlib.sha256(canonical(document)).hexdigest()[:16]


@dataclass(slots=True)
class Package:
    """A package in the making, under the lock of its output folder. A kind of a table has a file only if it has
    rows."""

    folder: RunFolder
    parts: dict[str, Part] = field(default_factory=dict)
    begun: float = field(default_factory=time.perf_counter)

    def append(self, name: str, form: Form, rows: pl.DataFrame) -> None:
        """Add rows of text to a file, in the form of its table."""
        if not rows.height:
            return
        if name not in self.parts:
            self.parts[name] = self.folder.part(name)
            self.parts[name].write(form.header())
        self.parts[name].write(form.csv(rows.select(item.name for item in form.fields)))

    def seal(self, name: str, document_name: str, document: Mapping[str, Any]) -> Path:
        """Write the document beside the rows, and publish; the folder."""
        for path, part in self.parts.items():
            self.folder.keep(path, part)
        self.folder.add(document_name, canonical(document))
        return self.folder.seal(name, {"seconds": {}, "total": round(time.perf_counter() - self.begun, 3)})

    def abandon(self) -> None:
        """Remove what was written."""
        for part in self.parts.values():
            part.abandon()
        self.folder.abandon()
