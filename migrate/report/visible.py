"""Characters that nobody sees, made visible: a report that turns its own letters round can be made to say anything."""

import re

from migrate.vocab.hidden import CONTROL

_HIDDEN = re.compile(rf"[{CONTROL}\u061c\U000e0001-\U000e007f]")


def visible(text: str) -> str:
    """Controls, directions and characters without a width as ``⟦U+202E⟧``; everything else as it is."""
    return _HIDDEN.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)
