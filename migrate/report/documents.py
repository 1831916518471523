"""The three forms of a report, from one model."""

import json
from collections.abc import Iterator
from pathlib import Path

from migrate.errors import Lang
from migrate.report.book import write_book
from migrate.report.document import document
from migrate.report.html import html
from migrate.report.model import Model

NAME = "report"


def documents(model: Model, lang: Lang, *, room: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of report.json, report.html and report.xlsx; ``room`` is a folder for what is being made."""
    yield f"{NAME}.json", (json.dumps(document(model), ensure_ascii=False) + "\n").encode()
    yield f"{NAME}.html", html(model, lang)
    path = room / f"{NAME}.xlsx"
    write_book(path, model, lang, room=room)
    data = path.read_bytes()
    path.unlink()
    yield path.name, data
