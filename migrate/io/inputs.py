"""Which file is what: names in the input folder matched against the patterns of the source."""

import fnmatch
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrate.io.framing import FileRefused
from migrate.vocab import daykey

PART_NUMBER = re.compile(r"(?<![0-9])[0-9]{1,3}(?![0-9])")
"""The number of a part, in what the pattern leaves open; longer ones are days or codes."""
DAY = re.compile(r"(?<![0-9])(?:[0-9]{2})?[0-9]{6}(?![0-9])")
"""Digits that may be a day."""


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
    """A file of the delivery: what it is (``file``), where it is, its name relative to the input folder, and whether it
    may hold no record at all."""

    file: str
    path: Path
    name: str
    bytes: int
    empty: bool = False


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
            if kind is not None or path.is_dir():
                refused[name] = FileRefused("F-IRREGULAR")
        elif kind is not None:
            files.append(InputFile(kind.file, path, name, path.stat().st_size, kind.empty))
        elif not any(fnmatch.fnmatchcase(path.name, pattern) for pattern in ignore):
            unclaimed.append(name)
    for kind in expected:
        found = [f for f in files if f.file == kind.file]
        if not found and kind.required:
            refused[kind.pattern] = FileRefused("F-MISSING", pattern=kind.pattern)
        if len(found) > 1 and not kind.parts:
            for extra in found:
                refused[extra.name] = FileRefused("F-TOO-MANY", pattern=kind.pattern, found=len(found))
        elif kind.parts and not kind.gaps:
            refused |= _parts_in_doubt(kind.pattern, found)
        for file in found:
            if file.bytes == 0 and not kind.empty:
                refused[file.name] = FileRefused("F-EMPTY")
    return Inputs(tuple(files), refused, tuple(unclaimed))


def _below(folder: Path) -> Iterator[Path]:
    """Whatever is no folder, and links to folders. A glob passes over folders that it may not read: their files would
    be told as missing."""

    def stop(error: OSError) -> None:
        raise error

    for root, folders, names in os.walk(folder, onerror=stop):
        yield from (Path(root, name) for name in names)
        yield from (path for name in folders if (path := Path(root, name)).is_symlink())


def _parts_in_doubt(pattern: str, found: Sequence[InputFile]) -> dict[str, FileRefused]:
    """Parts that did not come, by the pattern, and parts that came several times, by their names; both told by the
    numbers in the names, and nothing where the names do not number them."""
    opened = {file.name: _without_days(text) for file in found if (text := _opened(pattern, file)) is not None}
    numbers = {name: PART_NUMBER.findall(text) for name, text in opened.items() if re.search("[0-9]", text)}
    if not numbers or any(len(of_name) != 1 for of_name in numbers.values()):
        return {}
    come = {name: int(number) for name, (number,) in numbers.items()}
    gap = _part_gap(pattern, set(come.values()), unnumbered=len(come) < len(opened))
    return ({} if gap is None else {pattern: gap}) | _parts_again(come, opened)


def _without_days(text: str) -> str:
    """The open part of a name without the days in it, which tell one extraction from another."""
    return DAY.sub(lambda found: "" if daykey.of_digits(("20" + found[0])[-8:]) else found[0], text)


def _opened(pattern: str, file: InputFile) -> str | None:
    """What stands in the name where the pattern is open."""
    wild = "".join({"*": "(.*)", "?": "(.)"}.get(letter, re.escape(letter)) for letter in pattern)
    match = re.fullmatch(wild, file.path.name)
    return " ".join(match.groups()) if match else None


def _part_gap(pattern: str, come: set[int], *, unnumbered: bool) -> FileRefused | None:
    """Numbers begin at 0 or 1; a name without any is the first part."""
    if unnumbered:
        come = come | {0 if 1 in come else 1}
    missing = sorted(set(range(0 if 0 in come else 1, max(come))) - come)
    if not missing:
        return None
    gaps, there = (", ".join(map(str, numbers)) for numbers in (missing, sorted(come)))
    return FileRefused("F-PART-GAP", pattern=pattern, missing=gaps, come=there)


def _parts_again(come: Mapping[str, int], opened: Mapping[str, str]) -> dict[str, FileRefused]:
    """One number, or none, under names that differ by nothing but folders, days and leading zeros: an earlier
    extraction lies among the files."""
    same: dict[tuple[int, str], list[str]] = {}
    for name, text in opened.items():
        number = come.get(name, 0 if 1 in come.values() else 1)
        same.setdefault((number, PART_NUMBER.sub("0", text)), []).append(name)
    return {
        name: FileRefused("F-PART-TWICE", number=number, names=", ".join(names))
        for (number, _), names in same.items()
        if len(names) > 1
        for name in names
    }
