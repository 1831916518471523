"""The three forms of a report, from one model."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from migrate.io.publish import Part
from migrate.report.book import book
from migrate.report.document import document
from migrate.report.html import html
from migrate.report.model import Model

NAME, REVEALED = "report", "report-revealed"


def documents(model: Model, *, room: Path, name: str = NAME) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the document, the page and the workbook; ``room`` is a folder for what is being made."""
    yield f"{name}.json", (json.dumps(document(model), ensure_ascii=False) + "\n").encode()
    yield f"{name}.html", html(model)
    yield f"{name}.xlsx", book(model, room=room)


def write_documents(model: Model, folder: Path, name: str) -> Iterator[str]:
    """Write the three into a folder (0700, files 0600), in place of those that are there; their names."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    room = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        for file, data in documents(model, room=room, name=name):
            made = room / file
            part = Part(made)
            part.write(data)
            part.close()
            os.replace(made, folder / file)
            yield file
    finally:
        shutil.rmtree(room, ignore_errors=True)
