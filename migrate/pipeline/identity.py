"""The run id: a hash of everything the result depends on, and of nothing else."""

import hashlib
from collections.abc import Mapping

import polars as pl

from migrate import __version__
from migrate.io.publish import canonical, digest_of
from migrate.pipeline.intake import Intake
from migrate.pipeline.options import Options
from migrate.plan import Plan


def run_id(plan: Plan, options: Options, intake: Intake, digests: Mapping[str, str]) -> str:
    """From the SHA-256 of every input file by name, what is known of the delivery beside it, the definitions, the tool
    and engine versions, and what was asked."""
    document = {
        "inputs": dict(digests),
        "refused": _not_by_content(intake, digests),
        "definitions": plan.layout.definition_hash,
        "tool": __version__,
        "engine": pl.__version__,
        "as_of": plan.as_of,
        "gates": dict(options.gates),
        "waivers": [[waiver.total, waiver.reason, waiver.person] for waiver in options.waivers],
        "parquet": options.parquet,
        "cap": options.finding_cap,
        "references": sorted(given.run_id for given in options.references),
    }
    if options.municipality is not None:
        document["municipality"] = options.municipality
    if options.receipts is not None:
        document["receipts"] = options.receipts.identity(digests)
    if options.frozen is not None:
        document["frozen"] = options.frozen.report(plan.layout.definition_hash)
    if options.corrections is not None:
        document["corrections"] = options.corrections.sha256
    return hashlib.sha256(canonical(document)).hexdigest()[:16]


def _not_by_content(intake: Intake, digests: Mapping[str, str]) -> list[list[object]]:
    """Refusals that the content of the files does not tell: of what cannot be read, is not there, or changed."""
    known = [one for one in intake.refusals if one.file not in digests or one.reason.code == "F-CHANGED"]
    return sorted([one.file, one.reason.code, sorted(one.reason.facts.items())] for one in known)


def digests_of(intake: Intake, known: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 by name of every file of the delivery, unclaimed ones and the count sheet included.

    ``known`` are those that reading found already; the others are read now.
    """
    paths = {file.name: file.path for file in intake.files} | intake.others
    return {name: known.get(name) or digest_of(path) for name, path in sorted(paths.items())}
