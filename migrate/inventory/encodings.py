"""In which encoding a file is: counts of what speaks for and against each, from one pass over its bytes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from migrate.charset import AREAS, BAD, USER_DEFINED, codepage

Bytes = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BOMS = {b"\xef\xbb\xbf": "utf-8-bom", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
ESCAPED = "iso-2022-jp"
SHIFTS = {
    ESCAPED: (b"\x1b$B", b"\x1b$@", b"\x1b(B", b"\x1b(J", b"\x1b(I"),
    "keis": (b"\x0a\x42", b"\x0a\x41"),
    "jips-e": (b"\x3f\x75", b"\x3f\x76"),
}
LONGEST_LINE = 1 << 16
MOST = 0.95
"""Share of the bytes that an encoding must explain to be named without doubt."""
EUC_LOOK = 1 << 20
"""Bytes looked at for EUC: enough to tell."""
UTF8_DONE = 1_000_000
"""So many bytes that are no UTF-8 are enough to tell."""


@dataclass(slots=True)
class ByteCensus:
    """What was counted in a file. ``pairs`` by two-byte code as cp932 reads them, ``singles`` all bytes by value."""

    size: int = 0
    bom: str = ""
    singles: Counts = field(default_factory=lambda: np.zeros(256, dtype=np.int64))
    halves: Counts = field(default_factory=lambda: np.zeros(256, dtype=np.int64))
    pairs: Counts = field(default_factory=lambda: np.zeros(65536, dtype=np.int64))
    euc: Counts = field(default_factory=lambda: np.zeros(65536, dtype=np.int64))
    nul: Counts = field(default_factory=lambda: np.zeros(2, dtype=np.int64))
    lines: Counts = field(default_factory=lambda: np.zeros(LONGEST_LINE, dtype=np.int64))
    long_lines: int = 0
    crlf: int = 0
    utf8_good: int = 0
    utf8_bad: int = 0
    shifts: Counter[str] = field(default_factory=Counter)
    _tail: bytes = b""
    _utf8_tail: bytes = b""
    _line_began: int = 0

    def add(self, chunk: bytes) -> None:
        """Count one chunk; all but the last have an even number of bytes."""
        if not chunk:
            return
        if not self.size:
            self.bom = next((name for mark, name in BOMS.items() if chunk.startswith(mark)), "")
        data = np.frombuffer(chunk, dtype=np.uint8)
        singles = _histogram(data)
        self.singles += singles
        self.nul += [np.count_nonzero(data[parity::2] == 0) for parity in (0, 1)]
        for name, signs in SHIFTS.items():
            if not self.size or (name == ESCAPED and singles[0x1B]):
                self.shifts[name] += sum(map(chunk.count, signs))
        self._count_lines(data)
        self._count_pairs(np.frombuffer(self._tail + chunk, dtype=np.uint8), singles)
        self._count_utf8(self._utf8_tail + chunk)
        if not self.size:
            look = data[:EUC_LOOK]
            self.euc += _pair_counts(look, _histogram(look), _EUC_LEAD)[0]
        self.size += len(chunk)

    def _count_lines(self, data: Bytes) -> None:
        ends = np.flatnonzero(data == 0x0A)
        self.crlf += int(np.count_nonzero(data[ends[ends > 0] - 1] == 0x0D))
        if ends.size:
            lengths = np.diff(ends + self.size, prepend=self._line_began - 1)
            self.long_lines += int(np.count_nonzero(lengths >= LONGEST_LINE))
            self.lines += np.bincount(lengths[lengths < LONGEST_LINE], minlength=LONGEST_LINE)
            self._line_began = self.size + int(ends[-1]) + 1

    def _count_pairs(self, data: Bytes, singles: Counts) -> None:
        if self._tail:
            singles = singles + np.bincount(data[:1], minlength=256)
        counts, alone, open_ = _pair_counts(data, singles, codepage("cp932").lead)
        self.pairs += counts
        self.halves += alone
        self._tail = data[-1:].tobytes() if open_ else b""

    def _count_utf8(self, data: bytes) -> None:
        if self.utf8_bad > UTF8_DONE:
            return
        at = next((n for n in (1, 2, 3) if _UTF8_NEED[data[-n:][0]] >= n), 0)
        self._utf8_tail = data[len(data) - at :]
        good, bad = utf8_counts(np.frombuffer(data, dtype=np.uint8, count=len(data) - at))
        self.utf8_good += good
        self.utf8_bad += bad

    @property
    def last_line(self) -> int:
        """Bytes after the last line end."""
        return self.size - self._line_began


def _histogram(data: Bytes) -> Counts:
    """How often each byte stands, counted two at a time."""
    even = data.size & ~1
    twos = np.bincount(data[:even].view("<u2"), minlength=65536).reshape(256, 256)
    counts: Counts = twos.sum(axis=0) + twos.sum(axis=1)
    return counts + np.bincount(data[even:], minlength=256)


def _pair_counts(data: Bytes, singles: Counts, lead: Flags) -> tuple[Counts, Counts, bool]:
    """Two-byte codes, bytes that stand alone, and whether the last byte waits for its second."""
    at = np.flatnonzero(lead[data])
    if not at.size:
        return np.zeros(65536, dtype=np.int64), singles, False
    number = np.arange(at.size, dtype=np.int32)
    run = np.where(np.diff(at, prepend=-2) != 1, number, np.int32(0))
    np.maximum.accumulate(run, out=run)
    leads = at[(number - run) & 1 == 0]
    open_ = bool(leads[-1] == data.size - 1)
    whole = leads[:-1] if open_ else leads
    code = data[whole].astype(np.uint16) << 8 | data[whole + 1]
    counts = np.bincount(code, minlength=65536)
    square = counts.reshape(256, 256)
    alone: Counts = singles - square.sum(axis=0) - square.sum(axis=1)
    alone[data[-1]] -= open_
    return counts, alone, open_


def utf8_counts(data: Bytes) -> tuple[int, int]:
    """Well-formed sequences of two bytes and more, and bytes from 0x80 on that belong to none."""
    padded = np.concatenate([data, np.zeros(3, dtype=np.uint8)])
    high = np.flatnonzero(data >= 0x80)
    need = _UTF8_NEED[data[high]]
    leads, need = high[need > 0], need[need > 0]
    fits = np.ones(leads.size, dtype=np.bool_)
    for step in (1, 2, 3):
        follows = (padded[leads + step] & 0xC0) == 0x80
        fits &= follows | (need < step)
    good = int(np.count_nonzero(fits))
    return good, int(high.size - good - need[fits].sum())


def _utf8_need() -> npt.NDArray[np.int64]:
    table = np.zeros(256, dtype=np.int64)
    table[0xC2:0xE0], table[0xE0:0xF0], table[0xF0:0xF5] = 1, 2, 3
    return table


def _range(first: int, last: int) -> Flags:
    table = np.zeros(256, dtype=np.bool_)
    table[first : last + 1] = True
    return table


_UTF8_NEED = _utf8_need()
_EUC_LEAD = _range(0xA1, 0xFE) | _range(0x8E, 0x8E)


@cache
def defined(codec: str) -> Flags:
    """Two-byte codes that a codec of Python knows."""
    known = np.zeros(65536, dtype=np.bool_)
    for high in range(0x81, 0x100):
        for low in range(0x40, 0xFF):
            with suppress(UnicodeDecodeError):
                bytes((high, low)).decode(codec)
                known[high << 8 | low] = True
    return known


@cache
def _areas() -> Mapping[str, Flags]:
    """Areas of cp932 by name."""
    lead, known = np.arange(65536) >> 8, codepage("cp932").double != BAD
    own = np.zeros(65536, dtype=np.bool_)
    own[list(USER_DEFINED)] = True
    return {
        "user-defined": own,
        **{name: known & np.isin(lead, leads) for name, leads in AREAS.items()},
        "undecodable": ~known & ~own,
    }


@dataclass(frozen=True, slots=True)
class Candidate:
    """One encoding: counts that speak for it and against it, and the share of the file's letters it explains."""

    name: str
    speaks_for: Mapping[str, int]
    speaks_against: Mapping[str, int]
    share: float

    def document(self) -> dict[str, object]:
        """As plain data."""
        found = {"name": self.name, "share": round(self.share, 4)}
        return found | {"for": dict(self.speaks_for), "against": dict(self.speaks_against)}


def candidates(census: ByteCensus) -> list[Candidate]:
    """Every encoding that something speaks for, the most likely first; what only ASCII would say comes to ``ascii``."""
    if not census.size:
        return []
    found = [*_marked(census), *_host(census)]
    high = int(census.singles[0x80:].sum())
    if not high:
        plain = int(census.singles[0x20:0x7F].sum())
        found.append(Candidate("ascii", {"ascii": plain}, {"nul": int(census.nul.sum())}, 0.5 if found else 1.0))
    else:
        found += [_utf8(census, high), *_shift_jis(census), _euc(census)]
    return sorted((one for one in found if one.share > 0), key=lambda one: -one.share)


def _share(good: int, bad: int) -> float:
    return good / (good + bad) if good else 0.0


def _marked(census: ByteCensus) -> Iterable[Candidate]:
    even, odd = map(int, census.nul)
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        told = census.bom == name
        if told or (zeros > census.size // 16 and others * 8 < zeros):
            yield Candidate(name, {"bom": int(told), "nul-high-byte": zeros}, {"nul-low-byte": others}, 1.5 + told)
    if escapes := census.shifts[ESCAPED]:
        eight = int(census.singles[0x80:].sum())
        yield Candidate(ESCAPED, {"escapes": escapes}, {"high-bytes": eight}, 0.0 if eight else 1.2)


def _host(census: ByteCensus) -> Iterable[Candidate]:
    """EBCDIC: its digits and spaces stand where ASCII has none."""
    digits, space = int(census.singles[0xF0:0xFA].sum()), int(census.singles[0x40])
    ascii_ = int(census.singles[0x30:0x3A].sum() + census.singles[0x20])
    good = digits + space
    if good > 0.2 * census.size and good > 3 * ascii_:
        shifts = {"so-0e": 0x0E, "si-0f": 0x0F, "jef-28": 0x28, "jef-29": 0x29}
        counts = {"digits-f0-f9": digits, "space-40": space}
        counts |= {name: int(census.singles[byte]) for name, byte in shifts.items()}
        counts |= {name: census.shifts[name] for name in ("keis", "jips-e")}
        yield Candidate("ebcdic", counts, {"ascii": ascii_}, 1.1)


def _utf8(census: ByteCensus, high: int) -> Candidate:
    name = "utf-8-bom" if census.bom == "utf-8-bom" else "utf-8"
    told = {"bom": int(name != "utf-8"), "sequences": census.utf8_good}
    share = _share(census.utf8_good, census.utf8_bad)
    return Candidate(name, told, {"stray-bytes": census.utf8_bad}, share + (1 if told["bom"] or share == 1 else 0))


def _shift_jis(census: ByteCensus) -> Iterable[Candidate]:
    areas, pairs = _areas(), census.pairs
    known = codepage("cp932").double != BAD
    kana = int(census.halves[0xA1:0xE0].sum())
    stray = int(census.halves[0x80:].sum()) - kana
    found = {name: int(pairs[area].sum()) for name, area in areas.items()}
    good = int(pairs[known].sum()) + kana
    bad = found["undecodable"] + stray
    told = {"pairs": int(pairs[known].sum()), "half-kana": kana}
    yield Candidate("cp932", told, {"undecodable": found["undecodable"], "stray-bytes": stray}, _share(good, bad))
    of_2004 = defined("shift_jis_2004")
    only = int(pairs[of_2004 & ~known].sum())
    other = int(pairs[of_2004 & areas["user-defined"]].sum())
    lost = int(pairs[known & ~of_2004].sum()) + int(pairs[~known & ~of_2004].sum())
    if only:
        share = _share(int(pairs[of_2004].sum()) + kana, lost + stray)
        told = {"only-in-2004": only, "gaiji-as-kanji": other}
        yield Candidate("shift_jis_2004", told, {"undecodable": lost, "stray-bytes": stray}, share)


def _euc(census: ByteCensus) -> Candidate:
    known = defined("euc_jp")
    good = int(census.euc[known].sum())
    bad = int(census.euc[~known].sum()) + int(census.singles[0x80:0x8E].sum() + census.singles[0x90:0xA1].sum())
    kana = int(census.euc[0xA400:0xA600].sum())
    share = _share(good, bad)
    return Candidate("euc-jp", {"pairs": good, "kana": kana}, {"undecodable": bad}, share * (0.999 if kana else 0.5))


def gaiji_census(pairs: Counts, *, most: int = 1000) -> list[dict[str, object]]:
    """Codes outside the plain sets with how often they stand in the file; no text around them."""
    found: list[dict[str, object]] = []
    for name, area in _areas().items():
        for code in np.flatnonzero(area & (pairs > 0)).tolist():
            found.append({"area": name, "code": f"{code:04X}", "count": int(pairs[code])})
    return found[:most]


def gaiji_totals(pairs: Counts) -> dict[str, dict[str, int]]:
    """By area: how many codes, how many characters."""
    areas = _areas()
    return {
        name: {"codes": int(np.count_nonzero(pairs[area])), "count": int(pairs[area].sum())}
        for name, area in areas.items()
    }
