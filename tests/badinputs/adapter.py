"""``migrate run`` as ``run_badinputs.py`` wants to call it: one file in, ``summary.json`` and ``accepted.jsonl`` out.

    python -m tests.badinputs.adapter --file F --format fixed|csv --terminator CRLF|none|any --out DIR
        [--ctl C] [--twin T]

Only translates: what is right and wrong with a record is said in ``project/`` alone. The exit code is that of the tool;
one that stands for no refusal of the input (a wrong definition, a crash, the machine) becomes 10 and more, which the
runner counts as a failure.
"""

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from migrate.cli import main as migrate

PROJECT = Path(__file__).parent / "project"
SOURCES = {("fixed", "CRLF"): "fixed", ("fixed", "none"): "blocks", ("csv", "any"): "csv"}
REFUSALS = (1, 3)
NO_REFUSAL = 10
REPORTS = ("run.json", "manifest.json", "timings.json", "report.html", "report.json")


def main() -> int:
    """One case, from the command line."""
    given = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        inputs, out = Path(scratch, "in"), Path(scratch, "out")
        inputs.mkdir()
        for path in filter(None, (given.file, given.twin)):
            (inputs / path.name).symlink_to(path.resolve())
        told = _control(given.ctl, inputs / given.file.name, Path(scratch)) if given.ctl else []
        source = SOURCES[given.format, given.terminator]
        project = ("--project", str(PROJECT), "--source", source)
        sys.argv[1:] = ["run", *project, "--input", str(inputs), "--out", str(out), *told]
        code = migrate()
        os.umask(0o077)  # of what stands here only; the files of the tool keep their modes
        runs = [path.parent for path in out.glob("*/run.json")]
        return _translate(code, runs[0] if runs else None, given.out)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.badinputs.adapter")
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--format", choices=("fixed", "csv"), required=True)
    parser.add_argument("--encoding")  # the sources say it themselves
    parser.add_argument("--terminator", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ctl", type=Path)
    parser.add_argument("--twin", type=Path)
    return parser.parse_args()


def _control(ctl: Path, file: Path, scratch: Path) -> list[str]:
    """The sender's control as the tool takes it: a count sheet, and a list of checksums beside the file."""
    stated = json.loads(ctl.read_bytes())
    file.with_name(f"{file.name}.sha256").write_text(f"{stated['sha256']}  {file.name}\n", encoding="utf-8")
    sheet = scratch / "counts.csv"
    sheet.write_text(f"name,expected\nfiles.resident,{stated['records']}\n", encoding="utf-8")
    return ["--count-sheet", str(sheet)]


def _translate(code: int, run: Path | None, out: Path) -> int:
    """What the runner looks at: the verdict, the counts, the reports, and whatever tables were delivered."""
    if code not in (0, *REFUSALS):
        return NO_REFUSAL + code
    report = json.loads((run / "run.json").read_bytes()) if run else {"inputs": [], "tables": [], "cleansing": []}
    files = report["inputs"]
    counts = {
        "n_in": sum(_data(file) for file in files),
        "n_ok": sum(file.get("mapped", 0) for file in files),
        "n_reject": sum(file.get("quarantined", 0) for file in files),
        "n_filtered": sum(file.get("excluded", 0) for file in files),
    }
    summary = {"verdict": "refuse_file" if code else _verdict(counts, report["cleansing"]), **counts}
    (out / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    if run is not None:
        tables = [path.relative_to(run).as_posix() for path in run.rglob("*.csv")]
        for name in (*REPORTS, *tables):
            shutil.copy(run / name, out / Path(name).name)
        if code == 0:
            _accepted(run / report["tables"][0]["file"], out / "accepted.jsonl")
    return code


def _data(file: dict[str, Any]) -> int:
    """Records that are no header, trailer or blank line."""
    return int(file["records"] - sum(file.get(kind, 0) for kind in ("header", "trailer", "blank")))


def _verdict(counts: dict[str, int], cleansing: list[dict[str, Any]]) -> str:
    if counts["n_reject"]:
        return "reject_records"
    return "cleanse" if any(step["changed"] for step in cleansing) else "accept"


def _accepted(table: Path, out: Path) -> None:
    with table.open(encoding="utf-8", newline="") as rows, out.open("w", encoding="utf-8") as accepted:
        for row in csv.DictReader(rows):
            told = {name: row[name] for name in ("atena_no", "kojin_no", "name", "address")}
            accepted.write(json.dumps(told | {"amount": int(Decimal(row["amount"]) * 100)}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
