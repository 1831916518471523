"""Which encoding a file is in, told by counts."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.inventory.encodings import ByteCensus, candidates, gaiji_census, gaiji_totals

LINES = "宛名番号,氏名,カナ\r\n0000000101,田中　一郎,ﾀﾅｶ ｲﾁﾛｳ\r\n0000000102,鈴木　花子,ｽｽﾞｷ ﾊﾅｺ\r\n" * 5
"""Text that every Japanese encoding has."""
WIDE = LINES.translate(dict.fromkeys(range(65377, 65440)))


def census_of(data: bytes, *, cut: int = 1 << 20) -> ByteCensus:
    census = ByteCensus()
    for at in range(0, len(data), cut):
        census.add(data[at : at + cut])
    return census


def named(data: bytes) -> str:
    found = candidates(census_of(data))
    return found[0].name if found else ""


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (LINES.encode("cp932"), "cp932"),
        (LINES.encode(), "utf-8"),
        (LINES.encode("utf-8-sig"), "utf-8-bom"),
        (codecs.BOM_UTF16_LE + LINES.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + LINES.encode("utf-16-be"), "utf-16-be"),
        (LINES.encode("utf-16-le"), "utf-16-le"),
        (WIDE.encode("iso2022_jp"), "iso-2022-jp"),
        (WIDE.encode("euc_jp"), "euc-jp"),
        (b"0001,ABC\r\n" * 9, "ascii"),
        (("0001 TANAKA   " * 9).encode("cp037"), "ebcdic"),
        (b"", ""),
    ],
)
def test_the_encoding_is_named(data: bytes, name: str) -> None:
    assert named(data) == name


def test_codes_that_only_2004_has_raise_the_question() -> None:
    """俱 (U+4FF1) stands in SHIFT_JIS-2004 at 87A0 and nowhere in cp932."""
    data = (LINES + "俱\r\n").encode("shift_jis_2004")
    found = {one.name: one for one in candidates(census_of(data))}
    assert found["shift_jis_2004"].speaks_for["only-in-2004"] == 1
    assert found["cp932"].speaks_against["undecodable"] == 1
    assert found["shift_jis_2004"].share > found["cp932"].share


def test_counts_speak_against_the_wrong_encoding() -> None:
    found = {one.name: one for one in candidates(census_of(LINES.encode()))}
    assert found["utf-8"].speaks_against == {"stray-bytes": 0}
    assert found["cp932"].speaks_against["undecodable"] > 0


def test_gaiji_are_counted_by_area_and_code() -> None:
    data = LINES.encode("cp932") + b"\xf0\x40\xf0\x40\xf9\xfc" + "①".encode("cp932") + b"\xed\x40\xfa\x5b\x85\x40\r\n"
    census = census_of(data)
    totals = gaiji_totals(census.pairs)
    assert totals["user-defined"] == {"codes": 2, "count": 3}
    assert {name: one["count"] for name, one in totals.items() if name != "user-defined"} == {
        "nec-row-13": 1,
        "nec-selected-ibm": 1,
        "ibm-extended": 1,
        "undecodable": 1,
    }
    assert {"area": "user-defined", "code": "F040", "count": 2} in gaiji_census(census.pairs)


@settings(max_examples=15)
@given(st.binary(min_size=1, max_size=200), st.integers(1, 20))
def test_what_is_counted_does_not_depend_on_how_the_file_is_read(data: bytes, half: int) -> None:
    whole, parts = census_of(data), census_of(data, cut=2 * half)
    for name in ("singles", "halves", "pairs", "nul", "lines"):
        assert (getattr(whole, name) == getattr(parts, name)).all(), name
    assert (whole.crlf, whole.last_line, whole.size) == (parts.crlf, parts.last_line, parts.size)


@settings(max_examples=15)
@given(st.text(min_size=1, max_size=60), st.integers(1, 20))
def test_utf_8_is_well_formed_wherever_it_is_cut(text: str, half: int) -> None:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    parts = census_of(data, cut=2 * half)
    assert parts.utf8_bad == 0
    assert parts.utf8_good == sum(letter >= "\x80" for letter in text)


@settings(max_examples=20)
@given(st.lists(st.sampled_from(["亜", "ソ", "ｱ", "A", "|", "表", "\n", "0"]), max_size=80))
def test_pairs_are_those_of_the_codec(letters: list[str]) -> None:
    """表 and ソ have a second byte that is a letter of ASCII; 亜 begins with a byte that can be a second one."""
    census = census_of("".join(letters).encode("cp932") or b"0")
    assert int(census.pairs.sum()) == sum(letter in "亜ソ表" for letter in letters)
    assert int(census.halves[0xB1]) == letters.count("ｱ")
