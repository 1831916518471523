"""Work handed to one background thread, in order, a few pieces ahead at the most."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Worker:
    """Runs pieces of work one after the other beside the caller; an error comes out at the next piece or at
    ``drain``."""

    def __init__(self, *, ahead: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._room = threading.Semaphore(ahead)
        self._last: Future[Any] | None = None
        self._error: BaseException | None = None

    def submit(self, work: Callable[[], None]) -> None:
        """Queue a piece of work; waits while too much is queued."""
        self._room.acquire()
        self._raise()
        self._last = self._pool.submit(self._run, work)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            if self._error is None:
                work()
        except BaseException as error:  # raised in the thread that hands in work
            self._error = error
        finally:
            self._room.release()

    def drain(self) -> None:
        """Wait until everything is done."""
        if self._last is not None:
            self._last.result()
        self._raise()

    def close(self) -> None:
        """Wait for what runs and let the thread go."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
