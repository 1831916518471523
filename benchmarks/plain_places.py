"""Municipalities by code, for the plain script: those of the source's places, and the national list behind them."""

import csv
from functools import cache

from benchmarks.plain_sheet import LAYOUTS

ALIKE = str.maketrans("ヶヵｹがガのﾉ之っッつｯﾂ", "ケケケケケノノノツツツツツ", " \u3000")


@cache
def names() -> dict[str, set[tuple[str, str]]]:
    """(都道府県, 市区郡町村) as they may be written, 町村 without 郡, too."""
    found: dict[str, set[tuple[str, str]]] = {}
    with (LAYOUTS / "juki/sources/host_fixed/places.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["shikuchoson"].translate(ALIKE)
            short = name.partition("郡")[2] if name[-1] in "町村" else ""
            found.setdefault(row["dantai_code"], set()).update((row["todofuken"], n) for n in (name, short) if n)
    own = frozenset(found)
    with (LAYOUTS / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["dantai_code"] not in own:  # the invented ones are called otherwise
                both = (row["shikuchoson"], row["also"] or row["shikuchoson"])
                written = {(row["todofuken"], (gun + n).translate(ALIKE)) for gun in ("", row["gun"]) for n in both}
                found.setdefault(row["dantai_code"], set()).update(written)
    return found


def is_known(code: str) -> bool:
    """A municipality has the code."""
    return code in names()


def is_called(code: str, prefecture: str | None, name: str | None) -> bool:
    """The filled of the two names are those of a known code."""
    called = names().get(code, set())
    kens, shis = {ken for ken, _ in called}, {shi for _, shi in called}
    other = prefecture is not None and prefecture.translate(ALIKE) not in kens
    return not called or not (other or (name is not None and name.translate(ALIKE) not in shis))
