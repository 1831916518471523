"""Runs commands inside the test process, as ``migrate …`` would."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from migrate.cli import main
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


Command: TypeAlias = Callable[..., Said]

RUN = ("run", "--layout", "juki", "--source", "host_fixed")
"""A run of the bundled system and its first source, before what each test asks of it."""


cached_layout = cache(load_layout)


def load_once(library: Library, *arguments: Any, **options: Any) -> Layout:
    """The bundled definitions, read once for all tests; those of a project always."""
    load = load_layout if library.project else cached_layout
    return load(library, *arguments, **options)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """One command in an empty current folder, in plain text; it never shows a traceback or an unfilled fact."""
    for name in ("MIGRATE_LANG", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for module in ("layouts", "settings", "show"):
        monkeypatch.setattr(import_module(f"migrate.cli.{module}"), "load_layout", load_once)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = Said(code, *capsys.readouterr())
        assert "Traceback" not in said.out + said.err
        return said

    return run
