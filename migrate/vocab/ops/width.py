"""Half and full width, by jaconv's own tables: what jaconv does to a string, done to a column (5 times as fast)."""

from string import ascii_lowercase, ascii_uppercase

import polars as pl
from jaconv import conv_table

from migrate.vocab.registry import never, op, traits


def _table(codes: dict[int, str]) -> dict[str, str]:
    return {chr(code): text for code, text in codes.items() if chr(code) != text}


_PAIRS = {half: full for full, half in _table(conv_table.Z2H_K).items() if len(half) == 2}
KANA_TO_FULL = _PAIRS | _table(conv_table.H2Z_K)
"""The 26 kana with a voiced mark first: of two patterns at one place, the one listed first wins."""
ASCII_TO_FULL = _table(conv_table.H2Z_A)
DIGITS_TO_FULL = _table(conv_table.H2Z_D)
TO_HALF = _table(conv_table.Z2H_AD)
_FULL_LOWER, _FULL_UPPER = (letters.translate(conv_table.H2Z_A) for letters in (ascii_lowercase, ascii_uppercase))
UPPER = dict(zip(ascii_lowercase + _FULL_LOWER, ascii_uppercase + _FULL_UPPER, strict=True))


@op
@traits(quiet=never(r"[\u{ff61}-\u{ff9d}]"), idle=lambda known: known.wide or known.ascii, table=KANA_TO_FULL)
def kana_to_fullwidth(column: pl.Expr) -> pl.Expr:
    """Convert half-width kana and its punctuation to full width; a kana and its voiced mark become one letter.

    Why: フリガナ items are full-width katakana, hosts hold half-width.
    Loses: nothing. A mark that belongs to no kana (``ﾞ`` alone, ``ｱﾞ``, ``ﾜﾞ``) stays half-width, for a check to see;
    small kana are neither made nor unmade; the prolonged sound mark ``ｰ`` → ``ー``, a hyphen ``-`` stays.
    Example: ``kana_to_fullwidth`` makes ``"ﾔﾏﾀﾞ"`` → ``"ヤマダ"``.
    Source: equals ``jaconv.h2z(kana=True, ascii=False, digit=False)``.
    """
    return column.str.replace_many(KANA_TO_FULL, leftmost=True)


@op
@traits(quiet=never("[ -/:-~]"), idle=lambda known: known.wide, table=ASCII_TO_FULL)
def ascii_to_fullwidth(column: pl.Expr) -> pl.Expr:
    """Convert ASCII letters, signs and the space to full width; digits stay.

    Why: an item of type N holds full-width characters only, a foreigner's romaji included.
    Loses: nothing that ``to_halfwidth`` does not bring back.
    Example: ``ascii_to_fullwidth`` makes ``"WANG LI"`` → ``"ＷＡＮＧ　ＬＩ"``.
    Source: equals ``jaconv.h2z(kana=False, ascii=True, digit=False)``.
    """
    return column.str.replace_many(ASCII_TO_FULL)


@op
@traits(quiet=never("[0-9]"), idle=lambda known: known.wide, table=DIGITS_TO_FULL)
def digits_to_fullwidth(column: pl.Expr) -> pl.Expr:
    """Convert the digits 0–9 to full width.

    Why: 番地号 and 方書 are written with full-width digits.
    Loses: nothing.
    Example: ``digits_to_fullwidth`` makes ``"12番地"`` → ``"１２番地"``.
    Source: equals ``jaconv.h2z(kana=False, ascii=False, digit=True)``.
    """
    return column.str.replace_many(DIGITS_TO_FULL)


@op
@traits(quiet=never(r"[\u{ff01}-\u{ff5e}\u{3000}]"), idle=lambda known: known.ascii, table=TO_HALF)
def to_halfwidth(column: pl.Expr) -> pl.Expr:
    """Convert full-width ASCII letters, signs, digits and the full-width space to half width; kana stays.

    Why: an item of type X holds half-width characters only.
    Loses: nothing that ``ascii_to_fullwidth`` and ``digits_to_fullwidth`` do not bring back. Hyphen look-alikes other
    than ``－`` (U+FF0D) stay.
    Example: ``to_halfwidth`` makes ``"ＡＢ－１２"`` → ``"AB-12"``.
    Source: equals ``jaconv.z2h(kana=False, ascii=True, digit=True)``.
    """
    return column.str.replace_many(TO_HALF)


@op
@traits(quiet=never(r"[a-z\u{ff41}-\u{ff5a}]"), table=UPPER)
def upper(column: pl.Expr) -> pl.Expr:
    """Convert the letters a–z and ａ–ｚ to capitals; no other letter changes.

    Why: romaji names are in capitals, as on the passport.
    Loses: the case.
    Example: ``upper`` makes ``"Wang Ｌｉ"`` → ``"WANG ＬＩ"``.
    """
    return column.str.replace_many(UPPER)
