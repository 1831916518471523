"""A rule, a refusal or a reason as a sentence: from the catalogue, or ``why`` of the definition that declares it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from migrate.errors import Lang, Problem, catalogue
from migrate.report.texts import text, texts
from migrate.spec.layout import Layout

FACT = re.compile(r"\{[a-z_]+\}")


def rule_sentences(layout: Layout) -> Mapping[str, str]:
    """What each declared check and cleansing rule says, by its id."""
    return dict(_declared(layout))


def _declared(layout: Layout) -> Iterator[tuple[str, str]]:
    checks = [*layout.system.checks, *(check for table in layout.tables.values() for check in table.checks)]
    if layout.source:
        checks += [check for mapping in layout.source.mappings.values() for check in mapping.checks]
    for check in checks:
        yield check.id, check.why
    for rule in layout.rules:
        yield rule.id, rule.why or " → ".join(step.name for step in rule.steps)


def sentence(rule: str, declared: Mapping[str, str], lang: Lang) -> str:
    """One line for a rule, without the facts of a single case; empty for one that nobody knows."""
    if rule in declared:
        return declared[rule]
    message = catalogue().get(rule)
    if message is None:
        return ""
    return FACT.sub("…", message.ja if lang == "ja" else message.en)


def refusal(file: str, code: str, facts: Mapping[str, str], record: int | None = None) -> Problem:
    """A file that is in doubt, as a problem whose line is the record."""
    return Problem(code, facts, file or None, record)


def reason_sentences(report: Mapping[str, Any], lang: Lang) -> list[str]:
    """Why the verdict is what it is."""
    gates = report["gates"]
    found = []
    for reason in report["reasons"]:
        key = f"reason-{reason}"
        found.append(text(key, lang, gate=gates.get(reason, 0)) if key in texts() else reason)
    return found
