"""One table of words: a word is a decorated function, its signature the argument schema, its docstring the manual."""

import inspect
import re
import typing
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, NewType, TypeAlias, TypeVar

import polars as pl

from migrate.evidence import Evidence
from migrate.vocab.listed import holds_one_of
from migrate.vocab.places import Places

Field = NewType("Field", str)
"""An argument that names an item of the table (or a field of the source file, in a mapping)."""
DateField = NewType("DateField", str)
"""A ``Field`` that must be a date: the word reads its daykey."""
Table = NewType("Table", str)
"""An argument that names a standard table."""
When: TypeAlias = Mapping[str, tuple[str, ...]]
"""An argument ``{field: [values]}``: true where every named field holds one of its values."""

Count = NewType("Count", int)
"""An argument that is a whole number from 1."""
Char = NewType("Char", str)
"""An argument that is exactly one character, and no control, private use or combining one."""
Pattern = NewType("Pattern", str)
"""An argument that is a regular expression (Rust syntax: no look-around, no back references; linear time) of at most
``MAX_PATTERN`` characters."""
MAX_PATTERN = 500
AsOf = NewType("AsOf", int)
"""Not an argument: the daykey of the 基準日, given by the engine (``Bound.with_as_of``)."""
UnitKey = NewType("UnitKey", str)
"""Not an argument: the key item of the system's unit, given by the engine (``Bound.with_unit``)."""


@dataclass(frozen=True, slots=True)
class History:
    """Not an argument: which rows of a unit's history the source delivers, given by the engine
    (``Bound.with_history``): ``all``, the ``latest``, or those in force on the day ``since`` (a daykey) or later."""

    kept: Literal["all", "since", "latest"] = "all"
    since: int = 0

    @property
    def whole(self) -> bool:
        """All of it."""
        return self.kept == "all"


ALL_HISTORY = History()
NO_PLACES = Places()
"""What a source without a table of places has."""

Kind: TypeAlias = Literal["op", "check", "relation", "across", "control"]
Column: TypeAlias = Literal["text", "date", "any"]
Quiet: TypeAlias = Callable[..., pl.Expr]
Idle: TypeAlias = Callable[..., bool]
Clue: TypeAlias = str | Callable[..., str]
Replaced: TypeAlias = Mapping[str, str]
Function_ = TypeVar("Function_", bound=Callable[..., Any])


@dataclass(eq=False)
class WordError(Exception):
    """A word that cannot be bound: a code of the message catalogue, and its facts."""

    code: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Traits:
    """What an engine may know about a word beside its signature.

    ``column`` is what a check reads (ops: text). ``nulls``: the op declares that it makes null of a value. ``quiet``
    takes what the word takes and gives one Boolean for a whole batch: True = the op would change, or the check would
    fail, no value of it. It may be False in error, never True. Ask for it in an eager select: a streaming query runs it
    on one thread. Only words have it that cost clearly more (a tenth to two thirds of the word, by column).
    ``idle`` says the same from what is known about the column, at no cost. ``clue`` is a regular expression that every
    text has a match for that the check fails, without anchors, or a function of the check's arguments that gives one; a
    check that has one needs no ``quiet``. ``table``: the op replaces these
    texts, the first listed of two that fit, then does ``rest``, and nothing else; a function of the op's arguments
    where they decide the table, or that it does more (None). ``strips``: the op removes these characters at both
    ends, and does nothing else.
    """

    column: Column = "text"
    nulls: bool = False
    quiet: Quiet | None = None
    idle: Idle | None = None
    clue: Clue | None = None
    table: Replaced | Callable[..., Replaced | None] | None = None
    rest: Callable[[pl.Expr], pl.Expr] | None = None
    strips: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One word: its kind, the function behind it, its traits."""

    name: str
    kind: Kind
    function: Callable[..., Any]
    traits: Traits = Traits()

    @property
    def arguments(self) -> dict[str, inspect.Parameter]:
        """The keyword arguments a definition file may give."""
        hints = _hints(self.function)
        parameters = inspect.signature(self.function).parameters.values()
        return {p.name.rstrip("_"): p for p in parameters if p.kind is p.KEYWORD_ONLY and hints[p.name] not in _GIVEN}

    @property
    def manual(self) -> str:
        """The docstring."""
        return inspect.getdoc(self.function) or ""


@cache
def _hints(function: Callable[..., Any]) -> Mapping[str, Any]:
    """What a word's arguments are. Asked of every word of every plan, several times."""
    return typing.get_type_hints(function)


WORDS: dict[str, Entry] = {}
_GIVEN = (AsOf, UnitKey, History, Places)
_TRAITS: dict[Callable[..., Any], Traits] = {}


def traits(
    *,
    column: Column = "text",
    nulls: bool = False,
    quiet: Quiet | None = None,
    idle: Idle | None = None,
    clue: Clue | None = None,
    table: Replaced | Callable[..., Replaced | None] | None = None,
    rest: Callable[[pl.Expr], pl.Expr] | None = None,
    strips: str | None = None,
) -> Callable[[Function_], Function_]:
    """Traits of the word below; stands under ``@op`` or ``@check``."""

    def note(function: Function_) -> Function_:
        _TRAITS[function] = Traits(column, nulls, quiet, idle, clue, table, rest, strips)
        return function

    return note


def never(pattern: str, *, around: str = "") -> Quiet:
    """Quiet when ``pattern`` stands nowhere in the batch: one search in all values joined, each within ``around``."""

    def quiet(column: pl.Expr, **_: object) -> pl.Expr:
        return ~(pl.lit(around) + column.str.join(around) + pl.lit(around)).str.contains(pattern)

    return quiet


def _register(kind: Kind) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__.rstrip("_")
        if name in WORDS:
            raise RuntimeError(f"word defined twice: {name}")
        WORDS[name] = Entry(name, kind, function, _TRAITS.pop(function, Traits()))
        return function

    return decorate


op = _register("op")
"""``(column: Expr, *, arguments) -> Expr``: this step will …"""
check = _register("check")
"""``(column: Expr, *, arguments) -> Expr``: this field is/has … (True holds, False fails, null not applicable)."""
relation = _register("relation")
"""``(*, arguments) -> Expr`` over fields of one row, by ``pl.col`` (True holds, False fails, null not applicable)."""
across = _register("across")
"""``(*, arguments) -> migrate.vocab.across.Across``: a check that needs other rows or tables."""
control = _register("control")
"""``(*, arguments) -> migrate.vocab.controls.Control``: both sides agree on …"""


@dataclass(frozen=True, slots=True)
class Bound:
    """A word with its arguments converted and checked, ready to be applied."""

    entry: Entry
    arguments: Mapping[str, Any]

    def __call__(self, *column: pl.Expr) -> Any:
        return self.entry.function(*column, **self.arguments)

    def with_as_of(self, key: int) -> "Bound":
        """The same word with the 基準日 (a daykey); itself if it does not ask for one."""
        return self._given(AsOf, key)

    def with_unit(self, name: str) -> "Bound":
        """The same word with the key item of the unit; itself if it does not ask for one."""
        return self._given(UnitKey, name)

    def with_history(self, history: History) -> "Bound":
        """The same word, told which history the source delivers; itself if it does not ask."""
        return self._given(History, history)

    def with_places(self, places: Places) -> "Bound":
        """The same word with the places known (the source's own, the national list); itself if it does not ask."""
        return self._given(Places, places)

    def _given(self, kind: object, value: Any) -> "Bound":
        hints = _hints(self.entry.function)
        return replace(self, arguments={**self.arguments, **{n: value for n, hint in hints.items() if hint is kind}})

    def quiet(self, column: pl.Expr) -> pl.Expr | None:
        """One Boolean for a batch, True = this word has nothing to do there; None = apply the word to know."""
        test = self.entry.traits.quiet
        return None if test is None else test(column, **self.arguments)

    def clue(self) -> str | None:
        """What every text has a match for that the check fails; None = nothing tells."""
        clue = self.entry.traits.clue
        return clue(**self.arguments) if callable(clue) else clue

    def table(self) -> Replaced | None:
        """The texts that the op replaces, by its arguments; None = it is more than a table."""
        table = self.entry.traits.table
        return table(**self.arguments) if callable(table) else table

    def idle(self, known: Evidence) -> bool:
        """From what is known about the column: this word has nothing to do, or nothing to find, in it."""
        test = self.entry.traits.idle
        return test is not None and test(known, **self.arguments)

    def mentions(self, kind: object) -> tuple[str, ...]:
        """Values of arguments of type ``Field`` (with dates and the keys of ``When``), ``DateField`` or ``Table``."""
        hints = _hints(self.entry.function)
        found: list[str] = []
        for name, value in self.arguments.items():
            hint = hints[name]
            if value is None:
                continue
            if _holds(hint, When) and kind is Field:
                found.extend(value)
            elif _holds(hint, kind) or (kind is Field and _holds(hint, DateField)):
                found.extend([value] if isinstance(value, str) else value)
        return tuple(found)


def _holds(hint: object, wanted: object) -> bool:
    return hint == wanted or any(_holds(part, wanted) for part in typing.get_args(hint))


def bind(name: str, args: Mapping[str, Any], positional: Any, kinds: tuple[Kind, ...]) -> Bound:
    """Look ``name`` up and convert its text arguments by the function's signature; WordError says what is wrong."""
    entry = WORDS.get(name)
    if entry is None or entry.kind not in kinds:
        raise WordError("D-WORD-UNKNOWN", {"word": name, "kind": "/".join(kinds)})
    wanted = entry.arguments
    if positional is not None:
        if not wanted:
            raise WordError("D-WORD-ARGUMENT", {"word": name, "argument": str(positional)})
        args = {next(iter(wanted)): positional}
    hints = _hints(entry.function)
    bound: dict[str, Any] = {}
    for key, value in args.items():
        if key not in wanted:
            raise WordError("D-WORD-ARGUMENT", {"word": name, "argument": key})
        parameter = wanted[key].name
        bound[parameter] = _convert(name, key, value, hints[parameter])
    for key, parameter_ in wanted.items():
        if parameter_.default is parameter_.empty and parameter_.name not in bound:
            raise WordError("D-WORD-MISSING", {"word": name, "argument": key})
    word = Bound(entry, bound)
    word.with_as_of(0).with_unit("unit").with_history(ALL_HISTORY).with_places(NO_PLACES)(
        *([pl.col("value")] if entry.kind in ("op", "check") else [])
    )
    return word


def refuse(function: Callable[..., Any], argument: str, value: object) -> WordError:
    """What a word raises that cannot work with a value, or a combination, of its arguments."""
    facts = {"word": function.__name__.rstrip("_"), "argument": argument, "value": str(value)}
    return WordError("D-WORD-VALUE", facts)


def _convert(word: str, key: str, value: Any, hint: Any) -> Any:
    """Text from a definition file → the type the signature asks for."""
    options = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, _UNION) else (hint,)
    for option in options:
        converted = _convert_one(value, option)
        if converted is not None:
            return converted
    raise WordError("D-WORD-VALUE", {"word": word, "argument": key, "value": str(value)})


_UNION = type(int | str)


def _convert_one(value: Any, hint: Any) -> Any:
    if hint == When:
        listed = {k: [v] if isinstance(v, str) else v for k, v in value.items()} if isinstance(value, dict) else {}
        texts = all(isinstance(v, list) and v and all(isinstance(i, str) for i in v) for v in listed.values())
        return {k: tuple(v) for k, v in listed.items()} if listed and texts else None
    origin = typing.get_origin(hint)
    if origin is tuple:
        items = [value] if isinstance(value, str) else value
        return tuple(items) if isinstance(items, list) and items and all(isinstance(i, str) for i in items) else None
    if not isinstance(value, str) or hint is type(None):
        return None
    if origin is Literal:
        return value if value in typing.get_args(hint) else None
    if hint is int:
        return int(value) if re.fullmatch(r"-?[0-9]{1,9}", value) else None
    if hint is Count:
        return int(value) if re.fullmatch(r"[1-9][0-9]{0,8}", value) else None
    if hint is Char:
        return value if len(value) == 1 and unicodedata.category(value) not in ("Cc", "Cf", "Cn", "Co", "Mn") else None
    if hint is Pattern:
        return value if _compiles(value) else None
    if hint is bool:
        return {"yes": True, "no": False}.get(value)
    return value


def from_end_to_end(pattern: str) -> str:
    """The same pattern, for a text from its first to its last character."""
    return rf"\A(?:{pattern})\z"


def _compiles(pattern: str) -> bool:
    if len(pattern) > MAX_PATTERN:
        return False
    try:
        pl.select(alone=pl.lit("").str.contains(pattern), whole=pl.lit("").str.contains(from_end_to_end(pattern)))
    except pl.exceptions.ComputeError:
        return False
    return True


def filter_of(when: When) -> pl.Expr:
    """The condition as an expression; null fields match only the listed value ``""``."""
    clauses = [holds_one_of(pl.col(name), values) for name, values in when.items()]
    return pl.all_horizontal(clauses)
