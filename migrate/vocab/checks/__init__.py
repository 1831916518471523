"""Checks: ``this field is/has …``. True holds, False fails, null = not applicable; a null value is not applicable.

``text``, ``length``, ``forbidden``, ``names``, ``placeholders``, ``digits`` and ``dates`` judge one column,
``relations`` several fields of a row, ``places`` addresses, ``across_rows``, ``history``, ``persons``, ``shares`` and
``known_elsewhere`` whole groups.
"""

from migrate.vocab.checks import (
    across_rows,
    dates,
    digits,
    forbidden,
    history,
    known_elsewhere,
    length,
    municipalities,
    names,
    persons,
    placeholders,
    places,
    relations,
    shares,
    text,
)

__all__ = [
    "across_rows",
    "dates",
    "digits",
    "forbidden",
    "history",
    "known_elsewhere",
    "length",
    "municipalities",
    "names",
    "persons",
    "placeholders",
    "places",
    "relations",
    "shares",
    "text",
]
