"""Fixed-length records: a file's bytes cut into blocks of whole records, every byte accounted for."""

import codecs
import hashlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path

import numpy as np
import numpy.typing as npt

TERMINATORS = {"crlf": b"\r\n", "lf": b"\n", "none": b""}
EOF_MARK, HOST_EOF_MARK = 0x1A, 0x3F
"""SUB of ASCII and of EBCDIC: behind the last record of a host's file either may stand."""
TEXT_LEAST = 0.2
"""Share of a beginning that must be blanks and digits of ASCII to say that it is no EBCDIC."""
UTF8_LEAST = 3
"""Characters of three bytes and more that make a well-formed beginning UTF-8 beyond doubt."""
NARROW = 256
"""Records of fewer bytes are taken for so many where a block is measured: a row takes room of its own."""
_UNSHARED = 2
"""References to an array that only one name holds, while they are counted."""

_MAGIC = (
    (b"\x1f\x8b", "F-GZIP"),
    (b"PK\x03\x04", "F-ZIP"),
    (b"\xef\xbb\xbf", "F-UTF8-BOM"),
    (b"\xff\xfe", "F-UTF16"),
    (b"\xfe\xff", "F-UTF16"),
)


class FileRefused(Exception):
    """A file whose framing, encoding or completeness is in doubt: a code of the message catalogue and its facts."""

    def __init__(self, code: str, *, record: int | None = None, offset: int | None = None, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.record, self.offset = code, record, offset
        self.facts = {name: f"{value:,}" if isinstance(value, int) else value for name, value in facts.items()}


@dataclass(frozen=True, slots=True)
class Framing:
    """How one file is cut: record length without the terminator, and the terminator (bytes); ``host`` where its bytes
    are EBCDIC."""

    length: int
    terminator: bytes
    host: bool = False

    @property
    def stride(self) -> int:
        """Bytes from one record to the next."""
        return self.length + len(self.terminator)


@dataclass(frozen=True, slots=True)
class Block:
    """Records in a row: ``cells`` of shape (records, length), the number of the first (from 1), its byte offset."""

    cells: npt.NDArray[np.uint8]
    first_record: int
    stride: int

    def offsets(self) -> npt.NDArray[np.uint64]:
        """Byte offset of every record in its file."""
        return (np.arange(self.cells.shape[0], dtype=np.uint64) + np.uint64(self.first_record - 1)) * np.uint64(
            self.stride
        )


@dataclass(slots=True)
class Tally:
    """What reading a file found: its SHA-256, bytes, records and end-of-file marks."""

    sha256: str = ""
    bytes: int = 0
    records: int = 0
    eof_marks: int = 0


def inspect(path: Path, framing: Framing) -> tuple[int, int]:
    """(records, end-of-file marks) by the file's size and first bytes; FileRefused where they do not fit the layout."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(max(0, size - 1))
        last = file.read(1)
    if framing.host:
        refuse_text(head)
    refuse_magic(head)
    refuse_utf8(head)
    records, rest = divmod(size, framing.stride)
    if rest == 0:
        return records, 0
    if rest == framing.length:
        return records + 1, 0
    if rest == 1 and last[0] in (EOF_MARK, HOST_EOF_MARK if framing.host else EOF_MARK):
        return records, 1
    raise FileRefused(
        "F-LENGTH", record=records + 1, offset=records * framing.stride, size=size, stride=framing.stride, rest=rest
    )


def refuse_magic(head: bytes) -> None:
    """FileRefused where a file begins like one that is compressed, or in another encoding than any that is read."""
    for magic, code in _MAGIC:
        if head.startswith(magic):
            raise FileRefused(code, offset=0)
    if _looks_like_utf16(head):
        raise FileRefused("F-UTF16", offset=0)


def refuse_utf8(head: bytes) -> None:
    """FileRefused where a file that should be in another encoding begins with text in UTF-8."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return
    if sum(letter >= "\u0800" for letter in text) >= UTF8_LEAST:
        raise FileRefused("F-UTF8", offset=0)


def refuse_text(head: bytes) -> None:
    """FileRefused where a file of a host has the blanks and digits of ASCII: it was converted."""
    counts = np.bincount(np.frombuffer(head, dtype=np.uint8), minlength=256)
    text, host = (int(counts[blank] + counts[zero : zero + 10].sum()) for blank, zero in ((0x20, 0x30), (0x40, 0xF0)))
    if text > TEXT_LEAST * len(head) and text > 3 * host:
        raise FileRefused("F-HOST-TEXT", offset=0)


class Buffers:
    """Buffers for blocks of about ``whole`` bytes, used again, by the next file too, when nobody holds a view of them
    any more: fresh memory costs a page fault a page."""

    def __init__(self, whole: int) -> None:
        self._whole = whole
        self._made: list[npt.NDArray[np.uint8]] = []

    def take(self, size: int) -> npt.NDArray[np.uint8]:
        """``size`` bytes that nobody else uses. What is free and too small for them goes."""
        kept: list[npt.NDArray[np.uint8]] = []
        while self._made:
            buffer = self._made.pop()
            free = sys.getrefcount(buffer) <= _UNSHARED
            if free and buffer.size >= size:
                self._made += [*kept, buffer]
                return buffer[:size]
            kept += [] if free else [buffer]
        room = max(size, self._whole) if size > self._whole // 2 else size
        buffer = np.empty(room, dtype=np.uint8)
        self._made = [*kept, buffer]
        return buffer[:size]


def _looks_like_utf16(head: bytes) -> bool:
    """NUL at every second byte only; fillers of X'00' have it at both."""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    return max(odd, even) > len(head) // 8 and min(odd, even) * 8 < max(odd, even)


def read_blocks(
    path: Path, framing: Framing, *, batch_bytes: int, tally: Tally, buffers: Buffers | None = None
) -> Iterator[Block]:
    """The file's records in order, about ``batch_bytes`` a block, less of short ones; fills ``tally`` when the last
    block was taken. ``buffers`` are those of the file before.

    FileRefused where a terminator is not where it belongs, or the file changes while it is read.
    """
    records, tally.eof_marks = inspect(path, framing)
    before = path.stat()
    digest = hashlib.sha256()
    per_block = max(1, batch_bytes // max(framing.stride, NARROW))
    buffers = buffers or Buffers(batch_bytes)
    with path.open("rb", buffering=0) as file, ThreadPoolExecutor(1) as beside:
        done = 0
        while done < records:
            wanted = min(per_block, records - done)
            buffer = buffers.take(wanted * framing.stride)
            got = _fill(file, buffer.data)
            hashed = beside.submit(_hash, digest, buffer.data[:got])
            if got < buffer.size:
                if done + wanted < records or got != buffer.size - len(framing.terminator):
                    raise FileRefused("F-CHANGED", record=done + 1, offset=done * framing.stride)
                buffer[got:] = np.frombuffer(framing.terminator, dtype=np.uint8)
            block = buffer.reshape(wanted, framing.stride)
            _check_terminators(block, framing, done)
            yield Block(block[:, : framing.length], done + 1, framing.stride)
            hashed.result()
            tally.bytes += got
            done += wanted
            del block, buffer
        rest = file.read()
    digest.update(rest)
    after = path.stat()
    if len(rest) != tally.eof_marks or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise FileRefused("F-CHANGED")
    tally.bytes += len(rest)
    tally.records = records
    tally.sha256 = digest.hexdigest()


def read_sample(path: Path, framing: Framing, *, records: int) -> Block:
    """``records`` records evenly spread over a file that ``inspect`` accepted (all of them if it has fewer)."""
    total, _ = inspect(path, framing)
    picked = np.unique(np.linspace(0, max(0, total - 1), min(records, total)).astype(np.int64))
    cells = np.full((picked.size, framing.length), 0x20, dtype=np.uint8)
    with path.open("rb", buffering=0) as file:
        for row, record in enumerate(picked):
            file.seek(int(record) * framing.stride)
            raw = file.read(framing.length)
            cells[row, : len(raw)] = np.frombuffer(raw, dtype=np.uint8)
    return Block(cells, 1, framing.stride)


def _fill(file: RawIOBase, view: memoryview) -> int:
    got = 0
    while got < len(view):
        count = file.readinto(view[got:])
        if not count:
            break
        got += count
    return got


def _hash(digest: "hashlib._Hash", data: memoryview) -> None:
    """While a block is worked on, which does not change it. Nothing is held of its buffer behind that."""
    with data:
        digest.update(data)


def _check_terminators(block: npt.NDArray[np.uint8], framing: Framing, done: int) -> None:
    if not framing.terminator:
        return
    wrong = (block[:, framing.length :] != np.frombuffer(framing.terminator, dtype=np.uint8)).any(axis=1)
    if wrong.any():
        record = done + int(np.argmax(wrong)) + 1
        raise FileRefused(
            "F-TERMINATOR", record=record, offset=(record - 1) * framing.stride + framing.length, length=framing.length
        )
