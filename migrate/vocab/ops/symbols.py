"""Symbols that stand for several characters, or for one in a ring."""

import unicodedata

import polars as pl

from migrate.vocab.registry import op, refuse, traits

_NO_SYMBOLS = (
    "CJK UNIFIED",
    "CJK COMPATIBILITY IDEOGRAPH",
    "HALFWIDTH",
    "FULLWIDTH",
    "HIRAGANA",
    "KATAKANA ",
    "HANGUL",
)


def _spelled(*, of: tuple[str, ...]) -> dict[str, str]:
    table = {}
    for sign in of:
        if len(sign) != 1 or unicodedata.name(sign, "").startswith(_NO_SYMBOLS):
            raise refuse(symbols, "of", sign)
        table[sign] = unicodedata.normalize("NFKC", sign)
        if table[sign] == sign or any(c == " " or unicodedata.combining(c) for c in table[sign]):
            raise refuse(symbols, "of", sign)
    return table


@op
@traits(table=_spelled)
def symbols(column: pl.Expr, *, of: tuple[str, ...]) -> pl.Expr:
    """Spell out the listed symbols (``㈱``, ``①``, ``Ⅲ``, ``㌔``, ``㍻`` …) as Unicode's compatibility form says.

    Why: they are not in JIS X 0208, and one host's ``㈱`` is another's ``（株）``.
    Loses: that it was one character. Only what is listed changes: NFKC of a whole text is forbidden, it replaces kanji
    of names. A kanji, a kana, a full-width letter or a sign that has no such form is refused in the list.
    The text gets longer, with half-width letters and digits: width steps and a check of the length belong behind it.
    Example: ``{symbols: {of: ["㈱", "①", "Ⅲ"]}}`` makes ``"㈱山田①"`` → ``"(株)山田1"``.
    Source: Unicode NFKC, for the listed characters.
    """
    return column.str.replace_many(_spelled(of=of))
