"""Places by name and by code, and how a legacy address is cut by them: whole columns, never a guess.

An address is read from the left: 都道府県, 市区郡町村 and 町字 as a table of places writes them, then a 番地号 of a few
forms, then 方書. What does not fit is what is left over.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import polars as pl

from migrate.vocab.municipalities import AMBIGUOUS, Nation, alike, alike_column, spellings

_HYPHENS = r"\-\uff0d\ufe63\u2212\u2010\u2043\u2011-\u2015\ufe58\u23af\u23e4\u30fc\uff70\u2500\u2501"
BLANKS = " \u3000"
NO_TOWN = "0000000"
"""町字ID of addresses without 町字."""
_FIGURES = "〇一二三四五六七八九"
_NUMERAL = "([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)"
_CHOME = re.compile(f"{_NUMERAL}(?=丁目)")
_COUNTED = re.compile(f"{_NUMERAL}(?=丁(?!目)|条|地割|番[町丁])")
"""Numbers of 町字 without 目: 一丁 (堺), 北一条 (札幌), 第三地割 (岩手), 一番町, 一番丁."""
_OF_CHOME = re.compile("(.+?)[一二三四五六七八九十]+丁目?")
_OF_GUN = re.compile(r"\A.+?郡(?=.+[町村]\Z)")
_DIGIT, _JOIN = "[0-9\uff10-\uff19]+", f"[{_HYPHENS}のノ之]"
_SERIES = "甲乙丙丁戊己庚辛壬癸イロハニホヘト"
_CHAIN = f"{_DIGIT}(?:{_JOIN}{_DIGIT})*"
_LOT = (
    f"(?:(?:{_DIGIT})?番外地|無番地|番地なし|番地不明|[{_SERIES}]?(?:"
    f"{_DIGIT}番地(?:{_JOIN}?{_CHAIN})?|{_DIGIT}番{_JOIN}?{_CHAIN}号?|{_CHAIN}(?:番|号)?))"
)
_OTHER = rf"[^0-9\uff10-\uff19{_HYPHENS}のノ之丁番号条地{BLANKS},\uff0c]"
"""What a 方書 may begin with: nothing that may go on with the number."""
_ROOM = f"{_DIGIT}(?:号[室棟館]|{_OTHER})"
_APART, _NEXT = rf"\A[{BLANKS},\uff0c]+(?:{_OTHER}|{_ROOM})", rf"\A(?:{_OTHER}|\z)"
_ROOM_NEXT = rf"\A{_ROOM}"
_WORD = r"\A[室棟館街町線地丁区組班団]"
"""What makes a word of the 番 or 号 before it (１号棟, ３番街): then the number may be a building's."""
_BRANCH = rf"\A(?:[{_SERIES}](?:{_JOIN}?{_DIGIT}|[番号{BLANKS}]|\z)|[A-Z\uff21-\uff3a]号(?:[^室棟館]|\z))"
"""What goes on with the number (１２番地イ, １２番地甲の３, １２番地Ａ号): no 方書, and no form that is known."""

_OF_TOWN = r"\A[場営街町村]"
"""What makes a word of the 市 before it."""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a table of places; a line without ``choaza`` is a municipality. ``jusho_code`` is the legacy code."""

    todofuken: str
    shikuchoson: str
    choaza: str
    dantai_code: str
    machiaza_id: str
    jusho_code: str
    yubin: str


@dataclass(frozen=True)
class Places:
    """A source's own table of places, and behind it the national list: what the table writes, it alone decides.

    ``home``: the municipality (code of six digits) whose places stand without their prefecture and municipality.
    Places are numbered as ``rows``, then as the rows of ``nation``.
    """

    rows: tuple[Place, ...] = ()
    home: str | None = None
    nation: Nation = field(default_factory=Nation)
    _by_home: dict[str | None, "Places"] = field(default_factory=dict, compare=False)

    def of(self, home: str | None) -> "Places":
        """The same table with another ``home``."""
        if home == self.home:
            return self
        return self._by_home.setdefault(home, Places(self.rows, home, self.nation))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row a place; empty texts as null."""
        names = list(Place.__dataclass_fields__)
        listed = (Place(row.todofuken, row.full, "", row.dantai_code, "", "", "") for row in self.nation.rows)
        rows = (*self.rows, *listed)
        columns = {name: [getattr(row, name) or None for row in rows] for name in names}
        return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))

    @cached_property
    def keys(self) -> Mapping[str, int]:
        """How a place may be written, the longest first → its number; −1 for what two places share.

        The list adds what the own table does not write.
        """
        found: dict[str, int] = {}
        first: dict[tuple[str, str, str], int] = {}
        for number, row in enumerate(self.rows):
            same = first.setdefault((row.todofuken, row.shikuchoson, row.choaza), number)
            for text in self._written(row):
                found[text] = same if found.get(text, same) == same else AMBIGUOUS
        found = {**self._listed, **found}
        return {text: found[text] for text in sorted(found, key=len, reverse=True)}

    @cached_property
    def _listed(self) -> dict[str, int]:
        """Writings of the list, as places; a municipality that the own table has, too, is the one of the table."""
        held = {(row.dantai_code, row.todofuken, row.shikuchoson) for row in self.rows}
        own = {row.dantai_code: number for number, row in reversed([*enumerate(self.rows)]) if not row.choaza}
        gone, first = self.nation.without(held), len(self.rows)
        at = [own.get(row.dantai_code, first + number) for number, row in enumerate(self.nation.rows)]
        return {
            text: at[number] if number >= 0 else AMBIGUOUS
            for text, number in self.nation.written.items()
            if number not in gone
        }

    @cached_property
    def called(self) -> Mapping[str, Collection[tuple[str, str]]]:
        """Municipalities by code: (都道府県, 市区郡町村) as may be written; a 郡 may be missing, or stand apart."""
        found: dict[str, set[tuple[str, str]]] = {}
        held = {(row.dantai_code, row.todofuken, row.shikuchoson) for row in self.rows}
        for code, todofuken, name in held:
            texts = (_OF_GUN.sub(gun, name) for gun in ("", r"\g<0>", *(rf"\g<0>{blank}" for blank in BLANKS)))
            found.setdefault(code, set()).update((todofuken, text) for text in texts)
        gone = self.nation.without(held)
        for row in (row for number, row in enumerate(self.nation.rows) if number not in gone):
            heads = {"", *(row.gun + gap for gap in ("", *BLANKS) if row.gun)}
            names = (gun + name for gun in heads for name in row.names)
            found.setdefault(row.dantai_code, set()).update((row.todofuken, name) for name in names)
        return found

    @cached_property
    def codes(self) -> pl.Series:
        """Codes of municipalities, as one list."""
        return pl.Series(list(self.called), dtype=pl.String).implode()

    @cached_property
    def named(self) -> tuple[pl.Series, pl.Series]:
        """Codes with the 都道府県 behind each, and with the 市区郡町村, in every spelling; as two lists."""
        return self._named(0), self._named(1)

    def _named(self, part: int) -> pl.Series:
        pairs = {(code, names[part]) for code, called in self.called.items() for names in called}
        texts = [code + text for code, name in pairs for text in spellings(name)]
        return pl.Series(sorted(texts), dtype=pl.String).implode()

    def _written(self, row: Place) -> Iterable[str]:
        counted = dict.fromkeys((row.choaza, _COUNTED.sub(_arabic, row.choaza)))
        towns = dict.fromkeys(text for town in counted for text in (town, _CHOME.sub(_arabic, town)))
        for town, gap, space in product(towns, ("", " "), ("", " ")):
            inner = space + town if town else ""
            for head in (row.todofuken + gap + row.shikuchoson, row.shikuchoson):
                yield alike(head + inner)
            if town and row.dantai_code == self.home:
                yield alike(town)


def _arabic(found: re.Match[str]) -> str:
    """The number of a 丁目 in digits; as it was where it is none."""
    tens, ten, ones = found.groups()
    if not found[0] or (tens and ones and not ten):
        return found[0]
    if not ten:
        return str(_FIGURES.index(tens))
    return str((_FIGURES.index(tens) if tens else 1) * 10 + (_FIGURES.index(ones) if ones else 0))


@dataclass(frozen=True, slots=True)
class Cut:
    """An address in parts, as expressions: ``place`` (row of the table, or null), ``lot``, ``building``, ``left`` (what
    is left over, with nothing of it understood)."""

    place: pl.Expr
    lot: pl.Expr
    building: pl.Expr
    left: pl.Expr


def cut(address: pl.Expr, places: Places) -> Cut:
    """Addresses by their longest beginning that is a place; ``address`` is text, null stays null.

    Steps are fields of a struct, so that each is done once.
    """
    rest, lot, after = pl.field("rest"), pl.field("lot"), pl.field("after")
    fits = after.str.contains(_NEXT) | after.str.contains(_APART)
    fits |= lot.str.ends_with("号") & after.str.contains(_ROOM_NEXT)
    fits &= ~(lot.str.contains("[番号]\\z") & after.str.contains(_WORD)) & ~after.str.contains(_BRANCH)
    other = _may_be_chome(pl.field("place"), rest, places) | _may_be_town(pl.field("begins"), rest, places)
    steps = (
        pl.struct(text=address.str.strip_chars(BLANKS))
        .struct.with_fields(same=alike_column(pl.field("text")).str.head(max(map(len, places.keys), default=0)))
        .struct.with_fields(begins=_first_name(pl.field("same"), places))
        .struct.with_fields(
            begins=pl.when(pl.field("same").str.starts_with(pl.field("begins"))).then(pl.field("begins"))
        )
        .struct.with_fields(place=_number(pl.field("begins"), places))
        .struct.with_fields(rest=_behind(pl.field("text"), pl.field("begins"), pl.field("place")))
        .struct.with_fields(place=pl.when(~other).then(pl.field("place")))
        .struct.with_fields(rest=_behind(pl.field("text"), pl.field("begins"), pl.field("place")))
        .struct.with_fields(lot=rest.str.extract(rf"\A({_LOT})"))
        .struct.with_fields(after=rest.str.slice(lot.str.len_chars()))
        .struct.with_fields(known=_in(pl.field("place"), _with_town(places)) & fits.fill_null(False))
    )
    building = after.str.strip_chars_start(BLANKS + ",\uff0c")
    known = pl.field("known")
    parts = steps.struct.with_fields(
        banchi=pl.when(known).then(lot),
        katagaki=pl.when(known & (building.str.len_bytes() > 0)).then(building),
        nokori=pl.when((rest.str.len_bytes() > 0) & ~known).then(rest),
    )
    return Cut(*(parts.struct.field(name).name.keep() for name in ("place", "banchi", "katagaki", "nokori")))


def _first_name(same: pl.Expr, places: Places) -> pl.Expr:
    """The first name of a place in a text, the longest of those that begin there; else null."""
    return same.str.extract_many(list(places.keys) or [NO_TOWN], leftmost=True).list.first()


def _number(begins: pl.Expr, places: Places) -> pl.Expr:
    """The row of the place; null where there is none, or more than one."""
    numbers = {text: number for text, number in places.keys.items() if number >= 0} or {NO_TOWN: -1}
    return begins.replace_strict(list(numbers), list(numbers.values()), default=None, return_dtype=pl.Int64)


def _behind(text: pl.Expr, begins: pl.Expr, place: pl.Expr) -> pl.Expr:
    """What stands behind the place; all of it where there is none."""
    taken = pl.when(place.is_not_null()).then(begins.str.len_chars()).otherwise(0)
    return text.str.slice(taken).str.strip_chars_start(BLANKS)


def _in(place: pl.Expr, numbers: set[int]) -> pl.Expr:
    return place.is_in(sorted(numbers)).fill_null(False)


def _with_town(places: Places) -> set[int]:
    """Places behind which a 番地号 may stand: 町字, and municipalities that have addresses without one."""
    return {number for number, row in enumerate(places.rows) if row.choaza or row.machiaza_id == NO_TOWN}


def _may_be_chome(place: pl.Expr, rest: pl.Expr, places: Places) -> pl.Expr:
    """``2-1-6`` behind a 町字 that has 丁目 beside it: it may be that of 二丁目1-6."""
    towns = {(row.dantai_code, found[1]) for row in places.rows if (found := _OF_CHOME.fullmatch(row.choaza))}
    numbers = {number for number, row in enumerate(places.rows) if (row.dantai_code, row.choaza) in towns}
    return _in(place, numbers) & rest.str.contains(rf"\A{_DIGIT}{_JOIN}").fill_null(False)


def _may_be_town(begins: pl.Expr, rest: pl.Expr, places: Places) -> pl.Expr:
    """``津市場`` without 都道府県: it may be a 町字 that the own table does not have, and no 津市."""
    listed = [row.shikuchoson for row in places.nation.rows if row.shikuchoson.endswith("市")]
    bare = [text for text in map(alike, listed) if places.keys.get(text, AMBIGUOUS) >= len(places.rows)]
    return begins.is_in(bare).fill_null(False) & rest.str.contains(_OF_TOWN).fill_null(False)


def column_of(place: pl.Expr, places: Places, name: str) -> pl.Expr:
    """One column of the table for each place."""
    known = places.frame[name]
    numbers = list(range(len(known))) or [-1]
    return place.replace_strict(numbers, known.to_list() or [None], default=None, return_dtype=pl.String)
