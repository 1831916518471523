"""What stands in a folder, to be compared byte for byte."""

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path

from migrate.io.publish import TIMINGS

Tree = Mapping[str, tuple[int, str]]
"""By name: mode, and SHA-256 of a file."""


def tree_of(folder: Path) -> Tree:
    """Everything below a run folder; of the one file that may differ between equal runs only its mode."""
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        content = hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(mode) and path.name != TIMINGS else ""
        found[path.relative_to(folder).as_posix()] = (mode, content)
    return found
