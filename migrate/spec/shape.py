"""From pydantic's errors to our problems: our codes, at the line and column of the node."""

import types
import typing
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from migrate.errors import GUESS, Problem, nearest
from migrate.spec.yamltext import Document, Path_

CODES = {
    "extra_forbidden": "D-KEY-UNKNOWN",
    "missing": "D-KEY-MISSING",
    "literal_error": "D-VALUE-CHOICE",
    "too_short": "D-VALUE-EMPTY",
    "string_too_short": "D-VALUE-EMPTY",
    "string_type": "D-VALUE-TEXT",
    "int_type": "D-VALUE-COUNT",
    "bool_type": "D-VALUE-YESNO",
    "tuple_type": "D-VALUE-LIST",
    "dict_type": "D-VALUE-MAP",
    "model_type": "D-VALUE-MAP",
}
"""pydantic's error types that definition files can cause; those of our own validators are codes already."""


def validated(document: Document, file: str, shape: Any) -> Any:
    """The document as ``shape`` (a model or a tuple of models), or the list of problems that it has."""
    try:
        return TypeAdapter(shape).validate_python(document.data)
    except ValidationError as error:
        return list(_problems(document, file, shape, error))


def _problems(document: Document, file: str, shape: Any, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        where, tag = _where(document.data, detail["loc"])
        if tag and not _chosen(detail):
            continue
        code = CODES.get(detail["type"], detail["type"])
        if code == "D-VALUE-CHOICE" and not isinstance(detail["input"], str):
            code = "D-VALUE-TEXT"
        facts = _facts(detail, where, shape, code)
        facts["key"] = facts["key"] or PurePosixPath(file).name  # the file as a whole
        line, col = document.mark(where)
        yield Problem(code, facts, file, line, col)


def _where(data: Any, loc: Sequence[str | int]) -> tuple[Path_, bool]:
    """The part of ``loc`` that stands in the file, and whether the rest names a branch of a union."""
    where: list[str | int] = []
    tag = False
    for step in loc:
        if isinstance(step, int) if isinstance(data, list) else isinstance(data, dict) and step in data:
            data = data[step]
            where.append(step)
        else:
            tag = tag or not isinstance(step, str) or step.startswith("literal[") or step[:1].isupper()
    return tuple(where), tag


def _chosen(detail: ErrorDetails) -> bool:
    """Of the errors of a union's branches, those of the branch that was meant: text a choice, else a model."""
    is_text = isinstance(detail["input"], str)
    if detail["type"] == "literal_error":
        return is_text
    return not (detail["type"] == "model_type" and is_text)


def _facts(detail: ErrorDetails, where: Path_, shape: Any, code: str) -> dict[str, str]:
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    facts = {"key": next((str(step) for step in reversed(where) if isinstance(step, str)), "")}
    if isinstance(detail["input"], str):
        facts["value"] = detail["input"]
    if code == "D-KEY-MISSING":
        facts["key"] = last
    if code == "D-KEY-UNKNOWN":
        known = _keys(shape, where[:-1])
        facts |= {"key": last, "known": ", ".join(known), GUESS: nearest(last, known)}
    if code == "D-VALUE-CHOICE":
        choices = _literals(shape, where)
        facts |= {"known": ", ".join(choices), GUESS: nearest(str(detail["input"]), choices)}
    return facts


def _keys(shape: Any, where: Path_) -> list[str]:
    for hint in _hints(shape, where):
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            return [info.alias or name for name, info in hint.model_fields.items()]
    return []


def _literals(shape: Any, where: Path_) -> list[str]:
    return [str(c) for h in _hints(shape, where) if typing.get_origin(h) is typing.Literal for c in typing.get_args(h)]


def _hints(shape: Any, where: Path_) -> list[Any]:
    """Every type that the node may have, unions taken apart."""
    hints = _branches(shape)
    for step in where:
        hints = [branch for hint in hints for below in _below(hint, step) for branch in _branches(below)]
    return hints


def _branches(hint: Any) -> list[Any]:
    if typing.get_origin(hint) is typing.Annotated:
        return _branches(typing.get_args(hint)[0])
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [branch for part in typing.get_args(hint) for branch in _branches(part)]
    return [hint]


def _below(hint: Any, step: str | int) -> Iterator[Any]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield from (info.annotation for name, info in hint.model_fields.items() if (info.alias or name) == step)
    elif typing.get_origin(hint) is dict:
        yield typing.get_args(hint)[1]
    elif typing.get_origin(hint) is tuple:
        yield typing.get_args(hint)[0]
