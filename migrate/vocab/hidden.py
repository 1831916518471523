"""Characters that nobody sees, as they stand in a class of a regular expression; ops and checks share them."""

import re

INVISIBLE = r"\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}"
"""Format characters without a width: soft hyphen, zero-width space and joiners, directions, byte order mark."""
CONTROL = r"\x00-\x1f\x7f-\x9f\u{2028}\u{2029}" + INVISIBLE
"""C0, C1, line and paragraph separators, and the invisible ones."""
BLANK = r"\u{115f}\u{1160}\u{1680}\u{180e}\u{2000}-\u{200a}\u{202f}\u{205f}\u{2800}\u{3164}\u{ffa0}"
"""What looks like a space and is none of U+0020, tab, U+00A0 and U+3000: Unicode's other spaces, Hangul fillers."""
SELECTORS = r"\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}"
"""Variation selectors: VS1–16 (standardized variants), VS17–256 (IVS)."""
_CODE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|x([0-9a-f]{2}))(?:-\\(?:u\{([0-9a-f]+)\}|x([0-9a-f]{2})))?")


def characters(class_: str) -> str:
    """Every character of a class written as above."""
    ranges = [(first or byte, last or last_byte) for first, byte, last, last_byte in _CODE.findall(class_)]
    return "".join(chr(code) for first, last in ranges for code in range(int(first, 16), int(last or first, 16) + 1))
