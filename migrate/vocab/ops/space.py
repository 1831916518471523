"""Spaces: U+0020, tab, U+3000 and the no-break space U+00A0; other white space is a control character and stays."""

import polars as pl

from migrate.vocab.few import few
from migrate.vocab.hidden import INVISIBLE, characters
from migrate.vocab.registry import never, op, traits

SPACES = " \t\u3000\u00a0"
NARROW = r"[ \t\u{a0}]"
NARROW_TO_FULL = dict.fromkeys(" \t\u00a0", "\u3000")
ANY = r"[ \t\u{3000}\u{a0}]"
_GONE = characters(INVISIBLE)


@op
@traits(quiet=never(rf"\n{ANY}|{ANY}\n", around="\n"), idle=lambda known: known.trimmed, strips=SPACES)
def trim(column: pl.Expr) -> pl.Expr:
    """Remove spaces (half, full, tab, no-break) at both ends.

    Why: fields are padded to their width, sometimes with the wrong kind of space.
    Loses: the spaces. Line ends and zero-width characters stay: ``no_control`` must see them.
    Example: ``trim`` makes ``"　山田　太郎 "`` → ``"山田　太郎"``; a value of spaces only becomes empty text.
    """
    return column.str.strip_chars(SPACES)


@op
@traits(quiet=never(NARROW), idle=lambda known: known.wide, table=NARROW_TO_FULL)
def space_to_fullwidth(column: pl.Expr) -> pl.Expr:
    """Replace every half-width, tab or no-break space by one U+3000.

    Why: an item of type N holds no half-width space.
    Loses: which kind of space it was.
    Example: ``space_to_fullwidth`` makes ``"山田 太郎"`` → ``"山田　太郎"``.
    """
    return column.str.replace_many(NARROW_TO_FULL)


def one_of_a_run(column: pl.Expr) -> pl.Expr:
    """Every run of U+3000 made one."""

    def double(values: pl.Series) -> pl.Series:
        return values.str.contains("\u3000\u3000", literal=True)

    def single(values: pl.Series) -> pl.Series:
        return values.str.replace_all("\u3000{2,}", "\u3000")

    return few(column, where=double, change=single)


@op
@traits(
    quiet=never(rf"{NARROW}|\u{{3000}}{ANY}"),
    idle=lambda known: known.wide and known.single_spaced,
    table=NARROW_TO_FULL,
    rest=one_of_a_run,
)
def single_fullwidth_space(column: pl.Expr) -> pl.Expr:
    """Replace every run of spaces of any kind by one U+3000.

    Why: 氏 and 名 are separated by exactly one full-width space; old systems hold half-width or double ones.
    Loses: the number and kind of spaces. A space that is missing is not invented, one at an end is left to ``trim``.
    Example: ``single_fullwidth_space`` makes ``"山田  　太郎"`` → ``"山田　太郎"``.
    Source: データ要件・連携要件標準仕様書, item 氏名 (one full-width space between 氏, 名 and 中間名).
    """
    return one_of_a_run(space_to_fullwidth(column))


@op
@traits(quiet=never(rf"[{INVISIBLE}]"), idle=lambda known: known.wide or known.ascii, table=dict.fromkeys(_GONE, ""))
def remove_invisible(column: pl.Expr) -> pl.Expr:
    """Remove characters that take no room: U+00AD, U+200B–200F, U+202A–202E, U+2060–2069, U+FEFF.

    Why: they come with text copied from web pages and office files; two names that look the same are not equal.
    Loses: the characters; line ends, tabs and other control characters stay: ``no_control`` must see them, for they may
    have stood for something. Variation selectors stay: they are part of a kanji.
    Example: ``remove_invisible`` makes ``"山田\\u200b　太郎"`` → ``"山田　太郎"``.
    """
    return column.str.replace_many(dict.fromkeys(_GONE, ""))
