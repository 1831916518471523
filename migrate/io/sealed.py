"""What a sealed run says of itself, read again: as this version describes it, or refused. The one place that opens
``run.json``."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import NoneType
from typing import Any

import polars as pl

from migrate import findings
from migrate.errors import Problem, UsageError
from migrate.io.publish import TIMINGS

REPORT = "run.json"
SCHEMA = "migrate.run/1"

TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "text or null": (str, NoneType),
    "number": (int,),
    "number or null": (int, NoneType),
    "yes/no": (bool,),
    "list": (list,),
    "map": (dict,),
    "map or null": (dict, NoneType),
}
_KEYS: Mapping[str, str] = {
    "text": """schema tool run_id layout source profile definitions verdict
        waivers[].total waivers[].reason waivers[].person
        references[].layout references[].run_id references[].verdict shared[].reference
        unchecked[].rule unchecked[].reference
        frozen.definitions frozen.run frozen.person frozen.at
        inputs[].file inputs[].kind inputs[].sentinels[].field inputs[].sentinels[].value inputs[].sentinels[].meaning
        inputs[].receipt.sender inputs[].receipt.at refused[].file refused[].code refused[].facts{}
        tables[].table controls[].name controls[].table controls[].kind
        findings[].rule findings[].class findings[].severity findings[].owner findings[].scope
        code_maps[].map code_maps[].undecided[].from code_maps[].merged[].to code_maps[].merged[].from[].from
        cleansing[].table cleansing[].field cleansing[].rule
        corrections[].table corrections[].item corrections[].state corrections[].original
        corrections[].person corrections[].at gaiji[].kind gaiji[].state gaiji[].file gaiji[].column""",
    "text or null": """municipality as_of waivers[].used[].file inputs[].sha256 inputs[].receipt.as_of
        tables[].file tables[].sha256 controls[].declared controls[].group{} findings[].table findings[].field
        corrections[].file corrections[].rule gaiji[].code gaiji[].table gaiji[].field""",
    "number": """gates.quarantined_resident gates.lost_key gate_counts.quarantined_resident gate_counts.lost_key
        finding_cap waivers[].used[].stated waivers[].used[].found shared[].keys
        inputs[].bytes inputs[].records inputs[].header inputs[].trailer inputs[].blank inputs[].mapped
        inputs[].referenced inputs[].excluded inputs[].excluded_by{} inputs[].quarantined inputs[].sentinels[].count
        inputs[].receipt.line tables[].mapped tables[].written tables[].quarantined
        controls[].source controls[].target controls[].explained controls[].decimals findings[].count
        code_maps[].asked code_maps[].unmapped code_maps[].undecided[].count code_maps[].merged[].from[].count
        cleansing[].seen cleansing[].changed corrections[].number gaiji[].characters gaiji[].people""",
    "number or null": "refused[].record refused[].offset corrections[].record",
    "yes/no": """balanced frozen.same inputs[].balanced inputs[].refused inputs[].receipt.superseded
        tables[].balanced controls[].waived controls[].balanced findings[].caused corrections[].at_clock""",
    "list": """reasons waivers waivers[].used references shared unchecked inputs inputs[].sentinels refused unclaimed
        tables controls findings code_maps code_maps[].items code_maps[].undecided code_maps[].undecided[].candidates
        code_maps[].unused code_maps[].merged code_maps[].merged[].from cleansing corrections gaiji""",
    "map": "gates gate_counts inputs[].excluded_by refused[].facts controls[].group",
    "map or null": "frozen inputs[].receipt",
}
KEYS: Mapping[str, str] = {key: told for told, keys in _KEYS.items() for key in keys.split()}
"""What ``docs/run-json.md`` says: the type of each key, ``[]`` for the entries of a list, ``{}`` for those of a map."""
_OF_FILES_READ = (
    *("kind", "header", "trailer", "blank", "mapped", "referenced", "excluded", "excluded_by", "quarantined"),
    *("sentinels", "receipt"),
)
MAY_LACK = frozenset((*(f"inputs[].{key}" for key in _OF_FILES_READ), "gates.quarantined_resident", "gates.lost_key"))
FRAMES: Mapping[str, tuple[str, ...]] = {
    "findings": tuple(findings.SCHEMA.names()),
    "units": ("source_file", "record", "unit"),
    "withheld": ("source_file", "record", "offset", "table", "field", "rule", "value"),
    "quarantine": ("source_file", "record", "offset", "length", "bytes", "rule", "table", "field"),
    "ledger": ("source_file", "record", "table", "field", "rule", "before", "after"),
    "gaiji": (
        *("code", "kind", "state", "text", "basis", "file", "column", "table", "field", "characters", "people"),
        *("candidates", "readings", "first"),
    ),
}
"""The columns of the sparse tables that every run has."""
CORRECTIONS = (
    *("layout", "source", "table", "key", "item", "seen", "value", "person", "at", "at_clock", "rule", "run"),
    *("number", "state", "source_file", "record", "before"),
)
"""Those of the table that is there where a project has corrections."""


def report_in(folder: Path) -> dict[str, Any]:
    """``run.json`` of a run folder that this version writes or has proved."""
    return dict(json.loads((folder / REPORT).read_bytes()))


def read_report(folder: Path) -> dict[str, Any]:
    """``run.json`` of a sealed run folder that is intact; UsageError where this version cannot read it, or a sparse
    table beside it, for another version wrote them."""
    report = _document(folder / REPORT)
    if not isinstance(report, dict):
        raise _lacks(folder, {}, REPORT)
    if report.get("schema") != SCHEMA:
        raise UsageError(Problem("U-RUN-VERSION", _facts(folder, report) | {"reads": SCHEMA}))
    if lacking := next(_lacking(folder, report), None):
        raise _lacks(folder, report, lacking)
    return report


def read_seconds(folder: Path, report: Mapping[str, Any]) -> dict[str, float]:
    """What each stage took, and the ``total``; UsageError as above."""
    match _document(folder / TIMINGS):
        case {"timings": {"seconds": dict(stages), "total": int() | float() as total}}:
            seconds = {**stages, "total": total}
            if all(isinstance(one, int | float) for one in seconds.values()):
                return seconds
    raise _lacks(folder, report, TIMINGS)


def read_frame(folder: Path, name: str) -> pl.DataFrame:
    """A sparse table of a run folder."""
    return pl.read_parquet(folder / f"{name}.parquet")


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None


def _facts(folder: Path, report: Mapping[str, Any]) -> dict[str, str]:
    told = {name: report.get(name) for name in ("tool", "schema")}
    return {"folder": str(folder)} | {name: one if isinstance(one, str) else "?" for name, one in told.items()}


def _lacks(folder: Path, report: Mapping[str, Any], what: str) -> UsageError:
    return UsageError(Problem("U-RUN-PARTS", _facts(folder, report) | {"what": what}))


def _lacking(folder: Path, report: dict[str, Any]) -> Iterator[str]:
    """What is not there, or is of another type."""
    for key in sorted(KEYS):  # what holds a key comes before it
        for value in _found(report, key.replace("[]", ".[]").replace("{}", ".{}").split("."), key in MAY_LACK):
            if type(value) not in TYPES[KEYS[key]]:
                yield f"{REPORT}: {key}"
    for entry in report["tables"]:
        if entry["file"] is not None and not (folder / entry["file"]).is_file():
            yield str(entry["file"])
    there = {**FRAMES, "corrections": CORRECTIONS} if report["corrections"] else FRAMES
    for name, columns in there.items():
        yield from _columns_lacking(folder / f"{name}.parquet", columns)


def _found(at: Any, steps: Sequence[str], may_lack: bool) -> Iterator[Any]:
    """Every value that a key has in a document; ``...`` where it is not there, and no value below one that is null or
    may lack."""
    if not steps:
        yield at
        return
    first, *rest = steps
    if first in ("[]", "{}"):
        for below in at if first == "[]" else at.values():
            yield from _found(below, rest, may_lack)
    elif isinstance(at, dict) and first in at:
        yield from _found(at[first], rest, may_lack)
    elif at is not None and not (may_lack or rest):
        yield ...


def _columns_lacking(file: Path, columns: Sequence[str]) -> list[str]:
    try:
        there = pl.read_parquet_schema(file)
    except (pl.exceptions.PolarsError, FileNotFoundError):
        return [file.name]
    return [f"{file.name}: {name}" for name in columns if name not in there]
