"""Standard tables read back: the rows of a file in the physical form of a profile, as text columns, block by block."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from migrate.io.delimited import (
    BOM,
    HEADER_BYTES,
    DelimitedForm,
    TextBlock,
    cells_of,
    is_blank,
    read_text_blocks,
    text_columns,
)
from migrate.io.framing import FileRefused, Tally
from migrate.io.tables import Form


@dataclass(frozen=True, slots=True)
class TableRows:
    """A table in a file; ``columns`` are its items in the order of the file, by their romaji key."""

    path: Path
    form: Form
    columns: tuple[str, ...]

    @classmethod
    def open(cls, path: Path, form: Form) -> "TableRows":
        """The columns from the header, where the form has one; a name that the form does not know stays as it is.

        FileRefused where a column stands twice, none is known, or lines end in CR alone.
        """
        names = tuple(field.name for field in form.fields)
        if form.profile.header == "none":
            return cls(path, form, names)
        with path.open("rb") as file:
            line = file.readline(HEADER_BYTES).removeprefix(b"" if form.codec == "cp932" else BOM)
        if b"\r" in line.rstrip(b"\r\n"):
            raise FileRefused("F-LINE-END", record=1)  # what follows may be values, too
        found = _cells(line, form)
        known = {(f.ja if form.profile.header == "ja" else f.name): f.name for f in form.fields}
        if known.keys().isdisjoint(found):
            raise FileRefused("F-HEADER-MISSING", record=1)  # what stands there may be values: never quote it
        _refuse_columns((), (), sorted({name for name in found if found.count(name) > 1}))
        return cls(path, form, tuple(known.get(name, name) for name in found))

    def refuse_other_columns(self) -> None:
        """FileRefused where the columns are not just those of the form, in whatever order."""
        names = [field.name for field in self.form.fields]
        missing = [name for name in names if name not in self.columns]
        extra = [name for name in self.columns if name not in names]
        _refuse_columns(missing, extra, ())

    def read(self, *, batch_bytes: int) -> Iterator[pl.DataFrame]:
        """Rows in the order of the file, every column as text; empty is null. FileRefused where one has too many or
        too few fields, or is not in the form's encoding."""
        for block, skip in self._blocks(batch_bytes):
            frame = self._parse(block, skip)
            if frame.height:
                yield frame

    def firsts(self, name: str, *, batch_bytes: int) -> Iterator[str | None]:
        """One item of the first row of each block that :meth:`read` gives for the same number of bytes."""
        at = self.columns.index(name)
        for block, skip in self._blocks(batch_bytes):
            if block.starts.size > skip:
                cells = _cells(block.record(skip), self.form)
                yield cells[at] if at < len(cells) and cells[at] else None

    def _blocks(self, batch_bytes: int) -> Iterator[tuple[TextBlock, int]]:
        form = DelimitedForm(delimiter=ord(self.form.profile.delimiter), bom=self.form.codec != "cp932")
        head = 0 if self.form.profile.header == "none" else 1
        for block in read_text_blocks(self.path, form, batch_bytes=batch_bytes, tally=Tally()):
            yield block, head if block.first_record == 1 else 0

    def _parse(self, block: TextBlock, skip: int) -> pl.DataFrame:
        blank = is_blank(block) if len(self.columns) > 1 else block.lengths < 0
        wrong = ((block.delimiters != len(self.columns) - 1) | block.crooked) & ~blank
        if wrong[skip:].any():
            record = block.first_record + skip + int(wrong[skip:].argmax())
            raise FileRefused("F-TABLE-FIELDS", record=record, expected=len(self.columns))
        rows = skip + np.flatnonzero(~blank[skip:])
        if not rows.size:
            return pl.DataFrame(schema=dict.fromkeys(self.columns, pl.String))
        data = block.joined(rows)
        try:
            text = data.decode(self.form.codec)
        except UnicodeDecodeError:
            raise FileRefused("F-TABLE-ENCODING", record=block.first_record, encoding=self.form.codec) from None
        data = text.encode() if self.form.codec == "cp932" else data
        frame = text_columns(data, self.columns, self.form.profile.delimiter)
        if frame.height != rows.size:
            raise FileRefused("F-QUOTE", begins=block.first_record)
        return frame


def _cells(record: bytes, form: Form) -> list[str]:
    return cells_of(record.rstrip(b"\r\n").decode(form.codec, "replace"), form.profile.delimiter)


def _refuse_columns(missing: Sequence[str], extra: Sequence[str], double: Sequence[str]) -> None:
    if missing or extra or double:
        told = [", ".join(names) or "—" for names in (missing, extra, double)]
        raise FileRefused("F-COLUMNS", record=1, missing=told[0], extra=told[1], double=told[2])
