"""A run folder as another version of the tool would have sealed it: changed, and its manifest made to fit."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migrate.io.publish import MANIFEST, MANIFEST_SCHEMA, TIMINGS, RunFolder

Document = dict[str, Any]


def resealed(
    run: Path,
    out: Path,
    change: Callable[[Path], object],
    *,
    timings: Document | None = None,
    schema: str = MANIFEST_SCHEMA,
) -> Path:
    """A copy below ``out`` that ``change`` was let into, sealed under the name of the run with other ``timings`` or the
    ``schema`` of another manifest; ``out`` is not there yet."""
    out.mkdir(parents=True)
    folder = RunFolder.open(out)
    shutil.copytree(run, folder.work, dirs_exist_ok=True)
    timings = timings or json.loads((run / TIMINGS).read_bytes())["timings"]
    for name in (MANIFEST, TIMINGS):
        (folder.work / name).unlink()
    change(folder.work)
    for path in sorted(path for path in folder.work.rglob("*") if path.is_file()):
        data = path.read_bytes()
        path.unlink()
        folder.add(path.relative_to(folder.work).as_posix(), data)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("migrate.io.publish.MANIFEST_SCHEMA", schema)
        return folder.seal(run.name, timings)


def told(change: Callable[[Document], object]) -> Callable[[Path], None]:
    """A change of what ``run.json`` says."""

    def write(folder: Path) -> None:
        document = json.loads((folder / "run.json").read_bytes())
        change(document)
        (folder / "run.json").write_text(json.dumps(document), encoding="utf-8")

    return write
