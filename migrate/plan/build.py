"""Binds a layout to the vocabulary: the whole run as data, before the first byte is read."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from migrate.charset import looked_at, of_site
from migrate.plan.across import AcrossPlan, ControlPlan, plan_across, plan_control, references_of
from migrate.plan.binding import Context
from migrate.plan.cleansing import CleansePlan, plan_cleansing
from migrate.plan.mapping import MappingPlan, plan_mapping
from migrate.plan.reading import ReadPlan, plan_delimited, plan_fixed
from migrate.plan.rules import Rule, RuleBook
from migrate.plan.tables import TablePlan, plan_table
from migrate.spec.layout import Layout, SourceLayout
from migrate.spec.source import Source, SourceFile
from migrate.spec.words import Condition
from migrate.vocab import daykey
from migrate.vocab.controls import Control
from migrate.vocab.municipalities import Municipality, Nation
from migrate.vocab.places import Place, Places
from migrate.vocab.registry import History


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run does. ``reads`` by file; ``lookups`` are files only looked up; ``mappings`` by the file they
    read; ``coded`` are the items of a table that a code map fills; ``unchecked`` are checks that are left out for a
    reference that is not there (id, reference)."""

    layout: Layout
    as_of: int
    book: RuleBook
    reads: Mapping[str, ReadPlan]
    lookups: tuple[str, ...]
    mappings: Mapping[str, tuple[MappingPlan, ...]]
    tables: Mapping[str, TablePlan]
    coded: Mapping[str, tuple[str, ...]]
    cleansing: Mapping[str, tuple[CleansePlan, ...]]
    across: tuple[AcrossPlan, ...]
    unchecked: tuple[tuple[str, str], ...]
    controls: tuple[ControlPlan, ...]
    scopes: Mapping[str, tuple[Condition, ...]]
    unit: str
    broken: Mapping[str, int]
    caused: Mapping[str, int]
    judged: Mapping[str, Mapping[str, pl.DataType]]
    deferred: Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]]
    no_present: int | None
    present_twice: int | None

    @property
    def source(self) -> SourceLayout:
        """The vendor's side; a plan always has one."""
        assert self.layout.source is not None
        return self.layout.source


def build(layout: Layout, *, as_of: int = daykey.pack(2000, 1, 1), missing: Collection[str] = ()) -> Plan:
    """Compile a layout that has a source and was loaded with ``words=word_problems``; ``as_of`` is a daykey.

    ``missing`` are references that are not there: checks that go by one are left out, and told.
    """
    source = layout.source
    assert source is not None
    book = RuleBook()
    context = _context(layout, source, book, as_of)
    mappings = _mappings(layout, source, context)
    tables = {name: plan_table(table, context) for name, table in layout.tables.items()}
    lacking = {
        check.id: [name for name in references_of(check, context) if name in missing] for check in layout.system.checks
    }
    across = tuple(
        plan
        for i, check in enumerate(layout.system.checks)
        if not lacking[check.id] and not (plan := plan_across(check, i, context)).across.idle
    )
    controls = _controls(layout, context)
    no_present, present_twice = _of_present(layout, mappings, book)
    return Plan(
        layout=layout,
        as_of=as_of,
        book=book,
        reads=_reads(source, mappings),
        lookups=tuple(file for file in source.files if file not in mappings),
        mappings=mappings,
        tables=tables,
        coded={name: _coded(name, mappings) for name in tables},
        cleansing={name: plan_cleansing(table, layout.rules, context) for name, table in layout.tables.items()},
        across=across,
        unchecked=tuple((check, name) for check, names in lacking.items() for name in names),
        controls=controls,
        scopes=layout.system.scopes,
        unit=layout.system.unit.key,
        broken=_broken(book, source.source.owner),
        caused={
            name: book.number(Rule("R-UNIT", "相関", "info", "keep", context.owner, name)) for name in layout.tables
        },
        no_present=no_present,
        present_twice=present_twice,
        judged={name: _judged(table, across, controls) for name, table in tables.items()},
        deferred={name: _deferred(name, mappings) for name in tables},
    )


def _context(layout: Layout, source: SourceLayout, book: RuleBook, as_of: int) -> Context:
    """What every word of the definitions is bound with."""
    return Context(
        book,
        as_of,
        layout.system.unit.key,
        source.source.owner,
        layout.codes,
        _history(source.source),
        frozenset(reference.name for reference in layout.system.references),
        layout.profile.private_use,
        layout.profile.repertoire,
        layout.reductions,
        _places(
            tuple(Place(**row) for row in source.places),
            tuple(Municipality(**row) for row in layout.municipalities),
        ),
    )


def _history(source: Source) -> History:
    """Which rows of a unit's history the source says that it delivers."""
    return History(source.history, daykey.of_digits((source.since or "").replace("-", "")) or 0)


def _controls(layout: Layout, context: Context) -> tuple[ControlPlan, ...]:
    """The keys of every table, and the totals that the system declares."""
    keys = (ControlPlan("キー", Control(name, "keys", table.key), False) for name, table in layout.tables.items())
    return (*keys, *(plan_control(control, layout.tables, context) for control in layout.system.controls))


def _broken(book: RuleBook, owner: str) -> dict[str, int]:
    """The rules of records that are none."""
    rules = ("R-RECORD-TYPE", "R-FIELD-COUNT", "R-QUOTE")
    return {rule: book.number(Rule(rule, "件数", "error", "quarantine", owner, "")) for rule in rules}


@lru_cache(maxsize=4)
def _places(own: tuple[Place, ...], listed: tuple[Municipality, ...]) -> Places:
    """Kept for the next plan: how places may be written is made of them once."""
    return Places(own, nation=Nation(listed))


def _coded(table: str, mappings: Mapping[str, tuple[MappingPlan, ...]]) -> tuple[str, ...]:
    plans = [plan for plans in mappings.values() for plan in plans if plan.to == table]
    return tuple(dict.fromkeys(f.target for plan in plans for f in plan.fields if f.codes))


def _deferred(table: str, mappings: Mapping[str, tuple[MappingPlan, ...]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """By look-up row column: the items it stands for (item, look-up field), where every mapping onto the table
    agrees."""
    found: dict[str, list[dict[str, str]]] = {}
    elsewhere: dict[str, str] = {}
    for plan in (plan for plans in mappings.values() for plan in plans if plan.to == table):
        elsewhere |= {field.target: "" for field in plan.fields}
        for join in plan.joins:
            taken = plan.taken_as_is(join)
            found.setdefault(join.at, []).append(taken)
            elsewhere |= dict.fromkeys(taken, join.at)
    return {
        at: tuple(sorted(parts[0].items()))
        for at, parts in found.items()
        if parts[0] and all(part == parts[0] for part in parts) and all(elsewhere[name] == at for name in parts[0])
    }


def _judged(table: TablePlan, across: Iterable[AcrossPlan], controls: Iterable[ControlPlan]) -> dict[str, pl.DataType]:
    """Items that checks over groups and totals read once rows are staged, with their type."""
    names = set(table.table.key)
    names.update(name for plan in controls if plan.control.table == table.name for name in plan.control.reads)
    for side in (side for plan in across for side in plan.across.sides if side.table == table.name):
        names.update((*side.group, *side.carry))
    dates = set(table.dates)
    return {name: pl.Int32() if name in dates else pl.String() for name in sorted(names)}


def _of_present(
    layout: Layout, mappings: Mapping[str, tuple[MappingPlan, ...]], book: RuleBook
) -> Iterator[int | None]:
    """The rules that every unit has a present row, and has one only, where the source says which rows those are."""
    state = layout.system.state
    told = state and any(plan.latest for plans in mappings.values() for plan in plans if plan.to == state.table)
    if state is None or layout.source is None or not told:
        yield from (None, None)
        return
    rest = (layout.source.source.owner, state.table, layout.system.unit.key)
    yield book.number(Rule("R-NO-PRESENT", "件数", "error", "keep", *rest))
    yield book.number(Rule("R-PRESENT-TWICE", "重複", "error", "quarantine", *rest))


def _mappings(layout: Layout, source: SourceLayout, context: Context) -> dict[str, tuple[MappingPlan, ...]]:
    found: dict[str, list[MappingPlan]] = {}
    for name, mapping in source.mappings.items():
        file, table = source.files[mapping.from_], layout.tables[mapping.to]
        found.setdefault(mapping.from_, []).append(plan_mapping(name, mapping, file, table, source.code_maps, context))
    return {file: tuple(found[file]) for file in source.files if file in found}


def framing_plans(layout: Layout) -> dict[str, ReadPlan]:
    """How every file of the source is cut, and where its header states the 基準日; no column is decoded."""
    assert layout.source is not None
    return _reads(layout.source, {})


def _reads(source: SourceLayout, mappings: Mapping[str, tuple[MappingPlan, ...]]) -> dict[str, ReadPlan]:
    return {name: _read(source, file, _needed(name, mappings)) for name, file in source.files.items()}


def _read(source: SourceLayout, file: SourceFile, needed: set[str]) -> ReadPlan:
    codec = file.encoding or source.source.encoding
    gaiji = {code: glyph.text for code, glyph in source.gaiji.items()}
    if file.format == "delimited":
        return plan_delimited(file, needed=needed, codec=codec, glyphs=of_site(gaiji), eras=source.source.eras)
    page, glyphs = looked_at(codec, gaiji)
    as_of = source.source.as_of
    return plan_fixed(
        file,
        needed=needed,
        page=page,
        glyphs=glyphs,
        eras=source.source.eras,
        as_of_field=as_of.field if as_of and as_of.file == file.file else None,
    )


def _needed(file: str, mappings: Mapping[str, tuple[MappingPlan, ...]]) -> set[str]:
    """Columns of a file that a mapping reads, or a look-up carries or goes by."""
    needed = {column for plan in mappings.get(file, ()) for column in _slots(plan)}
    for join in (join for plans in mappings.values() for plan in plans for join in plan.joins if join.file == file):
        needed.update(join.carries)
        needed.update(field for _, field in join.on)
    return needed


def _slots(plan: MappingPlan) -> Iterable[str]:
    for name in plan.columns():
        if plan.group and name.startswith(f"{plan.group}."):
            yield from (f"{name}#{slot + 1}" for slot in range(plan.slots))
        else:
            yield name
