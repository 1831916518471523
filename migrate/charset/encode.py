"""Text to bytes: cp932 the way Windows writes it, encodings of hosts as a field of each type holds them."""

import re
from functools import cache
from itertools import groupby

import numpy as np

from migrate.charset.codepage import BAD, SHIFTS, codepage
from migrate.charset.glyphs import windows_codes


def encode(text: str, encoding: str, *, type: str = "M") -> bytes:
    """``text`` in an encoding; UnicodeEncodeError where it has no such character.

    Python writes 373 characters of cp932 as NEC-selected codes (ED40–EEFC) where Windows, and every reader of its files
    that compares bytes, has the IBM extension (FA40–FC4B). In an encoding of hosts a field of type N holds pairs alone,
    M pairs between shifts, any other single bytes alone.
    """
    if encoding in SHIFTS:
        return _host(text, encoding, type)
    if encoding != "cp932" or text.isascii():
        return text.encode(encoding)
    codes, pattern = _others()
    parts = pattern.split(text)
    return b"".join(codes[part] if n % 2 else part.encode("cp932") for n, part in enumerate(parts))


def _host(text: str, encoding: str, type: str) -> bytes:
    known = _bytes_of(encoding, type)
    for at, letter in enumerate(text):
        if letter not in known:
            raise UnicodeEncodeError(encoding, text, at, at + 1, f"no such character in a field of type {type}")
    if type != "M":
        return b"".join(map(known.__getitem__, text))
    shifts, raw = SHIFTS[encoding], b""
    for size, parts in groupby(map(known.__getitem__, text), len):
        some = b"".join(parts)
        raw += some if size == 1 else shifts.to_double[0] + some + shifts.to_single
    return raw


@cache
def _bytes_of(encoding: str, type: str) -> dict[str, bytes]:
    """By character its first byte, or its first pair, in a field of an encoding of hosts."""
    page = codepage(encoding)
    found = {}
    if type in ("N", "M"):
        codes = np.flatnonzero(page.double != BAD)[::-1].tolist()
        found = {chr(page.double[code]): code.to_bytes(2, "big") for code in codes}
    if type != "N":
        codes = np.flatnonzero(page.single != BAD)[::-1].tolist()
        found |= {chr(page.single[code]): bytes([code]) for code in codes}
    return found


@cache
def _others() -> tuple[dict[str, bytes], re.Pattern[str]]:
    """Characters that Python writes otherwise, with the bytes of Windows, and the pattern that splits at each."""
    ours = {letter: code.to_bytes(2, "big") for letter, code in windows_codes().items()}
    codes = {letter: raw for letter, raw in ours.items() if letter.encode("cp932") != raw}
    return codes, re.compile(f"([{''.join(codes)}])")
