"""Letters that stand for another one, as somebody decided."""

import polars as pl

from migrate.repertoire import SELECTORS
from migrate.vocab.fusing import replacing
from migrate.vocab.registry import op, refuse, traits


def _pairs(*, by: tuple[str, ...]) -> dict[str, str]:
    table = {}
    for pair in by:
        letter, sign, other = pair.partition("=")
        sides = [side.rstrip(SELECTORS) for side in (letter, other)]
        if not sign or letter == other or letter in table or any(len(side) != 1 for side in sides):
            raise refuse(replace_letters, "by", pair)
        table[letter] = other
    return dict(sorted(table.items(), key=lambda item: -len(item[0])))


def _ascii(by: tuple[str, ...]) -> bool:
    return any(pair[:1].isascii() for pair in by)


@op
@traits(table=_pairs, idle=lambda known, by: known.ascii and not _ascii(by))
def replace_letters(column: pl.Expr, *, by: tuple[str, ...]) -> pl.Expr:
    """Write another letter for each of the listed ones: ``髙=高`` makes ``高`` of ``髙``. Nothing else changes.

    Why: a receiving system that does not hold a letter gets the one that somebody decided on (縮退). The engine makes
    this step of the table beside a profile that names a ``repertoire``; a cleansing rule may use it for one item.
    A letter with a variation selector (IVS) is another letter than the one without, and may be listed beside it.
    Loses: which letter it was. Use it with ``report: each``, so that every change stands in the ledger.
    Example: ``{replace_letters: {by: ["髙=高", "齋=斎"]}}`` makes ``"髙橋　花"`` → ``"高橋　花"``.
    Source: whoever decided; for candidates, ``migrate gaiji reduce``.
    """
    return replacing(_pairs(by=by))(column)
