"""不詳表記: the fourteen notations of a date that is not, or not wholly, known (住民記録システム標準仕様書 1.1.8).

A notation and a key of ``daykey`` say the same: ``of_texts`` reads whole columns, ``wording`` writes. A key has in
``key // KIND`` what no date has room for: that it is about right, estimated, a season, a third of a month, or the end
of a range.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from migrate.vocab.daykey import BASE_YEAR, ERA_BASE, ERAS, KIND, SIZE, UNKNOWN, Ints, Mask, Rows, era_of

ABOUT, ESTIMATED = 1, 2
SEASONS = ("春", "夏", "秋", "冬")
THIRDS = ("上旬", "中旬", "下旬")
_SEASON, _THIRD, _ABOUT_THIRD = 3, 7, 10
UNTIL = 13
"""… から m 月 d 日頃までの間: ``UNTIL + m * 32 + d``."""
UNTIL_ESTIMATED = UNTIL + 13 * 32
"""… 推定 … から d 日までの間: ``+ d``."""
UNTIL_ABOUT = UNTIL_ESTIMATED + 32
"""… 頃から d 日頃までの間: ``+ d``."""
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

SIGN = "[MTSHRmtshr]|明治|大正|昭和|平成|令和|[明大昭平令㍾㍽㍼㍻㋿]"
"""What a year may begin with, as a regular expression."""
SIGNS = {
    sign: number
    for number, signs in enumerate(("Mm明㍾", "Tt大㍽", "Ss昭㍼", "Hh平㍻", "Rr令㋿"), start=1)
    for sign in (*signs, ERAS[number])
}
"""Era number by what stands for it."""
_NOTATION = (
    rf"^(?<est>推定)?(?:(?<sign>{SIGN})(?<in_era>[0-9]{{1,2}}|元)|(?<western>[0-9]{{4}}))年(?:(?<m>[0-9]{{1,2}})月)?"
    r"(?<est_day>推定)?(?:(?<d>[0-9]{1,2})日)?(?<about>頃)?(?<part>[春夏秋冬]|[上中下]旬)?(?<part_about>頃)?"
    r"(?<lack>月日不詳|日不詳)?(?:から(?:(?<to_m>[0-9]{1,2})月)?(?<to_d>[0-9]{1,2})日(?<to_about>頃)?までの間)?$"
)
_Y = r"(?:明治|大正|昭和|平成|令和)(?:[0-9０-９]{1,2}|元)年|[0-9０-９]{4}年"
_N = "[0-9０-９]{1,2}"
NOTATIONS = (
    f"(?:{_Y})(?:{_N}月(?:{_N}日)?)?頃", f"推定(?:{_Y}){_N}月(?:{_N}日)?", f"(?:{_Y})[春夏秋冬]",
    f"(?:{_Y}){_N}月[上中下]旬頃?", "年月日不詳", f"(?:{_Y})[ 　]?月日不詳", f"(?:{_Y}){_N}月[ 　]?日不詳",
    f"(?:{_Y}){_N}月{_N}日から{_N}月{_N}日頃までの間", f"(?:{_Y}){_N}月推定{_N}日から{_N}日までの間",
    f"(?:{_Y}){_N}月{_N}日頃から{_N}日頃までの間",
)  # fmt: skip
"""The fourteen notations as regular expressions; some stand for several."""
_NOBODY = "年月日不詳"
_SHAPES = {
    "頃": ABOUT, "m頃": ABOUT, "md頃": ABOUT, "推md": ESTIMATED, "推m": ESTIMATED,
    **{season: _SEASON + i for i, season in enumerate(SEASONS)},
    **{f"m{third}": _THIRD + i for i, third in enumerate(THIRDS)},
    **{f"m{third}頃": _ABOUT_THIRD + i for i, third in enumerate(THIRDS)},
    "月日不詳": 0, "m日不詳": 0,
    "md>M頃": UNTIL, "m推d>": UNTIL_ESTIMATED, "md頃>頃": UNTIL_ABOUT,
}  # fmt: skip
"""What stands in a notation beside its year, in order, and what the key says of it."""
_MARKS = {
    "est": pl.lit("推"), "m": pl.lit("m"), "est_day": pl.lit("推"), "d": pl.lit("d"), "about": pl.lit("頃"),
    "part": pl.col("part"), "part_about": pl.lit("頃"), "lack": pl.col("lack"), "to_d": pl.lit(">"),
    "to_m": pl.lit("M"), "to_about": pl.lit("頃"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """Dates in parts, one of each per row: era number (0 = western), year as written, month and day (0 = unknown), what
    the key says beside (None: nothing of any row), and whether the text could be read at all."""

    era: Ints
    year: Ints
    month: Ints
    day: Ints
    kind: Ints | None
    fits: Mask

    def with_rows(self, rows: Rows, other: "Parts") -> "Parts":
        """The same parts, and others in some rows."""
        kind = np.zeros_like(self.year) if self.kind is None else self.kind
        for name in ("era", "year", "month", "day", "fits"):
            getattr(self, name)[rows] = getattr(other, name)
        kind[rows] = 0 if other.kind is None else other.kind
        return replace(self, kind=kind)


def of_texts(texts: pl.Series) -> Parts:
    """Notations (digits half-width, without spaces) in parts; ``fits`` is False for any other text.

    年月日不詳 fits, and has no year.
    """
    groups = texts.str.extract_groups(_NOTATION).struct.unnest()
    shape = pl.concat_str(
        [pl.when(pl.col(g).is_not_null()).then(mark) for g, mark in _MARKS.items()], ignore_nulls=True
    )
    read = groups.select(
        era=pl.col("sign").replace_strict(SIGNS, default=0, return_dtype=pl.Int32).fill_null(0),
        year=pl.coalesce(pl.col("in_era").replace("元", "1"), "western").cast(pl.Int32).fill_null(0),
        **{name: pl.col(name).cast(pl.Int32).fill_null(0) for name in ("m", "d", "to_m", "to_d")},
        kind=shape.replace_strict(_SHAPES, default=-1, return_dtype=pl.Int32),
    )
    era, year, month, day, to_month, to_day, kind = (column.to_numpy() for column in read.get_columns())
    fits = (kind >= 0) & (year > 0) & ((kind < UNTIL) | ((to_day > 0) & (to_day <= 31)))
    fits &= (kind != UNTIL) | ((to_month > 0) & (to_month <= 12))
    kind = np.where(fits, np.where(kind >= UNTIL, kind + to_month * 32 + to_day, kind), 0)
    nobody = (texts == _NOBODY).fill_null(False).to_numpy()
    return Parts(era, year, month, day, kind, fits | nobody)


def wording(key: int) -> str:
    """不詳表記 of a date that is not wholly known, in the official notation."""
    number, kind = key // 8 % SIZE, key // KIND
    year, month, day, era = number // 512 + BASE_YEAR, number // 32 % 16, number % 32, key % 8
    if key == UNKNOWN or year == BASE_YEAR:
        return _NOBODY
    era = era or era_of(year, month, day)
    in_era = year - int(ERA_BASE[era])
    years = f"{ERAS[era]}{'元' if in_era == 1 and era else in_era}年"
    months = f"{month}月" if month else ""
    days = f"{day}日" if day else ""
    return _worded(kind, years, months, days).translate(_WIDE)


def _worded(kind: int, years: str, months: str, days: str) -> str:
    """The notation, by what the key says beside its date."""
    date = years + months + days
    if kind == 0:
        return f"{date}　日不詳" if months else f"{date}　月日不詳"
    if kind == ABOUT:
        return f"{date}頃"
    if kind == ESTIMATED:
        return f"推定{date}"
    if kind < UNTIL:
        about = kind >= _ABOUT_THIRD
        part = (*SEASONS, *THIRDS, *THIRDS)[kind - _SEASON]
        return f"{date}{part}{'頃' if about else ''}"
    if kind < UNTIL_ESTIMATED:
        month, day = divmod(kind - UNTIL, 32)
        return f"{date}から{month}月{day}日頃までの間"
    if kind < UNTIL_ABOUT:
        return f"{years}{months}推定{days}から{kind - UNTIL_ESTIMATED}日までの間"
    return f"{date}頃から{kind - UNTIL_ABOUT}日頃までの間"
