"""Signed numbers of host records: published vectors, every sign, and back again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.charset import Text, decode_packed, decode_zoned
from migrate.charset.decode import Cells

POSITIVE, NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"


def cells(*raw: bytes) -> Cells:
    return np.frombuffer(b"".join(raw), dtype=np.uint8).reshape(len(raw), -1)


def answer(text: Text) -> list[str | None]:
    return list(text.values)


@pytest.mark.parametrize(
    ("raw", "sign", "decimals", "expected"),
    [
        (b"00012C", "overpunch", 0, "123"),
        (b"00012L", "overpunch", 0, "-123"),
        (b"00000{", "overpunch", 0, "0"),
        (b"00000}", "overpunch", 0, "0"),
        (b"000123", "overpunch", 0, "123"),
        (b"12345N", "overpunch", 2, "-1234.55"),
        (b"00000E", "overpunch", 2, "0.05"),
        (b"00000N", "overpunch", 2, "-0.05"),
        (b"00012s", "zone7", 0, "-123"),
        (b"000123", "zone7", 0, "123"),
        (b"      ", "overpunch", 0, None),
        (b"\xf1\xf2\xc3", "ebcdic", 0, "123"),
        (b"\xf1\xf2\xd3", "ebcdic", 0, "-123"),
        (b"\xf1\xf2\xf3", "ebcdic", 0, "123"),
        (b"\xf1\xf2\xa3", "ebcdic", 0, "123"),
        (b"\xf1\xf2\xe3", "ebcdic", 0, "123"),
        (b"\xf1\xf2\xb3", "ebcdic", 2, "-1.23"),
        (b"\xf0\xf0\xd0", "ebcdic", 0, "0"),
        (b"\x40\x40\x40", "ebcdic", 0, None),
    ],
)
def test_zoned(raw: bytes, sign: str, decimals: int, expected: str | None) -> None:
    text = decode_zoned(cells(raw), sign=sign, decimals=decimals)
    assert (answer(text), text.bad.size) == ([expected], 0)


@pytest.mark.parametrize("raw", [b"0001 C", b"00 12C", b"0001-3", b"00012s", b"abcdef", b"\x00\x00\x00\x00\x00\x00"])
def test_what_is_no_zoned_number(raw: bytes) -> None:
    text = decode_zoned(cells(raw, b"00000A"), sign="overpunch", decimals=0)
    assert (answer(text), text.bad.tolist()) == ([None, "1"], [0])


@pytest.mark.parametrize(
    "raw", [b"123", b"\xf1\xf2\x93", b"\xf1\xf2\xca", b"\xf1\x40\xc3", b"\xc1\xf2\xf3", b"\x20\x20\x20"]
)
def test_what_is_no_number_of_ebcdic(raw: bytes) -> None:
    text = decode_zoned(cells(raw), sign="ebcdic", decimals=0)
    assert (answer(text), text.bad.tolist()) == ([None], [0])


@pytest.mark.parametrize(
    ("raw", "decimals", "expected"),
    [
        ("12345C", 0, "12345"),
        ("12345D", 0, "-12345"),
        ("12345F", 0, "12345"),
        ("12345A", 0, "12345"),
        ("12345E", 0, "12345"),
        ("00000D", 0, "0"),
        ("99999B", 0, "-99999"),
        ("12345D", 2, "-123.45"),
        ("404040", 0, None),
        ("000000", 0, None),
    ],
)
def test_packed(raw: str, decimals: int, expected: str | None) -> None:
    text = decode_packed(cells(bytes.fromhex(raw)), decimals=decimals)
    assert (answer(text), text.bad.size) == ([expected], 0)


@pytest.mark.parametrize("raw", ["1234AC", "123450", "12345 9".replace(" ", "")[:6]])
def test_what_is_no_packed_number(raw: str) -> None:
    text = decode_packed(cells(bytes.fromhex(raw)), decimals=0)
    assert (answer(text), text.bad.tolist()) == ([None], [0])


@given(st.lists(st.integers(-(10**18) + 1, 10**18 - 1), min_size=1, max_size=20))
def test_eighteen_digits_are_exact(numbers: list[int]) -> None:
    raw = [
        (digits := f"{abs(n):018d}")[:-1].encode() + (NEGATIVE if n < 0 else POSITIVE)[int(digits[-1])].encode()
        for n in numbers
    ]
    assert answer(decode_zoned(cells(*raw), sign="overpunch", decimals=0)) == [str(n) for n in numbers]
