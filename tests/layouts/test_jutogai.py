"""住登外者宛名番号管理 end to end: a clean delivery is 合格, and what is wrong with one is found."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from migrate.pipeline import Options, RunResult, run
from tests.layouts.atena import CLEAN, COMPANY, DOUBLE, FOREIGNER, PERSON, deliver
from tests.towns import layout_of

TABLE = "kojin_bango/atena_kihon.csv"


def migrated(folder: Path, records: Sequence[Mapping[str, str]] = CLEAN) -> RunResult:
    return run(layout_of("jutogai"), Options(deliver(folder / "in", records), folder / "out"))


def rows(result: RunResult, file: str = TABLE) -> dict[str, dict[str, str]]:
    """Rows of a delivered table by 宛名番号."""
    (found,) = result.folder.rglob(file)
    with found.open(encoding="utf-8", newline="") as table:
        return {row["atenabango"]: row for row in csv.DictReader(table)}


def found(result: RunResult) -> dict[str, int]:
    """Rules that failed, and how often."""
    findings: Sequence[Mapping[str, Any]] = result.report["findings"]
    return {row["rule"]: row["count"] for row in findings if row["severity"] != "info"}


def test_a_clean_delivery_is_accepted(tmp_path: Path) -> None:
    result = migrated(tmp_path)
    assert result.report["verdict"] == "pass"
    assert found(result) == {}
    table = rows(result)
    assert list(table) == [f"0000009000000{end}" for end in (14, 22, 30, 49)]
    assert list(table[PERSON["atena_no"]]) == [
        field.name for field in layout_of("jutogai").tables["atena_kihon"].fields
    ]
    person, foreigner, company, double = table.values()
    assert (person["shimei"], person["seinengappi"], person["gyomuid"]) == ("佐藤　一郎", "1964-07-01", "010")
    assert (person["sosanengappi"], person["sosajikoku"]) == ("2021-11-01", "09:00:00")
    assert (foreigner["seinengappi"], foreigner["seinengappi_fushohyoki"]) == ("0000-00-00", "年月日不詳")
    assert foreigner["shimei_gaikokujinarufuabetto"] == "ＺＨＡＮＧ　ＹＵＬＩ"
    assert (foreigner["gyomuid"], foreigner["dokujishisakushisutemunadoid"]) == ("", "A01")
    assert (company["shimei"], company["seibetsu"], company["seinengappi"]) == ("株式会社桜商事", "", "")
    assert (double["daihyoatenafuragu"], double["nayosesakiatenabango"]) == ("1", person["atenabango"])
    extra = rows(result, "extra/atena_kihon.csv")
    assert [(row["jinkaku_kubun"], row["hojin_bango"]) for row in extra.values()] == [
        ("1", ""), ("2", ""), ("3", "8700110005901"), ("1", ""),
    ]  # fmt: skip


OTHER_NUMBER = {"atena_no": "000000900000065"}
OTHER = PERSON | OTHER_NUMBER
WRONG = (
    ("V22: no 名寄せ先", DOUBLE | {"nayose_saki": ""}, {"R-REQUIRED": 1}),
    ("V22: a 名寄せ先 who is not there", DOUBLE | {"nayose_saki": "000000900000999"}, {"JT-V22-2": 1, "JT-V23-1": 2}),
    ("V22: a 名寄せ先 of a 代表宛名", DOUBLE | {"nayose_kbn": "1", "sex": "3"}, {"JT-V22-1": 1}),
    ("V22: linked to itself", DOUBLE | {"nayose_saki": DOUBLE["atena_no"]}, {"JT-V22-3": 1, "JT-V23-1": 2}),
    ("V22: a link of nobody", DOUBLE | {"atena_no": "", "sex": "3"}, {"R-REQUIRED": 1}),
    ("V23: the same person under two numbers", OTHER, {"JT-V23-1": 2}),
    ("V23: linked to somebody else", DOUBLE | {"nayose_saki": FOREIGNER["atena_no"]}, {"JT-V23-1": 2}),
    ("V10: a wrong check digit", OTHER | {"sex": "3", "atena_no": "000000900000056"}, {"JT-V10": 1}),
    ("a 法人番号 that is none", COMPANY | OTHER_NUMBER | {"hojin_bango": "1234567890123"}, {"JT-K04": 1}),
    ("two scripts in a name", FOREIGNER | OTHER_NUMBER | {"kanji": "ＷＡＮＧ　ＬＩ（王麗）"}, {"JT-K05": 1}),
    ("V21: one number for two persons", PERSON | {"kanji": "佐藤　次郎"}, {"R-DUPLICATE": 2}),
    ("V11: a wrong check digit", OTHER | {"sex": "3", "kojin_bango": "123456789012"}, {"JT-V11": 1}),
    ("no system at all", OTHER | {"sex": "3", "gyomu_cd": ""}, {"JT-R02": 1}),
    ("a system that nobody knows", OTHER | {"sex": "3", "gyomu_cd": "77"}, {"R-CODE": 1}),
    ("a time that is none", OTHER | {"sex": "3", "koshin_jikoku": "24:00:00"}, {"R-FORM": 1}),
    ("no space in a name", OTHER | {"sex": "3", "kanji": "佐藤一郎"}, {"JT-K01": 1}),
    ("a company with a sex", COMPANY | {"atena_no": OTHER["atena_no"], "sex": "1"}, {"JT-K02": 1}),
    ("a person with a 法人番号", OTHER | {"sex": "3", "hojin_bango": "8700110005901"}, {"JT-K03": 1}),
    ("no name", OTHER | {"kanji": ""}, {"JT-R01": 1}),
)  # fmt: skip


@pytest.mark.parametrize(("record", "rules"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_found(record: Mapping[str, str], rules: Mapping[str, int], tmp_path: Path) -> None:
    others = [row for row in CLEAN if row is not DOUBLE or "nayose_saki" not in record]
    assert found(migrated(tmp_path, [*others, record])) == rules
