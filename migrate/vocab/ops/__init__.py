"""Ops: ``this step will …``. Text column in, text column out; null stays null; values change one by one, natively."""

from migrate.vocab.ops import address, dashes, digits, kana, letters, markers, numbers, part, space, symbols, width

__all__ = ["address", "dashes", "digits", "kana", "letters", "markers", "numbers", "part", "space", "symbols", "width"]
