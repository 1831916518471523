"""Names and numbers."""

import sys
import unicodedata

import numpy as np
import pytest

from migrate.synth import NamesMissing, foreign, names
from migrate.synth.numbers import serial_numbers, unique_numbers, with_dantai_digit, with_mynumber_digit


def test_names_survive_cp932() -> None:
    tables = names.load()
    for table in (tables.family, tables.given):
        text = "".join(table.kanji.to_list())
        assert text.encode("cp932").decode("cp932") == text
        assert unicodedata.normalize("NFC", text) == text
        assert len(text.encode("shift_jis")) == 2 * len(text)
        kana = "".join(table.kana.to_list())
        assert len(kana.encode("cp932")) == len(kana)
        assert not set(kana) & set("ｧｨｩｪｫｬｭｮｯ")
        assert table.weight.sum() == pytest.approx(1)
    assert 0 < tables.women < len(tables.given.kanji)


def test_foreign_names_are_whole() -> None:
    tables = foreign.load()
    for index, romaji in enumerate(tables.romaji):
        assert romaji.isascii()
        assert len(tables.written(index).encode("cp932")) == 2 * len(tables.written(index)) <= 80
        assert len(tables.kana[index].encode("cp932")) <= 60


def test_missing_names_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "japanese_personal_name_dataset", None)
    with pytest.raises(NamesMissing, match=r"pip install migrate-chukan\[synth\]"):
        names.load.__wrapped__()


def test_check_digits() -> None:
    assert with_mynumber_digit(np.array([62149832025, 98320567321, 12345678901])).tolist() == [
        621498320257,
        983205673214,
        123456789018,
    ]
    assert [with_dantai_digit(code) for code in (1100, 1000, 13101)] == [11002, 10006, 131016]


def test_serial_numbers_skip_what_has_no_digit() -> None:
    numbers = serial_numbers(500, 100_001)
    assert len(np.unique(numbers)) == 500
    serials = numbers // 10
    assert (np.diff(serials) >= 1).all()
    assert serials[-1] - serials[0] > 499


def test_unique_numbers() -> None:
    numbers = unique_numbers(np.random.default_rng(1), 5000, 10)
    assert len(np.unique(numbers)) == 5000
    assert (numbers >= 10**9).all()
    with pytest.raises(ValueError, match="too many"):
        unique_numbers(np.random.default_rng(1), 1000, 2)
