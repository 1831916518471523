"""Who always has something to do is not asked any more, and who is asked is told right."""

from collections.abc import Hashable

import polars as pl

from migrate.vocab.quiet import PATIENCE, Asked

BATCHES = [pl.DataFrame({"a": ["x", "y"]}), pl.DataFrame({"a": ["y"]})]


def told(asked: Asked, frame: pl.DataFrame) -> frozenset[Hashable]:
    never = [~pl.col("a").str.contains(letter).any() for letter in "xyz"]
    return asked.quiet(frame, {"x": never[0], "y": never[1], "z": never[2], "untested": None})


def test_those_with_nothing_to_do_are_named() -> None:
    assert [told(Asked(), frame) for frame in BATCHES] == [{"z"}, {"x", "z"}]
    assert told(Asked(), BATCHES[0].clear()) == frozenset()


def test_who_had_something_to_do_in_every_batch_of_late_is_not_asked() -> None:
    asked, looks = Asked(), []

    def noted(values: pl.Series) -> bool:
        looks.append(len(values))
        return False

    test = pl.col("a").map_batches(noted, return_dtype=pl.Boolean, returns_scalar=True)
    for _ in range(PATIENCE + 4):
        assert asked.quiet(BATCHES[0], {"busy": test}) == frozenset()
    assert len(looks) == PATIENCE


def test_who_had_nothing_to_do_once_is_asked_on() -> None:
    asked = Asked()
    for _ in range(PATIENCE - 1):
        assert told(asked, BATCHES[0]) == {"z"}
    assert told(asked, BATCHES[1]) == {"x", "z"}
    assert told(asked, BATCHES[0]) == {"z"}
    assert told(asked, BATCHES[1]) == {"x", "z"}
