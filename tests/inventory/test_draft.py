"""The draft of an undocumented fixed file."""

from pathlib import Path

import numpy as np
import pytest

from migrate.inventory.draft_file import draft_text, layout_name
from migrate.inventory.fields import Types, drafted, types_of
from migrate.inventory.grid import Cells
from migrate.inventory.profile import fixed_shape, sample_fields
from migrate.spec.source import SourceFile
from migrate.spec.yamltext import parse
from tests.drafts import drafted_town
from tests.towns import Towns, juki


def cells(records: list[bytes]) -> Cells:
    return np.frombuffer(b"".join(records), dtype=np.uint8).reshape(len(records), -1)


def starts(records: list[bytes]) -> list[int]:
    return [one.at for one in drafted(cells(records), None)]


def test_most_boundaries_of_a_hidden_layout_are_found(towns: Towns) -> None:
    """Measured, not promised: ``python -m tests.drafts`` prints it for each file."""
    found = list(drafted_town(juki(), towns.town(300).inputs))
    right = sum(one.right for one in found)
    assert len(found) >= 6
    assert right / sum(one.true for one in found) >= 0.9
    assert right / sum(one.drafted for one in found) >= 0.9


def test_the_draft_is_a_layout(towns: Towns) -> None:
    path = towns.town(300).inputs / "KOJIN.DAT"
    encoding, shape = fixed_shape(path)
    assert shape is not None
    fields, types, looked = sample_fields(path, encoding, shape)
    text = draft_text(path, "kojin", shape, fields, types, looked)
    file = SourceFile.model_validate(parse(path, text.encode()).data)
    at = 1
    for field in file.fields:
        assert field.at == at
        at += field.width
    assert file.record is not None
    assert at - 1 == file.record.length == 1200
    assert file.types is not None
    assert (file.types.header, file.types.data, file.types.trailer) == ("1", "2", "9")
    birth = next(field for field in file.fields if field.at == 250)
    assert birth.date is not None
    assert birth.date.form == "GYYMMDD"
    assert all(field.note and field.note.startswith("確度 ") for field in file.fields)


@pytest.mark.parametrize("noise", range(3))
def test_where_padding_ends_a_field_begins(noise: int) -> None:
    letters = np.random.default_rng(noise).integers(3, 9, 400)
    records = [b"A" * int(n) + b" " * (12 - int(n)) + b"B" * int(n) + b" " * (12 - int(n)) for n in letters]
    assert starts(records) == [1, 13]
    assert "after-blanks" in drafted(cells(records), None)[1].why


def test_dates_are_seen_among_digits() -> None:
    rows = range(400)
    records = [f"{n:06}3{n % 60 + 1:02}{n % 12 + 1:02}{n % 28 + 1:02}{n % 3}".encode() for n in rows]
    (window,) = [one for one in drafted(cells(records), None) if one.date]
    assert (window.at, window.width, window.date) == (7, 7, "GYYMMDD")


def test_a_character_of_two_bytes_is_never_cut() -> None:
    names = ["田中　太郎", "長谷川　花子", "林　太郎"]
    records = [f"{n:04}{names[n % 3]:　<10}".encode("cp932") for n in range(300)]
    found = drafted(cells(records), None)
    assert [(one.at, one.width, one.type) for one in found] == [(1, 4, "9"), (5, 20, "N")]


def test_signed_numbers_end_with_their_sign() -> None:
    """The sign of a zoned number stands in its last byte, as a letter or a brace."""
    tens, ones = np.random.default_rng(1).integers(0, 9999, 400), np.random.default_rng(2).integers(0, 10, 400)
    records = [f"{n:05}{'{ABCDEFGHI'[m]}{n * 7 % 10007:06}".encode() for n, m in zip(tens, ones, strict=True)]
    first, second = drafted(cells(records), None)
    assert (first.width, first.type, first.sign) == (6, "S9", "overpunch")
    assert (second.at, second.type) == (7, "9")


def test_years_are_seen_among_digits() -> None:
    records = [f"{n * 7919 % 100_000:05}{2020 + n % 6}{n * 31 % 997:03}".encode() for n in range(400)]
    assert [one.at for one in drafted(cells(records), None)] == [1, 6, 10]


def test_record_types() -> None:
    rows = [b"2" + b"%05d" % n for n in range(50)]
    assert types_of(cells([b"1     ", *rows, b"9     "])) == Types("1", "2", "9")
    assert types_of(cells([*rows, b"9     "])) == Types(None, "2", "9")
    assert types_of(cells(rows)) is None
    assert types_of(cells([b"1     ", *rows, b"3     ", *rows, b"9     "])) is None


def test_names_of_layouts() -> None:
    assert layout_name(Path("KOJIN-01.yaml")) == "kojin_01"
    assert layout_name(Path("2024.yaml")) == "file_2024"
