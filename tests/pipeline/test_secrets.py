"""個人番号 and 住民票コード stand in the tables made for them, and nowhere else in a delivery in any form."""

import csv
import json
import os
import stat
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from migrate.pipeline import Options, RunResult, run
from tests.canaries import Canaries, flattened
from tests.delivery import Delivery
from tests.towns import Towns, juki

PART = 9
"""Digits in a row that would be a part of a number and no coincidence."""


@pytest.fixture(scope="module")
def delivery(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    """Everything that can be wrong with the numbers themselves, and persons in quarantine."""
    made = Delivery(towns.town(300, faults=0.1), tmp_path_factory.mktemp("secrets"))
    numbers = made.find("kobango")
    spoilt = {
        5: b"12345678\x8d",
        9: b"123456\x01",
        13: b"1234567",
        17: "１２３４５６".encode("cp932"),
        21: b"98765432109A",
    }
    for at, raw in spoilt.items():
        made.put("kobango", numbers[at], "bango", raw)
    for at in (30, 31):
        digits = made.text("kobango", numbers[at], "bango")
        made.put("kobango", numbers[at], "bango", digits[:-1] + str((int(digits[-1]) + 1) % 10))
    persons = made.find("kojin", jotai="10")
    made.put("kojin", persons[40], "juminhyo_cd", b"7777777\x8d")
    made.put("kojin", persons[41], "juminhyo_cd", b"7777\x017777")
    made.put("kojin", persons[42], "juminhyo_cd", "12345678901")
    made.put("kojin", persons[43], "juminhyo_cd", made.text("kojin", persons[44], "juminhyo_cd"))
    made.put("kojin", persons[45], "birth", "3491345")
    for file in ("kojin", "kobango"):
        made.repeat(file, made.find(file)[50])
    made.save()
    return made


@pytest.fixture(scope="module", params=["standard", "unaccepted"])
def result(delivery: Delivery, request: pytest.FixtureRequest) -> RunResult:
    gates = 99 if request.param == "standard" else 0
    options = Options(
        delivery.inputs,
        delivery.inputs.parent / "out",
        gates=(("quarantined_resident", gates), ("lost_key", gates)),
        parquet=True,
    )
    return run(juki(), options)


def secrets_of(delivery: Delivery) -> dict[str, set[str]]:
    """Every number of the delivery as it stands there, without padding."""
    return {
        "bango": {delivery.get("kobango", r, "bango").decode("latin-1").strip() for r in delivery.find("kobango")},
        "juminhyo": {
            delivery.get(file, r, "juminhyo_cd").decode("latin-1").strip()
            for file in ("kojin", "rireki")
            for r in delivery.find(file)
        }
        - {""},
    }


def is_table(name: str) -> bool:
    return name.startswith(("standard/", "unaccepted/", "kojin_bango/", "extra/"))


def others(result: RunResult) -> dict[str, bytes]:
    files = (path for path in result.folder.rglob("*") if path.is_file())
    named = {path.relative_to(result.folder).as_posix(): path for path in files}
    return {name: flattened(path) for name, path in named.items() if not is_table(name)}


def test_no_number_in_any_form_outside_the_tables(delivery: Delivery, result: RunResult) -> None:
    assert result.report["balanced"], "else there are no tables beside which to look"
    contents = others(result)
    assert set(contents) >= {"run.json", "findings.parquet", "withheld.parquet", "quarantine.parquet", "ledger.parquet"}
    for kind, secrets in secrets_of(delivery).items():
        assert len(secrets) > 100
        canaries = Canaries(secrets)
        leaks = {name: found for name, raw in contents.items() if (found := canaries.found(raw))}
        assert not leaks, f"a {kind}"


def test_no_part_of_a_number_outside_the_tables(delivery: Delivery, result: RunResult) -> None:
    contents = others(result)
    for kind, secrets in secrets_of(delivery).items():
        parts = {
            secret[at : at + PART].encode("latin-1")
            for secret in secrets
            for at in (0, len(secret) - PART)
            if len(secret) >= PART
        }
        for name, raw in contents.items():
            windows = {raw[at : at + PART] for at in range(len(raw) - PART + 1)}
            assert not windows & parts, f"part of a {kind} in {name}"


def test_numbers_that_could_not_be_read_are_not_kept_aside(result: RunResult) -> None:
    withheld = pl.read_parquet(result.folder / "withheld.parquet")
    of_secrets = withheld.filter(pl.col("field").is_in(["kojinbango", "juminhyo_code"]))
    assert of_secrets.height > 0
    assert of_secrets["value"].null_count() == of_secrets.height


def test_each_number_stands_only_in_the_table_made_for_it(delivery: Delivery, result: RunResult) -> None:
    homes = {"bango": "kojin_bango", "juminhyo": "jumin"}
    for kind, secrets in secrets_of(delivery).items():
        for path in result.folder.rglob("*.csv"):
            if path.stem != homes[kind] or path.parent.name == "extra":
                with path.open(encoding="utf-8", newline="") as file:
                    cells = {cell for row in csv.reader(file) for cell in row}
                assert not cells & {secret for secret in secrets if len(secret) >= PART}, path.name


def test_numbers_are_in_a_folder_of_their_own(result: RunResult) -> None:
    assert [path.parent.name for path in result.folder.rglob("kojin_bango.csv")] == ["kojin_bango"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_everything_is_for_the_owner_only(delivery: Delivery, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        result = run(juki(), Options(delivery.inputs, tmp_path / "out"))
    finally:
        os.umask(old)
    paths = [result.folder, *result.folder.rglob("*")]
    modes: dict[str, set[int]] = {"file": set(), "folder": set()}
    for path in paths:
        modes["folder" if path.is_dir() else "file"].add(stat.S_IMODE(path.stat().st_mode))
    assert modes == {"file": {0o600}, "folder": {0o700}}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_staged_rows_are_for_the_owner_only(delivery: Delivery, tmp_path: Path) -> None:
    seen: set[int] = set()

    def look(stage: str, done: int, total: int) -> None:
        for path in (tmp_path / "out").rglob("*"):
            if path.is_file() and path.name != ".lock":
                seen.add(stat.S_IMODE(path.stat().st_mode))

    old = os.umask(0)
    try:
        run(juki(), Options(delivery.inputs, tmp_path / "out", progress=look))
    finally:
        os.umask(old)
    assert seen == {0o600}


def test_nothing_but_the_folder_is_left(delivery: Delivery, result: RunResult) -> None:
    names = {path.name for path in result.folder.parent.iterdir()}
    assert not {name for name in names if name.startswith(".run-")}
    assert not (result.folder / "staging").exists()


def test_what_the_report_says_is_json_without_values(delivery: Delivery, result: RunResult) -> None:
    """Names of persons are no less personal: none of them is in the report."""
    names = {
        delivery.get("kojin", r, "kanji").decode("cp932", "replace").strip("\u3000") for r in delivery.find("kojin")
    }
    text = json.dumps(json.loads((result.folder / "run.json").read_bytes()), ensure_ascii=False)
    assert not [name for name in names if len(name) > 2 and name in text]


def test_no_value_in_findings(delivery: Delivery, result: RunResult) -> None:
    found = pl.read_parquet(result.folder / "findings.parquet")
    columns: dict[str, Any] = found.schema
    assert set(columns) == {
        "rule",
        "class",
        "severity",
        "owner",
        "table",
        "field",
        "source_file",
        "record",
        "offset",
        "caused_by",
    }
