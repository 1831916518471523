"""Addresses against the places known: ``places.csv`` of the source, then the national list."""

import polars as pl

from migrate.vocab.places import Places, column_of, cut
from migrate.vocab.registry import Field, check, refuse, relation


@check
def address_splits(column: pl.Expr, *, home: str | None = None, places: Places) -> pl.Expr:
    """Can be cut into its parts whole: nothing is left over (``address_part``).

    Why: what is left over has to be cut by a person; where it begins and how long it is can be delivered beside.
    Example: ``address_splits`` fails on an address of a 町字 that ``places.csv`` does not have.
    """
    return pl.when(column.is_not_null()).then(cut(column, places.of(home)).left.is_null())


@check
def known_place(column: pl.Expr, *, places: Places) -> pl.Expr:
    """Is a legacy address code of the table of places, and of one place only.

    Why: ``place_of_code`` makes nothing of any other.
    Example: ``known_place`` fails on a code that ``places.csv`` does not have.
    """
    known = places.frame.drop_nulls("jusho_code").unique("jusho_code", keep="none")["jusho_code"]
    return column.is_in(known.implode())


@relation
def postal_of_place(
    *, postal: Field, address: Field | None = None, code: Field | None = None, home: str | None = None, places: Places
) -> pl.Expr:
    """The 郵便番号 is that of the place of ``address``, or of the legacy address code ``code``; digits alone count.

    Not applicable where a value is empty, the place is not known, or the table has no 郵便番号 for it.
    Why: one of the two is old, or a slip. For an alert: buildings and offices have numbers of their own.
    Example: ``{postal_of_place: {postal: yubin, code: jusho_cd}}`` fails on a number of another 町字.
    """
    if (address is None) == (code is None):
        raise refuse(postal_of_place, "address/code", "exactly one")
    if code is not None:
        known = places.frame.drop_nulls("jusho_code").unique("jusho_code", keep="none")
        codes, values = known["jusho_code"].to_list() or [""], known["yubin"].to_list() or [None]
        wanted = pl.col(code).replace_strict(codes, values, default=None, return_dtype=pl.String)
    else:
        wanted = column_of(cut(pl.col(str(address)), places.of(home)).place, places, "yubin")
    return _digits(pl.col(postal)) == _digits(wanted)


@relation
def same_digits(*, a: Field, b: Field) -> pl.Expr:
    """Two fields hold the same digits, whatever stands between them; not applicable where one of them is null.

    Why: 123-4567 and 1234567 are one 郵便番号.
    Example: ``{same_digits: {a: yubin, b: jusho.yubin}}`` fails on ``"123-4567"`` against ``"1234568"``.
    """
    return _digits(pl.col(a)) == _digits(pl.col(b))


def _digits(text: pl.Expr) -> pl.Expr:
    wide = {chr(0xFF10 + digit): str(digit) for digit in range(10)}
    return text.str.replace_many(list(wide), list(wide.values())).str.replace_all("[^0-9]", "")
