"""One small delivery, byte for byte: host files of 30 residents, some with a fault → standard tables and findings.

After a change that is meant to change the output, write the expected files anew, read the difference, and enter it in
CHANGELOG.md under "Output changes":

    python -m tests.golden.test_delivery --update

``--town`` makes the host files anew as well (only when the layout of the host files itself changed).
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import polars as pl
import pytest

from migrate.pipeline import Options, run
from tests.delivery import Delivery
from tests.towns import Towns, juki

HERE = Path(__file__).parent / "juki"
SPARSE = ("findings", "withheld", "quarantine", "ledger")
"""Parquet files compared as CSV text."""
RESIDENTS, SEED = 30, 11


def delivered(inputs: Path, out: Path) -> dict[str, bytes]:
    """What a run delivers, by file name, as bytes that can be read and compared."""
    result = run(juki(), Options(inputs, out, gates=(("quarantined_resident", 99), ("lost_key", 0))))
    files = {path.relative_to(result.folder).as_posix(): path for path in result.folder.rglob("*.csv")}
    found = {name: path.read_bytes() for name, path in files.items()}
    for name in SPARSE:
        frame = pl.read_parquet(result.folder / f"{name}.parquet")
        binary = [column for column, dtype in frame.schema.items() if dtype == pl.Binary]
        frame = frame.with_columns(pl.col(binary).bin.encode("hex")) if binary else frame
        found[f"{name}.csv"] = frame.write_csv().encode()
    return found


def expected() -> dict[str, bytes]:
    """What is committed."""
    folder = HERE / "expected"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def got(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return delivered(HERE / "in", tmp_path_factory.mktemp("golden"))


def test_the_same_files_are_delivered(got: dict[str, bytes]) -> None:
    assert sorted(got) == sorted(expected())


@pytest.mark.parametrize("name", sorted(expected()))
def test_every_file_is_the_same(got: dict[str, bytes], name: str) -> None:
    assert got[name].decode().splitlines() == expected()[name].decode().splitlines()
    assert got[name] == expected()[name]


def test_a_withheld_reading_has_no_search_key(got: dict[str, bytes]) -> None:
    withheld = pl.read_csv(got["withheld.csv"], infer_schema=False).filter(pl.col("field") == "shimei_furigana")
    table, extra = (pl.read_csv(got[f"{name}/jumin.csv"], infer_schema=False) for name in ("standard", "extra"))
    both = table.join(extra, on=["atenabango", "rirekibango"])
    assert withheld.height == 1
    assert both["shimei_furigana"].null_count() == both["shimei_furigana_kensaku"].null_count() > 0
    assert both.filter(pl.col("shimei_furigana") == pl.col("shimei_furigana_kensaku")).height < both.height


def make_inputs() -> None:
    """A town with faults written into it, its look-up files cut down to what the persons refer to."""
    with tempfile.TemporaryDirectory() as folder:
        delivery = Delivery(Towns(Path(folder)).town(RESIDENTS, SEED), Path(folder))
        spoil(delivery)
        cut_lookups(delivery)
        inputs = delivery.save()
        shutil.rmtree(HERE / "in", ignore_errors=True)
        shutil.copytree(inputs, HERE / "in")


def spoil(delivery: Delivery) -> None:
    """One fault a person, for as many Japanese residents as there are faults."""
    names: dict[str, tuple[str, str | bytes]] = {
        "cut": ("kanji", "山田　".encode("cp932") + b"\x8d"),
        "gaiji": ("kanji", b"\xf0\x40" + "田　太郎".encode("cp932")),
        "geta": ("kanji", "〓田　太郎"),
        "full": ("kanji", "寿" * 19 + "　" + "限" * 20),
        "no_space": ("kanji", "山田太郎"),
        "half": ("hittosha", "ﾔﾏﾀﾞ ﾀﾛｳ".encode("cp932")),
        "control": ("kana", "ﾔﾏﾀﾞ".encode("cp932") + b"\x01"),
        "birth_invalid": ("birth", "3491345"),
        "birth_noncalendar": ("birth", "3490229"),
        "era": ("birth", "4010103"),
        "letters": ("birth", "34A1231"),
        "blank_date": ("kaisei_ymd", ""),
        "sex": ("sex", "9"),
        "relation": ("zokugara_1", "40"),
        "event": ("ido_cd", "99"),
        "town": ("machi", "別の町"),
        "building": ("katagaki_cd", "99999"),
        "address": ("jusho_cd", "20291999999"),
        "number": ("banchi", "12-3 ｺｰﾎﾟ201"),
        "postal": ("yubin", "000-0000"),
    }
    persons = delivery.find("kojin", jotai="10", shubetsu="1")
    for record, (name, value) in zip(persons, names.values(), strict=False):
        delivery.put("kojin", record, name, value)
    number = delivery.find("kobango")[3]
    digits = delivery.text("kobango", number, "bango")
    delivery.put("kobango", number, "bango", digits[:-1] + str((int(digits[-1]) + 1) % 10))


def cut_lookups(delivery: Delivery) -> None:
    """Leave out addresses and buildings that nobody has."""
    codes, buildings = set(), set()
    for file in ("kojin", "rireki"):
        for record in delivery.find(file):
            place = delivery.text(file, record, "jusho_cd")
            codes |= {delivery.text(file, record, n) for n in ("honseki_cd", "zen_cd", "saki_cd", "saki_kakutei_cd")}
            codes.add(place)
            buildings.add((place, delivery.text(file, record, "katagaki_cd")))
    for record in reversed(delivery.find("jusho")):
        if delivery.text("jusho", record, "jusho_cd") not in codes:
            delivery.drop("jusho", record)
    for record in reversed(delivery.find("hogaki")):
        if (
            delivery.text("hogaki", record, "jusho_cd"),
            delivery.text("hogaki", record, "katagaki_cd"),
        ) not in buildings:
            delivery.drop("hogaki", record)


def write_expected() -> None:
    """The expected files from what the tool does now."""
    with tempfile.TemporaryDirectory() as folder:
        found = delivered(HERE / "in", Path(folder))
    shutil.rmtree(HERE / "expected", ignore_errors=True)
    for name, data in found.items():
        path = HERE / "expected" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.golden.test_delivery")
    parser.add_argument("--update", action="store_true", help="write the expected files anew")
    parser.add_argument("--town", action="store_true", help="make the host files anew, too")
    given = parser.parse_args()
    if given.town:
        make_inputs()
    if given.update:
        write_expected()
