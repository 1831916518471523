"""Codes that need a look: a site's own characters, second codes, bytes that are nothing; and what Windows writes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from migrate.charset import BAD, codepage, decode_double, encode, looked_at, of_site, second_texts, undefined
from migrate.charset.glyphs import second_codes, windows_codes

PAGE = codepage("cp932")
DEFINED = np.flatnonzero(PAGE.double != BAD).tolist()
GOLDEN = Path(__file__).parent / "second-codes.txt"


def test_all_two_byte_codes_there_and_back() -> None:
    """9,604 codes; those that do not come back as they were stand in the golden file, with what Windows writes."""
    back = {code: int.from_bytes(encode(chr(PAGE.double[code]), "cp932"), "big") for code in DEFINED}
    assert len(back) == 9604
    other = [f"{code:04X} {ours:04X}\n" for code, ours in back.items() if code != ours]
    assert "".join(other) == GOLDEN.read_text(encoding="ascii")
    assert {int(line[:4], 16) for line in other} == set(second_codes())


@pytest.mark.parametrize(
    ("letter", "raw"),
    [
        ("髙", "fbfc"),  # not EEE0, as Python writes
        ("\ufa11", "fab1"),
        ("ⅰ", "fa40"),
        ("￢", "81ca"),  # JIS before IBM (FA54) and NEC-selected (EEF9)
        ("∵", "81e6"),  # JIS before NEC row 13 (879A)
        ("Ⅰ", "8754"),  # NEC row 13 before IBM (FA4A)
        ("㈱", "878a"),
        ("\ue000", "f040"),
        ("A", "41"),
    ],
)
def test_windows_chooses(letter: str, raw: str) -> None:
    assert encode(letter, "cp932").hex() == raw
    assert encode("山" + letter + "川", "cp932").hex() == f"8e52{raw}90ec"


def test_what_cp932_does_not_have_is_not_written() -> None:
    for letter in ("葛\U000e0100", "𠮷", "\U001009d9"):
        with pytest.raises(UnicodeEncodeError):
            encode(letter, "cp932")


def test_a_character_beyond_is_never_written_as_one_that_is_there() -> None:
    """U+1056DB is not 四 (U+56DB)."""
    for letter in ("\U001056db", "\U0010fa11", "\U00102252"):
        with pytest.raises(UnicodeEncodeError):
            encode(letter, "cp932")


def test_other_encodings_are_left_alone() -> None:
    assert encode("髙", "utf-8") == "髙".encode()


def _cells(*raws: str) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    width = max(len(raw) for raw in raws) // 2
    return np.array([list(bytes.fromhex(raw).ljust(width, b"\x20")) for raw in raws], dtype=np.uint8)


def test_codes_are_told_and_texts_delivered() -> None:
    page, glyphs = looked_at("cp932", {"F041": "葛\U000e0100", "FBFC": "高"})
    text = decode_double(_cells("f0418ea1", "eee08bb4", "f0408ea1", "fbfc8bb4", "8e528142"), page)
    assert text.gaiji.tolist() == [0, 1, 2, 3]
    values, left, seen = glyphs.settle(text.values.gather(text.gaiji), "kanji")
    assert values.to_list() == ["葛\U000e0100治", "髙橋", "\ue000治", "高橋"]
    assert left.tolist() == [False, False, True, False]
    assert seen.rows() == [
        ("kanji", 0, "gaiji", "F041"),
        ("kanji", 1, "twin", "EEE0"),
        ("kanji", 2, "gaiji", "F040"),
        ("kanji", 3, "gaiji", "FBFC"),
    ]


def test_a_second_code_that_a_site_decided_on_is_its_own() -> None:
    page, glyphs = looked_at("cp932", {"EEE0": "高"})
    text = decode_double(_cells("eee08bb4"), page)
    values, _, seen = glyphs.settle(text.values, "kanji")
    assert (values.to_list(), seen["kind"].to_list()) == (["高橋"], ["gaiji"])


def test_no_character_is_taken_for_another() -> None:
    """Whatever code stands in a cell, the character is the one of the code page."""
    page, glyphs = looked_at("cp932", {})
    cells = _cells(*(f"{code:04x}" for code in DEFINED))
    text = decode_double(cells, page)
    values, left, _ = glyphs.settle(text.values.gather(text.gaiji), "x")
    settled = text.values.scatter(text.gaiji, values).to_list()
    assert [value or "\u3000" for value in settled] == [chr(PAGE.double[code]) for code in DEFINED]
    assert left.sum() == 1880  # the user-defined area


def test_second_texts_are_what_was_read() -> None:
    assert second_texts()["EEE0"] == "髙"
    assert len(second_texts()) == 398
    assert not {chr(PAGE.double[code]) for code in second_codes()} - set(windows_codes())


def test_private_use_text_of_a_delimited_file_is_never_taken_for_a_second_code() -> None:
    glyphs = of_site({"F040": "髙"})
    values, left, seen = glyphs.settle(pl.Series(["\ue000", "\ue800", "\uf8ef"]), "kanji")
    assert values.to_list() == ["髙", "\ue800", "\uf8ef"]
    assert left.tolist() == [False, True, True]
    assert seen["code"].to_list() == ["F040", "U+E800", "U+F8EF"]


def test_bytes_that_are_nothing() -> None:
    found = undefined(_cells("8e528d", "80a0", "41fd", "8e5285"), PAGE, "kanji", type="M")
    assert found.select("row", "code").rows() == [(0, "8D"), (1, "80"), (1, "A0"), (2, "FD"), (3, "85")]
    found = undefined(_cells("8e528d20", "8e52ffff"), PAGE, "kanji", type="M")
    assert found.select("row", "code").rows() == [(0, "8D20"), (1, "FF"), (1, "FF")]
    assert undefined(_cells("8e41"), PAGE, "kana", type="X")["code"].to_list() == ["8E"]


def test_private_use_text_may_be_named_by_its_code_point() -> None:
    glyphs = of_site({"F040": "髙", "U+E800": "葛\U000e0100", "U+F0001": "槗"})
    values, left, seen = glyphs.settle(pl.Series(["\ue000\ue800\U000f0001", "\ue801", "\U000f0002"]), "kanji")
    assert values.to_list() == ["髙葛\U000e0100槗", "\ue801", "\U000f0002"]
    assert left.tolist() == [False, True, False]
    assert seen["code"].to_list() == ["F040", "U+E800", "U+F0001", "U+E801", "U+F0002"]
    page, _ = looked_at("cp932", {"U+E800": "葛"})  # of another file of the same source
    assert page.double.size == PAGE.double.size
