"""Whole columns decoded at once against a reference that reads one cell after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.charset import Codepage, Text, codepage, decode_double, decode_mixed, decode_single
from migrate.charset.decode import Cells

PAGE = codepage("cp932")
GAIJI = range(0xE000, 0xF900)
LEADS = {*range(0x81, 0xA0), *range(0xE0, 0xFD)}


@dataclass
class Expected:
    values: list[str | None] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)
    gaiji: list[int] = field(default_factory=list)
    half: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    nearly: set[int] = field(default_factory=set)
    """Rows in which the last byte is blank and the one before is not: no more kanji fits, so both answers are right."""


def one(raw: bytes) -> str | None:
    """One character by Python's codec, without what cp932 does not define."""
    if raw[0] in (0x80, 0xA0, 0xFD, 0xFE, 0xFF):
        return None
    try:
        text = raw.decode("cp932")
    except UnicodeDecodeError:
        return None
    return text if len(text) == 1 else None


def singles(cell: bytes) -> list[str | None]:
    return [one(bytes([byte])) for byte in cell.rstrip(b" ")]


def pairs(cell: bytes) -> list[str | None]:
    parts = [cell[at : at + 2] for at in range(0, len(cell), 2)]
    while parts and parts[-1] in (b"\x81\x40", b"  "):
        parts.pop()
    return [one(part) if part[0] in LEADS else None for part in parts]


def mixed(cell: bytes) -> list[str | None]:
    found: list[str | None] = []
    at = 0
    while at < len(cell):
        size = 2 if cell[at] in LEADS else 1
        part = cell[at : at + size]
        found.append(one(part) if len(part) == size else None)
        at += size
    while found and found[-1] in (" ", "\u3000"):
        found.pop()
    return found


def note(expected: Expected, row: int, found: list[str | None]) -> None:
    text = None if None in found else "".join(filter(None, found))
    expected.values.append(text or None)
    if None in found:
        expected.bad.append(row)
    if any(c is not None and ord(c) in GAIJI for c in found):
        expected.gaiji.append(row)


def reference_single(cells: list[bytes]) -> Expected:
    expected = Expected()
    for row, cell in enumerate(cells):
        note(expected, row, singles(cell))
        if cell[-1:] != b" ":
            expected.full.append(row)
    return expected


def reference_mixed(cells: list[bytes]) -> Expected:
    expected = Expected()
    for row, cell in enumerate(cells):
        note(expected, row, mixed(cell))
        if cell[-2:] == b"\x81\x40" or (cell[-1:] == b" " and cell[-2:] != b"  "):
            expected.nearly.add(row)
        elif cell[-1:] != b" ":
            expected.full.append(row)
    return expected


def reference_double(cells: list[bytes]) -> Expected:
    expected = Expected()
    for row, cell in enumerate(cells):
        found = pairs(cell)
        if None in found:
            found = mixed(cell)
            if None not in found:
                expected.half.append(row)
        note(expected, row, found)
        if cell[-2:] not in (b"\x81\x40", b"  "):
            expected.full.append(row)
    return expected


def same(text: Text, expected: Expected) -> None:
    assert text.values.to_list() == expected.values
    assert text.bad.tolist() == expected.bad
    unread = set(expected.bad)
    assert set(text.gaiji.tolist()) - unread == set(expected.gaiji) - unread
    assert text.half.tolist() == expected.half
    assert [row for row in text.full.tolist() if row not in expected.nearly] == expected.full


def cells_of(rows: list[bytes], width: int) -> Cells:
    return np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), width)


KANJI = st.sampled_from([c.encode("cp932") for c in "山田髙―～ソ表予十能ァヱ　．"])
PIECES = st.one_of(
    KANJI,
    st.sampled_from([b"A", b"7", b" ", b"\xb1", b"\xb6\xde", b"\xdd"]),
    st.sampled_from([b"\x81\x40", b"\xf0\x40", b"\xf9\xfc", b"\xfb\xfc", b"\xee\xe0"]),
    st.sampled_from([b"\x81\xad", b"\x85\x40", b"\xfc\x4c"]),  # undefined pairs
    st.sampled_from([b"\x8d", b"\x81\x7f", b"\x00", b"\x01", b"\x0a", b"\x1f", b"\x7f", b"\x80", b"\xa0", b"\xff"]),
    st.binary(min_size=1, max_size=2),
)


@st.composite
def columns(draw: st.DrawFn, *, step: int) -> tuple[list[bytes], int]:
    """Cells of one width: blank, padded, full, cut in the middle of a pair, garbage."""
    width = draw(st.integers(1, 12 // step)) * step
    pads = (b" ",) if step == 1 else (b"\x81\x40", b"  ", b" ")
    filled = st.builds(
        lambda pieces, pad: (b"".join(pieces)[:width] + pad * width)[:width],
        st.lists(PIECES, max_size=8),
        st.sampled_from(pads),
    )
    blank = st.sampled_from([(pad * width)[:width] for pad in pads])
    return draw(st.lists(st.one_of(filled, filled, blank), min_size=1, max_size=30)), width


CASES: dict[str, tuple[Callable[[Cells, Codepage], Text], Callable[[list[bytes]], Expected], int]] = {
    "single": (decode_single, reference_single, 1),
    "mixed": (decode_mixed, reference_mixed, 1),
    "double": (decode_double, reference_double, 2),
}


@pytest.mark.parametrize("how", CASES)
@given(data=st.data())
def test_columns_like_cells_one_by_one(how: str, data: st.DataObject) -> None:
    decode, reference, step = CASES[how]
    rows, width = data.draw(columns(step=step))
    same(decode(cells_of(rows, width), PAGE), reference(rows))


WIDTHS = [(how, width) for how, (_, _, step) in CASES.items() for width in range(step, 13, step)]


@pytest.mark.parametrize(("how", "width"), WIDTHS)
def test_every_width_with_every_last_byte(how: str, width: int) -> None:
    """A cell of ``山`` up to its last one or two bytes, which take every value in turn."""
    decode, reference, step = CASES[how]
    body = ("山" * 6).encode("cp932")
    rows = [body[: width - 1] + bytes([byte]) for byte in range(256)]
    rows += [bytes([byte]) + (b" " if step == 1 else b"\x81\x40") * width for byte in range(256)]
    rows = [row[:width] for row in rows]
    same(decode(cells_of(rows, width), PAGE), reference(rows))


@pytest.mark.parametrize("how", CASES)
@pytest.mark.parametrize("filled", [0, 1, 3, 5, 9, 10], ids=lambda n: f"{n} of 10 filled")
def test_blank_rows_among_filled_ones(how: str, filled: int) -> None:
    decode, reference, _ = CASES[how]
    rows = ["山田".encode("cp932") + b"  "] * filled + [b"      "] * (10 - filled)
    rows = rows[5:] + rows[:5]
    same(decode(cells_of(rows, 6), PAGE), reference(rows))


@pytest.mark.parametrize("how", CASES)
def test_no_rows(how: str) -> None:
    decode, _, _ = CASES[how]
    assert decode(np.empty((0, 4), np.uint8), PAGE).values.to_list() == []


def test_a_cut_lead_byte_is_bad_in_its_cell_and_does_not_move_the_next() -> None:
    rows = [b"\x8e\x52\x93\x63", b"\x8e\x52\x8d\x20", b"\x93\x63\x8e\x52"]
    text = decode_double(cells_of(rows, 4), PAGE)
    assert text.values.to_list() == ["山田", None, "田山"]
    assert text.bad.tolist() == [1]


def test_site_gaiji_are_read_as_their_character() -> None:
    page = PAGE.with_gaiji({0xF040: ord("髙")})
    rows = [b"\xf0\x40\x93\x63", b"\xf0\x41\x93\x63"]
    for decode in (decode_double, decode_mixed):
        text = decode(cells_of(rows, 4), page)
        assert text.values.to_list() == ["髙田", "\ue001田"]
        assert text.gaiji.tolist() == [1]


def test_a_pair_that_is_none_is_no_gaiji() -> None:
    """Read in pairs ``A`` takes the wrong byte along, and F0 40 seems to be a gaiji; read as mixed text it is 昨@."""
    text = decode_double(cells_of([b"A\x8d\xf0@", b"\xf0\x40\x81\x40"], 4), PAGE)
    assert text.values.to_list() == ["A昨@", "\ue000"]
    assert (text.half.tolist(), text.gaiji.tolist(), text.bad.tolist()) == ([0], [1], [])
