"""Characters that must not stand in a delivered text, or not alone."""

import polars as pl

from migrate.repertoire import Limited, outside
from migrate.vocab.hidden import BLANK, CONTROL, SELECTORS
from migrate.vocab.registry import check, refuse, traits

PRIVATE = {
    "bmp": r"\u{e000}-\u{f8ff}",
    "plane15": r"\u{f0000}-\u{ffffd}",
    "plane16": r"\u{100000}-\u{10fffd}",
}
"""By area: the private use characters."""
_LONE = rf"(?:\A|[^\p{{Han}}])[{SELECTORS}]"
_STRAY = r"[\u{ff9e}\u{ff9f}\u{3099}-\u{309c}]"
_ODD = rf"[\t\u{{a0}}{BLANK}]"


@check
@traits(idle=lambda known: known.ascii or known.wide, clue=f"[{CONTROL}]")
def no_control(column: pl.Expr) -> pl.Expr:
    """Has no control, zero-width, line or direction character: C0, C1, U+00AD, U+200B–200F, 2028–202E, 2060–2069, FEFF.

    Why: invisible, breaks keys and delimited files; leftovers of a transfer: a line end or tab in a field, NUL padding,
    0x1A at the end of a file, a byte order mark inside. ``fullwidth`` and ``halfwidth`` fail on them, too.
    Example: ``no_control`` fails on ``"ﾔﾏﾀﾞ\\x01"``.
    """
    return ~column.str.contains(f"[{CONTROL}]")


@check
@traits(idle=lambda known: known.ascii or known.wide, clue=_ODD)
def no_odd_space(column: pl.Expr) -> pl.Expr:
    """Has no blank but U+0020 and U+3000.

    Why: to the eye it is a space, to every comparison another character: tab, U+00A0, U+1680, U+180E, U+2000–200A,
    U+202F, U+205F, U+2800, Hangul fillers. ``space_to_fullwidth`` cures tab and U+00A0.
    Example: ``no_odd_space`` fails on ``"山田\\u2003太郎"``.
    """
    return ~column.str.contains(_ODD)


def _outlawed(*, allow: tuple[str, ...] = ()) -> str:
    for area in allow:
        if area not in PRIVATE:
            raise refuse(no_private_use, "allow", area)
    if set(allow) == set(PRIVATE):
        raise refuse(no_private_use, "allow", ", ".join(allow))
    return "[" + "".join(text for area, text in PRIVATE.items() if area not in allow) + "]"


@check
@traits(idle=lambda known, **_: known.public, clue=_outlawed)
def no_private_use(column: pl.Expr, *, allow: tuple[str, ...] = ()) -> pl.Expr:
    """Has no private use character: U+E000–F8FF (``bmp``), planes 15 and 16 (``plane15``, ``plane16``).

    Why: a site's 外字 means another letter, or nothing, in the new system. The letters that 行政事務標準文字 adds to
    Unicode stand in plane 16: ``allow: [plane16]`` where the receiving system holds them. Derived for type N, by
    ``private_use`` of the profile.
    Example: ``no_private_use`` fails on ``"\\ue000田"``; ``{no_private_use: {allow: [plane16]}}`` holds on
    ``"\\U0010de92"``.
    Source: デジタル庁 文字要件 (行政事務標準文字); the plane from public implementations, grade S.
    """
    return ~column.str.contains(_outlawed(allow=allow))


@check
@traits(idle=lambda known, **_: known.ascii, clue=lambda *, letters: outside(letters))
def in_repertoire(column: pl.Expr, *, letters: Limited) -> pl.Expr:
    """Has only letters that the receiving system holds: of JIS X 0208, JIS X 0213:2004 or cp932 (``jisx0208``,
    ``jisx0213``, ``cp932``), with ASCII and half-width kana; never a variation selector.

    Why: what the system cannot hold it drops, or shows as ``〓``. Derived for type N where the profile names a
    ``repertoire``, behind the replacements that were decided on; then ``R-REPERTOIRE`` is left for the rest.
    The six signs that Windows reads otherwise than JIS (``～－∥￠￡￢``) are in all three.
    Example: ``{in_repertoire: jisx0208}`` fails on ``"髙橋"``; ``{in_repertoire: cp932}`` holds on it.
    Source: JIS X 0208:1997, JIS X 0213:2004, Windows-31J, as Python's codecs have them.
    """
    return ~column.str.contains(outside(letters))


@check
@traits(idle=lambda known: known.public, clue=f"[{SELECTORS}]")
def no_lone_selector(column: pl.Expr) -> pl.Expr:
    """Has every variation selector (U+FE00–FE0F, U+E0100–E01EF) directly behind a kanji. Derived for type N.

    Why: a selector says which form of the kanji before it is meant; alone, or behind another, its kanji was lost.
    Example: ``no_lone_selector`` holds on ``"葛\\U000e0100飾"`` and fails on ``"\\U000e0100飾"``.
    Source: Unicode UTS #37 (the base of an IVS is an ideograph).
    """
    return ~column.str.contains(_LONE)


@check
@traits(idle=lambda known: known.ascii, clue=_STRAY)
def no_stray_mark(column: pl.Expr) -> pl.Expr:
    """Has no voiced or half-voiced mark by itself (``ﾞﾟ``, ``゛゜``, U+3099, U+309A) that should have joined a kana.

    Why: ``kana_to_fullwidth`` and ``compose_kana`` join what they can; what is left is a typing error or a kana that
    was cut off. For full-width items, behind those steps: half-width ``ｶﾞ`` fails, because its mark is a character.
    Example: ``no_stray_mark`` fails on ``"ワﾞ"``.
    """
    return ~column.str.contains(_STRAY)
