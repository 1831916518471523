"""The next item is made in a thread while this one is worked on, and no more are under way than there is room for."""

import queue
import threading
from collections.abc import Generator, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")


class Room:
    """Room for so many large items between where they are made and where they are handed over.

    Threads that are one behind another hold an item each, and more where one waits for the other: how many depends on
    which is the slowest, and over a long run each of them will be for a while. Whoever uses a room leaves it as a
    context; after an error nobody waits in it.
    """

    def __init__(self, items: int) -> None:
        self._items = items
        self._free = threading.Semaphore(items)

    def enter(self) -> None:
        """Before an item is made; waits while there is no room."""
        self._free.acquire()

    def leave(self) -> None:
        """An item was handed over, or none was made."""
        self._free.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self._free.release(self._items)


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class Prefetch(Iterator[Item], Generic[Item]):
    """The items of a generator in their order, from now on; errors come out where they belong.

    One item is made ahead, and the next one only when that is taken: items are large, and nobody here or in the
    generators of the run holds one while the next is made. What is not read to its end is closed.
    """

    def __init__(self, items: Generator[Item, None, None]) -> None:
        self._items = items
        self._made: queue.SimpleQueue[Item | _End] = queue.SimpleQueue()
        self._taken, self._stop = threading.Semaphore(0), threading.Event()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def __next__(self) -> Item:
        if self._stop.is_set():
            raise StopIteration
        item = self._made.get()
        self._taken.release()
        if isinstance(item, _End):
            self.close()
            raise StopIteration if item.error is None else item.error
        return item

    def close(self) -> None:
        """Nothing more is made; the generator is closed, and its thread is gone."""
        self._stop.set()
        self._taken.release()
        self._worker.join()

    def _work(self) -> None:
        error: BaseException | None = None
        try:
            for item in self._items:
                self._made.put(item)
                del item
                self._taken.acquire()
                if self._stop.is_set():
                    break
        except BaseException as caught:  # handed to the consumer, who raises it
            error = caught
        finally:
            self._items.close()
            self._made.put(_End(error))
