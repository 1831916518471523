"""What every command is given: the language, and where data and messages go."""

import json
import os
import sys
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table

from migrate.errors import Lang, Problem, render
from migrate.report.texts import text

PIPE_WIDTH = 120
"""Columns of text that goes to a file or a pipe, unless COLUMNS says otherwise."""
LEAST_WIDTH = 100
"""Columns that a table with sentences needs to be read."""
UNBOUNDED = 100_000


@dataclass(frozen=True, slots=True)
class Session:
    """One command: data goes to ``out`` (stdout), messages to ``err`` (stderr)."""

    lang: Lang
    out: Console
    err: Console

    @classmethod
    def open(cls, lang: Lang) -> "Session":
        """Consoles on the streams as they are now."""
        return cls(lang, _console(stderr=False), _console(stderr=True))

    def say(self, key: str, /, **facts: object) -> None:
        """A message, by its key in ``texts.toml``."""
        self.err.print(text(key, self.lang, **facts), soft_wrap=True)

    def trouble(self, problem: Problem) -> None:
        """A problem with its hint."""
        self.err.print(render(problem, self.lang), soft_wrap=True)

    def show(self, *parts: RenderableType) -> None:
        """Text for people, as wide as the terminal; a table that cannot be folded is never squeezed."""
        for part in parts:
            if not isinstance(part, Table):
                self.out.print(part, soft_wrap=True)
            elif all(column.no_wrap for column in part.columns):
                self.sheet(part)
            else:
                _console(stderr=False, width=max(self.out.width, LEAST_WIDTH)).print(part)

    def sheet(self, table: Table) -> None:
        """A table with every cell on one line, however wide it gets."""
        options = self.out.options.update(max_width=UNBOUNDED)
        width = Measurement.get(self.out, options, table).maximum
        _console(stderr=False, width=width).print(table)

    def document(self, value: object) -> None:
        """One JSON document on stdout, its keys in the order given."""
        self.data((json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())

    def data(self, document: bytes) -> None:
        """Bytes for programs, and nothing else on stdout."""
        self.out.file.flush()
        stream = sys.stdout.buffer
        stream.write(document)
        stream.flush()


def _console(*, stderr: bool, width: int | None = None) -> Console:
    console = Console(stderr=stderr, markup=False, highlight=False, emoji=False, width=width)
    if width is None and not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_WIDTH
    return console
