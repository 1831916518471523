"""Which file is what: names in the input folder matched against the patterns of the source."""

import fnmatch
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrate.io.framing import FileRefused

PART_NUMBER = re.compile(r"(?<![0-9])[0-9]{1,3}(?![0-9])")
"""The number of a part, in what the pattern leaves open; longer ones are dates or codes."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One kind of file a source delivers; ``gaps`` where the numbers of its parts need not follow each other."""

    file: str
    pattern: str
    required: bool
    parts: bool
    empty: bool
    gaps: bool = False


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
    """Match every file below ``folder``, in name order, whatever order the system lists them in; PermissionError where
    a folder cannot be looked into."""
    files: list[InputFile] = []
    unclaimed: list[str] = []
    refused: dict[str, FileRefused] = {}
    for path in sorted(_below(folder), key=lambda p: p.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        kind = next((e for e in expected if fnmatch.fnmatchcase(path.name, e.pattern)), None)
        if not path.is_file():
            if kind is not None:
                refused[name] = FileRefused("F-IRREGULAR")
        elif kind is not None:
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
        elif kind.parts and not kind.gaps and (gap := _part_gap(kind.pattern, found)):
            refused[kind.pattern] = gap
        for file in found:
            if file.bytes == 0 and not kind.empty:
                refused[file.name] = FileRefused("F-EMPTY")
    return Inputs(tuple(files), refused, tuple(unclaimed))


def _below(folder: Path) -> Iterator[Path]:
    """Whatever is no folder. A glob passes over folders that it may not read: their files would be told as missing."""

    def stop(error: OSError) -> None:
        raise error

    for root, _, names in os.walk(folder, onerror=stop):
        yield from (Path(root, name) for name in names)


def _part_gap(pattern: str, found: Sequence[InputFile]) -> FileRefused | None:
    """Parts that did not come, told by the numbers of those that did; None where the names do not number them.

    Numbers begin at 0 or 1; a name without any is the first part.
    """
    wild = re.compile("".join({"*": "(.*)", "?": "(.)"}.get(letter, re.escape(letter)) for letter in pattern))
    opened = [" ".join(match.groups()) for file in found if (match := wild.fullmatch(file.path.name))]
    numbered = [PART_NUMBER.findall(text) for text in opened if re.search("[0-9]", text)]
    if not numbered or any(len(numbers) != 1 for numbers in numbered):
        return None
    come = {int(numbers[0]) for numbers in numbered}
    if len(numbered) < len(opened):
        come.add(0 if 1 in come else 1)
    missing = sorted(set(range(0 if 0 in come else 1, max(come))) - come)
    if not missing:
        return None
    gaps, there = (", ".join(map(str, numbers)) for numbers in (missing, sorted(come)))
    return FileRefused("F-PART-GAP", pattern=pattern, missing=gaps, come=there)
