"""What a run comes to, on one page: rendered from ``run.json`` and the layout, by this module alone."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from migrate.errors import Lang, render
from migrate.findings import SEVERITIES
from migrate.report.sentences import reason_sentences, refusal, rule_sentences, sentence
from migrate.report.tables import grid, number, tick
from migrate.report.texts import text
from migrate.report.values import code_maps, mixed_sentinels
from migrate.spec.layout import Layout

Report: TypeAlias = Mapping[str, Any]

MOST_CONTROLS = 10
MOST_FINDINGS = 20
STYLES = {"pass": "bold green", "conditional": "bold yellow", "fail": "bold red"}


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where a run lies; ``repeated`` if it was there before; the cutover window in minutes, if one is set."""

    folder: Path
    repeated: bool = False
    window_minutes: int | None = None


def summary(report: Report, layout: Layout, delivered: Delivered, lang: Lang) -> Iterator[RenderableType]:
    """The parts in order: verdict, files, tables, controls, waivers, codes, findings, delivery."""
    yield from _verdict(report, layout, lang)
    yield _files(report, lang)
    yield from _file_notes(report, lang)
    yield _tables(report, layout, lang)
    yield from _controls(report, lang)
    yield from _waivers(report, lang)
    yield from _references(report, layout, lang)
    yield from code_maps(report, lang)
    yield from mixed_sentinels(report, lang)
    yield from _findings(report, layout, lang)
    yield from _delivery(report, delivered, lang)


def _verdict(report: Report, layout: Layout, lang: Lang) -> Iterator[RenderableType]:
    label = text("verdict", lang)
    verdict = report["verdict"]
    yield Text.assemble(f"{label}: ", (text(f"verdict-{verdict}", lang), STYLES.get(verdict, "bold")))
    for line in reason_sentences(report, lang):
        yield Text(f"  - {line}")
    if frozen := report["frozen"]:
        yield Text(text(f"frozen-{'same' if frozen['same'] else 'other'}", lang, **frozen))
    source = layout.source.source.ja if layout.source else ""
    as_of = report["as_of"] or text("as-of-unknown", lang)
    yield Text(text("about", lang, as_of=as_of, system=layout.system.ja, source=source, profile=layout.profile.ja))


def _files(report: Report, lang: Lang) -> Table:
    counted = ("mapped", "referenced", "excluded", "quarantined")
    table = grid(
        lang, "file", ">records", *(f">{name}" for name in counted), ">framing", "balanced", title=text("files", lang)
    )
    for row in report["inputs"]:
        cells = (number(row.get(name)) for name in ("records", *counted))
        framing = sum(row.get(name, 0) for name in ("header", "trailer", "blank"))
        table.add_row(row["file"], *cells, number(framing), tick(row["balanced"]))
    return table


def _file_notes(report: Report, lang: Lang) -> Iterator[RenderableType]:
    excluded: Counter[str] = Counter()
    for row in report["inputs"]:
        excluded.update(row.get("excluded_by", {}))
    for reason, records in excluded.items():
        yield Text(text("excluded-by", lang, reason=reason, records=number(records)))
    for refused in report["refused"]:
        problem = refusal(refused["file"], refused["code"], refused["facts"], refused.get("record"))
        yield Text(render(problem, lang), style="red")
    for name in report["unclaimed"]:
        yield Text(text("unclaimed", lang, file=name))


def _tables(report: Report, layout: Layout, lang: Lang) -> Table:
    table = grid(
        lang, "table", "ja", ">mapped-rows", ">written", ">quarantined", "balanced", "path", title=text("tables", lang)
    )
    for row in report["tables"]:
        ja = layout.tables[row["table"]].ja if row["table"] in layout.tables else ""
        cells = (number(row[name]) for name in ("mapped", "written", "quarantined"))
        table.add_row(row["table"], ja, *cells, tick(row["balanced"]), row["file"] or text("not-delivered", lang))
    return table


def _controls(report: Report, lang: Lang) -> Iterator[RenderableType]:
    controls = report["controls"]
    apart = [row for row in controls if not row["balanced"]]
    yield Text(
        text("controls", lang, total=number(len(controls)), balanced=number(len(controls) - len(apart))), style="bold"
    )
    if not apart:
        return
    table = grid(lang, "control", "table", ">source-side", ">target-side", ">explained", ">difference")
    for row in apart[:MOST_CONTROLS]:
        difference = row["source"] - row["target"] - row["explained"]
        cells = (number(row[name]) for name in ("source", "target", "explained"))
        name = text("waived-control", lang, name=row["name"]) if row["waived"] else row["name"]
        table.add_row(name, row["table"], *cells, f"{difference:+,}")
    yield table
    if len(apart) > MOST_CONTROLS:
        yield Text(text("more", lang, count=number(len(apart) - MOST_CONTROLS)))


def _waivers(report: Report, lang: Lang) -> Iterator[RenderableType]:
    """Totals that others state and that somebody answers for, with both figures where they do not agree."""
    for waiver in report["waivers"]:
        yield Text(
            text("waived", lang, **{name: waiver[name] for name in ("total", "reason", "person")}), style="yellow"
        )
        for use in waiver["used"]:
            figures = {name: number(use[name]) for name in ("stated", "found")}
            yield Text(text("waived-use", lang, file=use["file"] or text("count-sheet", lang), **figures))
        if not waiver["used"]:
            yield Text(text("waived-unused", lang))


def _references(report: Report, layout: Layout, lang: Lang) -> Iterator[RenderableType]:
    """The deliveries referred to, keys that two of them have, and the checks that were left out for want of one."""
    for given in report["references"]:
        yield Text(text("reference", lang, system=given["layout"], run_id=given["run_id"]))
    names = {reference.name: reference.ja for reference in layout.system.references}
    for shared in report["shared"]:
        facts = {"name": names.get(shared["reference"], shared["reference"]), "count": number(shared["keys"])}
        yield Text(text("shared", lang, **facts), style="yellow")
    rules: dict[str, list[str]] = {}
    for left_out in report["unchecked"]:
        rules.setdefault(left_out["reference"], []).append(left_out["rule"])
    for reference in layout.system.references:
        if reference.name in rules:
            facts = {"rules": ", ".join(rules[reference.name]), "name": reference.ja}
            yield Text(text("unchecked", lang, **facts), style="yellow")


def _findings(report: Report, layout: Layout, lang: Lang) -> Iterator[RenderableType]:
    rows = report["findings"]
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["severity"]] += row["count"]
    counts = {severity: number(sums[severity]) for severity in SEVERITIES}
    yield Text("")
    yield Text(text("findings", lang, **counts), style="bold")
    told_above = {refused["code"] for refused in report["refused"]}
    rows = [row for row in rows if row["rule"] not in told_above]
    if not rows:
        return
    declared = rule_sentences(layout)
    table = grid(lang, "severity", "rule", "owner", ">count", "~item", "~sentence")
    ordered = sorted(rows, key=lambda row: (SEVERITIES.index(row["severity"]), -row["count"], row["rule"]))
    for row in ordered[:MOST_FINDINGS]:
        severity = text(f"severity-{row['severity']}", lang)
        told = sentence(row["rule"], declared, lang)
        table.add_row(severity, row["rule"], row["owner"], number(row["count"]), _item(row, layout), told)
    yield table
    if len(rows) > MOST_FINDINGS:
        yield Text(text("more", lang, count=number(len(rows) - MOST_FINDINGS)))


def _item(row: Mapping[str, Any], layout: Layout) -> str:
    """The item by its official name; a check in a mapping is about a field of the source."""
    name = row["field"] or ""
    table = layout.tables.get(row["table"] or "")
    if table is None:
        return name
    item = table.by_name().get(name)
    return f"{table.ja} {item.ja if item else name}".rstrip()


def _delivery(report: Report, delivered: Delivered, lang: Lang) -> Iterator[RenderableType]:
    folder = delivered.folder
    yield Text("")
    yield Text(
        text("repeated" if delivered.repeated else "delivered", lang, folder=folder), style="bold", overflow="fold"
    )
    if (page := folder / "report.html").is_file():
        yield Text(text("report-stands", lang, page=page), overflow="fold")
    places = sorted(path.name for path in folder.iterdir() if path.is_dir())
    yield Text(text("places" if places else "no-places", lang, places=", ".join(f"{place}/" for place in places)))
    seconds = _seconds(folder)
    if seconds is not None and not delivered.repeated:
        key = "took-of-window" if delivered.window_minutes else "took"
        yield Text(text(key, lang, seconds=f"{seconds:,.1f}", window=delivered.window_minutes))


def _seconds(folder: Path) -> float | None:
    try:
        return float(json.loads((folder / "timings.json").read_bytes())["timings"]["total"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
