"""One table of words. A word is one decorated function: its signature is its argument schema, its docstring its manual."""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NewType, TypeAlias

import polars as pl

Field = NewType("Field", str)
"""An argument that names an item of the table (or a field of the source file, in a mapping)."""
Table = NewType("Table", str)
"""An argument that names a standard table."""
When: TypeAlias = Mapping[str, tuple[str, ...]]
"""An argument ``{field: [values]}``: true where every named field holds one of its values."""

Kind: TypeAlias = Literal["op", "check", "relation", "across", "control"]


@dataclass(frozen=True, slots=True)
class WordError(Exception):
    """A word that cannot be bound: a code of the message catalogue, and its facts."""

    code: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One word: its kind and the function behind it."""

    name: str
    kind: Kind
    function: Callable[..., Any]

    @property
    def arguments(self) -> dict[str, inspect.Parameter]:
        """The keyword arguments a definition file may give."""
        parameters = inspect.signature(self.function).parameters.values()
        return {p.name.rstrip("_"): p for p in parameters if p.kind is p.KEYWORD_ONLY}


WORDS: dict[str, Entry] = {}


def _register(kind: Kind) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__.rstrip("_")
        if name in WORDS:
            raise RuntimeError(f"word defined twice: {name}")
        WORDS[name] = Entry(name, kind, function)
        return function

    return decorate


op = _register("op")
"""``(column: Expr, *, arguments) -> Expr``: this step will …"""
check = _register("check")
"""``(column: Expr, *, arguments) -> Expr``: this field is/has … (True holds, False fails, null not applicable)."""
relation = _register("relation")
"""``(*, arguments) -> Expr`` over several fields of one row, by ``pl.col`` (True holds, False fails, null not applicable)."""
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

    def mentions(self, kind: object) -> tuple[str, ...]:
        """Values given for arguments of type ``Field`` (with the keys of ``When`` arguments) or ``Table``."""
        hints = typing.get_type_hints(self.entry.function)
        found: list[str] = []
        for name, value in self.arguments.items():
            hint = hints[name]
            if value is None:
                continue
            if _holds(hint, When) and kind is Field:
                found.extend(value)
            elif _holds(hint, kind):
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
    hints = typing.get_type_hints(entry.function)
    bound: dict[str, Any] = {}
    for key, value in args.items():
        if key not in wanted:
            raise WordError("D-WORD-ARGUMENT", {"word": name, "argument": key})
        parameter = wanted[key].name
        bound[parameter] = _convert(name, key, value, hints[parameter])
    for key, parameter_ in wanted.items():
        if parameter_.default is parameter_.empty and parameter_.name not in bound:
            raise WordError("D-WORD-MISSING", {"word": name, "argument": key})
    return Bound(entry, bound)


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
        if isinstance(value, dict) and value:
            return {k: (v,) if isinstance(v, str) else tuple(v) for k, v in value.items()}
        return None
    origin = typing.get_origin(hint)
    if origin is tuple:
        items = [value] if isinstance(value, str) else value
        return tuple(items) if isinstance(items, list) and all(isinstance(i, str) for i in items) else None
    if origin is Literal:
        return value if value in typing.get_args(hint) else None
    if hint is int:
        return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else None
    if hint is bool:
        return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None
    return value if isinstance(value, str) and hint is not type(None) else None


def filter_of(when: When) -> pl.Expr:
    """The condition as an expression; null fields match only the listed value ``""``."""
    clauses = [pl.col(name).fill_null("").is_in(list(values)) for name, values in when.items()]
    return pl.all_horizontal(clauses)
