"""Letters and codes."""

import polars as pl

from migrate.vocab.hidden import BLANK, CONTROL, spelled
from migrate.vocab.listed import one_of
from migrate.vocab.registry import Pattern, check, from_end_to_end, traits

NOT_HALFWIDTH = r"[^ -~\u{ff61}-\u{ff9f}]"
NOT_FULLWIDTH = rf"[ -~{CONTROL}{BLANK}\u{{ff61}}-\u{{ff9f}}\u{{a0}}\u{{a5}}\u{{203e}}]"


@check
@traits(column="any")
def filled(column: pl.Expr) -> pl.Expr:
    """Has a value; the one check that a null fails.

    Why: an item that must not be empty in this system, beyond ``required`` of the standard.
    Example: ``filled`` fails on an empty 方書.
    """
    return column.is_not_null()


@check
def matches(column: pl.Expr, *, pattern: Pattern) -> pl.Expr:
    """Has the form of a regular expression of at most 500 characters, from its first to its last character.

    Why: numbers with a form of their own, such as that of a residence card.
    Example: ``{matches: {pattern: "[A-Z]{2}[0-9]{8}[A-Z]{2}"}}`` fails on ``"AB1234567CD"``.
    """
    return column.str.contains(from_end_to_end(pattern))


@check
@traits(clue=lambda *, texts: "|".join(map(spelled, texts)))
def lacks(column: pl.Expr, *, texts: tuple[str, ...]) -> pl.Expr:
    """Has none of the texts anywhere in it.

    Why: ``〓`` is what an earlier migration left of a character it could not write.
    Example: ``{lacks: {texts: ["〓"]}}`` fails on ``"〓田　太郎"``.
    """
    return ~column.str.contains_any(list(texts))


@check
@traits(idle=lambda known: known.ascii, clue=NOT_HALFWIDTH)
def halfwidth(column: pl.Expr) -> pl.Expr:
    """Is of type X: ASCII U+0020–U+007E and half-width kana U+FF61–U+FF9F only.

    Why: 文字種 check of the standard (E0002).
    Example: ``halfwidth`` fails on ``"１２３"``.
    Source: データ要件・連携要件標準仕様書, type X 半角文字列.
    """
    return ~column.str.contains(NOT_HALFWIDTH)


@check
@traits(idle=lambda known: known.wide, clue=NOT_FULLWIDTH)
def fullwidth(column: pl.Expr) -> pl.Expr:
    """Is of type N: no ASCII, no half-width kana, no ¥ (U+00A5) or ‾ (U+203E), nothing that ``no_control`` or
    ``no_odd_space`` fails.

    Why: 文字種 check of the standard (E0002). IVS and JIS X 0213 are allowed.
    Example: ``fullwidth`` fails on ``"コーポ101"``, on ``"ヤマタﾞ"`` and on a zero-width space in a name.
    Source: データ要件・連携要件標準仕様書, type N 全角文字列.
    """
    return ~column.str.contains(NOT_FULLWIDTH)


@check
def in_codes(column: pl.Expr, *, values: tuple[str, ...]) -> pl.Expr:
    """Is one of the codes. Derived from the code table of an item.

    Why: the receiving system refuses a code that its table does not have.
    Example: ``{in_codes: {values: ["0", "1", "2"]}}`` fails on ``"3"``.
    """
    return one_of(column, values)
