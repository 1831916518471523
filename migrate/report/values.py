"""Codes and declared values in the summary: what is not mapped or waits for a decision, and where blanks are mixed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from migrate.errors import Lang
from migrate.report.tables import grid, number
from migrate.report.texts import text

MOST = 10


def code_maps(report: Mapping[str, Any], lang: Lang) -> Iterator[RenderableType]:
    """One line for all code maps, and a row for each code that a person has to decide."""
    maps = report["code_maps"]
    if not maps:
        return
    sums = {
        "asked": sum(one["asked"] for one in maps),
        "unmapped": sum(one["unmapped"] for one in maps),
        "undecided": sum(code["count"] for one in maps for code in one["undecided"]),
        "unused": sum(len(one["unused"]) for one in maps),
        "merged": sum(len(one["merged"]) for one in maps),
    }
    shown = {name: number(value) for name, value in sums.items()}
    yield Text(text("code-maps", lang, maps=number(len(maps)), **shown), style="bold")
    undecided = [(one["map"], code) for one in maps for code in one["undecided"]]
    if undecided:
        table = grid(lang, "code-map", "legacy-code", ">count", "~candidates")
        for name, code in undecided[:MOST]:
            table.add_row(name, code["from"], number(code["count"]), "、".join(code["candidates"]))
        yield table
    if len(undecided) > MOST:
        yield Text(text("more", lang, count=number(len(undecided) - MOST)))


def mixed_sentinels(report: Mapping[str, Any], lang: Lang) -> Iterator[RenderableType]:
    """Date fields that say “no date” in more than one way."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in report["inputs"]:
        for one in row.get("sentinels", ()):
            if one["meaning"] == "empty":
                found[row.get("kind", row["file"]), one["field"]][one["value"]] += one["count"]
    mixed = {place: values for place, values in found.items() if len(values) > 1}
    if not mixed:
        return
    yield Text(text("mixed-sentinels", lang, fields=number(len(mixed))), style="bold")
    table = grid(lang, "file", "field", "~values")
    blank = text("blank", lang)
    for (file, field), values in sorted(mixed.items())[:MOST]:
        told = [f"{value or blank} {number(count)}" for value, count in sorted(values.items())]
        table.add_row(file, field, "、".join(told))
    yield table
    if len(mixed) > MOST:
        yield Text(text("more", lang, count=number(len(mixed) - MOST)))
