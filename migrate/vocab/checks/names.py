"""Names and addresses."""

import polars as pl

from migrate.vocab.registry import check

_LATIN = r"[A-Za-z\u{ff21}-\u{ff3a}\u{ff41}-\u{ff5a}]"
_OTHER = r"[\p{Han}()\[\]\u{ff08}\u{ff09}\u{ff3b}\u{ff3d}〔〕「」【】]"
_KANA = r"[\u{30a1}-\u{30fa}\u{ff66}-\u{ff9d}]"
_BUILDING = (
    rf"{_KANA}[\u{{30a1}}-\u{{30fc}}\u{{ff66}}-\u{{ff9f}}]"
    r"|[A-Za-z\u{ff21}-\u{ff3a}\u{ff41}-\u{ff5a}]{2}"
    r"|荘|寮|棟|館|階|室|住宅|団地|官舎|宿舎|社宅|様|方$"
)


@check
def one_space_between_names(column: pl.Expr) -> pl.Expr:
    """Is two parts with exactly one U+3000 between them, and has no other space.

    Why: 氏 and 名 cannot be told apart without it. For Japanese names: a foreigner's name may have more parts or one.
    Example: ``one_space_between_names`` fails on ``"山田太郎"``.
    Source: データ要件・連携要件標準仕様書, item 氏名 (one full-width space).
    """
    return column.str.contains(r"\A[^ \t\u{3000}\u{a0}]+\u{3000}[^ \t\u{3000}\u{a0}]+\z")


@check
def one_script(column: pl.Expr) -> pl.Expr:
    """Is not Latin letters with kanji or brackets in one field.

    Why: 氏名_外国人ローマ字, 氏名_外国人漢字 and 通称 are items of their own; one old field held them all.
    Example: ``one_script`` fails on ``"ＷＡＮＧ　ＬＩ（王麗）"``.
    """
    return ~column.str.contains(rf"(?s){_LATIN}.*{_OTHER}|{_OTHER}.*{_LATIN}")


@check
def not_address_with_building(column: pl.Expr) -> pl.Expr:
    """Is a 番地号 without a 方書 left in it: no two katakana or Latin letters in a row, no word of a building.

    Why: 番地号 and 方書 are two items. A guess by letters (model): for an alert, ``when`` the 方書コード is empty.
    Example: ``not_address_with_building`` fails on ``"１２番地３コーポ２０１"`` and holds on ``"イ１２番地ノ３"``.
    """
    return ~column.str.contains(_BUILDING)
