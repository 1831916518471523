"""The gaiji ledger: every site character, second code and undefined byte, with how many people they are in."""

import csv
import io
from pathlib import Path
from typing import Any

from migrate.pipeline import Options, RunResult, run
from migrate.spec.library import Library, bundled_root
from migrate.spec.load import load_layout
from migrate.synth import make_town
from tests.delivery import Delivery, found, sparse
from tests.pipeline.test_effects import go
from tests.spoilt import as_of
from tests.towns import layout_of

SOURCE = "layouts/juki/sources/package_csv/source.yaml"

WIDE = b"\x81\x40"


def name(raw: bytes) -> bytes:
    return raw + WIDE * ((80 - len(raw)) // 2)


def ledger(result: RunResult) -> dict[tuple[str, str | None], dict[str, Any]]:
    return {(row["kind"], row["code"]): row for row in sparse(result, "gaiji").to_dicts()}


def test_nothing_to_tell(clean: RunResult) -> None:
    assert sparse(clean, "gaiji").is_empty()
    assert clean.report["gaiji"] == []


def test_who_is_in_the_ledger(delivery: Delivery) -> None:
    one, two, *_ = delivery.find("kojin")
    delivery.put("kojin", one, "kanji", name(b"\xf0\x40\xf0\x40\x81\x40\x88\xea"))
    delivery.put("kojin", two, "kanji", name(b"\xf0\x41\x81\x40\x88\xea"))
    result = go(delivery)
    strange = ledger(result)["gaiji", "F040"]
    assert (strange["state"], strange["text"]) == ("unidentified", None)
    assert (strange["table"], strange["field"], strange["characters"], strange["people"]) == ("jumin", "shimei", 2, 1)
    assert strange["readings"] == [delivery.text("kojin", one, "kana")]
    assert [(place["source_file"], place["record"]) for place in strange["first"]] == [("KOJIN.DAT", one)]
    known = ledger(result)["gaiji", "F041"]
    assert (known["state"], known["text"], known["people"]) == ("identified", "槗", 1)
    told = {row["code"]: row for row in result.report["gaiji"]}
    assert told["F040"]["people"] == 1
    assert "readings" not in told["F040"]


def test_a_second_code_is_read_and_told_once(delivery: Delivery) -> None:
    one, two, *_ = delivery.find("kojin")
    for record in (one, two):
        delivery.put("kojin", record, "kanji", name(b"\xee\xe0\x81\x40\x88\xea"))
    result = go(delivery)
    row = ledger(result)["twin", "EEE0"]
    assert (row["state"], row["text"], row["people"]) == ("identified", "髙", 2)
    assert ("R-TWIN-CODE", "info", None) in found(result, "kojin", one)
    assert ("R-TWIN-CODE", "info", None) not in found(result, "kojin", two)


def test_bytes_that_are_nothing(delivery: Delivery) -> None:
    one, *_ = delivery.find("kojin")
    delivery.put("kojin", one, "kanji", (b"\x8e\x52\x8d").ljust(80))
    row = ledger(go(delivery))["undefined", "8D20"]
    assert (row["state"], row["field"], row["characters"]) == ("unidentified", "shimei", 1)


def test_a_secret_is_not_spelt_out(delivery: Delivery) -> None:
    one, *_ = delivery.find("kobango")
    delivery.put("kobango", one, "bango", b"12345678901\xff")
    codes = {row["code"] for row in sparse(go(delivery), "gaiji").to_dicts()}
    assert codes == {None}


def test_the_most_frequent_readings_and_the_first_places(delivery: Delivery) -> None:
    """By number, then by text, whatever the order in which rows came; places in the order of the file."""
    people = delivery.find("kojin")[:8]
    kana = ["ｽｽﾞｷ ｲﾁﾛｳ", "ｱ ｲ", "ｽｽﾞｷ ｲﾁﾛｳ", "ｶ ｷ", "ｻ ｼ", "ﾀ ﾁ", "ﾅ ﾆ", "ﾊ ﾋ"]
    for record, reading in zip(people, kana, strict=True):
        delivery.put("kojin", record, "kanji", name(b"\xf0\x40\x81\x40\x88\xea"))
        delivery.put("kojin", record, "kana", reading)
    row = ledger(go(delivery, batch_bytes=5000))["gaiji", "F040"]
    assert row["people"] == 8
    assert row["readings"] == ["ｽｽﾞｷ ｲﾁﾛｳ", "ｱ ｲ", "ｶ ｷ", "ｻ ｼ", "ﾀ ﾁ"]
    assert [place["record"] for place in row["first"]] == people[:3]


def test_letters_of_the_private_planes_in_unicode_files(tmp_path: Path) -> None:
    """Plane 16 is where the receiving system holds 行政事務標準文字; what nobody holds is an error, and told apart.

    What cp932 has no code for is decided on by its code point.
    """
    make_town(layout_of("juki", "package_csv"), 60, 1, 0, tmp_path)
    for path in (tmp_path / "in").glob("*.csv"):
        if (raw := path.read_bytes()).startswith(b"\xef\xbb\xbf"):
            continue
        text = raw.decode("cp932")
        if path.name == "NIHONJIN.csv":
            row = next(csv.DictReader(io.StringIO(text, newline="")))
            text = text.replace(row["氏名"], "\U0010de92田　\U000f0000\ue800")
        path.write_bytes(text.encode())
    source = tmp_path / "project" / SOURCE
    source.parent.mkdir(parents=True)
    text = (bundled_root() / SOURCE).read_text(encoding="utf-8")
    source.write_text(text.replace("encoding: cp932", "encoding: utf-8"), encoding="utf-8")
    (source.parent / "gaiji.csv").write_text("code,text,basis,note\nU+E800,槗,,\n", encoding="utf-8")
    layout = load_layout(Library(tmp_path / "project"), "juki", "package_csv")
    result = run(layout, Options(tmp_path / "in", tmp_path / "out", as_of=as_of(layout)))
    told = {row["code"]: row for row in sparse(result, "gaiji").filter(field="shimei").to_dicts()}
    assert {code: (row["kind"], row["state"], row["text"]) for code, row in told.items()} == {
        "U+10DE92": ("gaiji", "identified", "\U0010de92"),
        "U+E800": ("gaiji", "identified", "槗"),
        "U+F0000": ("gaiji", "unidentified", None),
    }
    assert "R-PRIVATE" in sparse(result, "findings").filter(field="shimei", severity="error")["rule"].to_list()
