"""Two runs compared, for people: rendered from what ``migrate compare --json`` prints."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from migrate.errors import Lang
from migrate.findings import SEVERITIES
from migrate.report.tables import grid, number, tick
from migrate.report.texts import text
from migrate.spec.layout import Layout


def changes(document: Mapping[str, Any], layout: Layout, lang: Lang) -> Iterator[RenderableType]:
    """The parts in order: runs, findings, tables, records, controls, time."""
    yield from _runs(document, lang)
    yield from _findings(document["findings"], layout, lang)
    yield from _tables(document["tables"], layout, lang)
    yield _inputs(document["inputs"], lang)
    if document["controls"]:
        yield _controls(document["controls"], lang)
    total = next(row for row in document["seconds"] if row["stage"] == "total")
    yield Text(text("compare-time", lang, before=f"{total['before']:,.1f}", after=f"{total['after']:,.1f}"))


def _runs(document: Mapping[str, Any], lang: Lang) -> Iterator[RenderableType]:
    facts: dict[str, str] = {}
    for side in ("first", "second"):
        run = document[side]
        facts[side] = run["run_id"]
        facts[f"{side}_verdict"] = text(f"verdict-{run['verdict']}", lang)
        facts[f"{side}_as_of"] = run["as_of"] or text("as-of-unknown", lang)
    yield Text(text("compare-runs", lang, **facts), style="bold")
    same = document["first"]["definitions"] == document["second"]["definitions"]
    yield Text(text(f"definitions-{'same' if same else 'other'}", lang))


def _findings(rows: list[Mapping[str, Any]], layout: Layout, lang: Lang) -> Iterator[RenderableType]:
    sums = {name: number(sum(row[name] for row in rows)) for name in ("new", "fixed", "remaining")}
    yield Text(text("compare-findings", lang, **sums), style="bold")
    moved = [row for row in rows if row["new"] or row["fixed"] or row["before"] != row["after"]]
    if not moved:
        return
    table = grid(lang, "severity", "rule", "owner", ">before", ">after", ">new", ">fixed", ">remaining", "~item")
    places = grid(lang, "rule", "what", "file", ">record", title=text("compare-places", lang))
    for row in sorted(moved, key=lambda row: (SEVERITIES.index(row["severity"]), -row["new"], row["rule"])):
        cells = (number(row[name]) for name in ("before", "after", "new", "fixed", "remaining"))
        severity = text(f"severity-{row['severity']}", lang)
        table.add_row(severity, row["rule"], row["owner"], *cells, item_name(layout, row["table"], row["field"]))
        for what in ("new", "fixed"):
            for place in row[f"{what}_at"]:
                places.add_row(row["rule"], text(f"place-{what}", lang), place["file"] or "", number(place["record"]))
    yield table
    if places.row_count:
        yield places
    for row in moved:
        if not row["exact"]:
            yield Text(text("compare-inexact", lang, rule=row["rule"]))


def item_name(layout: Layout, table: str | None, field: str | None) -> str:
    """A standard item by its official name, as far as it is one."""
    known = layout.tables.get((table or "").removeprefix("extra/"))
    if known is None:
        return field or ""
    item = known.by_name().get(field or "")
    return f"{known.ja} {item.ja if item else field or ''}".rstrip()


def _tables(rows: list[Mapping[str, Any]], layout: Layout, lang: Lang) -> Iterator[RenderableType]:
    counted = ("same", "only_first", "only_second", "differing")
    heads = (">same", ">only-first", ">only-second", ">differing")
    table = grid(lang, "table", "ja", *heads, "~note", title=text("compare-tables", lang))
    items = grid(lang, "table", "item", ">differing", title=text("compare-fields", lang))
    for row in rows:
        note = "" if row["compared"] else text("not-compared", lang)
        cells = (number(row.get(name)) for name in counted)
        table.add_row(row["table"], item_name(layout, row["table"], None), *cells, note)
        for name, differing in row.get("fields", {}).items():
            items.add_row(row["table"], item_name(layout, row["table"], name), number(differing))
    yield table
    if items.row_count:
        yield items


def _inputs(rows: list[Mapping[str, Any]], lang: Lang) -> Table:
    counted = ("records", "mapped", "referenced", "excluded", "quarantined")
    table = grid(lang, "file", *(f">{name}" for name in counted), title=text("compare-inputs", lang))
    for row in rows:
        table.add_row(row["kind"], *(_from_to(row["before"].get(name), row["after"].get(name)) for name in counted))
    return table


def _from_to(before: int | None, after: int | None) -> str:
    return number(after) if before == after else f"{number(before)} → {number(after)}"


def _controls(rows: list[Mapping[str, Any]], lang: Lang) -> Table:
    table = grid(
        lang, "control", "table", ">before", "balanced", ">after", "balanced", title=text("compare-controls", lang)
    )
    for row in rows:
        cells = [
            cell
            for side in (row["before"], row["after"])
            for cell in ((number(side["target"]), tick(side["balanced"])) if side else ("-", ""))
        ]
        table.add_row(row["name"], row["table"], *cells)
    return table


def matched(document: Mapping[str, Any], layout: Layout, lang: Lang) -> Iterator[RenderableType]:
    """A delivery and an export side by side."""
    verdict = text(f"match-{'yes' if document['matches'] else 'no'}", lang)
    yield Text(verdict, style="bold")
    counted = ("same", "missing", "extra", "differing")
    table = grid(
        lang, "table", "ja", ">same", ">missing", ">extra", ">differing", "path", title=text("match-rows", lang)
    )
    for row in document["tables"]:
        file = row["file"] or text("match-no-file", lang)
        table.add_row(row["table"], item_name(layout, row["table"], None), *(number(row[n]) for n in counted), file)
    yield table
    if document["differences"]:
        yield _differences(document["differences"], layout, lang)
    for name in document["unclaimed"]:
        yield Text(text("match-unclaimed", lang, file=name))


def _differences(rows: list[Mapping[str, Any]], layout: Layout, lang: Lang) -> Table:
    table = grid(lang, "table", "~item", ">differing", "explained", "~note", title=text("match-differences", lang))
    for row in rows:
        whole = row["item"] in ("missing", "extra")
        item = text(f"head-{row['item']}", lang) if whole else item_name(layout, row["table"], row["item"])
        note = f"{row['reason']} ({row['person']})" if row["explained"] else ""
        table.add_row(row["table"], item, number(row["count"]), tick(row["explained"]), note)
    return table


def packed(document: Mapping[str, Any], folder: Path, layout: Layout, lang: Lang) -> Iterator[RenderableType]:
    """A delta package."""
    counted = ("added", "changed", "removed", "same")
    heads = (f">{name}" for name in counted)
    table = grid(lang, "table", "ja", *heads, title=text("delta", lang, base=document["base"], full=document["full"]))
    for row in document["tables"]:
        table.add_row(row["table"], item_name(layout, row["table"], None), *(number(row[name]) for name in counted))
    yield table
    yield Text(text("delta-folder", lang, folder=folder), style="bold", overflow="fold")
