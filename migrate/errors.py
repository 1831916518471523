"""What can go wrong outside the data: the definition, the command, the input, the machine, or we ourselves.

Trouble is a collection of problems. A problem is a code and facts; its sentence stands in ``messages/*.toml``, in
Japanese and English. Facts are definition text, names and numbers, never a value of a resident.
"""

import difflib
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import ClassVar, Literal, TypeAlias

Lang: TypeAlias = Literal["ja", "en"]

GUESS = "guess"
"""The fact that holds a nearby name; where it is filled the hint begins with it."""
MAX_FACT = 160
FORMATTER = string.Formatter()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``line`` and ``col`` count from 1; ``file`` is named as the user knows it."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    col: int | None = None

    @property
    def place(self) -> str:
        """``file:line:col``, as far as known."""
        return ":".join(str(part) for part in (self.file, self.line, self.col) if part is not None)


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the catalogue: the sentence and the hint of one code, with ``{facts}`` to fill in."""

    ja: str
    en: str
    ja_hint: str = ""
    en_hint: str = ""


class MigrateError(Exception):
    """Trouble that ends the command, with everything that is known to be wrong."""

    exit_code: ClassVar[int] = 4

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(render(problem, "ja") for problem in self.problems)


class DefinitionErrors(MigrateError):
    """The definition files are wrong: every problem of every file, ordered by place."""

    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*sorted(problems, key=lambda p: (p.file or "", p.line or 0, p.col or 0, p.code)))


class UsageError(MigrateError):
    """The command was given something it cannot use."""

    exit_code = 2


class InputRefused(MigrateError):
    """The files received are not the files that the source describes."""

    exit_code = 3


class InternalError(MigrateError):
    """We are wrong: a state that must not occur."""

    exit_code = 4


class EnvironmentTrouble(MigrateError):
    """The machine is in the way: disk full, no permission, locked."""

    exit_code = 5


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like ``name``; empty if none is near."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")


@cache
def catalogue() -> Mapping[str, Message]:
    """Every message by its code."""
    messages: dict[str, Message] = {}
    for entry in sorted((files("migrate") / "messages").iterdir(), key=lambda path: path.name):
        if entry.name.endswith(".toml"):
            for code, texts in tomllib.loads(entry.read_text(encoding="utf-8")).items():
                messages[code] = Message(**texts)
    return messages


def render(problem: Problem, lang: Lang) -> str:
    """``file:line:col: CODE sentence``, and the hint on an indented line; a code without an entry shows its facts."""
    head = f"{_shown(problem.place)}: {problem.code}" if problem.place else problem.code
    sentence, hint = told(problem, lang)
    text = f"{head} {sentence}".rstrip()
    return f"{text}\n  {hint}" if hint else text


def told(problem: Problem, lang: Lang) -> tuple[str, str]:
    """The sentence and the hint, filled in; the bare facts of a code without an entry."""
    message = catalogue().get(problem.code)
    if message is None:
        return ", ".join(f"{name}={_shown(value)}" for name, value in problem.facts.items()), ""
    sentence, hint = (message.ja, message.ja_hint) if lang == "ja" else (message.en, message.en_hint)
    if problem.facts.get(GUESS):
        near = catalogue()[GUESS.upper()]
        hint = " ".join(filter(None, (near.ja if lang == "ja" else near.en, hint)))
    facts_ = _Facts({name: _shown(value) for name, value in problem.facts.items()})
    return FORMATTER.vformat(sentence, (), facts_), FORMATTER.vformat(hint, (), facts_)


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _shown(text: str) -> str:
    """Safe to print on one line: no control characters, not endless."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return plain if len(plain) <= MAX_FACT else plain[: MAX_FACT - 1] + "…"
