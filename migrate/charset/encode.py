"""Text to bytes, the way Windows writes cp932."""

import re
from functools import cache

from migrate.charset.glyphs import windows_codes


def encode(text: str, encoding: str) -> bytes:
    """``text`` in an encoding; UnicodeEncodeError where it has no such character.

    Python writes 373 characters of cp932 as NEC-selected codes (ED40–EEFC) where Windows, and every reader of its files
    that compares bytes, has the IBM extension (FA40–FC4B).
    """
    if encoding != "cp932" or text.isascii():
        return text.encode(encoding)
    codes, pattern = _others()
    parts = pattern.split(text)
    return b"".join(codes[part] if n % 2 else part.encode("cp932") for n, part in enumerate(parts))


@cache
def _others() -> tuple[dict[str, bytes], re.Pattern[str]]:
    """Characters that Python writes otherwise, with the bytes of Windows, and the pattern that splits at each."""
    ours = {letter: code.to_bytes(2, "big") for letter, code in windows_codes().items()}
    codes = {letter: raw for letter, raw in ours.items() if letter.encode("cp932") != raw}
    return codes, re.compile(f"([{''.join(codes)}])")
