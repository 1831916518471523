"""The small grammar all definition files share: words, conditions, counts."""

import datetime
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

NAME = re.compile(r"[a-z][a-z0-9_]*")


class Model(BaseModel):
    """Base of every definition model: frozen, and a key that is not declared is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)


def _count(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[1-9][0-9]{0,8}", value):
        raise PydanticCustomError("D-VALUE-COUNT", "expected a whole number from 1")
    return value


def _number(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"0|[1-9][0-9]{0,8}", value):
        raise PydanticCustomError("D-VALUE-NUMBER", "expected a whole number from 0")
    return value


def _yes_no(value: object) -> object:
    if isinstance(value, str):
        if value not in ("yes", "no"):
            raise PydanticCustomError("D-VALUE-YESNO", "expected yes or no")
        return value == "yes"
    return value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _name(value: object) -> object:
    if isinstance(value, str) and not NAME.fullmatch(value):
        raise PydanticCustomError("D-VALUE-NAME", "expected a name: small letters, digits and _, a letter first")
    return value


def _day(value: str) -> str:
    try:
        valid = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and datetime.date.fromisoformat(value)
    except ValueError:
        valid = None
    if not valid:
        raise PydanticCustomError("D-VALUE-DATE", "expected YYYY-MM-DD")
    return value


Count = Annotated[int, BeforeValidator(_count)]
Number = Annotated[int, BeforeValidator(_number)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Name = Annotated[str, BeforeValidator(_name)]
Day = Annotated[str, AfterValidator(_day)]


class Condition(Model):
    """True for a row when every clause holds; an empty value matches only the listed value ``""``."""

    when: dict[str, Texts] = {}
    unless: dict[str, Texts] = {}
    filled: Texts = ()
    empty: Texts = ()
    after_as_of: str | None = None
    not_after_as_of: str | None = None

    @property
    def conditional(self) -> bool:
        """A clause is written down, if only an empty one."""
        return bool(self.model_fields_set & set(Condition.model_fields))

    def fields(self) -> tuple[str, ...]:
        """Every field the condition reads."""
        dates = [name for name in (self.after_as_of, self.not_after_as_of) if name]
        return (*self.when, *self.unless, *self.filled, *self.empty, *dates)


class Word(Model):
    """One word of the vocabulary with its arguments: ``trim``, ``{null_if: {values: ["0"]}}``, or the first argument by
    itself: ``{null_if: ["0"]}``."""

    name: str
    args: dict[str, Any] = {}
    positional: Any = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if isinstance(value, str):
            return {"name": value}
        if isinstance(value, dict) and set(value) != {"name", "args", "positional"}:
            if len(value) != 1:
                raise PydanticCustomError("D-VALUE-WORD", "expected one word: name, or name with its arguments")
            ((name, args),) = value.items()
            if isinstance(args, dict):
                return {"name": name, "args": args}
            return {"name": name, "positional": args}
        return value
