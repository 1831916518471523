"""What a report is made from: a run folder, complete but for the report, and the definitions of the run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from migrate.errors import Lang
from migrate.io.protected import PLACE, People, delivered_rows
from migrate.io.sealed import read_frame, report_in
from migrate.report.sentences import rule_sentences, sentence
from migrate.report.texts import text
from migrate.spec.layout import Layout
from migrate.spec.table import StandardField

LEAST = 5
"""Groups of fewer people are not told where that is asked for."""


@dataclass(frozen=True, slots=True)
class Later:
    """What is known only after a run was sealed: its seconds by stage, the cutover window (minutes), its number among
    the rehearsals, what changed since an earlier run (``findings`` of ``migrate compare``), and the counts of each
    rehearsal by severity, oldest first."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    window_minutes: int | None = None
    rehearsal: str | None = None
    previous: str | None = None
    changes: tuple[Mapping[str, Any], ...] = ()
    trend: tuple[tuple[str, Mapping[str, int]], ...] = ()


@dataclass(frozen=True)
class Evidence:
    """``report`` is run.json; ``reveal`` shows values that are masked otherwise (secret ones never); ``least`` is the
    number of people below which a count is not told; ``elsewhere`` are those whom other systems protect."""

    folder: Path
    report: Mapping[str, Any]
    layout: Layout
    lang: Lang
    reveal: bool = False
    least: int = 0
    later: Later | None = None
    elsewhere: People = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, folder: Path, layout: Layout, lang: Lang) -> "Evidence":
        """Of a run folder as it stands on the disk."""
        return cls(folder, report_in(folder), layout, lang)

    @cached_property
    def units(self) -> pl.DataFrame:
        """Whose record each finding is about: one row per record and unit."""
        return self._frame("units")

    @cached_property
    def found(self) -> pl.DataFrame:
        """Findings, each with the ``units`` (a list) whose record it is about; null where they are not known."""
        return self._with_units("findings")

    @cached_property
    def withheld(self) -> pl.DataFrame:
        """Withheld values with the ``units`` of their record."""
        return self._with_units("withheld")

    @cached_property
    def gaiji(self) -> pl.DataFrame:
        """The gaiji ledger."""
        return self._frame("gaiji")

    @cached_property
    def quarantine(self) -> pl.DataFrame:
        """Records taken out."""
        return self._frame("quarantine")

    def _with_units(self, name: str) -> pl.DataFrame:
        """A record may make rows of several units: which of them a finding is about stands nowhere."""
        units = self.units.group_by(PLACE, maintain_order=True).agg(units="unit")
        return self._frame(name).join(units, on=PLACE, how="left", maintain_order="left")

    def _frame(self, name: str) -> pl.DataFrame:
        return read_frame(self.folder, name)

    @cached_property
    def declared(self) -> Mapping[str, str]:
        """What each declared rule says."""
        return rule_sentences(self.layout)

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """The kind of each file received."""
        return {entry["file"]: entry["kind"] for entry in self.report["inputs"] if "kind" in entry}

    @cached_property
    def protected(self) -> Mapping[str, pl.DataFrame | None]:
        """By protected table: the unit and the key of every delivered row, as text; None where it is not delivered."""
        return {name: self._keys_of(name) for name in self.layout.system.protected}

    def _keys_of(self, name: str) -> pl.DataFrame | None:
        unit = self.layout.system.unit.key
        wanted = [unit, *(key for key in self.layout.tables[name].key if key != unit)]
        return delivered_rows(self.folder, self.report, self.layout, name, wanted)

    @cached_property
    def _items(self) -> Mapping[str, Mapping[str, StandardField]]:
        """Items by table and name."""
        return {name: table.by_name() for name, table in self.layout.tables.items()}

    def table(self, name: str | None) -> str:
        """A standard table by its Japanese name."""
        known = self.layout.tables.get(name or "")
        return known.ja if known else name or ""

    def item(self, table: str | None, name: str | None) -> str:
        """An item by its Japanese name; a check in a mapping is about a field of the source."""
        item = self._items.get(table or "", {}).get(name or "")
        return item.ja if item else name or ""

    def file(self, kind: str | None) -> str:
        """A file of the source by its Japanese name."""
        known = self.layout.source.files.get(kind or "") if self.layout.source else None
        return known.ja if known else kind or ""

    def value(self, table: str, item: str, code: str | None) -> str:
        """A value of an item as people read it: a code with its name, nothing as such."""
        if code is None:
            return text("report-empty", self.lang)
        field_ = self._items.get(table, {}).get(item)
        named = self.layout.codes.get(field_.codes or "", {}).get(code) if field_ else None
        return f"{code} {named.name}" if named else code

    def sentence(self, rule: str) -> str:
        """What a rule says."""
        return sentence(rule, self.declared, self.lang)

    def people(self, count: int | None) -> int | str | None:
        """A number of people, or that they are too few to be told; how many are missing or too many is such a number,
        too."""
        if count is None or not 0 < abs(count) < self.least:
            return count
        return text("report-few", self.lang, least=self.least)

    def together(self, *counts: int) -> Iterator[int | str | None]:
        """Numbers that follow from each other: where one is of too few people, none but 0 is told."""
        few = any(0 < abs(count) < self.least for count in counts)
        for count in counts:
            told = self.people(count)
            yield text("report-hidden", self.lang) if few and count and told == count else told
