"""Definition files as text: every scalar is text, what fits on a line stands on one. The inverse of ``yamltext``."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Node: TypeAlias = "str | list[Node] | dict[str, Node]"

WIDTH = 110
PLAIN = re.compile(r"[A-Za-z_　-ヿ㐀-鿿々-〇Ａ-ｚ（）・。、][\w　-ヿ㐀-鿿Ａ-ｚ（）・。、「」※/ .-]*")
"""Text that YAML reads as it stands, in a line of its own and inside braces."""


def yaml_text(document: Mapping[str, object], comment: str = "") -> str:
    """One mapping as a file."""
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    return head + "\n".join(_mapping(document, 0)) + "\n"


def _mapping(node: Mapping[str, object], indent: int) -> Iterator[str]:
    space = " " * indent
    for key, value in node.items():
        head = f"{space}{_scalar(key)}:"
        flow = _flow(value)
        if isinstance(value, str) and "\n" in value and _block(value):
            yield f"{head} |-"
            yield from (f"{space}  {line}" if line else "" for line in value.split("\n"))
        elif isinstance(value, str) or _columns(head) + 1 + _columns(flow) <= WIDTH:
            yield f"{head} {flow}"
        elif isinstance(value, Mapping):
            yield head
            yield from _mapping(value, indent + 2)
        else:
            assert isinstance(value, list | tuple)
            yield head
            for item in value:
                yield from _item(item, indent + 2)


def _item(node: object, indent: int) -> Iterator[str]:
    space = " " * indent
    flow = _flow(node)
    if isinstance(node, Mapping) and indent + 2 + _columns(flow) > WIDTH:
        first, *rest = _mapping(node, indent + 2)
        yield f"{space}- {first[indent + 2 :]}"
        yield from rest
    else:
        yield f"{space}- {flow}"


def _flow(node: object) -> str:
    if isinstance(node, str):
        return _scalar(node)
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(value)}" for key, value in node.items()) + "}"
    assert isinstance(node, list | tuple)
    return "[" + ", ".join(map(_flow, node)) + "]"


def _scalar(text: str) -> str:
    safe = PLAIN.fullmatch(text) and text == text.strip() and text not in ("null", "true", "false")
    return text if safe else "".join(map(_escaped, json.dumps(text, ensure_ascii=False)))


def _escaped(character: str) -> str:
    return character if _shows(character) else f"\\U{ord(character):08x}"


def _shows(character: str) -> bool:
    return character.isprintable() or character == "\u3000"


def _block(text: str) -> bool:
    """Fit for ``|-``: printable lines, the first not indented, none at the end empty."""
    lines = text.split("\n")
    return bool(lines[-1]) and not lines[0][:1].isspace() and lines[0] != "" and all(map(_shows, "".join(lines)))


def _columns(text: str) -> int:
    """How wide a line is on the screen."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
