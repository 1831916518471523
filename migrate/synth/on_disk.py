"""A delivery on disk as its source describes it: what each file is, its records, and the same cut into parts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from migrate.io.framing import TERMINATORS
from migrate.spec.layout import SourceLayout
from migrate.spec.source import FileEntry, SourceFile
from migrate.synth.delivery import Totals
from migrate.synth.render import file_renderer


class NoFileFits(Exception):
    """No file of the delivery can have the fault."""


@dataclass(frozen=True)
class OnDisk:
    """One file: its entry in the source, its layout, its encoding, where it lies."""

    entry: FileEntry
    layout: SourceFile
    encoding: str
    path: Path

    @property
    def name(self) -> str:
        """Its name in the input folder."""
        return self.path.name

    @property
    def raw(self) -> bytes:
        """All its bytes."""
        return self.path.read_bytes()

    @property
    def fixed(self) -> bool:
        """It has records of fixed length."""
        return self.layout.record is not None

    @property
    def terminator(self) -> bytes:
        """The line end of a fixed record."""
        return TERMINATORS[self.layout.record.terminator] if self.layout.record else b""

    @property
    def stride(self) -> int:
        """Bytes from one fixed record to the next."""
        return (self.layout.record.length if self.layout.record else 0) + len(self.terminator)

    @property
    def records(self) -> list[bytes]:
        """Its fixed records with their line ends, header and trailer among them."""
        raw = self.raw
        return [raw[at : at + self.stride] for at in range(0, len(raw), self.stride)] if self.fixed else []

    @property
    def data(self) -> list[bytes]:
        """The records between header and trailer."""
        return self.records[1 if self.layout.header else 0 : -1 if self.layout.trailer else None]

    def fits(self, size: int) -> bool:
        """Whether so many bytes could be whole records, the last line end there or not."""
        return size % self.stride in (0, self.stride - len(self.terminator))


@dataclass(frozen=True)
class Shelf:
    """The files of one delivery; ``seed`` decides which of several that fit is taken."""

    folder: Path
    source: SourceLayout
    seed: int

    def files(self) -> list[OnDisk]:
        """Every file that is not empty, in the order of the source."""
        source, paths = self.source.source, sorted(self.folder.iterdir())
        found = []
        for entry in source.files:
            layout = self.source.files[entry.file]
            mine = [path for path in paths if fnmatchcase(path.name, entry.pattern) and path.stat().st_size]
            found += [OnDisk(entry, layout, layout.encoding or source.encoding, path) for path in mine]
        return found

    def pick(self, fits: Callable[[OnDisk], object]) -> OnDisk:
        """One file that fits; NoFileFits where none does."""
        found = [file for file in self.files() if fits(file)]
        if not found:
            raise NoFileFits
        return found[self.seed % len(found)]

    def parts(self, file: OnDisk) -> list[OnDisk]:
        """All files of its kind."""
        return [other for other in self.files() if other.entry == file.entry]

    def split(self, file: OnDisk, count: int) -> list[Path]:
        """Its kind anew in so many parts, numbered from 1, each with a header and a trailer of its own."""
        old = self.parts(file)
        data = [record for part in old for record in part.data]
        head = old[0].records[: 1 if file.layout.header else 0]
        for part in old:
            part.path.unlink()
        made = []
        for number in range(count):
            some = data[len(data) * number // count : len(data) * (number + 1) // count]
            path = self.folder / file.entry.pattern.replace("*", str(number + 1))
            path.write_bytes(b"".join([*head, *some, self._trailer(file, some)]))
            made.append(path)
        return made

    def _trailer(self, file: OnDisk, data: Iterable[bytes]) -> bytes:
        renderer = file_renderer(file.layout, file.encoding, self.source.source.eras)
        if renderer.trailer is None:
            return b""
        totals = Totals(renderer)
        totals.add(np.frombuffer(b"".join(data), dtype=np.uint8).reshape(-1, file.stride))
        return renderer.trailer.records(totals.columns(), 1).tobytes()
