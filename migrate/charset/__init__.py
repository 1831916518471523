"""Bytes to text. An encoding is two look-up tables (one byte, two bytes), the pads of its fields, and its
shifts."""

from migrate.charset.codepage import BAD, ENCODINGS, SHIFTS, USER_DEFINED, Codepage, codepage
from migrate.charset.decode import Text, decode_double, decode_mixed, decode_single, printable, side_by_side
from migrate.charset.encode import encode
from migrate.charset.glyphs import (
    AREAS,
    SEEN,
    Glyphs,
    free_places,
    looked_at,
    of_site,
    second_codes_in,
    second_texts,
    undefined,
)
from migrate.charset.numbers import decode_packed, decode_zoned

__all__ = [
    "AREAS",
    "BAD",
    "ENCODINGS",
    "SEEN",
    "SHIFTS",
    "USER_DEFINED",
    "Codepage",
    "Glyphs",
    "Text",
    "codepage",
    "decode_double",
    "decode_mixed",
    "decode_packed",
    "decode_single",
    "decode_zoned",
    "encode",
    "free_places",
    "looked_at",
    "of_site",
    "printable",
    "second_codes_in",
    "second_texts",
    "side_by_side",
    "undefined",
]
