"""The next batch is read and decoded in a thread while this one is worked on."""

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

Item = TypeVar("Item")


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def prefetch(items: Iterator[Item], *, ahead: int = 1) -> Iterator[Item]:
    """The same items in the same order, at most ``ahead`` of them made early; errors come out where they belong."""
    made: queue.Queue[Item | _End] = queue.Queue(maxsize=ahead)
    stop = threading.Event()

    def work() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                while not stop.is_set():
                    try:
                        made.put(item, timeout=0.1)
                        break
                    except queue.Full:
                        continue
                if stop.is_set():
                    return
        except BaseException as caught:  # handed to the consumer, who raises it
            error = caught
        while not stop.is_set():
            try:
                made.put(_End(error), timeout=0.1)
                return
            except queue.Full:
                continue

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        while True:
            item = made.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stop.set()
        worker.join()
