"""The business system: its unit, its present state, its scopes, its checks across tables."""

import re
from collections.abc import Iterator
from itertools import chain

from migrate.errors import GUESS, Problem, nearest
from migrate.spec.draft import Draft
from migrate.spec.layout import profile_path
from migrate.spec.semantics.names import Names, check_problems, condition_problems, items_of, repeated
from migrate.spec.system import System
from migrate.spec.yamltext import Path_

FILE_NAME = re.compile(r"(?!\.)[^{}/\\\x00-\x1f]{0,100}\{table\}[^{}/\\\x00-\x1f]{0,100}")
"""What a profile may call its files: a name with the table's name in it, and no folder."""


def system_problems(draft: Draft) -> Iterator[Problem]:
    """What ``system.yaml`` names and nobody defines, and ids used twice anywhere."""
    system = draft.system
    if system is None:
        return
    file = draft.paths.system
    for i, name in repeated(system.tables):
        yield draft.problem(file, ("tables", i), "D-NAME-DUPLICATE", name=name)
    for i, name in repeated(control.name for control in system.controls):
        yield draft.problem(file, ("controls", i, "name"), "D-NAME-DUPLICATE", name=name)
    for name, table in draft.tables.items():
        if table and name in system.tables and system.unit.key not in table.by_name():
            yield draft.problem(file, ("unit", "key"), "D-SYS-UNIT", name=system.unit.key, table=name)
    if system.profile not in draft.profiles:
        facts = {"name": system.profile, "owner": "layouts/profiles", GUESS: nearest(system.profile, draft.profiles)}
        yield draft.problem(file, ("profile",), "D-NAME-PROFILE", **facts)
    yield from _state(draft, system)
    if all(draft.tables.get(name) for name in system.tables):
        yield from check_problems(draft, file, system.checks, _items_of_all(draft))
    yield from _sample(draft, system)
    yield from _ids(draft)
    yield from _profile(draft)


def _state(draft: Draft, system: System) -> Iterator[Problem]:
    file = draft.paths.system
    if system.state is None:
        if system.scopes:
            yield draft.problem(file, ("scopes",), "D-SYS-STATE")
        return
    tables = Names(draft.tables, system.system, "D-NAME-TABLE")
    yield from tables.check(draft, file, ("state", "table"), system.state.table)
    if table := draft.tables.get(system.state.table):
        names = items_of(table)
        yield from names.check(draft, file, ("state", "latest"), system.state.latest)
        for scope, conditions in system.scopes.items():
            for i, condition in enumerate(conditions):
                yield from condition_problems(draft, file, ("scopes", scope, i), condition, names)


def _sample(draft: Draft, system: System) -> Iterator[Problem]:
    """Tables and items that the strata of a sample name."""
    file, tables = draft.paths.system, Names(draft.tables, system.system, "D-NAME-TABLE")
    for i, name in enumerate(system.sample.protected if system.sample else ()):
        yield from tables.check(draft, file, ("sample", "protected", i), name)
        if table := draft.tables.get(name):
            for item in sorted({system.unit.key, *table.key} & table.secrets):
                yield draft.problem(file, ("sample", "protected", i), "D-SAMPLE-SECRET", table=name, name=item)
    yield from _protected_by(draft, system, tables)
    for i, stratum in enumerate(system.sample.strata if system.sample else ()):
        for j, rows in enumerate(stratum.of):
            where: Path_ = ("sample", "strata", i, "of", j)
            yield from tables.check(draft, file, (*where, "table"), rows.table)
            if table := draft.tables.get(rows.table):
                names = items_of(table)
                if rows.conditional:
                    yield from condition_problems(draft, file, where, rows, names)
                if rows.latest and (system.state is None or system.state.table != rows.table):
                    yield draft.problem(file, (*where, "latest"), "D-SAMPLE-LATEST", table=rows.table)
                for key in ("group", "kinds"):
                    if (item := getattr(rows, key)) is not None:
                        yield from names.check(draft, file, (*where, key), item)


def _protected_by(draft: Draft, system: System, tables: Names) -> Iterator[Problem]:
    """Systems that no reference names, tables and items nobody defines."""
    file, referred = draft.paths.system, {part.system for one in system.references for part in one.parts}
    for i, other in enumerate(system.protected_by):
        where: Path_ = ("sample", "protected_by", i)
        if other.system not in referred:
            yield draft.problem(file, (*where, "system"), "D-SAMPLE-SYSTEM", name=other.system)
        for name, items in other.named_in.items():
            yield from tables.check(draft, file, (*where, "named_in", name), name)
            if table := draft.tables.get(name):
                for j, item in enumerate(items):
                    yield from items_of(table).check(draft, file, (*where, "named_in", name, j), item)


def _items_of_all(draft: Draft) -> Names:
    """A check across tables may name any item, by itself or as ``table.item``."""
    known = {item: None for _, table in draft.sound_tables() for item in table.by_name()}
    known |= {f"{table.table}.{item}": None for _, table in draft.sound_tables() for item in table.by_name()}
    return Names(known, draft.paths.system_name, "D-NAME-FIELD")


def _ids(draft: Draft) -> Iterator[Problem]:
    """An id names one rule. Two mappings may both declare a check, if they say the same."""
    seen: dict[str, tuple[str, object]] = {}
    parts = [(draft.paths.system, draft.system), *draft.sound_tables(), *draft.sound_mappings()]
    checks = [
        (file, ("checks", i, "id"), check.id, check)
        for file, part in parts
        if part
        for i, check in enumerate(part.checks)
    ]
    rules = [(file, (i, "id"), rule.id, rule) for file, i, rule in draft.rules]
    for file, where, id_, rule in chain(checks, rules):
        first, same = seen.setdefault(id_, (file, rule))
        shared = first != file and "/to_" in first and "/to_" in file and same == rule
        if same is not rule and not shared:
            yield draft.problem(file, where, "D-ID-DUPLICATE", id=id_, first=first)


def _profile(draft: Draft) -> Iterator[Problem]:
    """One character between fields, and a file of its own for each table, inside its folder."""
    profile, file = draft.profile, profile_path(draft.profile_name)
    if profile is None:
        return
    if len(profile.delimiter) != 1 or (profile.encoding == "cp932" and profile.delimiter >= "@"):
        yield draft.problem(file, ("delimiter",), "D-PROFILE-DELIMITER", value=profile.delimiter)
    if profile.encoding == "cp932" and profile.repertoire not in ("cp932", "jisx0208"):
        yield draft.problem(file, ("encoding",), "D-PROFILE-LETTERS", value=profile.repertoire)
    if not FILE_NAME.fullmatch(profile.file_name):
        yield draft.problem(file, ("file_name",), "D-PROFILE-FILE", value=profile.file_name, part="{table}")
