"""Tables for the terminal: a head, no lines but one, numbers to the right."""

from rich import box
from rich.table import Table

from migrate.errors import Lang
from migrate.report.texts import text


def grid(lang: Lang, *columns: str, title: str | None = None) -> Table:
    """An empty table; a column is a key of ``texts.toml`` (``head-<name>``): ``>`` for numbers, ``~`` may be folded."""
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for name in columns:
        label = text(f"head-{name.lstrip('>~')}", lang)
        right, folded = name.startswith(">"), name.startswith("~")
        table.add_column(label, justify="right" if right else "left", overflow="fold", no_wrap=not folded)
    return table


def number(value: int | None) -> str:
    """With commas; a dash for nothing to count."""
    return "-" if value is None else f"{value:,}"


def tick(holds: bool) -> str:
    """Agrees or not."""
    return "✓" if holds else "✗"


def share(part: float) -> str:
    """A part of one per hundred: ``100.0%`` is all, ``0.0%`` nothing, however little is missing or there."""
    near = f"{part:.1%}"
    if near == "100.0%" and part < 1:
        return "99.9%"
    return "0.1%" if near == "0.0%" and part > 0 else near
