"""Half and full width, by jaconv's own tables: what jaconv does to a string, done to a column."""

from string import ascii_lowercase, ascii_uppercase
from typing import Literal, TypeAlias

import polars as pl
from jaconv import conv_table

from migrate.vocab.fusing import replacing
from migrate.vocab.registry import never, op, traits

Marks: TypeAlias = Literal["keep", "spacing", "combine", "error"]


def table_of(codes: dict[int, str]) -> dict[str, str]:
    """A translation table of jaconv as texts, without the characters that it leaves alone."""
    return {chr(code): text for code, text in codes.items() if chr(code) != text}


_PAIRS = {half: full for full, half in table_of(conv_table.Z2H_K).items() if len(half) == 2}
KANA_TO_FULL = _PAIRS | table_of(conv_table.H2Z_K)
"""The 26 kana with a voiced mark first: of two patterns at one place, the one listed first wins."""
KANA_TO_HALF = table_of(conv_table.Z2H_K)
ASCII_TO_FULL = table_of(conv_table.H2Z_A)
DIGITS_TO_FULL = table_of(conv_table.H2Z_D)
ASCII_TO_HALF = table_of(conv_table.Z2H_A)
DIGITS_TO_HALF = table_of(conv_table.Z2H_D)
TO_HALF = table_of(conv_table.Z2H_AD)
STRAY: dict[Marks, dict[str, str]] = {
    "keep": {},
    "error": {},
    "spacing": {"ﾞ": "\u309b", "ﾟ": "\u309c"},
    "combine": {"ﾞ": "\u3099", "ﾟ": "\u309a"},
}
"""By policy: what becomes of a half-width mark that no kana before it takes."""
_FULL_LOWER, _FULL_UPPER = (letters.translate(conv_table.H2Z_A) for letters in (ascii_lowercase, ascii_uppercase))
UPPER = dict(zip(ascii_lowercase + _FULL_LOWER, ascii_uppercase + _FULL_UPPER, strict=True))


def _kana_to_full(*, marks: Marks = "keep") -> dict[str, str] | None:
    return None if marks == "error" else KANA_TO_FULL | STRAY[marks]


@op
@traits(quiet=never(r"[\u{ff61}-\u{ff9f}]"), idle=lambda known, **_: known.wide or known.ascii, table=_kana_to_full)
def kana_to_fullwidth(column: pl.Expr, *, marks: Marks = "keep") -> pl.Expr:
    """Convert half-width kana and its punctuation to full width; a kana and its voiced mark become one letter.

    Why: フリガナ items are full-width katakana, hosts hold half-width.
    Loses: nothing. Small kana are neither made nor unmade; the prolonged sound mark ``ｰ`` → ``ー``, a ``-`` stays.
    ``marks`` says what becomes of a mark that no kana takes (``ﾞ`` alone, ``ｱﾞ``, ``ﾜﾞ``, ``ｶ ﾞ``): ``keep`` (without the
    argument) leaves it half-width, which the letters check of a type N item reports as an error; ``spacing`` makes
    ``゛`` (U+309B) and ``゜`` (U+309C) of it; ``combine`` makes U+3099 and U+309A, for ``compose_kana`` to join;
    ``error`` leaves nothing, so that the run withholds the value and reports it (``R-LOST``).
    Example: ``kana_to_fullwidth`` makes ``"ﾔﾏﾀﾞ"`` → ``"ヤマダ"``; ``{kana_to_fullwidth: {marks: spacing}}`` makes
    ``"ｱﾞ"`` → ``"ア゛"``.
    Source: equals ``jaconv.h2z(kana=True, ascii=False, digit=False)``; with ``spacing`` as mojimoji and habachen do.
    """
    done = replacing(KANA_TO_FULL | STRAY[marks])(column)
    return pl.when(~done.str.contains("[ﾞﾟ]")).then(done) if marks == "error" else done


@op
@traits(
    quiet=never(r"[\u{3001}\u{3002}\u{300c}\u{300d}\u{30a1}-\u{30fc}\u{3099}\u{309a}]"),
    idle=lambda known: known.ascii,
    table=KANA_TO_HALF,
)
def kana_to_halfwidth(column: pl.Expr) -> pl.Expr:
    """Convert full-width katakana and its punctuation to half width; a voiced letter becomes two characters.

    Why: 口座名義 and other items that a bank or a host takes in half-width kana only.
    Loses: nothing that ``kana_to_fullwidth`` does not bring back. What has no half-width form stays: ``ヮヰヱヵヶ``,
    ``ヽヾヷヸヹヺ``, ``゛゜``, hiragana. The text gets longer: check its length behind this step.
    Example: ``kana_to_halfwidth`` makes ``"ヤマダ"`` → ``"ﾔﾏﾀﾞ"``.
    Source: equals ``jaconv.z2h(kana=True, ascii=False, digit=False)``.
    """
    return column.str.replace_many(KANA_TO_HALF)


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
@traits(
    quiet=never(r"[\u{ff01}-\u{ff0f}\u{ff1a}-\u{ff5e}\u{3000}]"),
    idle=lambda known: known.ascii,
    table=ASCII_TO_HALF,
)
def ascii_to_halfwidth(column: pl.Expr) -> pl.Expr:
    """Convert full-width ASCII letters, signs and the full-width space to half width; digits and kana stay.

    Why: half-width romaji in an item whose digits are written full-width, such as an e-mail address or a room number.
    Loses: nothing that ``ascii_to_fullwidth`` does not bring back. Of the hyphens only ``－`` (U+FF0D) changes.
    Example: ``ascii_to_halfwidth`` makes ``"Ａ－１０１"`` → ``"A-１０１"``.
    Source: equals ``jaconv.z2h(kana=False, ascii=True, digit=False)``.
    """
    return column.str.replace_many(ASCII_TO_HALF)


@op
@traits(quiet=never(r"[\u{ff10}-\u{ff19}]"), idle=lambda known: known.ascii, table=DIGITS_TO_HALF)
def digits_to_halfwidth(column: pl.Expr) -> pl.Expr:
    """Convert the full-width digits ０–９ to half width; nothing else changes.

    Why: numbers inside a text that stays full-width otherwise.
    Loses: nothing that ``digits_to_fullwidth`` does not bring back.
    Example: ``digits_to_halfwidth`` makes ``"Ａ－１０１"`` → ``"Ａ－101"``.
    Source: equals ``jaconv.z2h(kana=False, ascii=False, digit=True)``.
    """
    return column.str.replace_many(DIGITS_TO_HALF)


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
