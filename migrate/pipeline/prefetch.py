"""The next item is made in a thread while this one is worked on."""

import queue
import threading
from collections.abc import Generator, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class Prefetch(Iterator[Item], Generic[Item]):
    """The items of a generator in their order, at most ``ahead`` of them waiting and one in the making, from now on;
    errors come out where they belong. What is not read to its end is closed."""

    def __init__(self, items: Generator[Item, None, None], *, ahead: int = 1) -> None:
        self._items = items
        self._made: queue.Queue[Item | _End] = queue.Queue(maxsize=ahead)
        self._stop = threading.Event()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def __next__(self) -> Item:
        if self._stop.is_set():
            raise StopIteration
        item = self._made.get()
        if isinstance(item, _End):
            self.close()
            raise StopIteration if item.error is None else item.error
        return item

    def close(self) -> None:
        """Nothing more is made; the generator is closed, and its thread is gone."""
        self._stop.set()
        self._worker.join()

    def _work(self) -> None:
        error: BaseException | None = None
        try:
            for item in self._items:
                if not self._hand_over(item):
                    return
        except BaseException as caught:  # handed to the consumer, who raises it
            error = caught
        finally:
            self._items.close()
        self._hand_over(_End(error))

    def _hand_over(self, item: Item | _End) -> bool:
        while not self._stop.is_set():
            try:
                self._made.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False
