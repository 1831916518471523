"""Text columns as the numbers of their letters, and back."""

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Lengths = npt.NDArray[np.int64]
LAST = 0xFFFF
"""The last code point that one number of 16 bits holds."""


def numbers_of(values: pl.Series) -> tuple[npt.NDArray[np.uint16], Lengths] | None:
    """Code points of all values behind each other, and letters a value; None where a letter takes more than 16 bits."""
    lengths = values.str.len_chars().fill_null(0).to_numpy().astype(np.int64)
    text = values.to_arrow(compat_level=pl.CompatLevel.oldest())
    at = np.frombuffer(text.buffers()[1], dtype=np.int64)[text.offset : text.offset + len(values) + 1]
    data = memoryview(text.buffers()[2] or b"")[at[0] : at[-1]]
    codes = np.frombuffer(str(data, "utf-8").encode("utf-16-le"), dtype="<u2")
    return (codes, lengths) if codes.size == lengths.sum() else None


def text_of(codes: Codes, lengths: Lengths, filled: npt.NDArray[np.bool_]) -> pl.Series:
    """Code points behind each other and letters a value → a String series; what is not ``filled`` is null."""
    offsets = np.zeros(lengths.size + 1, dtype=np.int64)
    if codes.size == 0 or (int(codes.min()) >= 0x800 and int(codes.max()) <= LAST):
        np.cumsum(lengths * 3, out=offsets[1:])
        data = np.empty((codes.size, 3), dtype=np.uint8)
        data[:, 0] = 0xE0 | (codes >> 12)
        data[:, 1] = 0x80 | ((codes >> 6) & 0x3F)
        data[:, 2] = 0x80 | (codes & 0x3F)
        buffer = pa.py_buffer(data)
    else:
        sizes = np.zeros(codes.size + 1, dtype=np.int64)
        long = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800)
        np.cumsum(long + (codes > LAST) if codes.itemsize > 2 else long, out=sizes[1:])
        offsets[1:] = sizes[np.cumsum(lengths)]
        codec = f"utf-{codes.itemsize * 8}-le"
        text = codes.astype(f"<u{codes.itemsize}").tobytes().decode(codec, "surrogatepass")
        buffer = pa.py_buffer(text.encode("utf-8", "surrogatepass"))
    valid = pa.py_buffer(np.packbits(filled, bitorder="little"))
    array = pa.LargeStringArray.from_buffers(lengths.size, pa.py_buffer(offsets), buffer, valid)
    return pl.Series(pl.from_arrow(array))
