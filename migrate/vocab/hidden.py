"""Characters that nobody sees, as they stand in a class of a regular expression; ops and checks share them.

Written as ``re`` and Polars both read them.
"""

import re
from collections.abc import Iterable

from migrate.repertoire import SELECTOR_CLASS

INVISIBLE = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Format characters without a width: soft hyphen, zero-width space and joiners, directions, byte order mark."""
CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029" + INVISIBLE
"""C0, C1, line and paragraph separators, and the invisible ones."""
BLANK = r"\u115f\u1160\u1680\u180e\u2000-\u200a\u202f\u205f\u2800\u3164\uffa0"
"""What looks like a space and is none of U+0020, tab, U+00A0 and U+3000: Unicode's other spaces, Hangul fillers."""
SELECTORS = SELECTOR_CLASS


def spelled(letters: Iterable[str]) -> str:
    """Letters as they stand in a regular expression, in a class or one behind the other, whatever they mean there."""
    return "".join(f"\\U{ord(letter):08x}" for letter in letters)


def characters(class_: str) -> str:
    """Every character of a class written as above."""
    ranges = re.findall(r"(?s)(.)(?:-(.))?", class_.encode("ascii").decode("unicode_escape"))
    return "".join(chr(code) for first, last in ranges for code in range(ord(first), ord(last or first) + 1))
