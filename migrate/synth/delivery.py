"""What is delivered: which records each file holds, what is changed in them, and the files on disk."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from migrate.charset import printable
from migrate.spec.layout import SourceLayout
from migrate.spec.source import SourceFile
from migrate.synth.count_sheet import CountSheet, SheetSum
from migrate.synth.render import Bytes, Column, FileRenderer, Renderer, file_renderer, signed
from migrate.synth.render_text import TextRenderer
from migrate.synth.terms import Array

CHUNK = 25_000
"""Records rendered at a time."""


class View(Protocol):
    """A vendor's view of the town; ``ids`` count the records of a file in a clean town from 0, in their order.

    ``main``: the file that most faults are put into, and how many persons or taxpayers there are to be counted by; None
    where no faults are known for the source. ``sheet``: the sums on the count sheet, if there is one.
    """

    parts: Mapping[str, int]

    @property
    def main(self) -> tuple[str, int] | None: ...

    @property
    def sheet(self) -> tuple[SheetSum, ...]: ...

    def count(self, file: str) -> int: ...

    def columns(self, file: str, ids: Array) -> Mapping[str, Column]: ...

    def header(self) -> Mapping[str, Column]: ...


@dataclass(frozen=True, order=True)
class Spot:
    """One record before it has a place: its id, and which copy of it."""

    file: str
    id: int
    copy: int = 0


@dataclass
class Delivery:
    """A clean delivery, and the changes to it: fields written anew, records left out or repeated."""

    layout: SourceLayout
    view: View
    ids: dict[str, Array] = field(init=False)
    edits: dict[str, dict[Spot, list[tuple[str, bytes]]]] = field(init=False)
    words: dict[str, dict[Spot, dict[str, str]]] = field(init=False)

    def __post_init__(self) -> None:
        source = self.layout.source
        self.renderers: dict[str, FileRenderer] = {}
        self.texts: dict[str, TextRenderer] = {}
        for name, file in self.layout.files.items():
            encoding = file.encoding or source.encoding
            if file.format == "delimited":
                self.texts[name] = TextRenderer(file, encoding)
            else:
                self.renderers[name] = file_renderer(file, encoding, source.eras)
        self.ids = {name: np.arange(self.view.count(name)) for name in self.layout.files}
        self.edits = {name: defaultdict(list) for name in self.layout.files}
        self.words = {name: defaultdict(dict) for name in self.layout.files}

    def change(self, spot: Spot, name: str, to: str | bytes) -> None:
        """Write another text (or, of fixed files, bytes as they are, as long as the field) into one field of one
        record."""
        if spot.file in self.texts:
            assert isinstance(to, str)
            self.words[spot.file][spot][name] = to
            return
        renderer = self.renderers[spot.file].data
        raw = renderer.encode(name, to) if isinstance(to, str) else to
        if len(raw) != renderer.fields[name].width:
            raise ValueError(f"{name}: {len(raw)} bytes")
        self.edits[spot.file][spot].append((name, raw))

    def drop(self, spot: Spot) -> None:
        """Leave one record out."""
        self.ids[spot.file] = np.delete(self.ids[spot.file], np.searchsorted(self.ids[spot.file], spot.id))

    def repeat(self, spot: Spot) -> Spot:
        """Write one record once more, behind the first."""
        ids = self.ids[spot.file]
        first, last = np.searchsorted(ids, spot.id), np.searchsorted(ids, spot.id, side="right")
        self.ids[spot.file] = np.insert(ids, last, spot.id)
        return Spot(spot.file, spot.id, int(last - first))

    def raw(self, file: str, ids: Sequence[int], name: str) -> list[bytes]:
        """The bytes of one field in some records, as the clean delivery has them."""
        renderer = self.renderers[file].data
        place = renderer.fields[name]
        columns = self.view.columns(file, np.array(ids, dtype=np.int64))
        block = renderer.records({name: columns[name]} if name in columns else {}, len(ids))
        return [row[place.start : place.start + place.width].tobytes() for row in block]

    def text(self, file: str, ids: Sequence[int], name: str) -> list[str]:
        """The same as text, without padding; of delimited files, too."""
        if file in self.texts:
            columns = self.view.columns(file, np.array(ids, dtype=np.int64))
            frame = self.texts[file].texts({name: columns[name]} if name in columns else {}, len(ids))
            return frame[name].fill_null("").to_list()
        renderer = self.renderers[file].data
        kind = renderer.fields[name].type
        return [printable(raw, renderer.encoding, type=kind).strip(" \u3000") for raw in self.raw(file, ids, name)]

    def files(self, name: str) -> list[tuple[str, int]]:
        """The physical files of one kind, with the number of data records in each."""
        entry = next(entry for entry in self.layout.source.files if entry.file == name)
        count = len(self.ids[name])
        if not entry.parts or count <= self.view.parts.get(name, count):
            return [(entry.pattern.replace("*", ""), count)]
        half = -(-count // 2)
        return [(entry.pattern.replace("*", "1"), half), (entry.pattern.replace("*", "2"), count - half)]

    def place(self, spot: Spot) -> tuple[str, int]:
        """Where a record stands: physical file, and its number from 1 over all records of that file."""
        at = int(np.searchsorted(self.ids[spot.file], spot.id)) + spot.copy
        head = 1 if spot.file in self.texts or self.renderers[spot.file].header else 0
        for path, count in self.files(spot.file):
            if at < count:
                return path, at + head + 1
            at -= count
        raise ValueError("no such record")

    def write(self, folder: Path) -> None:
        """All files into ``folder``, each in one pass."""
        folder.mkdir(parents=True, exist_ok=True)
        sheet = CountSheet(self.view.sheet)
        for name in self.layout.files:
            first, edits = 0, self._edits_by_row(name)
            for path, count in self.files(name):
                with (folder / path).open("wb") as out:
                    if name in self.texts:
                        self._write_text(name, out, first, first + count)
                    else:
                        self._write_part(name, out, first, first + count, edits, sheet)
                first += count
        if sheet.totals and self.layout.source.counts:
            beside = folder / self.layout.source.counts.pattern
            beside.write_text(sheet.text(), encoding=self.layout.source.sheet_encoding, newline="")

    def _write_text(self, name: str, out: BinaryIO, first: int, last: int) -> None:
        renderer, edits = self.texts[name], self._words_by_field(name)
        out.write(renderer.head())
        for start in range(first, last, CHUNK):
            ids = self.ids[name][start : min(start + CHUNK, last)]
            frame = renderer.texts(self.view.columns(name, ids), len(ids))
            for column, words in edits.items():
                here = {row - start: word or None for row, word in words.items() if start <= row < start + len(ids)}
                frame = frame.with_columns(frame[column].scatter(list(here), list(here.values())))
            out.write(renderer.written(frame))

    def _words_by_field(self, name: str) -> dict[str, dict[int, str]]:
        """By field of a delimited file and row of it: what is written there instead."""
        found: dict[str, dict[int, str]] = defaultdict(dict)
        for spot, words in self.words[name].items():
            for column, word in words.items():
                found[column][int(np.searchsorted(self.ids[name], spot.id)) + spot.copy] = word
        return found

    def _edits_by_row(self, name: str) -> list[tuple[int, str, bytes]]:
        ids = self.ids[name]
        found = [
            (int(np.searchsorted(ids, spot.id)) + spot.copy, field_, raw)
            for spot, changes in self.edits[name].items()
            for field_, raw in changes
        ]
        return sorted(found, key=lambda edit: edit[0])

    def _write_part(
        self,
        name: str,
        out: BinaryIO,
        first: int,
        last: int,
        edits: list[tuple[int, str, bytes]],
        sheet: CountSheet,
    ) -> None:
        renderer = self.renderers[name]
        if renderer.header:
            out.write(renderer.header.records(self.view.header(), 1).tobytes())
        totals = Totals(renderer)
        for start in range(first, last, CHUNK):
            ids = self.ids[name][start : min(start + CHUNK, last)]
            block = renderer.data.records(self.view.columns(name, ids), len(ids))
            for row, field_, raw in edits:
                if start <= row < start + len(ids):
                    place = renderer.data.fields[field_]
                    block[row - start, place.start : place.start + place.width] = np.frombuffer(raw, dtype=np.uint8)
            totals.add(block)
            sheet.add(name, renderer.data, block)
            block.tofile(out)
        if renderer.trailer:
            out.write(renderer.trailer.records(totals.columns(), 1).tobytes())


class Totals:
    """What the trailer says about the records before it."""

    def __init__(self, renderer: FileRenderer) -> None:
        self.data: Renderer = renderer.data
        layout: SourceFile = renderer.layout
        self.wanted = [(total.field, total.total) for total in layout.trailer.totals] if layout.trailer else []
        self.sums = [0] * len(self.wanted)

    def add(self, block: Bytes) -> None:
        """Count some records [n, length]."""
        block = self.data.in_ascii(block)
        for i, (_, word) in enumerate(self.wanted):
            if word.name == "records":
                self.sums[i] += len(block)
            elif word.name == "sum" and self.data.fields[str(word.positional)].sign:
                self.sums[i] += int(signed(block, self.data.fields[str(word.positional)]).sum())
            else:
                self.sums[i] += self._sum(block, str(word.positional))

    def _sum(self, block: Bytes, name: str) -> int:
        place = self.data.fields[name]
        figures = block[:, place.start : place.start + place.width].astype(np.int64) - 48
        figures[((figures < 0) | (figures > 9)).any(axis=1)] = 0
        return sum(int(total) * 10**power for power, total in enumerate(figures.sum(axis=0)[::-1].tolist()))

    def columns(self) -> dict[str, Column]:
        """The columns of the trailer record; a hash sum is cut to the last 18 digits."""
        told = zip(self.wanted, self.sums, strict=True)
        return {name: np.array([n if word.name == "sum" else n % 10**18]) for (name, word), n in told}
