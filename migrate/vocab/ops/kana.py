"""Kana: the two scripts, small and large letters, voiced marks, and the key that a search goes by."""

import unicodedata
from functools import cache
from itertools import product
from typing import Literal, TypeAlias

import polars as pl
from jaconv import conv_table

from migrate.vocab.few import few
from migrate.vocab.fusing import replacing
from migrate.vocab.hidden import spelled
from migrate.vocab.ops.dashes import DASHES
from migrate.vocab.ops.space import SPACES, one_of_a_run
from migrate.vocab.ops.width import table_of
from migrate.vocab.registry import never, op, traits

Letters: TypeAlias = Literal["common", "all"]
Joined: TypeAlias = Literal["combining", "any"]
Voiced: TypeAlias = Literal["keep", "drop"]
Spaces: TypeAlias = Literal["one", "none"]

TO_KATAKANA = table_of(conv_table.H2K_TABLE)
TO_HIRAGANA = table_of(conv_table.K2H_TABLE)
LARGE_COMMON = table_of(conv_table.SMALL_KANA2NORMAL_KANA)
LARGE_ALL = (
    LARGE_COMMON
    | dict(zip("ヮゎゕゖ", "ワわかけ", strict=True))
    | dict(zip("ㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ", "クシストヌハヒフヘホムラリルレロ", strict=True))
    | dict(zip("ｧｨｩｪｫｬｭｮｯ", "ｱｲｳｴｵﾔﾕﾖﾂ", strict=True))
)
MARKS = {"\u3099": ("\u3099", "\u309b", "ﾞ"), "\u309a": ("\u309a", "\u309c", "ﾟ")}
"""The combining marks, and the marks with a place of their own that people typed for them."""


def _composed(*, marks: Joined = "combining") -> dict[str, str]:
    """Kana and mark → the one letter that Unicode has for both (canonical composition, of kana alone)."""
    table = {}
    for combining, typed in MARKS.items():
        for kana in map(chr, (*range(0x3041, 0x3097), *range(0x309D, 0x309F), *range(0x30A1, 0x30FF))):
            letter = unicodedata.normalize("NFC", kana + combining)
            if len(letter) == 1:
                table.update({kana + mark: letter for mark in (typed if marks == "any" else typed[:1])})
    return table


def _enlarged(*, letters: Letters = "all") -> dict[str, str]:
    return LARGE_ALL if letters == "all" else LARGE_COMMON


@op
@traits(quiet=never(r"[\u{3041}-\u{3096}\u{309d}\u{309e}]"), idle=lambda known: known.ascii, table=TO_KATAKANA)
def hiragana_to_katakana(column: pl.Expr) -> pl.Expr:
    """Convert hiragana to full-width katakana.

    Why: フリガナ items are katakana; some systems hold readings in hiragana.
    Loses: which of the two it was. Not for names in hiragana themselves (``さくら`` is the official name).
    Example: ``hiragana_to_katakana`` makes ``"やまだ　ゔぃ"`` → ``"ヤマダ　ヴィ"``.
    Source: equals ``jaconv.hira2kata``.
    """
    return column.str.replace_many(TO_KATAKANA)


@op
@traits(quiet=never(r"[\u{30a1}-\u{30f6}\u{30fd}\u{30fe}]"), idle=lambda known: known.ascii, table=TO_HIRAGANA)
def katakana_to_hiragana(column: pl.Expr) -> pl.Expr:
    """Convert full-width katakana to hiragana.

    Why: items that the receiving system keeps in hiragana.
    Loses: which of the two it was. ``ヷヸヹヺ``, the mark ``ー`` and half-width kana stay.
    Example: ``katakana_to_hiragana`` makes ``"ヤマダ　ヴィ"`` → ``"やまだ　ゔぃ"``.
    Source: equals ``jaconv.kata2hira``.
    """
    return column.str.replace_many(TO_HIRAGANA)


@op
@traits(quiet=never(rf"[{''.join(LARGE_ALL)}]"), idle=lambda known, **_: known.ascii, table=_enlarged)
def enlarge_small_kana(column: pl.Expr, *, letters: Letters = "all") -> pl.Expr:
    """Convert small kana to large ones. Never for an official フリガナ: ``キョウコ`` and ``キヨウコ`` are two names.

    Why: bank transfers and old hosts know large kana only; keys to compare by.
    Loses: what was small; nothing brings it back. ``letters: common`` leaves ``ヮゎゕゖ``, ``ㇰ–ㇿ`` and half-width
    ``ｧ–ｯ`` alone; without the argument they change, too.
    Example: ``enlarge_small_kana`` makes ``"キョウコ"`` → ``"キヨウコ"``, and ``"霞ヶ関"`` → ``"霞ケ関"``.
    Source: ``letters: common`` equals ``jaconv.enlarge_smallkana``; 戸籍法 as of 2025-05-26 on フリガナ.
    """
    return column.str.replace_many(_enlarged(letters=letters))


@op
@traits(quiet=never(r"[\u{3099}-\u{309c}\u{ff9e}\u{ff9f}]"), idle=lambda known, **_: known.ascii, table=_composed)
def compose_kana(column: pl.Expr, *, marks: Joined = "combining") -> pl.Expr:
    """Join a full-width kana and the combining mark behind it (U+3099, U+309A) into one letter; kanji never change.

    Why: files from other systems hold ``カ`` + U+3099; two spellings of one letter are not equal, and take two places.
    Loses: nothing: it is Unicode's canonical composition, of kana alone. NFC of a whole name is forbidden: it replaces
    22 kanji of cp932 by others (U+FA19 by U+795E). A mark that joins with no letter stays.
    ``marks: any`` also joins ``゛゜`` (U+309B, U+309C) and half-width ``ﾞﾟ`` behind a full-width kana.
    Example: ``compose_kana`` makes ``"カ\\u3099"`` → ``"ガ"``; ``{compose_kana: {marks: any}}`` makes ``"タ゛"`` →
    ``"ダ"``.
    Source: Unicode canonical composition.
    """
    return column.str.replace_many(_composed(marks=marks), leftmost=True)


_SOUND = dict(zip("ヂヅヴヲヰヱヷヸヹヺ", "ジズブオイエバビベボ", strict=True))
_UNVOICED = dict(
    zip(
        "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポ",
        "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホ",
        strict=True,
    )
)
_KATAKANA = tuple(map(chr, (*range(0x30A1, 0x30FB), *range(0x31F0, 0x3200))))
_TYPED = tuple(mark for typed in MARKS.values() for mark in typed)
_O_ROW = "オコゴソゾトドノホボポモヨロ"
_LONG_O = {letter + "ウ": letter + "オ" for letter in _O_ROW}


def _folded(*, voiced: Voiced = "keep", spaces: Spaces = "one") -> dict[str, str]:
    katakana = {small: large for small, large in LARGE_ALL.items() if "\u30a1" <= large <= "\u30fa"}
    space = "\u3000" if spaces == "one" else ""
    table = katakana | _SOUND | dict.fromkeys(DASHES, "ー") | dict.fromkeys(SPACES, space)
    joined = _composed(marks="any")
    pairs = {kana + mark: joined.get(katakana.get(kana, kana) + mark, "") for kana, mark in product(_KATAKANA, _TYPED)}
    table = {pair: table.get(letter, letter) for pair, letter in pairs.items() if letter} | table
    if voiced == "drop":
        table = _UNVOICED | {key: "".join(_UNVOICED.get(c, c) for c in text) for key, text in table.items()}
    return table


def _long_o(column: pl.Expr) -> pl.Expr:
    """``ウ`` behind the オ row, one or several, and spaces made one of a run."""

    def several(readings: pl.Series) -> pl.Series:
        return readings.str.contains("オウ", literal=True)

    def one(readings: pl.Series) -> pl.Series:
        return readings.str.replace_all("オウ+", "オ")

    return one_of_a_run(few(column.str.replace_many(_LONG_O), where=several, change=one))


@cache
def _unfolded(voiced: Voiced, spaces: Spaces) -> str:
    """What stands in every reading that is not its own key, as a regular expression: a letter that the table changes,
    or the mark behind one, a long オ, two spaces."""
    changed = {key[-1] for key, text in _folded(voiced=voiced, spaces=spaces).items() if key != text}
    return rf"[{spelled(sorted(changed))}]|[{_O_ROW}]ウ|\u{{3000}}{{2}}"


@op
@traits(table=_folded, rest=_long_o)
def search_key(column: pl.Expr, *, voiced: Voiced = "keep", spaces: Spaces = "one") -> pl.Expr:
    """Fold a katakana reading: spellings that a search must find together become equal. For a derived item only.

    Why: a clerk who types ``キヨウコ`` or ``ジユン`` must find ``キョウコ`` and ``ヂュン``. The official フリガナ has
    legal weight down to its small kana since 2025: it is delivered as it is, and the key stands beside it (``extra`` of
    a mapping, with ``item`` and ``steps``).
    Loses: on purpose, what the table says, and nothing brings it back.

    | written | in the key |
    |---|---|
    | small kana ``ァ–ョ ッ ヮ ヵ ヶ ㇰ–ㇿ`` | the large ones |
    | a letter and the mark typed behind it (``ト゛ ト\\u3099 トﾞ``, ``ㇷ゜``) | the one letter (``ド``, ``プ``) |
    | ``ヂ ヅ ヴ ヲ`` (and ``ヰ ヱ ヷ ヸ ヹ ヺ``) | ``ジ ズ ブ オ`` (``イ エ バ ビ ベ ボ``) |
    | ``ー`` and every hyphen or dash typed for it | ``ー`` |
    | ``ウ`` behind a letter of the オ row (``コウ``, ``ヨウ``), one or several | ``オ`` |
    | a run of spaces of any kind | one U+3000; nothing with ``spaces: none`` |
    | voiced and half-voiced letters, with ``voiced: drop`` (清音化) | the plain ones (``ガ`` → ``カ``) |

    Example: ``search_key`` makes ``"ワタナベ ヂュンイチロウ"`` → ``"ワタナベ　ジユンイチロオ"``.
    Source: 住民記録システム標準仕様書 2.1.2 (検索のゆらぎ); ``ヰヱ`` as デジタル庁 kanjikana-model; 清音化 is a custom
    of receiving systems (grade model).
    """
    folded = _long_o(replacing(_folded(voiced=voiced, spaces=spaces))(pl.col("reading")))

    def unlike(readings: pl.Series) -> pl.Series:
        return readings.str.contains(_unfolded(voiced, spaces))

    def key(readings: pl.Series) -> pl.Series:
        return readings.to_frame("reading").select(folded).to_series()

    return few(column, where=unlike, change=key)
