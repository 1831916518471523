"""The count sheet of a host: sums of amounts by the fields they belong to, as its own figures say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import polars as pl

from migrate.synth.render import Bytes, Renderer, signed

Keys: TypeAlias = tuple[tuple[str, str, Mapping[str, str]], ...]


@dataclass(frozen=True)
class SheetSum:
    """Sums of ``amount`` over the records of ``file``, under ``name``; each of ``keys`` is what the sheet calls a
    field, the field, and what it calls its values. Records with the value ``left_out`` in a field are not counted."""

    name: str
    file: str
    amount: str
    keys: Keys
    left_out: tuple[str, str] | None = None


@dataclass
class CountSheet:
    """Takes records as they are written; an amount that is no number counts as nothing."""

    sums: Iterable[SheetSum]
    totals: Counter[str] = field(default_factory=Counter)

    def add(self, file: str, renderer: Renderer, block: Bytes) -> None:
        """Some records of a file [n, length]."""
        block = renderer.in_ascii(block)
        for wanted in self.sums:
            if wanted.file != file:
                continue
            rows = np.arange(len(block))
            if wanted.left_out:
                name, value = wanted.left_out
                rows = rows[_texts(renderer, block, name) != value]
            cells = {field_: _texts(renderer, block[rows], field_) for _, field_, _ in wanted.keys}
            amounts = pl.DataFrame({**cells, "_sum": signed(block[rows], renderer.fields[wanted.amount])})
            for *values, amount in amounts.group_by(list(cells)).sum().iter_rows():
                told = [f"{key}={codes.get(v, v)}" for (key, _, codes), v in zip(wanted.keys, values, strict=True)]
                self.totals[" ".join([wanted.name, *told])] += amount

    def text(self) -> str:
        """Lines of name, expected."""
        lines = [f"{name},{total}" for name, total in sorted(self.totals.items())]
        return "\r\n".join(["name,expected", *lines, ""])


def _texts(renderer: Renderer, block: Bytes, name: str) -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    place = renderer.fields[name]
    cells = np.ascontiguousarray(block[:, place.start : place.start + place.width])
    return np.char.decode(cells.view(f"S{place.width}").reshape(-1), "ascii", "replace")
