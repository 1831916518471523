"""Encodings of hosts: their tables code by code, and cells with shifts against a reader of one cell after the other."""

import hashlib
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.charset import (
    BAD,
    ENCODINGS,
    SHIFTS,
    Codepage,
    codepage,
    decode_double,
    decode_mixed,
    decode_single,
    encode,
    free_places,
    looked_at,
    undefined,
)
from migrate.charset.decode import Cells, printable
from migrate.evidence import NOTHING
from migrate.spec.gaiji import CODES
from migrate.spec.source import HOSTS, Encoding
from tests.charset.test_evidence import true_of_all

GOLDEN = Path(__file__).parent / "host-tables.txt"
PRIVATE = range(0xE000, 0xF900)


def cells(*raws: bytes, width: int = 0) -> Cells:
    size = width or max(map(len, raws))
    return np.array([list(raw.ljust(size, b"\x40")) for raw in raws], dtype=np.uint8)


def text_of(page: Codepage, code: int) -> str:
    return page.several.get(code) or chr(page.double[code])


def codes_of(page: Codepage) -> list[int]:
    return sorted([*np.flatnonzero(page.double != BAD).tolist(), *page.several])


def test_all_tables_are_those_that_were_looked_at() -> None:
    """Per encoding: bytes and two-byte codes defined, those of a site's own area, and the SHA-256 of all of them."""
    told = []
    for name in SHIFTS:
        page = codepage(name)
        ones = [f"{code:02X} {page.single[code]:04X}\n" for code in np.flatnonzero(page.single != BAD).tolist()]
        twos = [f"{code:04X} {' '.join(f'{ord(c):04X}' for c in text_of(page, code))}\n" for code in codes_of(page)]
        digest = hashlib.sha256("".join(ones + twos).encode()).hexdigest()
        told.append(f"{name} {len(ones)} {len(twos)} {len(page.own)} {digest}\n")
    assert "".join(told) == GOLDEN.read_text(encoding="ascii")


@pytest.mark.parametrize("name", SHIFTS)
def test_all_two_byte_codes_there_and_back(name: str) -> None:
    page = codepage(name)
    letters = {code: text for code in codes_of(page) if len(text := text_of(page, code)) == 1}
    back = {code: int.from_bytes(encode(text, name, type="N"), "big") for code, text in letters.items()}
    other = [code for code, ours in back.items() if code != ours]
    assert [letters[code] for code in other] == [letters[back[code]] for code in other]
    # IBM's larger set has the Windows forms beside those of JIS: ― ∥ － ～ ￤; KEIS has a second full-width space.
    assert len(other) == {"ibm1390": 5, "ibm1399": 5, "keis83": 1}.get(name, 0)


@pytest.mark.parametrize("name", SHIFTS)
def test_all_codes_are_read_as_their_text(name: str) -> None:
    page, glyphs = looked_at(name, {})
    known = codepage(name)
    codes = codes_of(known)
    text = decode_double(cells(*(code.to_bytes(2, "big") for code in codes)), page)
    values, left, seen = glyphs.settle(text.values, "x")
    assert [value or "\u3000" for value in values.to_list()] == [text_of(known, code) for code in codes]
    assert left.sum() == len(known.own)
    assert seen["code"].to_list() == [f"{code:04X}" for code in known.own]


@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("ibm930", "c1f081bcbe", "A0ｱﾜﾞ"),
        ("ibm939", "c1f08182", "A0ab"),
        ("ibm930", "5ba1", "\\~"),  # yen and overline of JIS X 0201, as at 5C and 7E of cp932
        ("jef", "c1f081bcbe5b", "A0ｱﾜﾞ\\"),
        ("keis83", "c1f081bcbe5b", "A0ｱﾜﾞ\\"),
    ],
)
def test_single_bytes(name: str, raw: str, text: str) -> None:
    assert decode_single(cells(bytes.fromhex(raw)), codepage(name)).values.to_list() == [text]


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("ibm930", 0x4260, "－"),  # not the minus sign
        ("ibm930", 0x43A1, "～"),  # not the wave dash
        ("ibm930", 0x444A, "―"),
        ("ibm930", 0x447C, "∥"),
        ("ibm930", 0x6941, "\ue000"),
        ("keis83", 0xB0A1, "亜"),
        ("keis83", 0xA1DD, "－"),
        ("keis83", 0xA1C1, "～"),
        ("keis83", 0x81A1, "\ue000"),
        ("jef", 0x80A1, "\ue000"),
        ("jef", 0xB0B3, "鰺"),
        ("jef", 0xF2CD, "鯵"),
        ("keis83", 0xB0B3, "鯵"),
        ("jef", 0xB6C6, "堯"),
        ("keis83", 0xB6C6, "尭"),
        ("keis83", 0xF4A1, "堯"),
    ],
)
def test_characters_that_tables_read_differently(name: str, code: int, text: str) -> None:
    assert chr(codepage(name).double[code]) == text


def by_jis(code: int) -> str | None:
    """JIS X 0208 by Python's codec of EUC, in the forms of Windows."""
    windows = {"\u301c": "～", "\u2016": "∥", "\u2212": "－", "\xa2": "￠", "\xa3": "￡", "\xac": "￢", "\\": "＼"}
    try:
        text = code.to_bytes(2, "big").decode("euc_jp")
    except UnicodeDecodeError:
        return None
    return windows.get(text, text) if code & 0x8080 == 0x8080 else None


def test_keis83_is_jis_x_0208_of_1983() -> None:
    page = codepage("keis83")
    expected = {code: text for code in range(0xA1A1, 0xF500) if (text := by_jis(code)) and text not in "凜熙"}
    own = set(page.own)
    assert {code: text_of(page, code) for code in codes_of(page) if code not in own} == expected | {0x4040: "\u3000"}


def test_jef_has_no_letter_of_1983_where_1978_had_another_one() -> None:
    old, new = codepage("jef"), codepage("keis83")
    defined = [code for code in codes_of(old) if code >= 0xA1A1]
    other = [code for code in defined if old.double[code] != new.double[code]]
    assert len(other) == 22 * 2 + 4
    pairs = {(chr(new.double[code]), chr(old.double[code])) for code in other}
    assert sum((there, here) in pairs for here, there in pairs) == 44
    lacking = [code for code in codes_of(new) if code not in old.own and old.double[code] == BAD and code > 0xB000]
    assert "鴎" in {chr(new.double[code]) for code in lacking}
    assert len(lacking) == 41 + 4  # with the four of row 84


def test_the_definition_files_know_the_encodings() -> None:
    assert set(SHIFTS) == HOSTS
    assert set(get_args(Encoding)) == {*ENCODINGS, "utf-8"}


@pytest.mark.parametrize("name", ENCODINGS)
def test_the_definition_files_know_the_areas(name: Encoding) -> None:
    page, codes = codepage(name), CODES[name]
    every = [code for code in range(65536) if codes.code.fullmatch(f"{code:04X}")]
    assert set(codes_of(page)) <= set(every) | {0x4040}
    assert [code for code in every if codes.own.fullmatch(f"{code:04X}")] == sorted(page.own)
    assert codes.most_others <= free_places(name)


def reference(cell: bytes, page: Codepage) -> str | None:
    """One M cell, byte after byte; None where something in it is not defined."""
    shifts = page.shifts
    assert shifts is not None
    at, double, found = 0, False, ""
    while at < len(cell):
        opening = next((s for s in shifts.to_double if cell.startswith(s, at)), b"")
        closing = shifts.to_single if cell.startswith(shifts.to_single, at) else b""
        if (opening and double and not shifts.again) or (closing and not double):
            return None
        if opening or closing:
            double, at = bool(opening), at + len(opening or closing)
            continue
        part = cell[at : at + 1 + double].ljust(1 + double, b"\0")
        point = page.double[int.from_bytes(part, "big")] if double else page.single[part[0]]
        if point == BAD:
            return None
        found, at = found + chr(point), at + len(part)
    return None if double else found.rstrip(" \u3000")


PIECES = {
    name: st.one_of(
        st.sampled_from([encode(c, name, type="N") for c in "山田―～ア　．"]),
        st.sampled_from([*SHIFTS[name].to_double, SHIFTS[name].to_single]),
        st.sampled_from([encode("山田", name), encode("Aｱ1", name, type="X"), b"\x40", b"\x40\x40", b"\xff"]),
        st.binary(min_size=1, max_size=2),
    )
    for name in SHIFTS
}


@pytest.mark.parametrize("name", ["ibm930", "ibm1399", "jef", "keis83"])
@given(data=st.data())
def test_columns_with_shifts_like_cells_one_by_one(name: str, data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 14))
    filled = st.lists(PIECES[name], max_size=8).map(lambda pieces: b"".join(pieces)[:width].ljust(width, b"\x40"))
    rows = data.draw(st.lists(st.one_of(filled, filled, st.just(b"\x40" * width)), min_size=1, max_size=20))
    page = codepage(name)
    expected = [reference(row, page) for row in rows]
    text = decode_mixed(cells(*rows), page)
    assert text.values.to_list() == [value or None for value in expected]
    assert text.bad.tolist() == [row for row, value in enumerate(expected) if value is None]
    told = undefined(cells(*rows), page, "x", type="M")
    assert sorted(set(told["row"])) == text.bad.tolist()
    true_of_all(text)


@cache
def repertoire(name: str) -> list[str]:
    page = codepage(name)
    points = {*page.single[0x40:].tolist(), *page.double.tolist()} - {BAD, *range(0xE000, 0xF900), *range(0x20)}
    return sorted(map(chr, points))


@pytest.mark.parametrize("name", ["ibm930", "ibm1390", "jef", "keis83"])
@given(data=st.data())
def test_text_there_and_back(name: str, data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from(repertoire(name)), max_size=12))
    raw = encode(text, name)
    read = decode_mixed(cells(raw, width=len(raw) + 3), codepage(name))
    assert read.values.to_list() == [text.rstrip(" \u3000") or None]
    assert printable(raw, name) == text.rstrip(" \u3000")
    true_of_all(read)


@pytest.mark.parametrize("name", ["ibm930", "ibm1390", "jef", "keis83"])
def test_a_blank_behind_a_shift_stands_before_the_text(name: str) -> None:
    page, width = codepage(name), 12
    for texts, trimmed in ((["山", "\u3000田"], False), (["山", "田"], True)):
        read = decode_mixed(np.concatenate([cells(encode(text, name), width=width) for text in texts]), page)
        assert (read.values.to_list(), read.known.trimmed) == (texts, trimmed)


@pytest.mark.parametrize(
    ("name", "type", "raw", "codes"),
    [
        ("ibm930", "M", "0e4566", ["0E"]),  # never ends
        ("ibm930", "M", "c10f", ["0F"]),  # was not begun
        ("ibm930", "M", "0e45660e45660f", ["0E"]),
        ("ibm930", "M", "0eb8100f57", ["B810", "57"]),
        ("ibm930", "N", "4566fffe", ["FFFE"]),
        ("ibm930", "X", "c10e570f", ["0E", "57", "0F"]),
        ("jef", "M", "28b2aa29", ["B2AA"]),  # 鴎 or 鷗: not known
        ("jef", "N", "41a1b0a1", ["41A1"]),  # extension area
        ("keis83", "M", "0a42b0a1", ["0A"]),
    ],
)
def test_what_is_not_defined_is_told_by_its_code(name: str, type: str, raw: str, codes: list[str]) -> None:
    assert undefined(cells(bytes.fromhex(raw)), codepage(name), "x", type=type)["code"].to_list() == codes


def test_a_double_byte_cell_is_not_taken_for_single_bytes() -> None:
    """45 66 45 FF: as single bytes it would be ･ﾎ…; nothing tells that it is not a broken pair."""
    text = decode_double(cells(bytes.fromhex("4566fe41"), bytes.fromhex("45664040")), codepage("ibm930"))
    assert (text.values.to_list()[0], text.bad.tolist(), text.half.tolist()) == (None, [0], [])


def test_sizes_of_letters_of_jef_are_no_error() -> None:
    raw = bytes.fromhex("28b0a138b0a130e2b0a129c1")
    assert decode_mixed(cells(raw), codepage("jef")).values.to_list() == ["亜亜亜A"]


def test_a_site_says_what_a_code_is() -> None:
    page, glyphs = looked_at("jef", {"B2AA": "鷗", "80A1": "葛\U000e0100"})
    text = decode_double(cells(bytes.fromhex("b2aab3b0"), bytes.fromhex("80a1bcf2"), bytes.fromhex("80a2bcf2")), page)
    values, left, seen = glyphs.settle(text.values, "x")
    assert values.to_list()[0] == "鷗外"
    assert left.tolist() == [False, False, True]
    assert seen.select("row", "kind", "code").rows() == [
        (0, "gaiji", "B2AA"),
        (1, "gaiji", "80A1"),
        (2, "gaiji", "80A2"),
    ]


def test_letters_beyond_the_bmp_and_of_two_code_points() -> None:
    page, glyphs = looked_at("ibm1390", {})
    several = next(iter(page.several))
    beyond = int(np.flatnonzero(page.double > 0xFFFF)[0])
    text = decode_double(cells(several.to_bytes(2, "big"), beyond.to_bytes(2, "big")), page)
    values, left, seen = glyphs.settle(text.values, "x")
    assert values.to_list() == [page.several[several], chr(page.double[beyond])]
    assert (left.sum(), seen.height) == (0, 0)


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_code_of_the_full_width_space_pads(name: str) -> None:
    """A cell that holds nothing else is blank, and one that ends with it has room left."""
    page = codepage(name)
    letter, spaces = encode("山", name, type="N"), np.flatnonzero(page.double == 0x3000).tolist()
    assert page.pad_double in spaces
    for pad in (code.to_bytes(2, "big") for code in spaces):
        text = decode_double(cells(letter + pad * 2, letter + pad + letter, pad * 3), page)
        assert text.values.to_list() == ["山", "山\u3000山", None]
        assert (text.full.tolist(), text.bad.size) == ([1], 0)
        true_of_all(text)


def test_nothing_is_known_of_a_column_with_combining_marks() -> None:
    page = codepage("ibm1390")
    mark = next(code for code in codes_of(page) if text_of(page, code) == "\u0300")
    assert decode_double(cells(mark.to_bytes(2, "big")), page).known == NOTHING


@pytest.mark.parametrize(
    ("type", "raw", "text"),
    [
        ("N", "4566fffe4040", "\\xff\\xfe"),
        ("M", "c10e45660f5740", "\\x57"),
        ("M", "0e4566", "\\x0e"),
        ("X", "c1f057", "A0\\x57"),
    ],
)
def test_cells_for_people(type: str, raw: str, text: str) -> None:
    assert text in printable(bytes.fromhex(raw), "ibm930", type=type)


@pytest.mark.parametrize(("type", "raw"), [("N", "ecb5"), ("M", "0eecb50f")])
@pytest.mark.parametrize("name", ["ibm1390", "ibm1399"])
def test_a_letter_of_two_code_points_is_shown_to_people(name: str, type: str, raw: str) -> None:
    assert printable(bytes.fromhex(raw), name, type=type) == "か\u309a"


def test_a_letter_that_the_encoding_lacks_is_not_written() -> None:
    for letter, type in (("鷗", "N"), ("a", "X"), ("山", "X"), ("A", "N")):
        with pytest.raises(UnicodeEncodeError):
            encode(letter, "jef", type=type)
