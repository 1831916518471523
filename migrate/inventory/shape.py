"""How a file is cut into records: fixed lengths with or without line ends, or delimited text."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from migrate.inventory.encodings import ByteCensus
from migrate.io.delimited import cells_of
from migrate.io.framing import EOF_MARK

LOOK = 1 << 21
"""Bytes at the beginning that decide what kind of file it is."""
DELIMITERS = (",", "\t", "|", ";")
LEAST_RECORDS = 4
"""Records without line ends that tell their length by being alike."""
SAME = 0.95
"""Share of the lines that must agree."""
LONGEST_RECORD = 32_760
LEAST_AGREEMENT = 0.3
LEAST_GUESSED = 4096
"""Bytes of a file from which a length is guessed that does not divide it."""
AS_GOOD = 0.92
"""The shortest length whose records agree nearly as well as those of the best length is the length."""
LEAST_BELOW = 5
"""Records below a header that show what its columns hold."""
NUMERIC = "0123456789０１２３４５６７８９-/.:"
OF_NUMBERS = re.compile(
    r"(?:番号|コード|区分|フラグ|月日|日付|年度|年齢|期別|面積|税額|金額|価格|評価額|標準額|[件人回日月年]数)[0-9０-９]*$"
    r"|^(?:年月?|月|日|番|号|数|率|額|税)$"
    r"|(?:^|[_ .-])(?:id|no|num|number|cd|code|kbn|flg|flag|ymd|ym|date|year|amount|zip|tel|age)[0-9]*$",
    re.IGNORECASE,
)
"""Names of columns that hold numbers, dates or codes, mostly by how they end."""
CODECS = {
    "cp932": "cp932",
    "shift_jis_2004": "shift_jis_2004",
    "utf-8": "utf-8",
    "utf-8-bom": "utf-8",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "iso-2022-jp": "iso2022_jp_ext",
    "euc-jp": "euc_jp",
    "ascii": "cp932",
}
"""By encoding the codec that reads its text; an encoding of hosts has none."""


@dataclass(frozen=True, slots=True)
class Shape:
    """``kind`` is fixed, delimited, lines or empty. ``length`` is a record's bytes without ``terminator``.

    ``misfits`` are records of another length, ``rest`` bytes after the last whole record. ``agreement`` says how alike
    the records of a file without line ends are, from 0 (as by chance) to 1.
    """

    kind: str
    length: int = 0
    terminator: bytes = b""
    records: int = 0
    misfits: int = 0
    rest: int = 0
    delimiter: str = ""
    header: bool = False
    columns: tuple[str, ...] = ()
    quoted: bool = False
    agreement: float = 1.0


def shape_of(path: Path, encoding: str, census: ByteCensus, *, names: frozenset[str] = frozenset()) -> Shape:
    """The shape of one file, from its counts and its first bytes; ``names`` are columns that it may have."""
    if not census.size:
        return Shape("empty")
    with path.open("rb") as file:
        head = file.read(LOOK)
        file.seek(census.size - 1)
        last = file.read(1)[0]
    lines = int(census.lines.sum()) + census.long_lines
    if encoding.startswith("utf-16") or lines:
        text = _text(head, encoding)
        delimited = _delimited(text, census.crlf, names) if text else None
        if delimited:
            return delimited
        if fixed := _by_lines(census, lines, last):
            return fixed
    if (fixed := _by_period(head, census.size, last)) is not None:
        return fixed
    return Shape("lines", records=lines + (census.last_line > 0))


def _text(head: bytes, encoding: str) -> str:
    codec = CODECS.get(encoding)
    if codec is None:
        return ""
    text = codecs.getincrementaldecoder(codec)("replace").decode(head)
    return text.removeprefix("\ufeff")


def _delimited(text: str, crlf: int, known: frozenset[str]) -> Shape | None:
    """The delimiter that cuts nearly every line into the same number of fields, at least two."""
    lines = _whole_lines(text)
    best: tuple[int, Shape] | None = None
    for delimiter in DELIMITERS:
        counts = Counter(_fields(line, delimiter) for line in lines)
        fields, agree = counts.most_common(1)[0] if counts else (1, 0)
        if fields > 1 and agree >= SAME * len(lines) and (best is None or fields > best[0]):
            header = _header(lines, delimiter, fields, known)
            names = header or tuple(f"column_{number}" for number in range(1, fields + 1))
            end = b"\r\n" if crlf else b"\n"
            shape = Shape(
                "delimited", 0, end, delimiter=delimiter, header=bool(header), columns=names, quoted='"' in text
            )
            best = fields, shape
    return best[1] if best else None


def _whole_lines(text: str, most: int = 2000) -> list[str]:
    """The first records, line ends within quotes kept in them; one that is cut off is left out."""
    found: list[str] = []
    open_: list[str] = []
    pieces = text.split("\n")
    for piece in pieces[:-1] if len(pieces) > 1 else pieces:
        open_.append(piece)
        if sum(part.count('"') for part in open_) % 2 == 0:
            found.append("\n".join(open_).rstrip("\r"))
            open_ = []
        if len(found) >= most:
            break
    return [line for line in found if line.strip("\x1a")]


def _fields(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2]) + 1


def _header(lines: list[str], delimiter: str, fields: int, known: frozenset[str]) -> tuple[str, ...]:
    """A first record of names, else nothing. What may be a record is never taken for names, for names are shown.

    All its cells are filled, all are different, none is a number, and most are known columns, or one that is a name of
    numbers stands above numbers.
    """
    first = tuple(cell.strip() for cell in cells_of(lines[0], delimiter))
    if len(first) != fields or len(set(first)) != fields or not all(first) or any(map(_may_be_number, first)):
        return ()
    if len(known & set(first)) * 2 > fields:
        return first
    below = [[cell.strip() for cell in cells_of(line, delimiter)] for line in lines[1:200]]
    below = [cells for cells in below if len(cells) == fields]
    if len(below) < LEAST_BELOW or any(cells[at] == first[at] for cells in below for at in range(fields)):
        return ()
    told = any(OF_NUMBERS.search(first[at]) and _are_numbers([cells[at] for cells in below]) for at in range(fields))
    return first if told else ()


def _may_be_number(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell) and len(cell.strip(NUMERIC)) < 2


def _are_numbers(cells: list[str]) -> bool:
    numbers = sum(1 for cell in cells if cell and not cell.strip(NUMERIC) and any(map(str.isdigit, cell)))
    return numbers >= SAME * len(cells)


def _by_lines(census: ByteCensus, lines: int, last: int) -> Shape | None:
    """Line ends at equal distances."""
    usual = int(census.lines.argmax())
    same = int(census.lines[usual])
    if not same or same < SAME * lines:
        return None
    end = b"\r\n" if census.crlf >= SAME * lines else b"\n"
    if usual <= len(end):
        return None
    tail = census.last_line
    open_ = tail == usual - len(end)
    marks = int(tail == 1 and last == EOF_MARK)
    rest = 0 if open_ or marks else tail
    return Shape("fixed", usual - len(end), end, same + open_, lines - same, rest)


def _classes() -> npt.NDArray[np.uint8]:
    table = np.full(256, 5, dtype=np.uint8)
    table[0x20], table[0x40], table[0x00] = 0, 1, 2
    table[0x30:0x3A], table[0xF0:0xFA] = 3, 4
    table[0x81:0xA0] = 6
    return table


def _by_period(head: bytes, size: int, last: int) -> Shape | None:
    """No line ends: the distance at which bytes of the same kind come again, if it divides the file."""
    marks = int(last == EOF_MARK)
    kinds = _classes()[np.frombuffer(head, dtype=np.uint8)]
    chance = float(((np.bincount(kinds) / kinds.size) ** 2).sum())
    longest = min(LONGEST_RECORD, size // LEAST_RECORDS)
    whole = [n for n in range(8, longest + 1) if 0 in (size % n, (size - marks) % n)]
    found = _alike(whole, kinds, chance, size, marks)
    return found or (_alike(_likely(kinds), kinds, chance, size, marks) if size >= LEAST_GUESSED else None)


def _alike(lengths: list[int], kinds: npt.NDArray[np.uint8], chance: float, size: int, marks: int) -> Shape | None:
    """Records of the shortest of some lengths at which they agree about as well as at the best."""
    agreed = {n: _agreement(kinds, n, chance) for n in lengths if n < kinds.size}
    best = max(agreed.values(), default=0.0)
    if best < LEAST_AGREEMENT:
        return None
    length = min(n for n, agreement in agreed.items() if agreement >= AS_GOOD * best)
    records, rest = divmod(size, length)
    return Shape("fixed", length, b"", records, 0, 0 if rest == marks else rest, agreement=best)


def _agreement(kinds: npt.NDArray[np.uint8], length: int, chance: float) -> float:
    same = float(np.count_nonzero(kinds[length:] == kinds[:-length])) / (kinds.size - length)
    return max(0.0, (same - chance) / (1 - chance)) if chance < 1 else 0.0


def _likely(kinds: npt.NDArray[np.uint8], most: int = 40) -> list[int]:
    """Distances at which the beginning of the file looks like itself, whether they divide it or not."""
    part = kinds[: 1 << 18]
    size = 1 << (2 * part.size - 1).bit_length()
    total = np.zeros(size // 2 + 1)
    for kind in range(7):
        spectrum = np.fft.rfft((part == kind) - np.mean(part == kind), size)
        total += np.abs(spectrum) ** 2
    echo = np.fft.irfft(total, size)[8 : min(LONGEST_RECORD, part.size // 2)]
    return sorted((np.argsort(-echo)[:most] + 8).tolist())
