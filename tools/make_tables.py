"""Writes the tables of host encodings (``migrate/charset/tables/``); ``--check`` says which differ from what is there.

What is asked: the program ``iconv`` of glibc for the four encodings of IBM, and ICU beside it where ``pyicu-wheels`` is
installed; for JEF and KEIS the codecs of Python (JIS X 0208), and the list of JIS78 letters below.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

TABLES = Path(__file__).resolve().parents[1] / "migrate" / "charset" / "tables"
BAD = 0xFFFF
BETWEEN = b"\x15\x16\x15"
"""Control characters that keep what is asked apart."""
Ask = Callable[[str, Sequence[bytes]], list[str]]

WINDOWS = {"\u2014": "\u2015", "\u2016": "\u2225", "\u2212": "\uff0d", "\u301c": "\uff5e", "\xa6": "\uffe4"}
"""Two-byte letters that IBM's tables give in another form than Windows: one form in all tables, that of cp932."""
WINDOWS_SINGLE = {"\xa5": "\\", "\u203e": "~"}
"""The yen and the overline of JIS X 0201, which cp932 has at 5C and 7E."""

SIGNS = " .<(+&*);-/,%_>?`:#@'=\"${}\\"
"""Signs that cp290, and what is known of the tables of Fujitsu and Hitachi, have at the same bytes."""
SIGNS_OF = {"jef": "|!\xac\xa3~", "keis83": "~"}

SWAPPED = "鯵鰺鴬鶯蛎蠣撹攪竃竈潅灌諌諫頚頸砿礦蕊蘂靭靱賎賤壷壺砺礪梼檮涛濤迩邇蝿蠅桧檜侭儘薮藪篭籠"
"""Letters whose places JIS83 exchanged."""
MOVED = ("尭堯", "槙槇", "遥遙", "瑶瑤")
"""Places that JIS83 gave to another letter, with the one that stood there."""
OTHERWISE = "唖焔鴎噛澗侠躯稽繋荊隙鹸昂麹柵屡繍蒋醤蝉掻痩騨箪掴填顛祷涜嚢剥溌醗頬麺莱蝋兔屏攅梍"
"""Letters of JIS83 whose place had another letter in JIS78. Which of the two a JEF of 1979 or later shows is not known
for each: these places stay undefined. All three lists: Uni2JIS of Yasuoka Koichi, as in JISC6226.map of GNU Emacs."""


@dataclass
class Made:
    """One encoding: text by byte, text by two-byte code, codes of the user's own area in order, where it is from."""

    source: str
    single: Mapping[int, str]
    double: Mapping[int, str]
    own: Iterable[int]
    own_codes: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.own_codes = list(self.own)


def by_iconv(name: str, raws: Sequence[bytes]) -> list[str]:
    """What glibc reads of each of some byte strings; "" where it refuses it."""
    told = subprocess.run(
        ["iconv", "-c", "-f", name, "-t", "UTF-32BE"], input=BETWEEN.join(raws), capture_output=True, check=False
    )
    texts = told.stdout.decode("utf-32-be").split("\x85\x08\x85")
    if len(texts) != len(raws):
        raise ValueError(f"iconv lost its place: {len(texts)} of {len(raws)}")
    return texts


def by_icu(name: str, raws: Sequence[bytes]) -> list[str]:
    """What ICU reads of each; ImportError where it is not installed."""
    import icu  # type: ignore[import-not-found, import-untyped, unused-ignore]

    def read(raw: bytes) -> str:
        try:
            return str(icu.UnicodeString(raw, name))
        except ValueError:
            return ""

    return [read(raw) for raw in raws]


def singles_of(ask: Ask, name: str) -> dict[int, str]:
    """Letters by byte, but the shifts and what stands for a byte without one."""
    bytes_ = [byte for byte in range(256) if byte not in (0x0E, 0x0F)]
    found = zip(bytes_, ask(name, [bytes([byte]) for byte in bytes_]), strict=True)
    return {byte: text for byte, text in found if text and (text != "\x1a" or byte == 0x3F)}


def pairs_of(ask: Ask, name: str) -> dict[int, str]:
    """Letters by two-byte code."""
    codes = [lead << 8 | trail for lead in range(0x40, 0xFF) for trail in range(0x40, 0xFF)]
    texts = ask(name, [b"\x0e" + code.to_bytes(2, "big") + b"\x0f" for code in codes])
    return {code: text for code, text in zip(codes, texts, strict=True) if text}


def ibm(number: int) -> Made:
    """An encoding of IBM. OSError where there is no ``iconv``, ValueError where ICU reads otherwise."""
    single, double = singles_of(by_iconv, f"IBM{number}"), pairs_of(by_iconv, f"IBM{number}")
    asked = f"glibc iconv IBM{number}"
    with suppress(ImportError):
        if (singles_of(by_icu, f"ibm-{number}"), pairs_of(by_icu, f"ibm-{number}")) != (single, double):
            raise ValueError(f"ICU reads ibm-{number} otherwise")
        asked += f" = ICU ibm-{number}"
    own = [code for code, text in sorted(double.items()) if "\ue000" <= text[0] <= "\uf8ff"]
    return Made(
        asked,
        {byte: WINDOWS_SINGLE.get(text, text) for byte, text in single.items()},
        {code: WINDOWS.get(text, text) for code, text in double.items() if code not in set(own)},
        own,
    )


def jis() -> dict[int, str]:
    """JIS X 0208-1983 by two-byte code of seven bits, in the forms of Windows."""
    found = {}
    for row in range(1, 85):
        for cell in range(1, 95):
            raw = bytes((row + 0xA0, cell + 0xA0))
            with suppress(UnicodeDecodeError):
                raw.decode("euc_jp")
                high, low = (row - 1) // 2, (row - 1) % 2
                lead = high + (0x81 if high < 31 else 0xC1)
                trail = cell + 0x9E if low else cell + 0x3F + (cell >= 64)
                found[(row + 0x20) << 8 | cell + 0x20] = bytes((lead, trail)).decode("cp932")
    return {code: text for code, text in found.items() if text not in "凜熙"}


def jis78() -> dict[int, str]:
    """JIS C 6226-1978 by two-byte code, without the places of which it is not known what they hold."""
    new = jis()
    place = {text: code for code, text in new.items()}
    old = dict(new)
    for one, other in zip(SWAPPED[::2], SWAPPED[1::2], strict=True):
        old[place[one]], old[place[other]] = other, one
    for pair in MOVED:
        old[place[pair[0]]] = pair[1]
    added = {code for code in new if code >> 8 in (0x28, 0x74) or 0x223A <= code <= 0x2241 or 0x224A <= code <= 0x227E}
    for code in added | {place[text] for text in OTHERWISE}:
        del old[code]
    return old


def host(name: str, source: str, letters: Mapping[int, str], shifts: Iterable[int], first: int) -> Made:
    """An encoding with JIS X 0208 at +8080, half-width kana as cp290 has them, and a user's own area from ``first``."""
    kana = {byte: WINDOWS_SINGLE.get(text, text) for byte, text in singles_of(by_iconv, "IBM930").items()}
    signs = {"~": 0xA1, "\\": 0x5B}
    single = {
        byte: text
        for byte, text in kana.items()
        if byte not in shifts
        and (byte < 0x40 or (_sure(text, SIGNS + SIGNS_OF[name]) and signs.get(text, byte) == byte))
    }
    double = {0x4040: "\u3000"} | {code + 0x8080: text for code, text in letters.items()}
    own = (lead << 8 | trail for lead in range(first >> 8, 0xA1) for trail in range(0xA1, 0xFF))
    return Made(source, single, double, own)


def _sure(text: str, signs: str) -> bool:
    return text in signs or "0" <= text <= "9" or "A" <= text <= "Z" or "\uff61" <= text <= "\uff9f"


def jef() -> Made:
    """JEF: JIS78. A1A1 is no letter there: the full-width space is 4040."""
    letters = {code: text for code, text in jis78().items() if code != 0x2121}
    return host("jef", "JIS C 6226-1978 + 8080; cp290", letters, (0x28, 0x29, 0x38), 0x80A1)


def keis83() -> Made:
    """KEIS83: JIS83."""
    return host("keis83", "JIS X 0208-1983 + 8080; cp290", jis(), (0x0A,), 0x81A1)


MAKERS: dict[str, Callable[[], Made]] = {
    "ibm930": lambda: ibm(930),
    "ibm939": lambda: ibm(939),
    "ibm1390": lambda: ibm(1390),
    "ibm1399": lambda: ibm(1399),
    "jef": jef,
    "keis83": keis83,
}


def arrays(made: Made) -> dict[str, Any]:
    """What the file of an encoding holds. ``several`` are codes of more than one code point, with their texts."""
    several = {code: text for code, text in sorted(made.double.items()) if len(text) > 1}
    points = {code: ord(text) for code, text in made.double.items() if len(text) == 1}
    points |= {code: 0xE000 + number for number, code in enumerate(made.own_codes)}
    kind = np.uint32 if max(points.values()) > BAD else np.uint16
    single, double = np.full(256, BAD, dtype=np.uint16), np.full(65536, BAD, dtype=kind)
    single[list(made.single)] = [ord(text) for text in made.single.values()]
    double[list(points)] = list(points.values())
    return {
        "single": single,
        "double": double,
        "several": np.array(list(several), dtype=np.uint16),
        "texts": np.array(list(several.values()), dtype="U2"),
        "own": np.array(made.own_codes, dtype=np.uint16),
        "source": np.array(made.source.partition(" = ")[0]),
    }


def main() -> None:
    """Write all tables, or with ``--check`` compare them."""
    TABLES.mkdir(exist_ok=True)
    stale = []
    for name, maker in MAKERS.items():
        made, path = maker(), TABLES / f"{name}.npz"
        sys.stdout.write(f"{name}: {len(made.single)} + {len(made.double)} + {len(made.own_codes)}, {made.source}\n")
        if "--check" not in sys.argv:
            np.savez_compressed(path, **arrays(made))
            continue
        with np.load(path) as there:
            if any(not np.array_equal(there[part], array) for part, array in arrays(made).items()):
                stale.append(name)
    if stale:
        sys.exit(f"not as made: {', '.join(stale)}")


if __name__ == "__main__":
    main()
