"""Numbers with a check digit: 宛名番号, 世帯番号, 個人番号, 住民票コード, 法人番号, 団体コード; random unique ones."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]


def _weighted(numbers: Ints, weights: tuple[int, ...]) -> Ints:
    """Sum of digit × weight, the first weight at the last digit. ``numbers`` [n] → [n]."""
    rest, total = numbers.copy(), np.zeros_like(numbers)
    for weight in weights:
        total += rest % 10 * weight
        rest //= 10
    return total


def with_mynumber_digit(numbers: Ints) -> Ints:
    """11 digits (個人番号) or 10 (住民票コード) → with the check digit behind: 11 − Σ mod 11, 0 where Σ mod 11 ≤ 1."""
    rest = _weighted(numbers, (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)) % 11
    return numbers * np.int64(10) + np.where(rest <= 1, 0, 11 - rest)


def with_hojin_digit(numbers: Ints) -> Ints:
    """12 digits → 法人番号 of 13, the check digit before them: 9 − Σ mod 9."""
    return numbers + (9 - _weighted(numbers, (1, 2) * 6) % 9) * np.int64(10**12)


def with_dantai_digit(code: int) -> int:
    """Five digits of a municipality → six."""
    total = int(_weighted(np.array([code]), (2, 3, 4, 5, 6))[0])
    return code * 10 + (11 - total % 11) % 10


def serial_numbers(count: int, first: int) -> Ints:
    """``count`` rising numbers with a check digit modulo 11, weights 2–7; a serial that leaves 1 is never given out."""
    serials = first + np.arange(count + count // 5 + 40, dtype=np.int64)
    rest = _weighted(serials, (2, 3, 4, 5, 6, 7) * 2) % 11
    serials, rest = serials[rest != 1], rest[rest != 1]
    return np.asarray(serials * 10 + np.where(rest == 0, 0, 11 - rest))[:count]


def unique_numbers(rng: np.random.Generator, count: int, digits: int) -> Ints:
    """``count`` different random numbers of ``digits`` digits, none beginning with 0, in random order."""
    low, high = 10 ** (digits - 1), 10**digits
    drawn = np.unique(rng.integers(low, high, size=count + count // 50 + 20))
    if len(drawn) < count:
        raise ValueError("too many numbers for so few digits")
    chosen: Ints = rng.permutation(drawn)[:count]
    return chosen
