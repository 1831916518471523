"""Parts of an address, by the places known: ``places.csv`` of the source, then the national list."""

from typing import Literal

import polars as pl

from migrate.vocab.places import BLANKS, Places, column_of, cut
from migrate.vocab.registry import op, traits

OfPlace = Literal["todofuken", "shikuchoson", "choaza", "dantai_code", "machiaza_id", "yubin"]
Part = Literal[
    "todofuken", "shikuchoson", "choaza", "dantai_code", "machiaza_id", "yubin", "banchi", "katagaki", "nokori",
    "nokori_ichi", "nokori_nagasa",
]  # fmt: skip


@op
@traits(nulls=True)
def address_part(column: pl.Expr, *, part: Part, home: str | None = None, places: Places) -> pl.Expr:
    """One part of an address that stands in one field, cut by the places that are known.

    | ``part`` | is |
    |---|---|
    | ``todofuken``, ``shikuchoson``, ``choaza``, ``dantai_code``, ``machiaza_id``, ``yubin`` | as its table says |
    | ``banchi``, ``katagaki`` | the 番地号 behind the place, and what follows it |
    | ``nokori`` | what is left over: nothing of it went into another part |
    | ``nokori_ichi``, ``nokori_nagasa`` | where it begins (characters, from 1), and how many characters it has |

    The address begins with the longest name that the source's own table (``places.csv``) has, with 都道府県 or
    without; the places of ``home`` (code of six digits) may stand alone. Behind the table stands the national list
    (``layouts/municipalities.csv``): a municipality behind its 都道府県 (the 郡 may be missing where one alone has the
    name), without 都道府県 only a 市 (津市, but no 津市場), a ward of a 市, or a name behind its 郡. What the own table
    writes is never another's. The list knows no 町字: what follows one of its municipalities is left over. Widths of
    digits, ヶ ケ が, の ノ, ツ っ, one space between the parts and digits for the numeral of a 丁目, 丁, 条, 地割, 番町
    or 番丁 make no difference. A name that stands for two places is none. A 番地号 is a chain of numbers with 番地, 番,
    号 or hyphens; a room number behind a hyphen stays in it.
    Whatever else stands there is left over (a space or comma may part 番地号 and 方書): map ``nokori`` to a 独自項目,
    and let ``address_splits`` find it.
    Why: the standard has five items where old systems have one.
    Loses: spaces between the parts.
    Example: ``{address_part: {part: banchi, home: "131016"}}`` makes ``"霞が関２丁目１番６号みどりハイツ"`` →
    ``"１番６号"`` where ``places.csv`` has 霞が関二丁目.
    """
    parts = cut(column, places.of(home))
    if part == "banchi":
        return parts.lot
    if part == "katagaki":
        return parts.building
    if part == "nokori":
        return parts.left
    if part == "nokori_nagasa":
        return parts.left.str.len_chars().cast(pl.String)
    if part == "nokori_ichi":
        end = column.str.strip_chars_end(BLANKS).str.len_chars()
        return (end - parts.left.str.len_chars() + 1).cast(pl.String)
    return column_of(parts.place, places, part)


@op
@traits(nulls=True)
def place_of_code(column: pl.Expr, *, part: OfPlace, places: Places) -> pl.Expr:
    """What the table of places of the source has for a legacy address code (its column ``jusho_code``).

    Why: the standard has 市区町村コード (6 digits) and 町字ID (7 digits) where old systems have one code, often of 11.
    Loses: codes that the table does not have; declare a check for them (``known_place``).
    Example: ``{place_of_code: {part: machiaza_id}}`` makes ``"13101001002"`` → ``"0001002"`` where the table says so.
    """
    known = places.frame.drop_nulls("jusho_code").unique("jusho_code", keep="none")
    codes, values = known["jusho_code"].to_list() or [""], known[part].to_list() or [None]
    return column.replace_strict(codes, values, default=None, return_dtype=pl.String)
