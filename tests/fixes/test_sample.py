"""突合票: drawn by strata, the same for the same seed, old beside new, and nobody who is protected."""

import zipfile
from pathlib import Path

import pytest

from migrate.errors import UsageError
from migrate.fixes.sample import Compared, sample
from migrate.fixes.strata import Drawn, draw
from migrate.pipeline import Options
from migrate.pipeline import run as full_run
from migrate.rehearsal.sealed import SealedRun
from migrate.spec.layout import Layout
from tests.delivery import Delivery, table
from tests.fixes.sheets import written
from tests.towns import Towns, juki

TOWN = (300, 1, 0.35)


@pytest.fixture(scope="module")
def run(towns: Towns) -> SealedRun:
    return SealedRun.open(towns.run(*TOWN).folder)


@pytest.fixture(scope="module")
def drawn(towns: Towns, run: SealedRun) -> tuple[list[Drawn], list[Compared]]:
    return sample(run, juki(), towns.town(*TOWN).inputs, seed=1, each=4)


def test_nobody_protected_and_nobody_with_a_finding(towns: Towns, run: SealedRun) -> None:
    """Even where everybody else is drawn."""
    strata, _ = sample(run, juki(), towns.town(*TOWN).inputs, seed=1, each=10_000)
    everybody = {unit for one in strata for unit in one.units}
    protected = {
        row["atenabango"] for name in ("shien_sochi", "shien_yokushi") for row in table(towns.run(*TOWN), name)
    }
    grave = run.frame("findings").filter(severity="error").select("source_file", "record")
    found = set(run.frame("units").join(grave, on=["source_file", "record"])["unit"])
    residents = {row["atenabango"] for row in table(towns.run(*TOWN), "jumin")}
    assert protected
    assert found
    assert not everybody & (protected | found)
    assert len(residents) - len(protected | found) - 40 < len(everybody) < len(residents)


def test_a_cap_of_findings_lets_nobody_with_an_error_in(towns: Towns, tmp_path: Path) -> None:
    """Nor anybody protected: findings.parquet holds one finding of each rule."""
    delivery = Delivery(towns.town(300), tmp_path)
    some = delivery.find("kojin", jotai="10")[:60]
    for record in some:
        delivery.put("kojin", record, "kanji", "〓田　太郎")
    faulty = {delivery.text("kojin", record, "atena_no") for record in some}
    protected = {delivery.text("shien", record, "atena_no") for record in delivery.find("shien")}
    for record in delivery.find("shien"):
        delivery.put("shien", record, "rireki_no", "X")
    gates = (("quarantined_resident", 999),)
    result = full_run(juki(), Options(delivery.save(), tmp_path / "out", finding_cap=1, gates=gates))
    everybody = {unit for one in draw(SealedRun.open(result.folder), juki(), seed=1, each=9_999) for unit in one.units}
    assert everybody
    assert not everybody & (faulty | protected)


def test_nobody_is_drawn_where_a_record_does_not_say_who_is_protected(towns: Towns, tmp_path: Path) -> None:
    delivery = Delivery(towns.town(300), tmp_path)
    delivery.put("shien", delivery.find("shien")[0], "atena_no", " " * 15)
    result = full_run(juki(), Options(delivery.save(), tmp_path / "out"))
    with pytest.raises(UsageError, match="U-SAMPLE-PROTECTED"):
        draw(SealedRun.open(result.folder), juki(), seed=1, each=4)


def test_each_stratum_has_who_belongs_to_it(towns: Towns, drawn: tuple[list[Drawn], list[Compared]]) -> None:
    strata = {one.name: one for one in drawn[0]}
    rows = table(towns.run(*TOWN), "jumin")
    last = {row["atenabango"]: row for row in sorted(rows, key=lambda row: int(row["rirekibango"]))}
    assert [one.name for one in drawn[0]] == [one.name for one in juki().system.sample.strata]  # type: ignore[union-attr]
    assert all(last[unit]["tsusho"] for unit in strata["通称のある人"].units)
    assert all(last[unit]["juminjotai"] != "1" for unit in strata["除票"].units)
    assert [len(strata[name].units) for name in ("除票", "通称のある人")] == [4, strata["通称のある人"].known]
    counts = {unit: sum(row["atenabango"] == unit for row in rows) for unit in last}
    fewest = min(counts[unit] for unit in strata["履歴の多い人"].units)
    assert fewest >= sorted(counts.values())[-20]
    every = [unit for one in drawn[0] for unit in one.units]
    assert len(set(every)) == len(every), "nobody is drawn twice as long as there are others"


def test_old_beside_new(drawn: tuple[list[Drawn], list[Compared]], towns: Towns) -> None:
    """As they stand in the files of the old system, and in the tables."""
    delivery = Delivery(towns.town(*TOWN), Path(towns.town(*TOWN).folder, "copy"))
    new = {(row["atenabango"], row["rirekibango"]): row for row in table(towns.run(*TOWN), "jumin")}
    lines = [line for line in drawn[1] if line.table == "jumin" and line.file == "KOJIN.DAT"]
    assert lines
    for line in lines:
        assert line.new == (new[line.key[0], line.key[1]][line.item] or None)
        assert line.record is not None
        if line.item == "shimei_furigana":
            assert line.old == delivery.text("kojin", line.record, "kana")
        if line.item == "seinengappi":
            assert line.old == delivery.text("kojin", line.record, "birth")
    assert {line.table for line in drawn[1]} == {"jumin", "kojin_bango"}
    assert all(line.file for line in drawn[1])


def test_the_same_seed_draws_the_same(towns: Towns, run: SealedRun, drawn: tuple[list[Drawn], list[Compared]]) -> None:
    inputs = towns.town(*TOWN).inputs
    assert sample(run, juki(), inputs, seed=1, each=4) == drawn
    other = draw(run, juki(), seed=2, each=4)
    assert [one.known for one in other] == [one.known for one in drawn[0]]
    assert [one.units for one in other] != [one.units for one in drawn[0]]


def test_no_secret_value_is_in_a_sheet(towns: Towns, run: SealedRun, drawn: tuple[list[Drawn], list[Compared]]) -> None:
    delivered = towns.run(*TOWN)
    secrets = {row["kojinbango"] for row in table(delivered, "kojin_bango")}
    secrets |= {row["juminhyo_code"] for row in table(delivered, "jumin")}
    cells = {cell for line in drawn[1] for cell in (line.old, line.new)}
    assert len(secrets) > 100
    assert not secrets & cells
    folder = Path(towns.town(*TOWN).folder)
    (folder / "findings.xlsx").write_bytes(written(delivered, folder / "in"))
    with zipfile.ZipFile(folder / "findings.xlsx") as book:
        texts = "".join(book.read(name).decode() for name in book.namelist())
    assert "KOBANGO.DAT" in texts
    assert not [secret for secret in secrets if secret and secret in texts]


def test_strata_that_cannot_be_told_are_listed(towns: Towns, run: SealedRun) -> None:
    """A reason in place of people."""
    sheet = juki().system.sample
    assert sheet is not None
    stratum = sheet.strata[0].model_copy(update={"name": "被後見人", "of": (), "cannot": "項目がない"})
    strata, lines = sample(run, _with(juki(), (stratum,)), towns.town(*TOWN).inputs, seed=1, each=4)
    assert (strata, lines) == ([Drawn("被後見人", 0, (), "項目がない")], [])


def _with(layout: Layout, strata: tuple[object, ...]) -> Layout:
    from dataclasses import replace

    assert layout.system.sample is not None
    sheet = layout.system.sample.model_copy(update={"strata": strata})
    return replace(layout, system=layout.system.model_copy(update={"sample": sheet}))


def test_files_must_be_those_of_the_run(towns: Towns, run: SealedRun) -> None:
    with pytest.raises(UsageError, match="U-FIX-INPUT"):
        sample(run, juki(), towns.town(TOWN[0]).inputs, seed=1, each=4)
