"""What the sender says his files hash to: lists as ``sha256sum`` writes them, beside the files they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from migrate.errors import InputRefused, Problem
from migrate.io.framing import FileRefused
from migrate.io.publish import digest_of

LINE = re.compile(r"([0-9A-Fa-f]{64})[ \t]+\*?(\S.*)")


@dataclass(frozen=True, slots=True)
class Stated:
    """What one line says of the file ``name`` (below the input folder), and the list it stands in."""

    name: str
    sha256: str
    list: str


def read_checksums(path: Path, folder: Path, *, encoding: str) -> Iterator[Stated]:
    """Every line of a list. UTF-8, or the encoding of such lists; InputRefused names the line that is wrong."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode(encoding, "replace")
    name = path.relative_to(folder)
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = LINE.fullmatch(line.rstrip())
        file = PurePosixPath(name.parent.as_posix(), found[2].replace("\\", "/")) if found else None
        if found is None or file is None or file.is_absolute() or ".." in file.parts:
            raise InputRefused(Problem("I-CHECKSUMS", {}, name.as_posix(), number))
        yield Stated(file.as_posix(), found[1].lower(), name.as_posix())


def refuse_unread(folder: Path, stated: Stated) -> FileRefused | None:
    """What is wrong with a listed file that no stage reads: it has not come, or differs."""
    path = folder / stated.name
    if not path.is_file():
        return FileRefused("F-CHECKSUM-ABSENT", list=stated.list)
    return refuse_other(stated.sha256, digest_of(path))


def refuse_other(stated: str, found: str) -> FileRefused | None:
    """The refusal of a file that is not the one listed."""
    return None if stated == found else FileRefused("F-CHECKSUM", stated=stated, found=found)
