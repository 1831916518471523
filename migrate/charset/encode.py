"""Text to bytes, the way Windows writes cp932."""

import codecs
from functools import cache

from migrate.charset.glyphs import windows_codes

_NAME = "migrate-windows"


def encode(text: str, encoding: str) -> bytes:
    """``text`` in an encoding; UnicodeEncodeError where it has no such character.

    Python writes 373 characters of cp932 as NEC-selected codes (ED40–EEFC) where Windows, and every reader of its files
    that compares bytes, has the IBM extension (FA40–FC4B).
    """
    if encoding != "cp932" or text.isascii():
        return text.encode(encoding)
    return text.translate(_marks()).encode("cp932", _NAME)


@cache
def _marks() -> dict[int, int]:
    """Characters that Python writes otherwise, as code points that it cannot write."""
    return {
        ord(letter): ord(letter) | _MARK
        for letter, code in windows_codes().items()
        if letter.encode("cp932") != code.to_bytes(2, "big")
    }


_MARK = 0x100000


def _write(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    point = ord(error.object[error.start])
    code = windows_codes().get(chr(point & 0xFFFF)) if point >= _MARK else None
    if code is None:
        raise error
    return code.to_bytes(2, "big"), error.start + 1


codecs.register_error(_NAME, _write)
