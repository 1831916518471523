"""A sheet for a vendor does not say who is protected (支援措置); that of the municipality's own staff does."""

from dataclasses import replace
from pathlib import Path

import pytest

from migrate.fixes.export import Line, export
from migrate.rehearsal.sealed import SealedRun
from tests.cli.conftest import Command
from tests.delivery import table
from tests.fixes.sheets import OWNERS, lines, named
from tests.towns import Towns, juki

TOWN = (300, 1, 0.35)
VENDORS = ("現行ベンダ", "新ベンダ")


@pytest.fixture(scope="module")
def run(towns: Towns) -> SealedRun:
    return SealedRun.open(towns.run(*TOWN).folder)


def exported(towns: Towns, run: SealedRun, spared: frozenset[str] | None, owners: tuple[str, ...]) -> list[Line]:
    return list(export(run, juki(), towns.town(*TOWN).inputs, owners, spared).lines)


def test_a_vendors_line_about_a_protected_person_says_the_record_and_not_whose_it_is(
    towns: Towns, run: SealedRun
) -> None:
    before = exported(towns, run, frozenset(), VENDORS)
    unit = next(line.unit for line in before if line.unit and line.seen)
    after = exported(towns, run, frozenset({unit}), VENDORS)
    assert len(after) == len(before)
    for shown, hidden in zip(before, after, strict=True):
        gone = replace(shown, place="protected", unit=None, key=(), seen=None)
        assert hidden == (gone if shown.unit == unit else shown)


def test_where_nobody_can_tell_who_is_protected_a_vendors_sheet_names_nobody(towns: Towns, run: SealedRun) -> None:
    hidden = exported(towns, run, None, VENDORS)
    assert hidden
    assert not any(line.unit or line.key or line.seen for line in hidden)


def test_rows_of_protected_tables_are_never_named_to_a_vendor(towns: Towns, run: SealedRun) -> None:
    rows = [line for line in exported(towns, run, frozenset(), VENDORS) if line.table in juki().system.protected]
    assert rows
    assert not any(line.unit or line.key or line.seen for line in rows)


def test_the_municipalitys_own_sheet_hides_nobody(towns: Towns, run: SealedRun) -> None:
    own = exported(towns, run, None, OWNERS)
    assert own == exported(towns, run, frozenset(), OWNERS)
    assert any(line.unit and line.table in juki().system.protected for line in own)


def test_the_sheet_of_a_vendor_holds_no_protected_number(command: Command, towns: Towns, run: SealedRun) -> None:
    inputs = towns.town(*TOWN).inputs
    made = command("findings", "export", run.folder, "--owner", "現行ベンダ", "--input", inputs, "--out", "v.xlsx")
    assert made.code == 0
    protected = {row["atenabango"] for name in juki().system.protected for row in table(towns.run(*TOWN), name)}
    shown = [
        cells
        for name in ("修正", "職権修正依頼", "現行システムで修正")
        for _, cells in lines(named(Path("v.xlsx"), name))
    ]
    assert shown
    assert protected
    assert not any(number in cell for cells in shown for cell in cells.values() for number in protected)
