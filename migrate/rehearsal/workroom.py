"""A place on disk for rows that do not fit into memory: under the lock of an output folder, gone when it closes."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from migrate.io.publish import RunFolder, locked


class Workroom:
    """``OUT/.run-<token>/staging`` (0700), made when it is first asked for; what a kill leaves is cleared by the next
    run."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._stack = ExitStack()
        self._folder: Path | None = None

    def __enter__(self) -> "Workroom":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def folder(self) -> Path:
        """The folder; Locked where another command works in ``OUT``."""
        if self._folder is None:
            self._stack.enter_context(locked(self._out))
            made = RunFolder.open(self._out)
            self._stack.callback(made.abandon)
            self._folder = made.staging()
        return self._folder
