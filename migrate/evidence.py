"""What is known about all values of a column without looking at them again."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from unicodedata import category


@dataclass(frozen=True, slots=True)
class Evidence:
    """Facts that hold for every filled value of a column in a batch; False or 0 … = not known.

    ``ascii``: only U+0020–007E. ``wide``: no character below U+3000, no half-width kana, nothing invisible.
    ``public``: no private use character, no variation selector; no step makes one. ``trimmed``: no space at either
    end. ``single_spaced``: no two spaces side by side. ``min_chars`` … ``max_chars``: lengths in code points.
    """

    ascii: bool = False
    wide: bool = False
    public: bool = False
    trimmed: bool = False
    single_spaced: bool = False
    min_chars: int = 0
    max_chars: int = 1 << 30

    def __and__(self, other: "Evidence") -> "Evidence":
        """What is known when values may come from either column."""
        return Evidence(
            self.ascii and other.ascii,
            self.wide and other.wide,
            self.public and other.public,
            self.trimmed and other.trimmed,
            self.single_spaced and other.single_spaced,
            min(self.min_chars, other.min_chars),
            max(self.max_chars, other.max_chars),
        )


NOTHING = Evidence()


def of_values(values: Iterable[str]) -> Evidence:
    """What holds for each of a few values."""
    known = [
        Evidence(
            ascii=all(" " <= c <= "~" for c in value),
            wide=all(c >= "\u3000" and not "\uff61" <= c <= "\uff9f" and c != "\ufeff" for c in value),
            public=all(category(c) not in ("Co", "Mn") for c in value),
            trimmed=value == value.strip(),
            single_spaced="  " not in value.replace("\u3000", " "),
            min_chars=len(value),
            max_chars=len(value),
        )
        for value in values
    ]
    return reduce(Evidence.__and__, known) if known else NOTHING
