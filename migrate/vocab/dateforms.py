"""The forms in which old systems write dates, and how each is read: whole columns to daykeys.

A form is declared for a column and never guessed from its values: 3401231 is 昭和40年12月31日, 大正40年 or nothing at
all, by what the source says of the digit 3, and 03401231 may be a day of an era or of the year 340.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from migrate.vocab import daykey, fusho
from migrate.vocab.daykey import Ints, Mask, Rows
from migrate.vocab.fusho import Parts

NUMBER_FORMS = {"GYYMMDD": 7, "GGYYMMDD": 8, "LYYMMDD": 7, "YYYYMMDD": 8}
"""Forms of fixed width, and how wide: an era as one digit, two digits or a letter; western."""
_MONTH_DAY = r"[./\-] ?([0-9]{1,2})[./\-] ?([0-9]{1,2})$"
TEXT_FORMS: Mapping[str, str] = {
    "Gyy.mm.dd": rf"^({fusho.SIGN}) ?([0-9]{{1,2}}|元){_MONTH_DAY}",
    "年月日": rf"^({fusho.SIGN}|) ?([0-9]{{1,2}}|[0-9]{{4}}|元)年 ?([0-9]{{1,2}})月 ?([0-9]{{1,2}})日$",
    "yyyy/mm/dd": r"^()([0-9]{4})/ ?([0-9]{1,2})/ ?([0-9]{1,2})$",
    "yyyy-mm-dd": r"^()([0-9]{4})- ?([0-9]{1,2})- ?([0-9]{1,2})$",
    "yyyy.mm.dd": r"^()([0-9]{4})\. ?([0-9]{1,2})\. ?([0-9]{1,2})$",
    "yyyymmdd": r"^()([0-9]{4})([0-9]{2})([0-9]{2})$",
    "GYYMMDD": r"^([0-9])([0-9]{2})([0-9]{2})([0-9]{2})$",
    "GGYYMMDD": r"^([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$",
    "LYYMMDD": rf"^({fusho.SIGN})([0-9]{{2}})([0-9]{{2}})([0-9]{{2}})$",
}
"""By form: era (nothing = western), year, month, day. Other digits, letters and hyphens are made ASCII before."""
FUSHO = "不詳表記"
"""The form of dates that are not wholly known, beside a form of those that are."""
BY_HAND = ("yyyy-mm-dd", "yyyy/mm/dd", "yyyymmdd", "年月日", FUSHO)
"""Forms that say one thing, whoever writes them."""
FEW = 0.5
"""Share of rows below which only they are read: the others hold a value that is taken at its word."""
OPEN_STARTS = (daykey.OPEN_START_ISO, daykey.OPEN_START_ISO.replace("-", ""))
OPEN_ENDS = (daykey.OPEN_END_ISO, daykey.OPEN_END_ISO.replace("-", ""))
"""A period without a beginning or an end, as the two standard layouts write it."""
_WIDE = "０１２３４５６７８９．／－ＭＴＳＨＲｍｔｓｈｒ　−‐"
NARROW = dict(zip(_WIDE, "0123456789./-MTSHRmtshr --", strict=True))
_FORMAL = {"壱": "一", "弐": "二", "参": "三", "拾": "十", "廿": "二十", "卅": "三十", "零": "〇"}
_ONES = ("", *"一二三四五六七八九")
_TENS = ("", "十", *(f"{one}十" for one in _ONES[2:]))
KANJI_NUMBERS = {"〇": "0"} | {_TENS[n // 10] + _ONES[n % 10]: str(n) for n in range(99, 0, -1)}
"""Longest first: of two patterns at one place, the one listed first wins."""
_KANJI = r"[一二三四五六七八九十〇零壱弐参拾廿卅]"


@dataclass(frozen=True, slots=True)
class DateRule:
    """How one column writes dates: its forms in the order they are tried, which values mean no date and a date nobody
    knows, and the era number by code.

    ``open_start`` and ``open_end`` are values that stand for a period without a beginning or an end. ``parts`` are
    numbers beside 0 that stand for an unknown month or day, ``years`` for an unknown year. ``digits``:
    the field has a fixed width and one of NUMBER_FORMS. ``strict``: a date outside its era is no date. ``blank``: a
    blank field is declared to mean no date.
    """

    forms: tuple[str, ...]
    empty: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    open_start: tuple[str, ...] = ()
    open_end: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    eras: Mapping[str, int] = field(default_factory=dict)
    digits: bool = False
    strict: bool = False
    blank: bool = True

    @property
    def listed(self) -> tuple[str, ...]:
        """Every value that is taken at its word, whatever the form would make of it."""
        return (*self.empty, *self.unknown, *self.open_start, *self.open_end)


@dataclass(frozen=True, slots=True)
class Dates:
    """One daykey per row, which rows have one, what is wrong with others (rows by trouble), and how often each declared
    value that is taken at its word was found ("" = blank)."""

    keys: Ints
    valid: Mask
    troubles: Mapping[str, Mask]
    sentinels: Mapping[str, int]


def of_numbers(
    rule: DateRule, number: Ints, *, numeric: Mask, letter: Ints | None, blank: Mask, listed: Mapping[str, Mask]
) -> Dates:
    """Fields of fixed width: ``number`` is what the digits of a row say where it is ``numeric``, ``letter`` the era of
    a form that has one as a letter (0 = none); ``listed`` are the rows that hold each declared value."""
    told = np.logical_or.reduce([blank, *listed.values()])
    rows = np.flatnonzero(~told)
    if rows.size > FEW * told.size:
        return _dates(rule, _in_number(rule, number, numeric, letter), blank=blank, listed=listed)
    some = _in_number(rule, number[rows], numeric[rows], None if letter is None else letter[rows])
    none = np.zeros(rows.size, dtype=np.bool_)
    found = _dates(rule, some, blank=none, listed=dict.fromkeys(listed, none))
    return _among(rule, rows, found, blank=blank, listed=listed)


def _in_number(rule: DateRule, number: Ints, numeric: Mask, letter: Ints | None) -> Parts:
    form = rule.forms[0]
    front, day = _cut(number)
    front, month = _cut(front)
    if form == "YYYYMMDD":
        era, year, fits = np.zeros_like(number), front, numeric
    else:
        code, year = _cut(front)
        era = letter if letter is not None else _codes(rule, form)[np.where(numeric, code, 0)]
        fits = numeric & (era > 0)
    return Parts(era, year, month, day, None, fits)


def _cut(number: Ints) -> tuple[Ints, Ints]:
    """All but the last two digits, and those. A remainder takes longer than a division and what it leaves."""
    front = number // 100
    return front, number - front * 100


def _codes(rule: DateRule, form: str) -> Ints:
    """Era number by its code, which has as many digits as the form gives it; 0 = no era."""
    table = np.zeros(100, dtype=np.int32)
    for code, era in rule.eras.items():
        if len(code) == NUMBER_FORMS[form] - 6:
            table[int(code)] = era
    return table


def of_texts(rule: DateRule, values: pl.Series) -> Dates:
    """Cells of any length: by the first form that fits."""
    text = _in_ascii(values).str.strip_chars(" ")
    blank = (text == "").fill_null(False).to_numpy()
    listed = {value: (values == value).fill_null(False).to_numpy() for value in rule.listed if value}
    open_ = text.is_not_null().to_numpy() & ~blank
    for hit in listed.values():
        open_ &= ~hit
    parts = _in_text(text, tuple(form for form in rule.forms if form != FUSHO), rule.eras)
    nobody = None
    if FUSHO in rule.forms:
        rows = np.flatnonzero(open_ & ~parts.fits)
        found = fusho.of_texts(text.gather(rows).str.replace_all(" ", "", literal=True))
        parts = parts.with_rows(rows, found)
        nobody = parts.fits & (parts.year == 0) & (parts.month == 0) & (parts.day == 0) & open_
        nobody &= np.isin(np.arange(open_.size), rows)
    return _dates(rule, parts, blank=blank, listed=listed, nobody=nobody, missing=text.is_null().to_numpy())


def keys_of(values: pl.Series) -> pl.Series:
    """Dates as people write them (``BY_HAND``) as daykeys: days of the calendar, dates that are not wholly known, and
    open starts and ends as standards write them; null for any other text, and for a date outside its era."""
    dates = of_texts(DateRule(BY_HAND, open_start=OPEN_STARTS, open_end=OPEN_ENDS, strict=True), values)
    wrong = np.logical_or.reduce([dates.troubles[name] for name in ("noncalendar", "lunar")])
    keys = pl.Series(values.name, dates.keys, dtype=pl.Int32)
    return keys.set(pl.Series(~dates.valid | wrong), None)


def _in_ascii(values: pl.Series) -> pl.Series:
    """Digits, letters and hyphens in ASCII, numbers of kanji in digits."""
    if (values.str.len_bytes() == values.str.len_chars()).all():
        return values
    text = values.str.replace_many(NARROW)
    if text.str.contains(_KANJI).any():
        text = text.str.replace_many(_FORMAL).str.replace_many(KANJI_NUMBERS, leftmost=True)
    return text


def _in_text(text: pl.Series, forms: tuple[str, ...], eras: Mapping[str, int]) -> Parts:
    """The parts of each text by the first form that fits it; a code that is no era fits nothing."""
    if not forms:
        era, year, month, day = np.zeros((4, len(text)), dtype=np.int32)
        return Parts(era, year, month, day, None, np.zeros(len(text), dtype=np.bool_))
    groups = [pl.col("text").str.extract_groups(TEXT_FORMS[form]).alias(form) for form in forms]
    first = pl.coalesce([pl.when(pl.col(f).struct.field("2").is_not_null()).then(pl.col(f)) for f in forms])
    taken = text.alias("text").to_frame().lazy().select(groups).select(first.alias("d")).unnest("d")
    sign = pl.col("1").fill_null("")
    read = taken.select(
        era=sign.replace_strict({"": 0, **fusho.SIGNS, **eras}, default=-1, return_dtype=pl.Int32),
        year=pl.col("2").replace("元", "1").cast(pl.Int32).fill_null(0),
        month=pl.col("3").cast(pl.Int32).fill_null(0),
        day=pl.col("4").cast(pl.Int32).fill_null(0),
        fits=pl.col("2").is_not_null(),
    ).collect()
    era, year, month, day, fits = (column.to_numpy(writable=True) for column in read.get_columns())
    fits &= era >= 0
    return Parts(era, year, month, day, None, fits)


def _dates(
    rule: DateRule,
    parts: Parts,
    *,
    blank: Mask,
    listed: Mapping[str, Mask],
    nobody: Mask | None = None,
    missing: Mask | None = None,
) -> Dates:
    """Parts → keys; what is declared to mean no date, an unknown one, or an open start or end, is taken at its word
    first."""
    empty, unknown, starts, ends = _words(rule, blank, listed)
    endless = starts | ends
    if nobody is not None:
        unknown |= nobody
    month, day = parts.month, parts.day
    for number in rule.parts:
        month, day = np.where(month == number, 0, month), np.where(day == number, 0, day)
    year = daykey.ERA_BASE[parts.era] + parts.year
    known = (parts.year > 0) & (year > daykey.BASE_YEAR) & (year < daykey.BASE_YEAR + daykey.YEARS)
    for number in rule.years:
        lost = parts.year == number
        year, known = np.where(lost, daykey.BASE_YEAR, year), known | lost
    legal = parts.fits & known & (month <= 12) & (day <= 31) & ((month > 0) | (day == 0)) & ~(empty | unknown | endless)
    if missing is not None:
        empty |= missing
    keys, found = daykey.classify(parts.era, year.astype(np.int32), month, day, legal=legal, kind=parts.kind)
    if rule.strict:
        found["era_strict"] = found.pop("era")
        legal &= ~found["era_strict"]
    keys[starts], keys[ends] = daykey.OPEN_START, daykey.OPEN_END
    found["invalid"] = ~(legal | empty | unknown | endless) & ~found.get("era_strict", np.False_)
    found["unknown"] |= unknown
    if not rule.blank:
        found["sentinel"] = blank
    return Dates(keys, legal | unknown | endless, found, _counted(blank, listed))


def _words(rule: DateRule, blank: Mask, listed: Mapping[str, Mask]) -> tuple[Mask, ...]:
    """Rows that say at their word: no date, an unknown one, an open start, an open end."""
    none = np.zeros_like(blank)
    empty, unknown, starts, ends = (
        np.logical_or.reduce([none, *(hit for value, hit in listed.items() if value in values)])
        for values in (rule.empty, rule.unknown, rule.open_start, rule.open_end)
    )
    return empty | blank, unknown, starts, ends


def _counted(blank: Mask, listed: Mapping[str, Mask]) -> dict[str, int]:
    counts = {value: int(np.count_nonzero(hit)) for value, hit in {"": blank, **listed}.items()}
    return {value: n for value, n in counts.items() if n}


def _among(rule: DateRule, rows: Rows, found: Dates, *, blank: Mask, listed: Mapping[str, Mask]) -> Dates:
    """Dates of some rows, among others that are all taken at their word."""
    _, unknown, starts, ends = _words(rule, blank, listed)
    keys, valid = np.full(blank.size, daykey.UNKNOWN, dtype=np.int32), unknown | starts | ends
    keys[starts], keys[ends] = daykey.OPEN_START, daykey.OPEN_END
    keys[rows], valid[rows] = found.keys, found.valid
    troubles = {name: np.zeros_like(blank) for name in found.troubles}
    for name, hit in found.troubles.items():
        troubles[name][rows] = hit
    troubles["unknown"] |= unknown
    if not rule.blank:
        troubles["sentinel"] |= blank
    return Dates(keys, valid, troubles, _counted(blank, listed))
