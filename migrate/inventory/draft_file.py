"""A draft of a source file's layout in the form of definition files, to be laid beside the vendor's sheet."""

import re
from pathlib import Path
from typing import TypeAlias

from migrate.importer.yamlout import yaml_text
from migrate.inventory.fields import LEAST_RECORDS, Field, Types
from migrate.inventory.shape import Shape

Node: TypeAlias = "str | list[Node] | dict[str, Node]"

RECTYPE = "rectype"
ENDS = {b"\r\n": "crlf", b"\n": "lf", b"": "none"}
COMMENT = """{file}の下書き。{looked}件のデータレコードから推定したもので、仕様書ではありません。
note は「開始位置の確度: そう推定した理由」です。抽出仕様書と1行ずつ照らし、名前（name, ja）と型を直してください。
A draft guessed from {looked} data records; no specification. Each note says how sure a start is, and why.{few}"""
FEW = "\nレコードが少なく、推定はあてになりません。Too few records to rely on."


def draft_text(path: Path, name: str, shape: Shape, fields: list[Field], types: Types | None, looked: int) -> str:
    """The file as YAML. ``name`` becomes the name of the layout."""
    ends = ENDS[shape.terminator]
    document: dict[str, Node] = {
        "file": name,
        "ja": f"{path.name}（下書き）",
        "doc": "migrate profile --draft による推定。仕様書ではない",
        "format": "fixed",
        "record": {"length": str(shape.length), "terminator": ends},
    }
    if types is not None:
        values = {"header": types.header, "data": types.data, "trailer": types.trailer}
        document["types"] = {"by": RECTYPE, **{kind: value for kind, value in values.items() if value is not None}}
    document["fields"] = [_node(field, types is not None) for field in fields]
    for kind in ("header", "trailer"):
        if types is not None and getattr(types, kind) is not None:
            document[kind] = {"fields": _end(shape.length)}
    few = FEW if looked < LEAST_RECORDS else ""
    return yaml_text(document, COMMENT.format(file=path.name, looked=f"{looked:,}", few=few))


def _node(field: Field, typed: bool) -> Node:
    name = RECTYPE if typed and field.at == 1 else field.name
    node: dict[str, Node] = {"name": name, "at": str(field.at), "width": str(field.width), "type": field.type}
    if field.sign:
        node["sign"] = field.sign
    if field.date:
        node["date"] = {"form": field.date, "empty": ["0" * field.width]}
    if field.confidence is not None:
        node["note"] = f"確度 {field.confidence:.2f}: {', '.join(field.why)}"
    return node


def _end(length: int) -> list[Node]:
    """A header or trailer of which only the record type is known."""
    rest: Node = {"name": "rest", "at": "2", "width": str(length - 1), "type": "X", "note": "未調査"}
    return [{"name": RECTYPE, "at": "1", "width": "1", "type": "X"}, rest] if length > 1 else []


def layout_name(path: Path) -> str:
    """A name that definition files may have, from that of a file."""
    name = re.sub(r"[^a-z0-9_]+", "_", path.stem.lower()).strip("_")
    return name if name[:1].isalpha() else f"file_{name}".rstrip("_")
