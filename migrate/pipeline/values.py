"""What values of the source meant no value, and what became of its codes, as data of run.json."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from migrate.pipeline.run_state import FileBook, State
from migrate.plan.mapping import KEY_SEPARATOR, CodePlan
from migrate.spec.layout import WITH_SEPARATOR
from migrate.spec.source import DateForm, SourceFile


def sentinels_of(state: State, book: FileBook) -> list[dict[str, Any]]:
    """Declared values of date fields that are no date, as often as the file holds them; "" = blank."""
    dates = dict(_dates(state.plan.source.files[book.kind]))
    return [
        {
            "field": field,
            "value": value,
            "meaning": _meaning(dates[field], value),
            "count": count,
        }
        for (field, value), count in sorted(book.count.sentinels.items())
    ]


def _meaning(date: DateForm, value: str) -> str:
    return next((name for name, values in date.special.items() if value in values), "empty")


def _dates(file: SourceFile) -> Iterator[tuple[str, DateForm]]:
    for field in file.fields:
        parts = field.occurs.fields if field.occurs else ()
        if field.date:
            yield field.name, field.date
        yield from ((f"{field.name}.{part.name}", part.date) for part in parts if part.date)


def code_maps_of(state: State) -> list[dict[str, Any]]:
    """Each code map of the source: what it was asked, what of it nobody asked for, and where codes became one."""
    plans: dict[str, CodePlan] = {}
    items: dict[str, set[str]] = defaultdict(set)
    for mapping in (mapping for group in state.plan.mappings.values() for mapping in group):
        for item in mapping.fields:
            if item.codes:
                plans[item.codes.name] = item.codes
                items[item.codes.name].add(f"{mapping.to}.{item.target}")
    return [_code_map(plan, sorted(items[name]), state.totals.asked[name]) for name, plan in sorted(plans.items())]


def _code_map(plan: CodePlan, items: list[str], asked: Mapping[str | None, int]) -> dict[str, Any]:
    return {
        "map": plan.name,
        "items": items,
        "asked": sum(asked.values()),
        "unmapped": asked.get(None, 0),
        "undecided": [
            {"from": _shown(key), "candidates": list(candidates), "count": asked[key]}
            for key, candidates in sorted(plan.candidates.items())
            if key in asked
        ],
        "unused": [_shown(key) for key in sorted((*plan.table, *plan.candidates)) if key not in asked],
        "merged": [
            {"to": to, "from": [{"from": _shown(key), "count": asked.get(key, 0)} for key in keys]}
            for to, keys in sorted(_merged(plan).items())
        ],
    }


def _merged(plan: CodePlan) -> dict[str, list[str]]:
    """Legacy codes by the standard code that more than one of them becomes."""
    by_code: dict[str, list[str]] = defaultdict(list)
    for key, to in sorted(plan.table.items()):
        by_code[to].append(key)
    return {to: keys for to, keys in by_code.items() if len(keys) > 1}


def _shown(key: str) -> str:
    """A key as the code map has it: the code, and the values of the further fields behind a bar."""
    return key.replace(KEY_SEPARATOR, WITH_SEPARATOR).removesuffix(WITH_SEPARATOR)
