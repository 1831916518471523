"""One town with one fault of the files themselves, run beside an earlier delivery: what was not as it must be."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl

from migrate.errors import Lang, Problem, told
from migrate.io.publish import verify
from migrate.pipeline import Options, RunResult, run
from migrate.pipeline.options import BATCH_BYTES
from migrate.pipeline.references import Delivered
from migrate.report.sentences import reason_sentences, refusal
from migrate.spec.layout import Layout
from migrate.synth import AS_OF, make_spoilt_town
from migrate.vocab import daykey

LANGS: tuple[Lang, ...] = ("ja", "en")
CHECK_BOTH: dict[Lang, str] = {"ja": "確かめ", "en": "compare"}
REPORTS = {"run.json", *(f"report.{kind}" for kind in ("html", "json", "xlsx"))} | {
    f"{name}.parquet" for name in ("findings", "units", "withheld", "ledger", "gaiji", "quarantine")
}
SMALL_BATCH = 1 << 14
"""Bytes: a file that grows is read in several steps."""


@dataclass(frozen=True)
class Spoilt:
    """What ``truth.json`` says, and what the run did; ``earlier`` is what lay in OUT before it."""

    key: tuple[Mapping[str, Any], ...]
    result: RunResult
    earlier: Mapping[Path, bytes]

    def complaints(self) -> Iterator[str]:
        """Everything that is not as it must be, in words; nothing if all is."""
        report, found = self.result.report, pl.read_parquet(self.result.folder / "findings.parquet")
        refused = {(entry["file"], entry["code"]) for entry in report["refused"]}
        wanted = {(line["file"], code) for line in self.key if line["effect"] == "refused" for code in line["codes"]}
        if refused != wanted:
            yield f"refused {sorted(refused)}, not {sorted(wanted)}"
        said = set(found.filter(pl.col("severity") != "info")["rule"])
        for code in {code for line in self.key for code in line["codes"]} - said:
            yield f"no finding {code}"
        if verify(self.result.folder):
            yield "the run folder is not whole"
        if any(line["effect"] == "unbalanced" for line in self.key):
            yield from self._unbalanced()
        else:
            yield from self._refused() if wanted else self._delivered(said)
        yield from self._told()
        for path, raw in self.earlier.items():
            if not path.is_file() or path.read_bytes() != raw:
                yield f"an earlier delivery was touched: {path.name}"

    def _refused(self) -> Iterator[str]:
        report, folder = self.result.report, self.result.folder
        if (self.result.exit_code, report["verdict"]) != (3, "fail"):
            yield f"exit code {self.result.exit_code}, verdict {report['verdict']}"
        made = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        if made - {"manifest.json", "timings.json"} != REPORTS or any(table["file"] for table in report["tables"]):
            yield f"made {sorted(made)}"

    def _told(self) -> Iterator[str]:
        """Whether each thing said has a sentence and says what to do, in every language."""
        report = self.result.report
        problems = [refusal(entry["file"], entry["code"], entry["facts"]) for entry in report["refused"]]
        reported = {code for line in self.key if line["effect"] == "reported" for code in line["codes"]}
        problems += [Problem(code, {}) for code in sorted(reported)]
        for problem, lang in product(problems, LANGS):
            sentence, hint = told(problem, lang)
            if not sentence or not hint or "{" in sentence + hint:
                yield f"{problem.code} in {lang}: {sentence} / {hint}"
        for lang in LANGS if "unbalanced" in report["reasons"] else ():
            if CHECK_BOTH[lang] not in " ".join(reason_sentences(report, lang)):
                yield f"unbalanced in {lang}: not said what to do"

    def _unbalanced(self) -> Iterator[str]:
        report = self.result.report
        if (self.result.exit_code, report["reasons"]) != (1, ["unbalanced"]):
            yield f"exit code {self.result.exit_code}, reasons {report['reasons']}"
        if any(table["file"] for table in report["tables"]):
            yield "tables are delivered"
        if len([control for control in report["controls"] if not control["balanced"]]) != 1:
            yield "the figure is not named"

    def _delivered(self, said: set[str]) -> Iterator[str]:
        report = self.result.report
        if self.result.exit_code == 3 or not all(table["file"] for table in report["tables"]):
            yield f"exit code {self.result.exit_code}, and tables are missing"
        for line in self.key:
            if line["effect"] == "silent" and (said or report["verdict"] != "pass"):
                yield f"it is no fault, and yet {sorted(said)}, {report['verdict']}"
            if line["effect"] == "reported" and report["verdict"] == "pass":
                yield "reported, and yet the verdict says nothing"
            if "F-UNCLAIMED" in line["codes"] and report["unclaimed"] != [line["file"]]:
                yield f"unclaimed {report['unclaimed']}"


def as_of(layout: Layout) -> int | None:
    """The 基準日 to give for a town, where no header states it."""
    stated = layout.source is not None and layout.source.source.as_of is not None
    return None if stated else daykey.pack(AS_OF.year, AS_OF.month, AS_OF.day)


def try_kind(
    layout: Layout, kind: str, *, rows: int, seed: int, folder: Path, references: tuple[Delivered, ...] = ()
) -> Spoilt:
    """Make the town in ``folder``, and run it into ``folder/out`` beside whatever lies there."""
    make_spoilt_town(layout, rows, seed, kind, folder)
    key = json.loads((folder / "truth.json").read_bytes())["file_faults"]
    out = folder / "out"
    earlier = {path: path.read_bytes() for path in out.glob("*/**/*") if path.is_file()}
    growing = [folder / "in" / line["file"] for line in key if line["codes"] == ["F-CHANGED"]]

    def grow(stage: str, done: int, total: int) -> None:
        if growing:
            with growing.pop().open("ab") as file:
                file.write(b" ")

    stated = as_of(layout)
    size = SMALL_BATCH if growing else BATCH_BYTES
    options = Options(folder / "in", out, as_of=stated, batch_bytes=size, progress=grow, references=references)
    return Spoilt(tuple(key), run(layout, options), earlier)
