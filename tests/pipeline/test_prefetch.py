"""Items are made ahead in a thread: in their order, few at a time, and nothing is left behind."""

import threading
from collections.abc import Generator
from contextlib import closing

import pytest

from migrate.pipeline.prefetch import Prefetch, Room

SOON = 10


class Made:
    """Numbers, with what happened while they were made."""

    def __init__(self, count: int, *, fails: bool = False) -> None:
        self.begun: list[int] = []
        self.enough, self.closed = threading.Event(), threading.Event()
        self._count, self._fails = count, fails

    def items(self) -> Generator[int, None, None]:
        try:
            for number in range(self._count):
                self.begun.append(number)
                self.enough.set()
                yield number
            if self._fails:
                raise OSError("no more")
        finally:
            self.closed.set()


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.daemon}


def test_items_come_in_their_order() -> None:
    made = Made(100)
    with closing(Prefetch(made.items())) as ahead:
        assert list(ahead) == list(range(100))
        assert list(ahead) == []
    assert made.closed.is_set()


def test_one_item_is_made_before_it_is_asked_for_and_the_next_when_it_is_taken() -> None:
    made = Made(100)
    with closing(Prefetch(made.items())) as ahead:
        for number in range(3):
            assert made.enough.wait(SOON)
            assert not made.closed.wait(0.02)
            assert made.begun == [*range(number + 1)]
            made.enough.clear()
            assert next(ahead) == number


def test_an_error_comes_out_where_it_belongs() -> None:
    made = Made(2, fails=True)
    with closing(Prefetch(made.items())) as ahead:
        assert [next(ahead), next(ahead)] == [0, 1]
        with pytest.raises(OSError, match="no more"):
            next(ahead)
        assert list(ahead) == []


def test_what_is_not_read_to_its_end_is_closed_and_its_thread_gone() -> None:
    before, made = threads(), Made(100)
    with closing(Prefetch(made.items())) as ahead:
        assert next(ahead) == 0
        assert threads() - before
    assert made.closed.is_set()
    assert threads() == before


def test_one_behind_another_ends_with_it() -> None:
    before, made = threads(), Made(100)
    with closing(Prefetch(made.items())) as read:

        def doubled() -> Generator[int, None, None]:
            for number in read:
                yield 2 * number

        with closing(Prefetch(doubled())) as worked:
            assert [next(worked), next(worked)] == [0, 2]
    assert made.closed.is_set()
    assert threads() == before


def test_no_more_are_under_way_than_there_is_room_for() -> None:
    made, room = Made(6), Room(2)

    def entered() -> Generator[int, None, None]:
        numbers = made.items()
        while True:
            room.enter()
            number = next(numbers, None)
            if number is None:
                return
            yield number

    with closing(Prefetch(entered())) as read, closing(Prefetch(number for number in read)) as worked, room:
        for number in range(4):
            assert next(worked) == number
            assert not made.closed.wait(0.05)
            assert made.begun == [*range(number + 2)]
            room.leave()
        room.leave()
        room.leave()
        assert list(worked) == [4, 5]


def test_after_an_error_nobody_waits_for_room() -> None:
    before, made, room = threads(), Made(100), Room(2)

    def entered() -> Generator[int, None, None]:
        for number in made.items():
            yield number
            room.enter()

    def fail() -> None:
        with closing(Prefetch(entered())) as read, closing(Prefetch(number for number in read)) as worked, room:
            assert [next(worked), next(worked), next(worked)] == [0, 1, 2]
            raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        fail()
    assert threads() == before
