"""What an import could not understand: one row per cell, with what it says and what was assumed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from migrate.errors import Problem
from migrate.io.workbook import Sheet, place


@dataclass(frozen=True, slots=True)
class Remark:
    """One cell of a sheet, or all of it. The sentence and the assumption are those of ``problem`` in the catalogue."""

    sheet: str
    spot: tuple[int, int] | None
    says: str
    problem: Problem

    @property
    def cell(self) -> str:
        """``B5``; empty for the whole sheet."""
        return place(*self.spot) if self.spot else ""


@dataclass(slots=True)
class Remarks:
    """Collected on the way."""

    rows: list[Remark] = field(default_factory=list)

    def at(self, sheet: Sheet, row: int, column: int, code: str, /, says: str = "", **facts: str) -> None:
        """Note one cell, or what of it matters."""
        self.rows.append(Remark(sheet.name, (row, column), says or sheet.cell(row, column), Problem(code, facts)))

    def of(self, sheet: Sheet, code: str, /, **facts: str) -> None:
        """Note a whole sheet."""
        self.rows.append(Remark(sheet.name, None, "", Problem(code, facts)))

    def sorted(self, sheets: Sequence[str]) -> tuple[Remark, ...]:
        """By place, in the order of the sheets."""
        return tuple(sorted(self.rows, key=lambda row: (sheets.index(row.sheet), row.spot or (-1, -1))))
