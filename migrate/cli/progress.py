"""The progress bar."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from migrate.cli.session import Session
from migrate.report.texts import text

STAGES = ("stream", "publish")


@contextmanager
def progress_of(session: Session) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal; nothing off it."""
    if not session.err.is_terminal:
        yield lambda stage, done, total: None
        return
    text_columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*text_columns, TimeRemainingColumn(), console=session.err, transient=True) as bar:
        labels = {stage: text(f"stage-{stage}", session.lang) for stage in STAGES}
        tasks = {stage: bar.add_task(label, total=None, visible=False) for stage, label in labels.items()}

        def hear(stage: str, done: int, total: int) -> None:
            if stage in tasks:
                bar.update(tasks[stage], completed=done, total=total, visible=True)

        yield hear
