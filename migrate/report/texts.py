"""Labels and sentences of summaries and tables, in Japanese and English: ``FILES``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from migrate.errors import FORMATTER, Lang

FILES = ("texts.toml", "rehearsal.toml", "fixes.toml", "report.toml")


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key and language."""
    found: dict[str, Mapping[str, str]] = {}
    for name in FILES:
        found |= tomllib.loads((files("migrate.report") / name).read_text(encoding="utf-8"))
    return found


def text(key: str, lang: Lang, /, **facts: object) -> str:
    """One text with its ``{facts}`` filled in; KeyError for a key that is not in the table."""
    return FORMATTER.vformat(texts()[key][lang], (), facts)
