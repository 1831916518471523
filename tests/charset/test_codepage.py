"""The cp932 tables against Python's codec, byte by byte and pair by pair."""

import numpy as np
import pytest

from migrate.charset import BAD, codepage

PAGE = codepage("cp932")
LEADS = {*range(0x81, 0xA0), *range(0xE0, 0xFD)}
REFUSED = {0x80, 0xA0, 0xFD, 0xFE, 0xFF}
"""Python lets them pass, as U+0080, U+00A0 and U+F8F1–F8F3; no Japanese system means anything by them."""


def by_codec(raw: bytes) -> int:
    """The one BMP character that Python's codec reads, or BAD."""
    try:
        text = raw.decode("cp932")
    except UnicodeDecodeError:
        return BAD
    return ord(text) if len(text) == 1 else BAD


def test_single_bytes_are_the_codec_without_the_five_it_should_refuse() -> None:
    expected = [BAD if byte in REFUSED | LEADS else by_codec(bytes([byte])) for byte in range(256)]
    assert PAGE.single.tolist() == expected


def test_pairs_are_the_codec() -> None:
    expected = np.full(65536, BAD)
    for lead in LEADS:
        for trail in range(256):
            expected[lead << 8 | trail] = by_codec(bytes([lead, trail]))
    wrong = np.flatnonzero(PAGE.double != expected)
    assert [hex(pair) for pair in wrong] == []


def test_lead_bytes_are_those_that_begin_a_pair() -> None:
    assert set(np.flatnonzero(PAGE.lead).tolist()) == LEADS


def test_user_defined_pairs_are_private_use_in_order() -> None:
    trails = [*range(0x40, 0x7F), *range(0x80, 0xFD)]
    pairs = [lead << 8 | trail for lead in range(0xF0, 0xFA) for trail in trails]
    assert PAGE.double[pairs].tolist() == list(range(0xE000, 0xE758))


@pytest.mark.parametrize(
    ("pair", "text"), [(0xFBFC, "髙"), (0xEEE0, "髙"), (0x8145, "・"), (0x815C, "―"), (0x8160, "～")]
)
def test_characters_that_other_tables_read_differently(pair: int, text: str) -> None:
    assert chr(PAGE.double[pair]) == text


@pytest.mark.parametrize("pair", [0x8100, 0x813F, 0x817F, 0x81FD, 0x2020, 0x4141, 0xA140, 0xFD40, 0x81AD])
def test_undefined_pairs(pair: int) -> None:
    assert PAGE.double[pair] == BAD


def test_site_gaiji_replace_private_use_and_leave_the_encoding_alone() -> None:
    site = PAGE.with_gaiji({0xF040: ord("髙")})
    assert site.double[0xF040] == ord("髙")
    assert PAGE.double[0xF040] == 0xE000
    assert site.double[0xF041] == 0xE001
    assert PAGE.with_gaiji({}) is PAGE
