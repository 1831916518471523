"""The floor: Polars reads the same inputs and the published tables as UTF-8 CSV and writes them again, nothing else.

    python -m benchmarks.floor --prepare DIR --input DIR     once, outside the timing: legacy files → UTF-8 CSV
    python -m benchmarks.floor --pass OUT CSV …              what is timed

A tool that reads these inputs and writes these tables cannot be faster than the pass on this machine with this engine,
whatever it does in between. The inputs are trimmed and in UTF-8 already, which is in the floor's favour.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from benchmarks import plain_sheet as sheets

READ_RECORDS = 1000


def prepare(inputs: Path, out: Path) -> None:
    """Every legacy file of the source as UTF-8 CSV: all fields, padding removed."""
    out.mkdir(parents=True)
    for file in sheets.files().values():
        for path in sorted(inputs.glob(file.pattern)):
            _convert(file, path, out / f"{path.stem}.csv")


def _convert(file: sheets.File, path: Path, target: Path) -> None:
    cut, length, stride = file.cut.unpack, file.length, file.stride
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(column.name for column in file.columns)
        while block := source.read(READ_RECORDS * stride):
            records = (block[start : start + length] for start in range(0, len(block) - length + 1, stride))
            writer.writerows(
                [raw.decode("cp932", "replace").rstrip(" \u3000") for raw in cut(record)] for record in records
            )


def pass_through(files: Sequence[Path], out: Path) -> None:
    """``scan_csv`` → ``sink_csv`` of each file, all columns as text."""
    import polars as pl

    out.mkdir(parents=True)
    for number, path in enumerate(files):
        pl.scan_csv(path, infer_schema=False, glob=False).sink_csv(out / f"{number}-{path.name}")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.floor", description=__doc__.splitlines()[0])
    parser.add_argument("--prepare", type=Path, metavar="DIR")
    parser.add_argument("--input", type=Path, metavar="DIR")
    parser.add_argument("--pass", dest="out", type=Path, metavar="OUT")
    parser.add_argument("files", type=Path, nargs="*", metavar="CSV")
    given = parser.parse_args()
    if given.prepare:
        prepare(given.input, given.prepare)
    if given.out:
        pass_through(given.files, given.out)


if __name__ == "__main__":
    main()
