"""What a second delivery adds, changes and removes, as a package: loaded after the first, it gives the second."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migrate import __version__
from migrate.errors import EnvironmentTrouble, Problem, UsageError
from migrate.io.publish import RunFolder, locked, verify
from migrate.rehearsal.compare import either, keys_of, refuse_others, sides
from migrate.rehearsal.package import Package, package_id
from migrate.rehearsal.pairs import pairs
from migrate.rehearsal.sealed import SealedRun, TableFile
from migrate.spec.layout import Layout

SCHEMA = "migrate.delta/1"
DOCUMENT = "delta.json"


def make_delta(base: SealedRun, full: SealedRun, layout: Layout, out: Path) -> tuple[Path, dict[str, Any]]:
    """The folder ``OUT/<id>`` and its ``delta.json``; an equal package that is intact is returned, not made again.

    UsageError for runs of other layouts or profiles, or that were not accepted; InputRefused where the tables of the
    two have other columns.
    """
    refuse_others(base, full)
    for run in (base, full):
        if run.report["verdict"] == "fail":
            raise UsageError(Problem("U-DELTA-VERDICT", {"run": run.id}))
    name = package_id({"base": base.id, "full": full.id, "tool": __version__, "schema": SCHEMA})
    with locked(out):
        if (out / name).is_dir():
            return out / name, _earlier(out / name)
        package = Package(RunFolder.open(out))
        try:
            told = sides(base, full, layout)
            tables = [_table(package, *both) for both in told if any(side and side.file for side in both)]
            document = {"schema": SCHEMA, "run_id": name, "base": base.id, "full": full.id, "tables": tables}
            return package.seal(name, DOCUMENT, document), document
        except BaseException:
            package.abandon()
            raise


def _earlier(folder: Path) -> dict[str, Any]:
    if problems := verify(folder):
        what, file = problems[0]
        raise EnvironmentTrouble(Problem("E-RUN-CHANGED", {"folder": str(folder), "what": what, "file": file}))
    return dict(json.loads((folder / DOCUMENT).read_bytes()))


def _table(package: Package, base: TableFile | None, full: TableFile | None) -> Mapping[str, Any]:
    table = either(full, base)
    counts = {"added": 0, "changed": 0, "removed": 0, "same": 0}
    first, second = (side.rows(exact=True) if side else None for side in (base, full))
    for pair in pairs(first, second, keys_of(base, full), package.folder.staging):
        for kind, rows in (("added", pair.second), ("changed", pair.after), ("removed", pair.first)):
            package.append(f"{kind}/{table.file}", table.form, rows)
            counts[kind] += rows.height
        counts["same"] += pair.same
    return {"table": table.name, "file": table.file, **counts}
