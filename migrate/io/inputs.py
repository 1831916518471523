"""Which file is what: names in the input folder matched against the patterns of the source."""

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrate.io.framing import FileRefused


@dataclass(frozen=True, slots=True)
class Expected:
    """One kind of file a source delivers."""

    file: str
    pattern: str
    required: bool
    parts: bool
    empty: bool


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of the delivery: what it is (``file``), where it is, its name relative to the input folder."""

    file: str
    path: Path
    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """The delivery: files by name, what is wrong with them (``refused`` by file name), names nobody claims."""

    files: tuple[InputFile, ...]
    refused: Mapping[str, FileRefused]
    unclaimed: tuple[str, ...]


def claim(folder: Path, expected: Sequence[Expected], ignore: Sequence[str]) -> Inputs:
    """Match every file below ``folder``, in name order, whatever order the system lists them in."""
    files: list[InputFile] = []
    unclaimed: list[str] = []
    refused: dict[str, FileRefused] = {}
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        kind = next((e for e in expected if fnmatch.fnmatchcase(path.name, e.pattern)), None)
        if kind is not None:
            files.append(InputFile(kind.file, path, name, path.stat().st_size))
        elif not any(fnmatch.fnmatchcase(path.name, pattern) for pattern in ignore):
            unclaimed.append(name)
    for kind in expected:
        found = [f for f in files if f.file == kind.file]
        if not found and kind.required:
            refused[kind.pattern] = FileRefused("F-MISSING", pattern=kind.pattern)
        if len(found) > 1 and not kind.parts:
            for extra in found:
                refused[extra.name] = FileRefused("F-TOO-MANY", pattern=kind.pattern, found=len(found))
        for file in found:
            if file.bytes == 0 and not kind.empty:
                refused[file.name] = FileRefused("F-EMPTY")
    return Inputs(tuple(files), refused, tuple(unclaimed))
