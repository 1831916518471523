"""Ops: ``this step will …``. Text column in, text column out; null stays null; values change one by one, natively."""

from migrate.vocab.ops import digits, markers, numbers, part, space, width

__all__ = ["digits", "markers", "numbers", "part", "space", "width"]
