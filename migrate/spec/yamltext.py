"""YAML where every scalar is text and every node keeps its line: no tags, aliases, merges or duplicate keys."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

MAX_BYTES = 2_000_000
MAX_DEPTH = 24

Path_: TypeAlias = tuple[str | int, ...]
Mark: TypeAlias = tuple[int, int]


class YamlRefusal(Exception):
    """A file that is not plain text YAML: the mark, a code and its facts."""

    def __init__(self, mark: Mark, code: str, **facts: str) -> None:
        super().__init__(code)
        self.mark, self.code, self.facts = mark, code, facts


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file: plain data, and where each node stands."""

    path: Path
    data: Any
    marks: dict[Path_, Mark] = field(default_factory=dict)

    def mark(self, where: Path_) -> Mark:
        """Line and column (from 1) of a node, or of its nearest known parent."""
        while where and where not in self.marks:
            where = where[:-1]
        return self.marks.get(where, (1, 1))


def parse(path: Path, raw: bytes) -> Document:
    """Parse one definition file; YamlRefusal on anything but plain text nodes."""
    if len(raw) > MAX_BYTES:
        raise YamlRefusal((1, 1), "D-YAML-SIZE", limit=f"{MAX_BYTES:,}")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise YamlRefusal((line, 1), "D-YAML-UTF8") from None
    try:
        _refuse_indirection(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.reader.ReaderError as error:
        line = raw[: int(error.position)].count(b"\n") + 1
        raise YamlRefusal((line, 1), "D-YAML-CHARACTER", character=f"U+{int(error.character):04X}") from None
    except yaml.MarkedYAMLError as error:
        where = _mark(error.problem_mark or error.context_mark)
        if "nesting depth" in str(error.problem):  # libyaml looks ahead and has a limit of its own
            raise YamlRefusal(where, "D-YAML-DEPTH", limit=str(MAX_DEPTH)) from None
        raise YamlRefusal(where, "D-YAML-SYNTAX", problem=str(error.problem)) from None
    marks: dict[Path_, Mark] = {}
    return Document(path, _plain(node, (), marks), marks)


def _mark(mark: Any) -> Mark:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _refuse_indirection(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise YamlRefusal(_mark(event.start_mark), "D-YAML-DEPTH", limit=str(MAX_DEPTH))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlRefusal(_mark(event.start_mark), "D-YAML-ALIAS")
        if getattr(event, "tag", None):
            raise YamlRefusal(_mark(event.start_mark), "D-YAML-TAG")


def _plain(node: yaml.Node | None, where: Path_, marks: dict[Path_, Mark]) -> Any:
    if node is None:
        return {}
    marks[where] = _mark(node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*where, i), marks) for i, item in enumerate(node.value)]
    assert isinstance(node, yaml.MappingNode)
    plain: dict[str, Any] = {}
    for key_node, value_node in node.value:
        mark = _mark(key_node.start_mark)
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlRefusal(mark, "D-YAML-KEY")
        key = str(key_node.value)
        if key == "<<":
            raise YamlRefusal(mark, "D-YAML-ALIAS")
        if key in plain:
            raise YamlRefusal(mark, "D-YAML-DUPLICATE", key=key)
        plain[key] = _plain(value_node, (*where, key), marks)
        marks[(*where, key)] = mark
    return plain
