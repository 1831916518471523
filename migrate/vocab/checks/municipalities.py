"""Codes of municipalities against the national list, and against the names beside them."""

import polars as pl

from migrate.vocab.checks.digits import dantai_code_digit
from migrate.vocab.places import Places
from migrate.vocab.registry import Field, check, refuse, relation, traits


def _all_known(column: pl.Expr, *, places: Places) -> pl.Expr:
    return column.is_in(places.codes).all()


@check
@traits(quiet=_all_known)
def known_municipality(column: pl.Expr, *, places: Places) -> pl.Expr:
    """Is the 全国地方公共団体コード of a municipality in force, or of a ward of a designated city.

    Known are the national list (``layouts/municipalities.csv``) and the municipalities of the source's ``places.csv``:
    enter former ones there that records may still name. A code whose check digit is wrong passes: it is for
    ``dantai_code_digit``.
    Why: a right check digit does not prove that there is such a municipality. For an alert: a code from before a
    merger (廃置分合) is right in an old record.
    Example: ``known_municipality`` holds on ``"131016"`` (千代田区) and fails on ``"131245"``, and on ``"221317"``
    (浜松市中区 until 2023).
    Source: 総務省 全国地方公共団体コード and 日本郵便 postal data as of 2026-10, by public copies that agree; grade S.
    """
    right: pl.Expr = dantai_code_digit(column)
    return column.is_in(places.codes) | ~right


@relation
def municipality_of_code(
    *, code: Field, todofuken: Field | None = None, shikuchoson: Field | None = None, places: Places
) -> pl.Expr:
    """The names beside a 全国地方公共団体コード are those of its municipality: 都道府県, 市区郡町村, or both.

    Known is what ``known_municipality`` knows; where ``places.csv`` gives a code another name than the list, its name
    alone is right. The 郡 may be missing; ヶ ケ が, の ノ, ツ っ and a space behind the 郡 make no difference. Not
    applicable where the code is not known, or where a name is empty and the other, if there is one, is right.
    Why: the code is what systems go by, the name what people read: where they differ, one of them is old, or a slip.
    For an alert: names from before a merger (廃置分合) stand in old records.
    Example: ``{municipality_of_code: {code: shi_cd, todofuken: ken, shikuchoson: shi}}`` fails on ``"131024"`` with
    東京都千代田区 (it is 中央区).
    Source: as ``known_municipality``; grade S.
    """
    if todofuken is None and shikuchoson is None:
        raise refuse(municipality_of_code, "todofuken/shikuchoson", "none")
    told = zip((todofuken, shikuchoson), places.named, strict=True)
    holds = [(pl.col(code) + pl.col(name)).is_in(names) for name, names in told if name]
    return pl.when(pl.col(code).is_in(places.codes)).then(pl.all_horizontal(holds))
