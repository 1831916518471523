"""Letters and lengths."""

import polars as pl

from migrate.vocab.registry import Count, Pattern, check, traits

NOT_HALFWIDTH = r"[^ -~\u{ff61}-\u{ff9f}]"
NOT_FULLWIDTH = r"[\x00-\x7f\u{ff61}-\u{ff9f}\u{a5}\u{203e}]"
CONTROL = r"[\x00-\x1f\x7f-\x9f\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{2069}\u{feff}]"
SELECTORS = r"[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]"


def _fits(column: pl.Expr, chars: int) -> pl.Expr:
    """At most ``chars`` letters. Looking for selectors is slow: only where there are more code points than that."""
    points = column.str.len_chars()
    longer = pl.when(points > chars).then(column)
    return (points <= chars) | (longer.str.len_chars() - longer.str.count_matches(SELECTORS) <= chars)


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
    """Has the form of a regular expression, from its first to its last character.

    Why: numbers with a form of their own, such as that of a residence card.
    Example: ``{matches: {pattern: "[A-Z]{2}[0-9]{8}[A-Z]{2}"}}`` fails on ``"AB1234567CD"``.
    """
    return column.str.contains(rf"\A(?:{pattern})\z")


@check
@traits(quiet=lambda column, *, texts: ~column.str.join("").str.contains_any(list(texts)))
def lacks(column: pl.Expr, *, texts: tuple[str, ...]) -> pl.Expr:
    """Has none of the texts anywhere in it.

    Why: ``〓`` is what an earlier migration left of a character it could not write.
    Example: ``{lacks: {texts: ["〓"]}}`` fails on ``"〓田　太郎"``.
    """
    return ~column.str.contains_any(list(texts))


@check
@traits(
    quiet=lambda column, *, chars: (column.str.len_chars().max() < chars).fill_null(True),
    idle=lambda known, *, chars: known.max_chars < chars,
)
def shorter_than(column: pl.Expr, *, chars: Count) -> pl.Expr:
    """Has fewer letters than ``chars``; a variation selector is no letter.

    Why: a name of exactly the width of the old field (80 bytes, 40 letters) was probably cut off.
    Example: ``{shorter_than: {chars: "40"}}`` fails on a name of 40 letters.
    """
    return _fits(column, chars - 1)


@check
@traits(
    quiet=lambda column, *, chars: (column.str.len_chars().max() <= chars).fill_null(True),
    idle=lambda known, *, chars: known.max_chars <= chars,
)
def max_chars(column: pl.Expr, *, chars: Count) -> pl.Expr:
    """Has at most ``chars`` letters; a variation selector is no letter. Derived from the digits of the standard.

    Why: the receiving system would cut it off. Digits of the standard are characters, never bytes.
    Example: ``{max_chars: {chars: "2"}}`` holds on two kanji, one of them with a selector (three code points).
    Source: データ要件・連携要件標準仕様書; how selectors count is not said there (model: one glyph is one).
    """
    return _fits(column, chars)


@check
@traits(idle=lambda known, *, chars: known.min_chars == chars == known.max_chars)
def exact_chars(column: pl.Expr, *, chars: Count) -> pl.Expr:
    """Has exactly ``chars`` code points. Derived from a fixed item of the standard.

    Why: a shorter code has lost its leading zeros.
    Example: ``{exact_chars: {chars: "5"}}`` fails on ``"1101"``.
    """
    return column.str.len_chars() == chars


@check
@traits(idle=lambda known: known.ascii)
def halfwidth(column: pl.Expr) -> pl.Expr:
    """Is of type X: ASCII U+0020–U+007E and half-width kana U+FF61–U+FF9F only.

    Why: 文字種 check of the standard (E0002).
    Example: ``halfwidth`` fails on ``"１２３"``.
    Source: データ要件・連携要件標準仕様書, type X 半角文字列.
    """
    return ~column.str.contains(NOT_HALFWIDTH)


@check
@traits(idle=lambda known: known.wide)
def fullwidth(column: pl.Expr) -> pl.Expr:
    """Is of type N: no ASCII, no half-width kana, no ¥ (U+00A5) or ‾ (U+203E); IVS and JIS X 0213 are allowed.

    Why: 文字種 check of the standard (E0002).
    Example: ``fullwidth`` fails on ``"コーポ101"`` and on ``"ヤマタﾞ"``.
    Source: データ要件・連携要件標準仕様書, type N 全角文字列.
    """
    return ~column.str.contains(NOT_FULLWIDTH)


@check
@traits(idle=lambda known: known.ascii or known.wide)
def no_control(column: pl.Expr) -> pl.Expr:
    """Has no control, zero-width, line or direction character: C0, C1, U+00AD, U+200B–200F, 2028–202E, 2060–2069, FEFF.

    Why: invisible, breaks keys and delimited files; leftovers of a transfer.
    Example: ``no_control`` fails on ``"ﾔﾏﾀﾞ\\x01"``.
    """
    return ~column.str.contains(CONTROL)


@check
def in_codes(column: pl.Expr, *, values: tuple[str, ...]) -> pl.Expr:
    """Is one of the codes. Derived from the code table of an item.

    Why: the receiving system refuses a code that its table does not have.
    Example: ``{in_codes: {values: ["0", "1", "2"]}}`` fails on ``"3"``.
    """
    return column.is_in(list(values))
