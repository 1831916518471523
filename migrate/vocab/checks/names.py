"""Names and addresses."""

import polars as pl

from migrate.vocab.ops.dashes import signs
from migrate.vocab.registry import check, refuse, traits

_LATIN = r"[A-Za-z\u{ff21}-\u{ff3a}\u{ff41}-\u{ff5a}]"
_OTHER = r"[\p{Han}()\[\]\u{ff08}\u{ff09}\u{ff3b}\u{ff3d}〔〕「」【】]"
_KANA = r"[\u{30a1}-\u{30fa}\u{ff66}-\u{ff9d}]"
_BUILDING = (
    rf"{_KANA}[\u{{30a1}}-\u{{30fc}}\u{{ff66}}-\u{{ff9f}}]"
    r"|[A-Za-z\u{ff21}-\u{ff3a}\u{ff41}-\u{ff5a}]{2}"
    r"|荘|寮|棟|館|階|室|住宅|団地|官舎|宿舎|社宅|様|方$"
)
PARTS = {
    "romaji": _LATIN,
    "kanji": r"\p{Han}",
    "katakana": r"[\u{30a1}-\u{30fa}\u{ff66}-\u{ff9d}]",
    "hiragana": r"[\u{3041}-\u{3096}]",
    "brackets": r"[()\[\]<>\u{ff08}\u{ff09}\u{ff3b}\u{ff3d}\u{ff1c}\u{ff1e}〔〕「」【】〈〉《》]",
    "slash": r"[/\u{ff0f}]",
}
"""Kinds of parts that an old system packed into one field."""
_RARE = ("brackets", "slash", "romaji", "hiragana", "katakana", "kanji")
"""The same, from what stands in the fewest names on."""
_ANY_KANA = r"\u{3041}-\u{3096}\u{3099}-\u{309c}\u{30a1}-\u{30fa}\u{ff66}-\u{ff6f}\u{ff71}-\u{ff9f}"
_NO_KATAKANA = rf"[^\u{{30a1}}-\u{{30fc}}\u{{3000}}{signs()}-]"
_LONG = r"[\u{30fc}\u{ff70}]"
_DOUBTFUL = rf"(?:\A|[^{_ANY_KANA}]){_LONG}|[{_ANY_KANA}][{signs()}--{_LONG}]"


@check
def one_space_between_names(column: pl.Expr) -> pl.Expr:
    """Is two parts with exactly one U+3000 between them, and has no other space.

    Why: 氏 and 名 cannot be told apart without it. For Japanese names: a foreigner's name may have more parts or one.
    Example: ``one_space_between_names`` fails on ``"山田太郎"``.
    Source: データ要件・連携要件標準仕様書, item 氏名 (one full-width space).
    """
    return column.str.contains(r"\A[^ \t\u{3000}\u{a0}]+\u{3000}[^ \t\u{3000}\u{a0}]+\z")


@check
@traits(clue=_NO_KATAKANA)
def katakana(column: pl.Expr) -> pl.Expr:
    """Is full-width katakana, ー, ・ and U+3000 only, or a dash or hyphen, which is a matter of ``dashes_clear``.

    Why: フリガナ is written in katakana. Anything else is a typing error, a letter that was lost, or something that
    belongs into another field. For an alert: what stands there is delivered as it is.
    Example: ``katakana`` holds on ``"ヤマダ　タロウ"`` and fails on ``"ヤマ＠ダ　タロウ"``, ``"やまだ"`` and ``"ﾔﾏﾀﾞ"``.
    Source: 住民記録システム標準仕様書 1.1.18 フリガナ.
    """
    return ~column.str.contains(_NO_KATAKANA)


@check
@traits(clue=_LATIN)
def one_script(column: pl.Expr) -> pl.Expr:
    """Is not Latin letters with kanji or brackets in one field.

    Why: 氏名_外国人ローマ字, 氏名_外国人漢字 and 通称 are items of their own; one old field held them all.
    Example: ``one_script`` fails on ``"ＷＡＮＧ　ＬＩ（王麗）"``.
    """
    return ~column.str.contains(rf"(?s){_LATIN}.*{_OTHER}|{_OTHER}.*{_LATIN}")


@check
@traits(clue=lambda *, parts: PARTS[min(parts, key=_RARE.index)])
def not_packed(column: pl.Expr, *, parts: tuple[str, ...]) -> pl.Expr:
    """Does not have all of the listed kinds of parts at once: ``romaji``, ``kanji``, ``katakana``, ``hiragana``,
    ``brackets``, ``slash``.

    Why: one old field held 氏名, ローマ字, 通称 and readings; the standard has an item for each. One check for each
    combination, so that the finding says what is packed and no value need be quoted.
    Example: ``{not_packed: {parts: [kanji, brackets]}}`` fails on ``"王　麗（ワン）"`` and holds on ``"王　麗"``.
    """
    for part in parts:
        if part not in PARTS:
            raise refuse(not_packed, "parts", part)
    return ~pl.all_horizontal(column.str.contains(PARTS[part]) for part in parts)


@check
@traits(clue=signs())
def dashes_clear(column: pl.Expr) -> pl.Expr:
    """Has ``ー`` behind a kana only, and no hyphen or dash typed for it behind a kana.

    Why: what ``dashes_by_neighbours`` had to leave: ``コーポ－２０１`` may be right, ``センタ－１`` is not; only a
    person can tell. For an alert.
    Example: ``dashes_clear`` fails on ``"センタ－１"`` and on ``"１ー２"``, and holds on ``"センター１－２"``.
    """
    return ~column.str.contains(_DOUBTFUL)


@check
def not_address_with_building(column: pl.Expr) -> pl.Expr:
    """Is a 番地号 without a 方書 left in it: no two katakana or Latin letters in a row, no word of a building.

    Why: 番地号 and 方書 are two items. A guess by letters (model): for an alert, ``when`` the 方書コード is empty.
    Example: ``not_address_with_building`` fails on ``"１２番地３コーポ２０１"`` and holds on ``"イ１２番地ノ３"``.
    """
    return ~column.str.contains(_BUILDING)
