"""Bytes of one cell → text or a date, and text → its standard form, one value at a time."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import jaconv

from benchmarks.plain_sheet import Column

REMEMBERED = 1 << 13
"""Values each field remembers: people stand next to their own history, and most fields hold few different values."""
DAYS = 1 << 16
"""Dates each field remembers: a hundred years of them, and then some."""

JUNK = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
"""What Python's cp932 makes of bytes that the encoding does not define."""
PRIVATE = re.compile("[\ue000-\uf8ff]")
HALF = re.compile("[\x00-\x7f\uff61-\uff9f]")
ODD_SPACES = re.compile("(?<! )(?:  )* (?! )")
PAIR_PADS = (b"\x81\x40", b"  ")
SPACES = " \t\u3000\u00a0"
RUN = re.compile(f"[{SPACES}]+")
WIDE_SPACES = str.maketrans(dict.fromkeys(" \t\u00a0", "\u3000"))
HYPHENS = "-－﹣−‐⁃‑‒–—﹘―⎯⏤ーｰ─━"
DIGITS = str.maketrans("０１２３４５６７８９", "0123456789", HYPHENS + SPACES)
WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")

ERAS = {
    "明治": (1867, date(1868, 1, 25), date(1912, 7, 30)),
    "大正": (1911, date(1912, 7, 30), date(1926, 12, 25)),
    "昭和": (1925, date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (1988, date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (2018, date(2019, 5, 1), date(2149, 12, 31)),
}
"""Year before the first, first day, last day."""


class Day(NamedTuple):
    """A date as it is delivered, unknown parts as zeros; whether all parts are known; its 不詳表記 if not."""

    iso: str
    whole: bool
    wording: str


Cell = tuple[Any, tuple[str, ...]]
"""What stands in a cell (text, a ``Day`` or None), and what is wrong with it."""
NOBODY_KNOWS = Day("0000-00-00", False, "年月日不詳")


def reader(
    column: Column, gaiji: Mapping[int, str], eras: Mapping[str, str], wanted: Collection[str]
) -> Callable[[bytes], Cell]:
    """The function that reads the cells of one source field, and tells the troubles that somebody asks for."""
    if column.date is not None:
        read = _date_reader(column.date, eras)
    elif column.type in ("N", "M"):
        read = _double_reader(gaiji, pairs_only=column.type == "N")
    else:
        read = single

    def told(raw: bytes) -> Cell:
        value, troubles = read(raw)
        return value, tuple(trouble for trouble in troubles if trouble in wanted)

    return lru_cache(REMEMBERED if column.date is None else DAYS)(told)


def single(raw: bytes) -> Cell:
    """A field of single bytes."""
    troubles = () if raw.endswith(b" ") else ("full",)
    if raw.isascii():
        return raw.decode("ascii").rstrip(" ") or None, troubles
    try:
        text = raw.decode("cp932")
    except UnicodeDecodeError:
        return None, ("bytes", *troubles)
    if len(text) != len(raw) or JUNK.search(text):
        return None, ("bytes", *troubles)
    return text.rstrip(" "), troubles


def _double_reader(gaiji: Mapping[int, str], *, pairs_only: bool) -> Callable[[bytes], Cell]:
    def read(raw: bytes) -> Cell:
        troubles = () if raw[-2:] in PAIR_PADS else ("full",)
        try:
            whole = raw.decode("cp932")
        except UnicodeDecodeError:
            return None, ("bytes", *troubles)
        if JUNK.search(whole):
            return None, ("bytes", *troubles)
        text = whole.rstrip(" \u3000")
        if pairs_only and (HALF.search(text) or ODD_SPACES.search(whole[len(text) :])):
            troubles = ("half", *troubles)
        if PRIVATE.search(text):
            text = text.translate(gaiji)
            if PRIVATE.search(text):
                return None, ("gaiji", *troubles)
        return text or None, troubles

    return read


def _date_reader(form: Mapping[str, Any], eras: Mapping[str, str]) -> Callable[[bytes], Cell]:
    empty, unknown = form.get("empty", ()), form.get("unknown", ())

    def read(raw: bytes) -> Cell:
        if not raw.strip(b" "):
            return None, ("sentinel",)
        if not raw.isdigit():
            return None, ("invalid",)
        text = raw.decode("ascii")
        if text in empty:
            return None, ()
        if text in unknown:
            return NOBODY_KNOWS, ("unknown",)
        era, in_era, year = "", 0, int(text[:-4])
        if form["form"] == "GYYMMDD":
            era, in_era = eras.get(text[0], ""), int(text[1:3])
            if not era or not in_era:
                return None, ("invalid",)
            year = ERAS[era][0] + in_era
        return _day(year, int(text[-4:-2]), int(text[-2:]), era)

    return read


def _day(year: int, month: int, day: int, era: str) -> Cell:
    if not 1850 < year < 2150 or month > 12 or day > 31 or (day and not month):
        return None, ("invalid",)
    iso = f"{year:04}-{month:02}-{day:02}"
    if not day:
        return Day(iso, False, _wording(year, month, era)), ("unknown",)
    whole = Day(iso, True, "")
    try:
        known = date(year, month, day)
    except ValueError:
        return whole, ("noncalendar",)
    if era and not ERAS[era][1] <= known <= ERAS[era][2]:
        return whole, ("era",)
    return whole, ()


def _wording(year: int, month: int, era: str) -> str:
    """不詳表記 of a date whose day is unknown, or its month, too."""
    last = (year, month or 12, 31)
    era = era or [name for name, (_, first, _) in ERAS.items() if first.timetuple()[:3] <= last][-1]
    in_era = year - ERAS[era][0]
    shown = f"{era}{'元' if in_era == 1 else in_era}年"
    return (f"{shown}{month}月　日不詳" if month else f"{shown}　月日不詳").translate(WIDE_DIGITS)


def _wide(text: str) -> str:
    return jaconv.h2z(text.strip(SPACES), kana=True, ascii=True, digit=True).translate(WIDE_SPACES)


def _wide_name(text: str) -> str:
    return RUN.sub("\u3000", _wide(text))


def _narrow(text: str) -> str:
    return text if text.isascii() else jaconv.z2h(text, kana=False, ascii=True, digit=True)


def _number(text: str) -> str:
    return _narrow(text).strip(SPACES)


def _postal(text: str) -> str:
    return _narrow(text).translate(DIGITS)


_SIGN = re.compile(f"[{re.escape(HYPHENS)}]")
_TWO_SIGNS = re.compile(f"[{re.escape(HYPHENS)}]{{2}}")
_KANA, _KANA_HALF = re.compile("[ァ-ヺぁ-ゖ゛゜\u3099\u309a]"), re.compile("[ｦ-ｯｱ-ﾟ]")
_LATIN = re.compile("[A-Za-zＡ-Ｚａ-ｚ]")
_NUMERALS = "〇一二三四五六七八九十百千"


def told_apart(text: str) -> str:
    """Hyphens and long vowels, by what stands beside them."""
    return text if not _SIGN.search(text) or _TWO_SIGNS.search(text) else _SIGN.sub(_told_apart, text)


def _told_apart(found: re.Match[str]) -> str:
    text, at, sign = found.string, found.start(), found[0]
    left, right = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    digit = bool(right) and (right in "0123456789０１２３４５６７８９" or right in _NUMERALS)
    if _KANA.match(left) or _KANA_HALF.match(left):
        if digit or _LATIN.match(right) or left in "ンんッっﾝｯ":
            return sign
        return "ｰ" if _KANA_HALF.match(left) else "ー"
    if re.match("[0-9A-Za-z]", left):
        return "-"
    if re.match(f"[０-９Ａ-Ｚａ-ｚ{_NUMERALS}]", left):
        return "－"
    if re.match("[々〇\u3400-\u9fff\uf900-\ufaff]", left) and digit:
        return "-" if right.isascii() else "－"
    return sign


_LARGE = str.maketrans(
    "ァィゥェォャュョッヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿヂヅヴヲヰヱヷヸヹヺ" + HYPHENS + SPACES,
    "アイウエオヤユヨツワカケクシストヌハヒフヘホムラリルレロジズブオイエバビベボ"
    + "ー" * len(HYPHENS)
    + "　" * len(SPACES),
)
_LONG_O = re.compile("(?<=[オコゴソゾトドノホボポモヨロ])ウ+")


@lru_cache(REMEMBERED)
def search_key(text: str) -> str:
    """The key by which a reading is searched for."""
    return RUN.sub("\u3000", _LONG_O.sub("オ", text.translate(_LARGE)))


CLEANSE: dict[str, Callable[[str], str]] = {
    "kana": _wide_name,
    "name": _wide_name,
    "address": _wide,
    "text": _wide,
    "postal": _postal,
    "phone": _number,
    "code": _number,
    "id": _number,
}
"""By kind of item (``cleansing_rules/common.yaml``)."""
