"""Bytes to text. An encoding is two look-up tables (one byte, two bytes) and the pads of its fields."""

from migrate.charset.codepage import BAD, USER_DEFINED, Codepage, codepage
from migrate.charset.decode import Text, decode_double, decode_mixed, decode_single, printable
from migrate.charset.numbers import decode_packed, decode_zoned

__all__ = [
    "BAD",
    "USER_DEFINED",
    "Codepage",
    "Text",
    "codepage",
    "decode_double",
    "decode_mixed",
    "decode_packed",
    "decode_single",
    "decode_zoned",
    "printable",
]
